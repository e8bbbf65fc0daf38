// A method with its message types: what ties generated clients, handlers and the router together.

public import Wire

/// One method of a service and the types it takes and gives.
public struct MethodDescriptor<Request: WireMessage, Response: WireMessage>: Sendable {
  public let info: MethodInfo

  public init(
    service: String,
    method: String,
    kind: MethodInfo.Kind,
    idempotency: MethodInfo.Idempotency = .unknown
  ) {
    info = MethodInfo(service: service, method: method, kind: kind, idempotency: idempotency)
  }
}
