// What generated clients call. `Transport` implements it over sockets, tests in process.

public import Wire

/// The answer of a unary call with what travelled beside it.
public struct UnaryResponse<Message: WireMessage>: Sendable {
  public let message: Message
  public let headers: Metadata
  public let trailers: Metadata

  public init(message: Message, headers: Metadata = Metadata(), trailers: Metadata = Metadata()) {
    self.message = message
    self.headers = headers
    self.trailers = trailers
  }
}

/// A way to reach the methods of some server.
///
/// Every failure is thrown as an `RPCError`. Cancelling the calling task cancels the call.
public protocol RPCChannel: Sendable {
  /// Makes a unary call and gives its answer with headers and trailers.
  func call<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>,
    _ request: Request,
    options: CallOptions
  ) async throws -> UnaryResponse<Response>

  /// Starts a server-streaming call; returns once the headers of the answer are here.
  func serverStreaming<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>,
    _ request: Request,
    options: CallOptions
  ) async throws -> ResponseStream<Response>
}

extension RPCChannel {
  /// Makes a unary call and gives the message of its answer.
  public func unary<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor<Request, Response>,
    _ request: Request,
    options: CallOptions = CallOptions()
  ) async throws -> Response {
    try await call(method, request, options: options).message
  }
}
