// The listener: accepts connections, and ends without losing a call.

public import Logging
public import NIOCore
internal import NIOPosix
public import RPC
internal import Synchronization

/// Serves the methods of a router on an address.
///
///     let server = ChannelServer(router: router)
///     let address = try await server.start(Endpoint("127.0.0.1:7401"))
///     try await server.run()         // returns when drained
///
///   created ──start──▶ serving ──drain, cancelled, listener lost──▶ draining ──▶ ended
public final class ChannelServer: Sendable {
  /// Puts handlers before the HTTP/2 session, TLS for one. Runs on the loop of the connection.
  ///
  /// A handler that holds `channelActive` back holds the session back. One that knows who the peer
  /// is fires a `PeerIdentity` as a user event before it lets `channelActive` go.
  public typealias ChannelInitializer = @Sendable (any Channel) -> EventLoopFuture<Void>

  private enum Phase {
    case created
    case starting
    case serving(any Channel, Endpoint)
    case draining
    case ended
  }

  private struct State {
    var phase = Phase.created
    /// Why the server has ended though nobody asked it to.
    var failure: TransportError?
    var whenEnded: [CheckedContinuation<Void, Never>] = []
  }

  /// How long calls may go on when the end comes without a word about it: the task of `run` is
  /// cancelled, or the listener is lost.
  private static let defaultGrace: Duration = .seconds(10)

  /// Connections that the system holds ready until they are accepted.
  private static let backlog: Int32 = 1_024

  private let host: ServerHost
  private let group: any EventLoopGroup
  private let initializer: ChannelInitializer?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - group: the loops that connections live on, and handlers start on; nil for NIO's own, one
  ///     per core.
  ///   - channelInitializer: called for every connection before the session is added.
  public init(
    router: Router,
    limits: TransportLimits = TransportLimits(),
    group: (any EventLoopGroup)? = nil,
    logger: Logger = Logger(label: "lianshe.transport"),
    channelInitializer: ChannelInitializer? = nil
  ) {
    let server = RPCServer(router: router, limits: limits.call, logger: logger)
    host = ServerHost(server: server, limits: limits, logger: logger)
    self.group = group ?? MultiThreadedEventLoopGroup.singleton
    initializer = channelInitializer
  }

  /// The methods that are served.
  public var methods: [MethodInfo] { host.server.methods }

  /// Where the server listens; nil before it does.
  public var address: Endpoint? {
    state.withLock { state in
      if case .serving(_, let address) = state.phase { return address }
      return nil
    }
  }

  /// How often a limit was reached since the server was made.
  public func reachedCount(of limit: ChannelLimit) -> Int {
    if let limit = CallLimit(limit) { return host.server.reached.count(of: limit) }
    return host.reached.count(of: limit)
  }

  /// The limits that the server keeps.
  public var limits: TransportLimits { host.limits }

  /// How many connections are open, or closed with a handler that still runs.
  public var connectionCount: Int { host.connections.count }

  /// Begins to listen.
  ///
  /// - Parameter endpoint: port 0 takes any free port.
  /// - Returns: the address with the port that was taken.
  /// - Throws: `TransportError`: `addressInUse` and its like.
  @discardableResult
  public func start(_ endpoint: Endpoint) async throws -> Endpoint {
    try state.withLock { state throws(TransportError) in
      guard case .created = state.phase else {
        throw TransportError(.invalidState, "the listener was started before")
      }
      state.phase = .starting
    }
    do {
      let channel = try await bind(endpoint)
      let bound = Endpoint(
        host: endpoint.host, port: channel.localAddress?.port ?? endpoint.port)
      let isWanted = state.withLock { state in
        guard case .starting = state.phase else { return false }
        state.phase = .serving(channel, bound)
        return true
      }
      guard isWanted else {
        try? await channel.close().get()
        throw TransportError(.invalidState, "the listener was drained before it had started")
      }
      channel.closeFuture.whenComplete { [weak self] _ in self?.listenerClosed(bound) }
      return bound
    } catch let error as TransportError {
      end()
      throw error
    } catch {
      end()
      throw Self.startError(error, endpoint)
    }
  }

  /// Serves until drained. Drains by itself when the task is cancelled.
  ///
  /// - Throws: `TransportError`, `listenerLost`: no more connections can be accepted. Calls under way
  ///   have been let finish.
  public func run() async throws {
    await withTaskCancellationHandler {
      await waitForEnd()
    } onCancel: {
      Task { await drain(grace: Self.defaultGrace) }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// A server that hears of no new connection is of no use to those who wait for it.
  private func listenerClosed(_ address: Endpoint) {
    let isUnasked = state.withLock { state in
      guard case .serving = state.phase else { return false }
      state.failure = TransportError(
        .listenerLost, "\(address) was closed by the system while it was listened on")
      return true
    }
    guard isUnasked else { return }
    host.logger.error("the listener was lost", metadata: ["address": "\(address)"])
    Task { await drain(grace: Self.defaultGrace) }
  }

  private func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if case .ended = state.phase { return true }
        state.whenEnded.append(continuation)
        return false
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// Stops accepting, lets the calls under way finish, closes all connections.
  ///
  /// - Parameter grace: how long calls may go on. What has not finished then gets `unavailable`, and
  ///   handlers that do not heed their cancellation either are not waited for.
  public func drain(grace: Duration) async {
    enum Step { case drain(any Channel), wait, end, nothing }
    let step = state.withLock { state -> Step in
      switch state.phase {
      case .serving(let channel, _):
        state.phase = .draining
        return .drain(channel)
      case .created:
        state.phase = .ended
        return .end
      case .starting:
        state.phase = .draining
        return .wait
      case .draining: return .wait
      case .ended: return .nothing
      }
    }
    guard case .drain(let listener) = step else {
      if case .wait = step { await waitForEnd() }
      // Somebody may wait in `run` for a server that never started.
      if case .end = step { end() }
      return
    }
    try? await listener.close().get()
    for connection in host.connections.beginDrain() {
      connection.execute { $0.beginDrain() }
    }
    let host = host
    let loop = group.any()
    let last = loop.scheduleTask(in: TimeAmount(clamping: grace)) {
      for connection in host.connections.all { connection.execute { $0.endDrain() } }
    }
    let end = loop.scheduleTask(in: TimeAmount(clamping: grace + host.limits.lingerTimeout)) {
      host.connections.stopWaiting()
    }
    await host.connections.waitUntilEmpty()
    last.cancel()
    end.cancel()
    self.end()
  }

  private func end() {
    let waiting = state.withLock { state in
      state.phase = .ended
      defer { state.whenEnded = [] }
      return state.whenEnded
    }
    for continuation in waiting { continuation.resume() }
  }

  private func bind(_ endpoint: Endpoint) async throws -> any Channel {
    try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: Self.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // So that what a peer is owed is written before its end of the connection ends ours. What secures
      // a connection has an end of its own.
      .childChannelOption(.allowRemoteHalfClosure, value: initializer == nil)
      .childChannelOption(.writeBufferWaterMark, value: SessionHandler.socketWaterMark)
      .childChannelInitializer { [host, initializer] channel in
        guard let initializer else { return Self.add(host, to: channel, gathersWrites: true) }
        return initializer(channel).flatMap { Self.add(host, to: channel, gathersWrites: false) }
      }
      .bind(host: endpoint.host, port: endpoint.port)
      .get()
  }

  private static func add(
    _ host: ServerHost, to channel: any Channel, gathersWrites: Bool
  ) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let connection = try ServerConnection(
        host: host, loop: channel.eventLoop, executor: LoopExecutor(channel.eventLoop),
        peer: channel.remoteAddress.map { "\($0)" } ?? "unknown")
      connection.gathersWrites = gathersWrites
      guard host.connections.add(connection) else {
        host.reached.reach(.maximumConnections)
        throw TransportError(.invalidState, "no room for another connection")
      }
      do {
        try channel.pipeline.syncOperations.addHandler(connection)
      } catch {
        host.connections.remove(connection)
        throw error
      }
    }
  }

  private static func startError(_ error: any Error, _ endpoint: Endpoint) -> TransportError {
    switch (error as? IOError)?.errnoCode {
    case EADDRINUSE:
      TransportError(
        .addressInUse, "\(endpoint) 已被其他程序占用 / is in use by another program", cause: error)
    case EADDRNOTAVAIL:
      TransportError(
        .addressUnavailable, "\(endpoint) 不是本机的地址 / is not an address of this machine",
        cause: error)
    case EACCES:
      TransportError(
        .addressUnavailable, "\(endpoint) 无权监听 / may not be listened on", cause: error)
    default:
      TransportError(
        .addressUnavailable, "\(endpoint) 不能监听 / cannot be listened on: \(error)", cause: error)
    }
  }
}

extension NIOLoopBound where Value: AnyObject {
  /// Runs on the value's loop.
  func execute(_ body: @escaping @Sendable (Value) -> Void) {
    eventLoop.execute { body(self.value) }
  }
}
