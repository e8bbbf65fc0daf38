// The process of the registry service: parse, compose, run.

internal import Bootstrap
internal import Hosting
internal import Imports
internal import RegistryAPI
internal import RegistryMessages
internal import RegistryStorage
internal import Storage

@main
struct RegistryMain: ServiceProgram {
  static func main() async { await launch() }

  static let name = "lianshe-registry"
  static let summary = BilingualText(
    "名录服务：地区、联社、企业、会员", "The register: places, federations, enterprises, memberships")
  static let adminListen = "127.0.0.1:7501"
  static let listen = StandardKeys.listen(default: "127.0.0.1:7401")
  static let database = StandardKeys.databaseURL(default: "sqlite:registry.sqlite")
  static let keys = [
    listen.declaration, database.declaration, StandardKeys.jwks.declaration,
  ]
  static let verbs = OperatorVerb.database(database)

  static func compose(_ service: ServiceComposer) async throws {
    let database = try await service.openDatabase(
      Self.database, application: name,
      migrations: RegistryMigrations.all + ImportMigrations.all)
    let policy = try RegistryPolicy.table()
    var router = try service.guardedRouter(policy)
    router.registerRegistryService(RegistryAPI(database: database))
    RegistryServices.register(in: &router, database: database)
    service.describe("lianshe.registry.v1", RegistryFiles.fileDescriptorSet)
    try await service.serve(router, policy, on: listen)
  }
}
