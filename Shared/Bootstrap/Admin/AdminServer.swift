// The listener for operators: health, metrics, descriptors over HTTP/1.1, on a thread of its own so
// that it answers while the channel's loops are busy.

internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
package import Transport

/// Bounds of the admin listener.
package struct AdminLimits: Sendable {
  /// Connections open at a time; further ones are closed at once.
  package var maximumConnections = 64
  /// Bytes of a request's body that are read and thrown away before the connection is closed.
  package var maximumBodyBytes = 65_536
  /// From the end of one answer (or the start of the connection) to the end of the next request.
  package var requestTimeout: Duration = .seconds(30)

  package init() {}
}

/// What a path answers.
struct AdminAnswer: Sendable {
  var status: HTTPResponseStatus
  var contentType: String
  var body: [UInt8]
}

/// Serves health, readiness, metrics and descriptor sets.
package final class AdminServer: Sendable {
  private enum Phase {
    case created
    case serving(any Channel, MultiThreadedEventLoopGroup)
    case ended
  }

  private let routes: AdminRoutes
  private let limits: AdminLimits
  private let phase = Mutex(Phase.created)

  package init(
    readiness: Readiness, metrics: MetricsRegistry, descriptors: Descriptors = Descriptors(),
    limits: AdminLimits = AdminLimits()
  ) {
    routes = AdminRoutes(readiness: readiness, metrics: metrics, descriptors: descriptors)
    self.limits = limits
  }

  /// Begins to listen.
  ///
  /// - Returns: the address with the port that was taken.
  /// - Throws: `TransportError` when the address is in use or cannot be used.
  @discardableResult
  package func start(_ endpoint: Endpoint) async throws -> Endpoint {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let connections = ConnectionCount(maximum: limits.maximumConnections)
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 64)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { [routes, limits] channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
            try pipeline.addHandler(AdminHandler(routes, limits, connections))
          }
        }
        .bind(host: endpoint.host, port: endpoint.port)
        .get()
      phase.withLock { $0 = .serving(channel, group) }
      return Endpoint(host: endpoint.host, port: channel.localAddress?.port ?? endpoint.port)
    } catch {
      try? await group.shutdownGracefully()
      throw Self.startError(error, endpoint)
    }
  }

  /// Closes the listener and its connections.
  package func stop() async {
    let serving = phase.withLock { phase -> (any Channel, MultiThreadedEventLoopGroup)? in
      defer { phase = .ended }
      if case .serving(let channel, let group) = phase { return (channel, group) }
      return nil
    }
    guard let (channel, group) = serving else { return }
    try? await channel.close().get()
    try? await group.shutdownGracefully()
  }

  private static func startError(_ error: any Error, _ endpoint: Endpoint) -> TransportError {
    guard let error = error as? IOError, error.errnoCode == EADDRINUSE else {
      return TransportError(
        .addressUnavailable, "\(endpoint) 不能监听 / cannot be listened on: \(error)", cause: error)
    }
    return TransportError(
      .addressInUse, "\(endpoint) 已被其他程序占用 / is in use by another program", cause: error)
  }
}

/// What each path answers.
struct AdminRoutes: Sendable {
  let readiness: Readiness
  let metrics: MetricsRegistry
  let descriptors: Descriptors

  func answer(_ method: HTTPMethod, _ uri: String) -> AdminAnswer {
    let path = uri.prefix { $0 != "?" }
    let known = ["/healthz", "/readyz", "/metrics"] + descriptors.paths
    guard known.contains(String(path)) else {
      return text(.notFound, "known paths: \(known.joined(separator: " "))\n")
    }
    guard method == .GET || method == .HEAD else {
      return text(.methodNotAllowed, "GET or HEAD only\n")
    }
    switch path {
    case "/healthz":
      return text(.ok, "ok\n")
    case "/readyz":
      let report = readiness.report
      return AdminAnswer(
        status: report.isReady ? .ok : .serviceUnavailable, contentType: "application/json",
        body: report.json)
    case "/metrics":
      return AdminAnswer(
        status: .ok, contentType: PrometheusText.contentType, body: metrics.exposition())
    default:
      return AdminAnswer(
        status: .ok, contentType: "application/octet-stream", body: descriptors[path: path] ?? [])
    }
  }

  private func text(_ status: HTTPResponseStatus, _ text: String) -> AdminAnswer {
    AdminAnswer(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }
}

/// Connections that are open now.
private final class ConnectionCount: Sendable {
  private let open = Atomic<Int>(0)
  private let maximum: Int

  init(maximum: Int) {
    self.maximum = maximum
  }

  func enter() -> Bool {
    open.wrappingAdd(1, ordering: .relaxed).newValue <= maximum
  }

  func leave() {
    open.wrappingSubtract(1, ordering: .relaxed)
  }
}

/// One connection. Requests are answered at their end, one after another.
private final class AdminHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let routes: AdminRoutes
  private let limits: AdminLimits
  private let connections: ConnectionCount
  private var head: HTTPRequestHead?
  private var bodyBytes = 0
  private var deadline: Scheduled<Void>?

  init(_ routes: AdminRoutes, _ limits: AdminLimits, _ connections: ConnectionCount) {
    self.routes = routes
    self.limits = limits
    self.connections = connections
  }

  func channelActive(context: ChannelHandlerContext) {
    if connections.enter() {
      startClock(context)
    } else {
      context.close(promise: nil)
    }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    connections.leave()
    deadline?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      bodyBytes = 0
    case .body(let bytes):
      bodyBytes += bytes.readableBytes
      if bodyBytes > limits.maximumBodyBytes { context.close(promise: nil) }
    case .end:
      if let head { answer(head, context) }
      head = nil
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A client that resets its connection is no event.
    context.close(promise: nil)
  }

  private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let answer = routes.answer(request.method, request.uri)
    var fields = HTTPHeaders()
    fields.add(name: "content-type", value: answer.contentType)
    fields.add(name: "content-length", value: String(answer.body.count))
    fields.add(name: "cache-control", value: "no-store")
    if answer.status == .methodNotAllowed { fields.add(name: "allow", value: "GET, HEAD") }
    if !request.isKeepAlive { fields.add(name: "connection", value: "close") }
    let head = HTTPResponseHead(version: request.version, status: answer.status, headers: fields)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD {
      let body = context.channel.allocator.buffer(bytes: answer.body)
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    if request.isKeepAlive {
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      startClock(context)
    } else {
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
        bound.value.close(promise: nil)
      }
    }
  }

  private func startClock(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = context.eventLoop.assumeIsolated().scheduleTask(
      in: TimeAmount(limits.requestTimeout)
    ) {
      context.close(promise: nil)
    }
  }
}
