// What an executable says of itself; everything else about being a process is done here.
//
//     @main
//     struct RegistryMain: ServiceProgram {
//       static func main() async { await launch() }
//       static let name = "lianshe-registry"
//       static let summary = BilingualText("…", "…")
//       static let adminListen = "127.0.0.1:7501"
//       static let keys = [Keys.listen.declaration, Keys.database.declaration]
//       static func compose(_ service: ServiceComposer) async throws {
//         let database = try await Database.open(…)
//         service.onShutdown("database") { await database.close() }
//         service.check("database") { try await database.check() }
//         var router = Router(interceptors: [service.telemetry, access])
//         router.registerRegistryService(RegistryAPI(database))
//         try await service.serve(router, on: service.value(Keys.listen))
//       }
//     }

internal import ArgumentParser

/// An executable of the house.
package protocol ServiceProgram {
  /// The name of the executable.
  static var name: String { get }
  static var summary: BilingualText { get }
  /// Default of `LIANSHE_ADMIN_LISTEN`.
  static var adminListen: String { get }
  /// The keys it reads, beside those that every service has.
  static var keys: [KeyDeclaration] { get }
  /// What it can be asked to do instead of serving. None by default.
  static var verbs: [OperatorVerb] { get }

  /// Opens what the service needs, registers what it does, begins to listen. What it throws is
  /// printed as one line, and the process ends with `ExitStatus.failure`.
  static func compose(_ service: ServiceComposer) async throws
}

extension ServiceProgram {
  package static var verbs: [OperatorVerb] { [] }

  static var allKeys: [KeyDeclaration] {
    keys + StandardKeys.common(adminListen: adminListen)
  }

  /// The body of `main`. (`@main` does not look for a `main` of package access in an extension.)
  package static func launch() async {
    ProcessMemory.giveLargePiecesBack()
    await run(arguments: nil)
  }

  /// Nil for the arguments of this process.
  static func run(arguments: [String]?) async {
    await ServiceCommand<Self>.main(arguments)
  }
}

/// The version of all executables of this package.
package enum ProductVersion {
  package static let current = "0.1.0"
}
