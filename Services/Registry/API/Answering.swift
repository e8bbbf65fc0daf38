// The one place where errors of the register become answers.

internal import RPC
internal import RegistryDomain
internal import ServiceAPI
internal import Storage

extension RPCError {
  init(registry error: RegistryError) {
    let resource = error.resource
    let words = "\(error.zh) (\(error.en))"
    self =
      switch error.code {
      case .invalid: .invalid(error.violations.map(Violation.init))
      case .notFound:
        .notFound(
          type: resource?.type ?? "record", name: resource?.name ?? "", description: words,
          available: resource?.available ?? [])
      case .alreadyExists:
        .alreadyExists(
          type: resource?.type ?? "record", name: resource?.name ?? "", description: words)
      case .stale: .stale(type: resource?.type ?? "record", name: resource?.name ?? "")
      case .failedPrecondition:
        .failedPrecondition(
          type: resource?.type ?? "membership", name: resource?.name ?? "", description: words)
      }
  }
}

extension Violation {
  init(_ violation: RegistryError.Violation) {
    self.init(
      path: violation.path, value: violation.value, rule: violation.rule, zh: violation.zh,
      en: violation.en)
  }
}

/// Runs a handler's body; what it throws is told in the terms of the wire.
func answering<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
  do {
    return try await body()
  } catch let error as RegistryError {
    throw RPCError(registry: error)
  } catch let error as RegistryError.Violation {
    throw RPCError.invalid([Violation(error)])
  } catch let error as StorageError {
    throw RPCError(storage: error)
  }
}

/// Throws all that a request breaks, or nothing.
func refuse(_ violations: [Violation]) throws {
  if !violations.isEmpty { throw RPCError.invalid(violations) }
}
