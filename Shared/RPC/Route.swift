// One line of the routing table, with the message types erased: bytes in, bytes out.

internal import Wire

/// A method and how to answer it.
final class Route: Sendable {
  typealias Unary = @Sendable (RequestMessage, CallContext) async throws -> [UInt8]
  typealias ServerStreaming =
    @Sendable (RequestMessage, any ResponseSink, CallContext) async throws -> Void

  /// Nil: not at once.
  typealias AtOnce = @Sendable (RequestMessage, CallContext) throws -> [UInt8]?

  enum Body: Sendable {
    case unary(Unary)
    case serverStreaming(ServerStreaming)
    case unimplemented
  }

  let info: MethodInfo
  let types: TypeRegistry
  let body: Body
  /// Tried before a unary body.
  let atOnce: AtOnce?

  init(info: MethodInfo, types: TypeRegistry, unary: @escaping Unary) {
    self.info = info
    self.types = types
    self.body = .unary(unary)
    atOnce = nil
  }

  init(_ route: Route, atOnce: @escaping AtOnce) {
    info = route.info
    types = route.types
    body = route.body
    self.atOnce = atOnce
  }

  init(info: MethodInfo, types: TypeRegistry, serverStreaming: @escaping ServerStreaming) {
    self.info = info
    self.types = types
    self.body = .serverStreaming(serverStreaming)
    atOnce = nil
  }

  init(unimplemented info: MethodInfo) {
    self.info = info
    self.types = .empty
    self.body = .unimplemented
    atOnce = nil
  }

  var isImplemented: Bool {
    if case .unimplemented = body { return false }
    return true
  }

  func checkImplemented() throws(RPCError) {
    guard isImplemented else {
      throw RPCError(.unimplemented, "\(info) is not implemented by this server")
    }
  }
}

/// Paths that are passed through as they are.
struct RawRoute: Sendable {
  let prefix: String
  let handler: @Sendable (RawCall) async throws -> Void
}
