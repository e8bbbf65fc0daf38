// Connects, resolves names, and hands places on connections to calls.

internal import Logging
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Synchronization

/// Carries out what `PoolState` decides. The lock is never held while something is done.
final class ConnectionPool: Sendable {
  typealias Pool = PoolState<ClientLink>
  typealias Lease = Pool.Lease
  typealias Outcome = Result<Lease, RPCError>

  private struct State {
    var pool: Pool
    var budget: RetryBudget
    var random = SystemRandomNumberGenerator()
    var waiting: [Int: OneShot<Outcome>] = [:]
    var nextCall = 0
  }

  let endpoints: [Endpoint]
  private let options: HTTP2ChannelOptions
  private let group: any EventLoopGroup
  private let logger: Logger
  private let resolver: any HostResolver
  private let initializer: ChannelServer.ChannelInitializer?
  private let secureInitializer: HTTP2Channel.SecureInitializer?
  private let state: Mutex<State>

  init(
    endpoints: [Endpoint], options: HTTP2ChannelOptions, group: any EventLoopGroup,
    resolver: any HostResolver, logger: Logger, initializer: ChannelServer.ChannelInitializer?,
    secureInitializer: HTTP2Channel.SecureInitializer?
  ) {
    self.endpoints = endpoints
    self.options = options
    self.group = group
    self.resolver = resolver
    self.logger = logger
    self.initializer = initializer
    self.secureInitializer = secureInitializer
    let now = CallInstant.now
    state = Mutex(
      State(
        pool: PoolState(endpoints: endpoints, policy: options.pool, now: now),
        budget: RetryBudget(
          percent: options.retryPercent, reserve: options.retryReserve,
          window: options.retryWindow, start: now)))
  }

  // MARK: Calls

  /// A place for a call, on a connection that is made if need be.
  ///
  /// - Parameters:
  ///   - avoiding: members that the call has tried.
  ///   - isFirst: whether the call is a new one.
  func lease(
    avoiding: [Int], deadline: CallInstant?, isFirst: Bool
  ) async throws(RPCError) -> Lease {
    let (pick, actions, call, waiter) = state.withLock { state in
      let now = CallInstant.now
      if isFirst {
        state.budget.called(now: now)
        state.pool.count { $0.calls += 1 }
      }
      state.nextCall += 1
      let call = state.nextCall
      let (pick, actions) = state.pool.pick(call: call, avoiding: avoiding, now: now)
      var waiter: OneShot<Outcome>?
      if case .wait = pick {
        waiter = OneShot()
        state.waiting[call] = waiter
      }
      return (pick, actions, call, waiter)
    }
    carryOut(actions)
    switch pick {
    case .use(let lease): return lease
    case .fail(let error): throw error
    case .wait:
      guard let waiter else { throw .channelClosed }
      return try await wait(call, waiter, deadline: deadline).get()
    }
  }

  /// A place for a hedge, if there is one at once and the plan and the budget allow it.
  func leaseForHedge(than avoiding: [Int], plan: inout CallPlan) -> Lease? {
    let (lease, changed, unused) = state.withLock { [plan] state in
      let now = CallInstant.now
      var plan = plan
      guard let lease = state.pool.pickOther(than: avoiding, now: now) else {
        return (nil as Lease?, plan, [] as [Pool.Action])
      }
      guard plan.hedge(budget: &state.budget, now: now) else {
        state.pool.count { $0.attempts -= 1 }
        return (
          nil, plan, state.pool.finished(lease, .neutral, now: now, using: &state.random)
        )
      }
      state.pool.count { $0.hedges += 1 }
      return (lease, plan, [])
    }
    plan = changed
    carryOut(unused)
    return lease
  }

  func finished(_ lease: Lease, _ outcome: CallOutcome) {
    carryOut(
      state.withLock { state in
        state.pool.finished(lease, outcome, now: .now, using: &state.random)
      })
  }

  /// What becomes of a call after a failed attempt.
  func decide(
    _ plan: inout CallPlan, _ failure: AttemptFailure, pushback: Duration?
  ) throws(IllegalMove) -> CallPlan.Decision {
    let (decision, changed) = try state.withLock { [plan] state throws(IllegalMove) in
      var plan = plan
      let decision = try plan.failed(
        failure, pushback: pushback, budget: &state.budget, now: .now, using: &state.random)
      switch decision {
      case .retry: state.pool.count { $0.retries += 1 }
      case .giveUp(.budget): state.pool.count { $0.budgetRefusals += 1 }
      case .giveUp, .wait: break
      }
      return (decision, plan)
    }
    plan = changed
    return decision
  }

  /// A hedge has answered first.
  func hedgeWon() { state.withLock { $0.pool.count { $0.hedgesWon += 1 } } }

  /// Whether there is anything to choose from.
  var hasSeveral: Bool { state.withLock { $0.pool.members.count > 1 } }

  var statistics: ChannelStatistics {
    state.withLock { state in
      let now = CallInstant.now
      return ChannelStatistics(
        counts: state.pool.counts, endpoints: state.pool.endpoints(now: now),
        callsWaiting: state.pool.line.count, retryTokens: state.budget.tokens(now: now))
    }
  }

  // MARK: Waiting

  private func wait(
    _ call: Int, _ waiter: OneShot<Outcome>, deadline: CallInstant?
  ) async -> Outcome {
    let longest = CallInstant.now.advanced(by: options.maximumWait)
    let isShort = deadline.map { $0 <= longest } ?? false
    let delay = max(
      .zero, CallInstant.now.duration(to: deadline.map { min($0, longest) } ?? longest))
    let timer = group.any().scheduleTask(in: TimeAmount(clamping: delay)) {
      self.giveUp(
        call, wasTooLong: !isShort,
        isShort
          ? .notReached(.deadlineExceeded, "the deadline passed before a server was reached")
          : .notReached(.unavailable, "no server was free for \(self.options.maximumWait)"))
    }
    defer { timer.cancel() }
    return await withTaskCancellationHandler {
      await waiter.value()
    } onCancel: {
      giveUp(call, wasTooLong: false, RPCError(.canceled, "the call was cancelled"))
    }
  }

  /// Takes a call out of the line, unless it has got its place.
  private func giveUp(_ call: Int, wasTooLong: Bool, _ error: RPCError) {
    let waiter = state.withLock { state -> OneShot<Outcome>? in
      guard state.pool.giveUp(call: call, wasTooLong: wasTooLong) else { return nil }
      return state.waiting.removeValue(forKey: call)
    }
    waiter?.resume(.failure(error))
  }

  private func answer(_ call: Int, _ outcome: Outcome) {
    let waiter = state.withLock { $0.waiting.removeValue(forKey: call) }
    waiter?.resume(outcome)
  }

  // MARK: Doing

  private func carryOut(_ actions: [Pool.Action]) {
    for action in actions {
      switch action {
      case .connect(let member, let connection, let backend):
        connect(member, connection, backend)
      case .resolve(let name, let endpoint): resolve(name, endpoint)
      case .give(let call, let lease): answer(call, .success(lease))
      case .refuse(let call, let error): answer(call, .failure(error))
      case .shutDown(let link): link.shutDown()
      case .askForHealth(let lease): askForHealth(lease)
      }
    }
  }

  private func update(
    _ body: (inout Pool, inout SystemRandomNumberGenerator) -> [Pool.Action]
  ) {
    carryOut(state.withLock { state in body(&state.pool, &state.random) })
  }

  private func connect(_ member: Int, _ id: Int, _ backend: Backend) {
    let observer: ConnectionObserver = { [weak self] event in self?.observe(member, id, event) }
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(clamping: options.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.writeBufferWaterMark, value: SessionHandler.socketWaterMark)
      // A server may speak first: what it says is read only once the session is there to hear it.
      // With TLS the handshake must be read; whoever secures the connection holds the rest back.
      .channelOption(.autoRead, value: backend.named.isSecure)
      .channelInitializer { [initializer, secureInitializer] channel in
        let first = initializer?(channel) ?? channel.eventLoop.makeSucceededVoidFuture()
        guard backend.named.isSecure else { return first }
        guard let secureInitializer else {
          return channel.eventLoop.makeFailedFuture(
            TransportError(.notSecure, "it wants TLS, and this channel was given none"))
        }
        return first.flatMap { secureInitializer(channel, backend.named) }
      }
    bootstrap.connect(host: backend.endpoint.host, port: backend.endpoint.port)
      .flatMapThrowing { [options, logger] channel in
        let connection = try ClientConnection(
          endpoint: backend.endpoint, named: backend.named, options: options,
          loop: channel.eventLoop, logger: logger, observer: observer)
        try channel.pipeline.syncOperations.addHandler(connection)
        channel.setOption(.autoRead, value: true).whenFailure { _ in }
        return ClientLink(connection)
      }
      .whenComplete { result in
        switch result {
        case .success(let link):
          self.update { pool, _ in
            pool.connected(member: member, connection: id, link, now: .now)
          }
        case .failure(let error): self.failed(member, id, backend.endpoint, error)
        }
      }
  }

  private func failed(_ member: Int, _ id: Int, _ endpoint: Endpoint, _ error: any Error) {
    logger.debug("connecting failed", metadata: ["endpoint": "\(endpoint)", "error": "\(error)"])
    let known = RPCError(
      .unavailable, "\(endpoint) cannot be reached: \(Self.reason(error))", cause: error)
    update { pool, random in
      pool.failed(member: member, connection: id, known, now: .now, using: &random)
    }
  }

  private func observe(_ member: Int, _ id: Int, _ event: ConnectionEvent) {
    update { pool, random in
      switch event {
      case .settings(let maximumStreams):
        pool.learned(
          member: member, connection: id, maximumStreams: maximumStreams, now: .now)
      case .quiet(let isQuiet):
        pool.heard(member: member, connection: id, isQuiet: isQuiet, now: .now)
      case .retired(let hasServed, let error):
        pool.lost(
          member: member, connection: id, hasServed: hasServed, error: error, now: .now,
          using: &random)
      }
    }
  }

  private func askForHealth(_ lease: Lease) {
    Task { [options] in
      let isHealthy = await HealthQuestion.ask(lease.link, timeout: options.healthTimeout)
      self.finished(lease, isHealthy ? .success : .failure)
    }
  }

  // MARK: Names

  private func resolve(_ name: Int, _ endpoint: Endpoint) {
    Task { [resolver, logger, weak self] in
      let found: Result<[String], RPCError>
      do {
        found = .success(try await resolver.addresses(of: endpoint.host))
      } catch {
        logger.debug("no addresses", metadata: ["name": "\(endpoint.host)", "error": "\(error)"])
        found = .failure(
          RPCError(.unavailable, "\(endpoint): the name of the host is unknown", cause: error))
      }
      self?.resolved(name, found)
    }
  }

  private func resolved(_ name: Int, _ found: Result<[String], RPCError>) {
    update { pool, _ in
      do {
        switch found {
        case .success(let hosts): return try pool.resolved(name: name, hosts, now: .now)
        case .failure(let error): return try pool.resolveFailed(name: name, error, now: .now)
        }
      } catch {
        // An answer that nobody asked for changes nothing.
        logger.error("illegal move", metadata: ["error": "\(error)"])
        return []
      }
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
  func close() { update { pool, _ in pool.close() } }
}
