// The process of the statistics service: parse, compose, run.

internal import Access
internal import Bootstrap
internal import Hosting
internal import HealthMessages
internal import Imports
internal import Logging
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import Transport

@main
struct StatisticsMain: ServiceProgram {
  static func main() async { await launch() }

  static let name = "lianshe-statistics"
  static let summary = BilingualText(
    "统计服务：报表、数字、目标、隔离区", "Statistics: reports, figures, targets, quarantine")
  static let adminListen = "127.0.0.1:7502"
  static let listen = StandardKeys.listen(default: "127.0.0.1:7402")
  static let database = StandardKeys.databaseURL(default: "sqlite:statistics.sqlite")
  static let registry = StandardKeys.registryURL()
  static let keys = [
    listen.declaration, database.declaration, registry.declaration,
    StandardKeys.jwks.declaration,
  ]
  static let verbs = OperatorVerb.database(database)

  static func compose(_ service: ServiceComposer) async throws {
    let database = try await service.openDatabase(
      Self.database, application: name,
      migrations: StatisticsMigrations.all + ImportMigrations.all)
    let logger = service.logger
    let (references, answers) = (ReferenceCache(), AnswerCache())
    let watch = GenerationWatch(database: database, answers: answers)
    service.background("generation watch") { await watch.run() }
    let channel = try service.channel(to: registry)
    let applier = RegisterApplier(
      database: database, registry: channel, answers: answers, logger: logger)
    service.background("register copy") { await applier.run() }
    service.check("register copy") { try await applier.check() }
    StatisticsMetrics.register(in: service.metrics, answers: answers)

    let policy = try StatisticsPolicy.table()
    var router = try service.guardedRouter(policy)
    router.registerStatisticsService(
      StatisticsAPI(database: database, references: references, answers: answers))
    answers.answerAtOnce(in: &router)
    router.registerImportService(
      StatisticsImports.api(database, references, answers))
    router.registerStatedFigureService(StatisticsFigures.api(database, references, answers))
    service.describe("lianshe.statistics.v1", StatisticsFiles.fileDescriptorSet)
    try await service.serve(router, policy, on: listen)
  }
}
