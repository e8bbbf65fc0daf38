// A method with its message types: what ties generated clients, handlers and the router together.

public import Wire

/// One method of a service and the types it takes and gives.
public struct MethodDescriptor<Request: WireMessage, Response: WireMessage>: Sendable {
  public let info: MethodInfo
  /// What a `google.protobuf.Any` may hold in JSON: generated code gives the messages of the
  /// service's package and of what that imports.
  public let types: TypeRegistry

  public init(
    service: String,
    method: String,
    kind: MethodInfo.Kind,
    idempotency: MethodInfo.Idempotency = .unknown,
    types: TypeRegistry = .empty
  ) {
    self.types = types
    info = MethodInfo(service: service, method: method, kind: kind, idempotency: idempotency)
  }
}
