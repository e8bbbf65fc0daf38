// The calling side of the channel: typed and raw calls over kept connections.

public import Logging
public import NIOCore
internal import NIOPosix
public import RPC
public import Wire

/// Calls the methods of a service that may run at several endpoints.
///
/// Connections are made when the first call needs them, kept, used in turn, and made again when
/// they are lost. A call is never sent twice: a failed one says whether it may be
/// (`RPCError.wasNotProcessed`). Cancelling the calling task cancels the call on the server.
public final class HTTP2Channel: RawChannel {
  /// Puts TLS before the HTTP/2 session of a connection to an endpoint. Runs on the loop of the
  /// connection, before it connects.
  ///
  /// The connection counts as made when the promise of `connect` is kept, so a handler that keeps it
  /// only once the connection is secure has a failure told as one to connect.
  public typealias SecureInitializer =
    @Sendable (any Channel, Endpoint) -> EventLoopFuture<Void>

  private let pool: ConnectionPool
  private let options: HTTP2ChannelOptions

  /// - Parameters:
  ///   - endpoints: at least one; all serve the same.
  ///   - group: the loops of the connections; nil for NIO's own. Calls made on one of these loops
  ///     cost no change of thread when the connection lives there too.
  ///   - channelInitializer: called for every connection before the session is added.
  ///   - secureInitializer: called after it for connections to endpoints that want TLS; without it
  ///     those cannot be reached. The room TLS has one.
  public init(
    endpoints: [Endpoint],
    options: HTTP2ChannelOptions = HTTP2ChannelOptions(),
    group: (any EventLoopGroup)? = nil,
    logger: Logger = Logger(label: "lianshe.transport"),
    channelInitializer: ChannelServer.ChannelInitializer? = nil,
    secureInitializer: SecureInitializer? = nil
  ) {
    self.options = options
    pool = ConnectionPool(
      endpoints: endpoints, options: options,
      group: group ?? MultiThreadedEventLoopGroup.singleton, logger: logger,
      initializer: channelInitializer, secureInitializer: secureInitializer)
  }

  deinit { pool.close() }

  public var endpoints: [Endpoint] { pool.endpoints }

  public var limits: RPCLimits { options.call }

  public var types: TypeRegistry { options.types }

  /// Takes no more calls. Those under way finish.
  public func close() { pool.close() }

  public func send(
    _ request: RawRequest, maximumBytes: Int
  ) async throws(RPCError) -> Answer {
    try await onConnection(request) { link in
      let exchange = UnaryExchange(request, maximumBytes: maximumBytes)
      return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          exchange.setContinuation(continuation)
          link.start(exchange)
        }
      } onCancel: {
        exchange.fail(RPCError(.canceled, "the call was cancelled"))
        link.abandon(exchange)
      }
    }
  }

  public func open(
    _ request: RawRequest
  ) async throws(RPCError) -> any RawResponseStream {
    try await onConnection(request) { link in
      let exchange = StreamExchange(request, windowBytes: options.streamWindowBytes)
      let head = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          exchange.setHeadWaiter(continuation)
          link.start(exchange)
        }
      } onCancel: {
        exchange.fail(RPCError(.canceled, "the call was cancelled"))
        link.abandon(exchange)
      }
      return head.map { ClientResponseStream(head: $0, exchange: exchange, link: link) }
    }
  }

  /// A connection may begin to close between its choice and its use. The call has then not been
  /// sent, and goes to another one.
  private func onConnection<Value>(
    _ request: RawRequest, _ body: (ClientLink) async -> Result<Value, RPCError>
  ) async throws(RPCError) -> Value {
    for _ in 1..<Self.maximumChoices {
      let link = try await pool.link(deadline: request.deadline)
      switch await body(link) {
      case .success(let value): return value
      case .failure(let error) where error.wasNotSent: continue
      case .failure(let error): throw error
      }
    }
    return try await body(try await pool.link(deadline: request.deadline)).get()
  }

  private static let maximumChoices = 4
}
