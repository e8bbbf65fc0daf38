// The process of the gateway: parse, compose, run.

internal import Access
internal import Bootstrap
internal import FoundationEssentials
internal import GatewayAPI
internal import GatewayClients
internal import GatewayDomain
internal import GatewayMessages
internal import GatewayStorage
internal import HealthMessages
internal import Hosting
internal import Logging
internal import RPC
internal import ServiceAPI
internal import Storage
internal import Transport

@main
struct GatewayMain: ServiceProgram {
  static func main() async { await launch() }

  static let name = "lianshe-gateway"
  static let summary = BilingualText(
    "网关：工作报告、网页、REST 接口和通道", "The gateway: reports, pages, REST and the channel")
  static let adminListen = "127.0.0.1:7500"
  static let listen = StandardKeys.listen(default: "127.0.0.1:7400")
  static let http = StandardKeys.httpListen(default: "127.0.0.1:8080")
  static let registry = StandardKeys.registryURL()
  static let statistics = StandardKeys.statisticsURL()
  static let exhibitions = StandardKeys.exhibitionsURL()
  static let talent = StandardKeys.talentURL()
  static let database = StandardKeys.databaseURL(default: "sqlite:gateway.sqlite")
  static let keys = [
    listen.declaration, http.declaration, database.declaration, StandardKeys.jwks.declaration,
    registry.declaration, statistics.declaration, exhibitions.declaration, talent.declaration,
  ]
  static let verbs = OperatorVerb.database(database)

  static func compose(_ service: ServiceComposer) async throws {
    let registry = try service.channel(to: registry)
    let statistics = try service.channel(to: statistics)
    let exhibitions = try service.channel(to: exhibitions)
    let talent = try service.channel(to: talent)
    service.onShutdown("backends") {
      for channel in [registry, statistics, exhibitions, talent] { channel.close() }
    }
    let backends = Backends(
      registry: registry, statistics: statistics, exhibitions: exhibitions, talent: talent)
    let database = try await service.openDatabase(
      Self.database, application: name, migrations: GatewayMigrations.all)
    let library = ReportLibrary(database: database)
    let reports = ReportReader(backends: backends, texts: library) {
      Date.now.formatted(.iso8601)
    }
    let desk = PublicationDesk(database: database, reports: reports)

    let address = try service.value(http)
    let server = HTTPServer(
      face: HTTPFace(backends: backends, reports: reports, library: library, desk: desk),
      host: address.host, port: address.port, logger: service.logger)
    service.listening("http", at: try await server.start())
    service.add("http", server)
    service.check("http") { try server.check() }

    let policy = try GatewayPolicy.table()
    let logger = service.logger
    let verifier = try TokenVerifier(
      jwksFile: service.value(StandardKeys.jwks),
      onReloadFailure: { logger.warning("key set", metadata: ["error": "\($0)"]) })
    var router = Router(interceptors: [
      service.telemetry, GatewayAccess(policy: policy, verifier: verifier),
      StorageErrorInterceptor(),
    ])
    router.registerReportService(
      ReportAPI(reports: reports, explainer: FigureExplainer(backends: backends)))
    router.registerTemplateService(TemplateAPI(library: library))
    router.registerPublicationService(PublicationAPI(desk: desk))
    let readiness = service.readiness
    router.registerHealth(
      HealthAPI(methods: router.methods) {
        guard readiness.report.isReady else { throw RPCError(.unavailable, "not ready") }
      })
    PassThrough([
      .init(service: .registry, channel: registry),
      .init(service: .statistics, channel: statistics),
      .init(service: .exhibitions, channel: exhibitions),
      .init(service: .talent, channel: talent),
    ]).register(in: &router)
    try policy.check(router.methods)
    service.describe("grpc.health.v1", HealthFiles.fileDescriptorSet)
    service.describe("lianshe.gateway.v1", GatewayFiles.fileDescriptorSet)
    try await service.serve(router, on: service.value(listen))
  }
}
