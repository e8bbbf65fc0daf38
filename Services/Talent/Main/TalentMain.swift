// The process of the talent service: parse, compose, run.

internal import Bootstrap
internal import TalentAPI
internal import TalentMessages
internal import TalentStorage
internal import Hosting
internal import Imports
internal import Storage

@main
struct TalentMain: ServiceProgram {
  static func main() async { await launch() }

  static let name = "lianshe-talent"
  static let summary = BilingualText(
    "人才服务：人员、称号、工作室、培训", "Talent: people, titles, studios, training")
  static let adminListen = "127.0.0.1:7504"
  static let listen = StandardKeys.listen(default: "127.0.0.1:7404")
  static let database = StandardKeys.databaseURL(default: "sqlite:talent.sqlite")
  static let keys = [
    listen.declaration, database.declaration, StandardKeys.jwks.declaration,
  ]
  static let verbs = OperatorVerb.database(database)

  static func compose(_ service: ServiceComposer) async throws {
    let database = try await service.openDatabase(
      Self.database, application: name,
      migrations: TalentMigrations.all + ImportMigrations.all)
    let policy = try TalentPolicy.table()
    var router = try service.guardedRouter(policy)
    TalentServices.register(in: &router, database: database)
    service.describe("lianshe.talent.v1", TalentFiles.fileDescriptorSet)
    try await service.serve(router, policy, on: listen)
  }
}
