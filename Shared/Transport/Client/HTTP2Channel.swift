// The calling side of the channel: typed and raw calls over kept connections.

public import Logging
public import NIOCore
internal import NIOPosix
public import RPC
public import Wire

/// Calls the methods of a service that may run at several endpoints.
///
/// Connections are made when the first call needs them, kept, and made again when they are lost; a
/// call goes to the endpoint with the fewest calls under way. One that failed is sent again where
/// that is safe (`RetryPolicy`) and the budget of the channel allows it; an error says whether the
/// call may be made again (`RPCError.wasNotProcessed`). Cancelling the calling task cancels the
/// call on the server.
public final class HTTP2Channel: RawChannel {
  /// Puts TLS before the HTTP/2 session of a connection to an endpoint. Runs on the loop of the
  /// connection, before it connects. The endpoint is the one that the channel was given: of a `dns:`
  /// name it has the name, which is what a certificate speaks of.
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
  ///   - resolver: finds the addresses of `dns:` endpoints.
  ///   - channelInitializer: called for every connection before the session is added.
  ///   - secureInitializer: called after it for connections to endpoints that want TLS; without it
  ///     those cannot be reached. The room TLS has one.
  public init(
    endpoints: [Endpoint],
    options: HTTP2ChannelOptions = HTTP2ChannelOptions(),
    group: (any EventLoopGroup)? = nil,
    resolver: any HostResolver = SystemHostResolver(),
    logger: Logger = Logger(label: "lianshe.transport"),
    channelInitializer: ChannelServer.ChannelInitializer? = nil,
    secureInitializer: SecureInitializer? = nil
  ) {
    self.options = options
    pool = ConnectionPool(
      endpoints: endpoints, options: options,
      group: group ?? MultiThreadedEventLoopGroup.singleton, resolver: resolver, logger: logger,
      initializer: channelInitializer, secureInitializer: secureInitializer)
  }

  deinit { pool.close() }

  public var endpoints: [Endpoint] { pool.endpoints }

  public var limits: RPCLimits { options.call }

  public var types: TypeRegistry { options.types }

  /// What the channel has done, and how its endpoints stand.
  public var statistics: ChannelStatistics { pool.statistics }

  /// Takes no more calls. Those under way finish.
  public func close() { pool.close() }

  public func send(
    _ request: RawRequest, maximumBytes: Int
  ) async throws(RPCError) -> Answer {
    let run = CallRun(request, pool: pool, policy: options.retry) { request, lease in
      AttemptResult(await lease.link.unary(request, maximumBytes: maximumBytes), head: \.head)
    }
    return try await run.value(isStream: false)
  }

  /// Once the head of an answer is here the call is not sent again.
  public func open(
    _ request: RawRequest
  ) async throws(RPCError) -> any RawResponseStream {
    let run = CallRun(request, pool: pool, policy: options.retry) {
      [pool, window = options.streamWindowBytes] request, lease in
      var made = AttemptResult(
        await lease.link.open(request, windowBytes: window), head: \.head)
      if case .success(let stream) = made.result, !made.isRefusal {
        stream.hold(StreamLease(pool: pool, lease: lease))
        made.keepsPlace = true
      }
      return made
    }
    return try await run.value(isStream: request.asksForStream)
  }
}
