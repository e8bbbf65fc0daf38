// Connects, and hands connections to calls.

internal import Logging
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Synchronization

/// Carries out what `PoolState` decides.
final class ConnectionPool: Sendable {
  typealias Outcome = Result<ClientLink, RPCError>

  private struct State {
    var pool: PoolState<ClientLink>
    var waiting: [OneShot<Outcome>] = []
    /// Tells a connection that ends from a later one to the same endpoint.
    var generations: [UInt64]
  }

  let endpoints: [Endpoint]
  private let options: HTTP2ChannelOptions
  private let group: any EventLoopGroup
  private let logger: Logger
  private let initializer: ChannelServer.ChannelInitializer?
  private let secureInitializer: HTTP2Channel.SecureInitializer?
  private let state: Mutex<State>

  init(
    endpoints: [Endpoint], options: HTTP2ChannelOptions, group: any EventLoopGroup,
    logger: Logger, initializer: ChannelServer.ChannelInitializer?,
    secureInitializer: HTTP2Channel.SecureInitializer?
  ) {
    self.endpoints = endpoints
    self.options = options
    self.group = group
    self.logger = logger
    self.initializer = initializer
    self.secureInitializer = secureInitializer
    let backoff = Backoff(minimum: options.minimumBackoff, maximum: options.maximumBackoff)
    state = Mutex(
      State(
        pool: PoolState(count: endpoints.count, backoff: backoff),
        generations: Array(repeating: 0, count: endpoints.count)))
  }

  /// A connection for a call, made if need be.
  func link(deadline: CallInstant?) async throws(RPCError) -> ClientLink {
    let waiter = OneShot<Outcome>()
    let (pick, connect) = state.withLock { state in
      let picked = state.pool.pick(now: .now)
      if case .wait = picked.pick { state.waiting.append(waiter) }
      return picked
    }
    for index in connect { self.connect(index) }
    switch pick {
    case .use(let link): return link
    case .fail(let error): throw error
    case .wait: return try await wait(waiter, deadline: deadline).get()
    }
  }

  private func wait(
    _ waiter: OneShot<Outcome>, deadline: CallInstant?
  ) async -> Outcome {
    let timer = deadline.map { deadline in
      let delay = max(.zero, CallInstant.now.duration(to: deadline))
      return group.any().scheduleTask(in: TimeAmount(clamping: delay)) {
        waiter.resume(
          .failure(RPCError(.deadlineExceeded, "the deadline passed before a server was reached")))
      }
    }
    defer { timer?.cancel() }
    return await withTaskCancellationHandler {
      await waiter.value()
    } onCancel: {
      waiter.resume(.failure(RPCError(.canceled, "the call was cancelled")))
    }
  }

  // MARK: Connecting

  private func connect(_ index: Int) {
    let endpoint = endpoints[index]
    let generation = state.withLock { state in
      state.generations[index] += 1
      return state.generations[index]
    }
    let observer: ConnectionObserver = { [weak self] hasServed in
      self?.lost(index, generation, hasServed: hasServed)
    }
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(clamping: options.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.writeBufferWaterMark, value: SessionHandler.socketWaterMark)
      // A server may speak first: what it says is read only once the session is there to hear it.
      // With TLS the handshake must be read; whoever secures the connection holds the rest back.
      .channelOption(.autoRead, value: endpoint.isSecure)
      .channelInitializer { [initializer, secureInitializer] channel in
        let first = initializer?(channel) ?? channel.eventLoop.makeSucceededVoidFuture()
        guard endpoint.isSecure else { return first }
        guard let secureInitializer else {
          return channel.eventLoop.makeFailedFuture(
            TransportError(.notSecure, "it wants TLS, and this channel was given none"))
        }
        return first.flatMap { secureInitializer(channel, endpoint) }
      }
    bootstrap.connect(host: endpoint.host, port: endpoint.port)
      .flatMapThrowing { [options, logger] channel in
        let connection = try ClientConnection(
          endpoint: endpoint, options: options, loop: channel.eventLoop, logger: logger,
          observer: observer)
        try channel.pipeline.syncOperations.addHandler(connection)
        channel.setOption(.autoRead, value: true).whenFailure { _ in }
        return ClientLink(connection)
      }
      .whenComplete { result in
        switch result {
        case .success(let link): self.connected(index, link)
        case .failure(let error): self.failed(index, error)
        }
      }
  }

  private func connected(_ index: Int, _ link: ClientLink) {
    let (isWanted, waiting) = state.withLock { state in
      let isWanted = state.pool.connected(index, link)
      defer { state.waiting = [] }
      return (isWanted, state.waiting)
    }
    if !isWanted { link.shutDown() }
    for waiter in waiting {
      waiter.resume(isWanted ? .success(link) : .failure(.unavailable("the channel is closed")))
    }
  }

  private func failed(_ index: Int, _ error: any Error) {
    let endpoint = endpoints[index]
    let known = RPCError(
      .unavailable, "\(endpoint) cannot be reached: \(Self.reason(error))", cause: error)
    logger.debug("connecting failed", metadata: ["endpoint": "\(endpoint)", "error": "\(error)"])
    let (failure, waiting) = state.withLock { state in
      var random = SystemRandomNumberGenerator()
      let failure = state.pool.failed(index, known, now: .now, using: &random)
      defer { if failure != nil { state.waiting = [] } }
      return (failure, state.waiting)
    }
    guard var failure else { return }
    failure.wasNotProcessed = true
    for waiter in waiting { waiter.resume(.failure(failure)) }
  }

  private func lost(_ index: Int, _ generation: UInt64, hasServed: Bool) {
    state.withLock { state in
      guard state.generations[index] == generation else { return }
      var random = SystemRandomNumberGenerator()
      state.pool.lost(index, hasServed: hasServed, now: .now, using: &random)
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return reason(first.error) }
      return "the name of the host is unknown"
    case let error as IOError:
      switch error.errnoCode {
      case ECONNREFUSED: return "nothing listens there"
      case EHOSTUNREACH, ENETUNREACH: return "there is no way to the host"
      default: return error.description
      }
    case ChannelError.connectTimeout: return "it did not answer in time"
    default: return "\(error)"
    }
  }

  /// Shuts all connections down; calls under way finish.
  func close() {
    let (links, waiting) = state.withLock { state in
      defer { state.waiting = [] }
      return (state.pool.close(), state.waiting)
    }
    for link in links { link.shutDown() }
    for waiter in waiting { waiter.resume(.failure(.unavailable("the channel is closed"))) }
  }
}

/// A value that somebody waits for and that several may bring; the first one counts.
final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case open
    case waiting(CheckedContinuation<Value, Never>)
    case known(Value)
    case taken
  }

  private let state = Mutex(State.open)

  func resume(_ value: Value) {
    let continuation = state.withLock { state -> CheckedContinuation<Value, Never>? in
      switch state {
      case .open:
        state = .known(value)
        return nil
      case .waiting(let continuation):
        state = .taken
        return continuation
      case .known, .taken:
        return nil
      }
    }
    continuation?.resume(returning: value)
  }

  /// Waits. To be called once.
  func value() async -> Value {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> Value? in
        if case .known(let value) = state {
          state = .taken
          return value
        }
        state = .waiting(continuation)
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
