// The process of the exhibitions service: parse, compose, run.

internal import Bootstrap
internal import ExhibitionsAPI
internal import ExhibitionsMessages
internal import ExhibitionsStorage
internal import Hosting
internal import Imports
internal import Storage

@main
struct ExhibitionsMain: ServiceProgram {
  static func main() async { await launch() }

  static let name = "lianshe-exhibitions"
  static let summary = BilingualText(
    "展会服务：展会、组展、作品、获奖", "Exhibitions: editions, delegations, works, awards")
  static let adminListen = "127.0.0.1:7503"
  static let listen = StandardKeys.listen(default: "127.0.0.1:7403")
  static let database = StandardKeys.databaseURL(default: "sqlite:exhibitions.sqlite")
  static let keys = [
    listen.declaration, database.declaration, StandardKeys.jwks.declaration,
  ]
  static let verbs = OperatorVerb.database(database)

  static func compose(_ service: ServiceComposer) async throws {
    let database = try await service.openDatabase(
      Self.database, application: name,
      migrations: ExhibitionsMigrations.all + ImportMigrations.all)
    let policy = try ExhibitionsPolicy.table()
    var router = try service.guardedRouter(policy)
    ExhibitionsServices.register(in: &router, database: database)
    service.describe("lianshe.exhibitions.v1", ExhibitionsFiles.fileDescriptorSet)
    try await service.serve(router, policy, on: listen)
  }
}
