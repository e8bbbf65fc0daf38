// One line of the routing table, with the message types erased: bytes in, bytes out.

/// A method and how to answer it.
final class Route: Sendable {
  typealias Unary = @Sendable (RequestMessage, CallContext) async throws -> [UInt8]
  typealias ServerStreaming =
    @Sendable (RequestMessage, any ResponseSink, CallContext) async throws -> Void

  enum Body: Sendable {
    case unary(Unary)
    case serverStreaming(ServerStreaming)
    case unimplemented
  }

  let info: MethodInfo
  let body: Body

  init(info: MethodInfo, unary: @escaping Unary) {
    self.info = info
    self.body = .unary(unary)
  }

  init(info: MethodInfo, serverStreaming: @escaping ServerStreaming) {
    self.info = info
    self.body = .serverStreaming(serverStreaming)
  }

  init(unimplemented info: MethodInfo) {
    self.info = info
    self.body = .unimplemented
  }

  var isImplemented: Bool {
    if case .unimplemented = body { return false }
    return true
  }
}

/// Paths that are passed through as they are.
struct RawRoute: Sendable {
  let prefix: String
  let handler: @Sendable (RawCall) async throws -> Void
}
