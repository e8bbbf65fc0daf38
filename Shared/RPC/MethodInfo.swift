// What the generator knows of a method: its names, whether it streams, whether it may be repeated.

/// The facts of one method that do not depend on its message types.
public struct MethodInfo: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case unary
    case serverStreaming
  }

  /// The `idempotency_level` of the proto file.
  public enum Idempotency: Sendable, Hashable {
    case unknown
    case noSideEffects
    case idempotent
  }

  /// The full name of the service, `lianshe.registry.v1.RegistryService`.
  public let service: String
  /// The name of the method, `GetPlace`.
  public let method: String
  /// The path on the wire, `/lianshe.registry.v1.RegistryService/GetPlace`.
  public let path: String
  public let kind: Kind
  public let idempotency: Idempotency

  public init(service: String, method: String, kind: Kind, idempotency: Idempotency = .unknown) {
    self.service = service
    self.method = method
    self.path = "/\(service)/\(method)"
    self.kind = kind
    self.idempotency = idempotency
  }

  /// Whether the method may be called by GET too: one answer, and nothing changed by asking.
  public var isCallableByGet: Bool { kind == .unary && idempotency == .noSideEffects }
}

extension MethodInfo: CustomStringConvertible {
  /// `lianshe.registry.v1.RegistryService/GetPlace`.
  public var description: String { String(path.dropFirst()) }
}
