// The process of the registry service: parse, compose, run.

internal import Access
internal import Bootstrap
internal import HealthMessages
internal import Imports
internal import Logging
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
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
  static let verbs = DatabaseVerb.allCases.map { verb in
    OperatorVerb(
      verb.rawValue, form: verb.form, summary: BilingualText(verb.chinese, verb.english),
      accepts: verb.accepts
    ) { try await verb.run(on: DatabaseURL($0.value(database)), $1, say: $2) }
  }

  static func compose(_ service: ServiceComposer) async throws {
    var options = DatabaseOptions()
    options.applicationName = name
    let database = try await Database.open(
      DatabaseURL(service.value(Self.database)), options: options)
    service.onShutdown("database") { await database.close() }
    let logger = service.logger
    let care = DatabaseCare(
      database, migrations: RegistryMigrations.all + ImportMigrations.all
    ) { logger.warning("database", metadata: ["error": "\(String(reflecting: $0))"]) }
    try await care.prepare()
    service.background("database care") { try await care.run() }
    service.check("database") { try await care.check() }

    let policy = try RegistryPolicy.table()
    let verifier = try TokenVerifier(
      jwksFile: service.value(StandardKeys.jwks),
      onReloadFailure: { logger.warning("key set", metadata: ["error": "\($0)"]) })
    var router = Router(interceptors: [
      service.telemetry, AccessInterceptor(policy: policy, verifier: verifier),
      StorageErrorInterceptor(),
    ])
    router.registerRegistryService(RegistryAPI(database: database))
    router.registerImportService(RegistryImports.api(database))
    router.registerStatedFigureService(RegistryFigures.api(database))
    let readiness = service.readiness
    router.registerHealth(HealthAPI(methods: router.methods) { try readiness.check() })
    try policy.check(router.methods)
    try await service.serve(router, on: service.value(listen))
  }
}
