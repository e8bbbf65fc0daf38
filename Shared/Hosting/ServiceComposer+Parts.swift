// The parts that every process with a database is composed of.

package import Access
package import Bootstrap
internal import HealthMessages
internal import Logging
package import RPC
internal import ServiceAPI
package import Storage
package import Transport

extension ServiceComposer {
  /// Opens the service's database, migrates it, keeps it in order, and closes it at the end.
  package func openDatabase(
    _ key: ConfigurationKey<String>, application: String, migrations: [Migration]
  ) async throws -> Database {
    var options = DatabaseOptions()
    options.applicationName = application
    let database = try await Database.open(DatabaseURL(value(key)), options: options)
    onShutdown("database") { await database.close() }
    let logger = logger
    let care = DatabaseCare(database, migrations: migrations) {
      logger.warning("database", metadata: ["error": "\(String(reflecting: $0))"])
    }
    try await care.prepare()
    background("database care") { try await care.run() }
    check("database") { try await care.check() }
    return database
  }

  /// A router whose calls are measured, let in by the policy, and told of the database's errors.
  package func guardedRouter(_ policy: PolicyTable) throws -> Router {
    let logger = logger
    let verifier = try TokenVerifier(
      jwksFile: value(StandardKeys.jwks),
      onReloadFailure: { logger.warning("key set", metadata: ["error": "\($0)"]) })
    return Router(interceptors: [
      telemetry, AccessInterceptor(policy: policy, verifier: verifier), StorageErrorInterceptor(),
    ])
  }

  /// Adds the health service, tells what it speaks, sees that every method has a policy, and listens.
  package func serve(
    _ router: Router, _ policy: PolicyTable, on key: ConfigurationKey<Endpoint>
  ) async throws {
    var router = router
    let readiness = readiness
    router.registerHealth(HealthAPI(methods: router.methods) { try readiness.check() })
    describe("grpc.health.v1", HealthFiles.fileDescriptorSet)
    try policy.check(router.methods)
    try await serve(router, on: value(key))
  }
}

extension OperatorVerb {
  /// What an operator may do with the database of a service that does not run.
  package static func database(_ key: ConfigurationKey<String>) -> [OperatorVerb] {
    DatabaseVerb.allCases.map { verb in
      OperatorVerb(
        verb.rawValue, form: verb.form, summary: BilingualText(verb.chinese, verb.english),
        accepts: verb.accepts
      ) { try await verb.run(on: DatabaseURL($0.value(key)), $1, say: $2) }
    }
  }
}
