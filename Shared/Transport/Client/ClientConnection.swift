// One connection to a server: what the events of its session mean for the calls on it.

internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC

/// What the owner of a connection is told, on the connection's loop.
enum ConnectionEvent: Sendable {
  /// The server has said how many streams it allows.
  case settings(maximumStreams: Int)
  /// Calls wait and nothing is heard, not even the answer to a PING; or something is again.
  case quiet(Bool)
  /// The connection takes no more calls. Told once, as the last.
  ///
  /// - Parameters:
  ///   - hasServed: whether a server ever spoke HTTP/2 on it, and wanted us.
  ///   - error: why it ended, where that is known.
  case retired(hasServed: Bool, error: RPCError?)
}

typealias ConnectionObserver = @Sendable (ConnectionEvent) -> Void

final class ClientConnection: SessionHandler {
  private let endpoint: Endpoint
  /// By what the server is called.
  private let named: Endpoint
  private let options: HTTP2ChannelOptions
  private let logger: Logger
  private var exchanges: [StreamID: any ClientExchange] = [:]
  private var observer: ConnectionObserver?
  private var isGoingAway = false
  private var hasServed = false
  /// Why we have ended the connection, in words.
  private var reason: String?
  /// The code of the server's farewell, unless it was a friendly one.
  private var farewell: HTTP2ErrorCode?

  // Keepalive
  private var askedAt: NIODeadline?
  private var asked: UInt64 = 0
  private var isQuiet = false

  /// - Parameter named: by what the server is called; nil for the endpoint itself.
  init(
    endpoint: Endpoint, named: Endpoint? = nil, options: HTTP2ChannelOptions,
    loop: any EventLoop, logger: Logger, observer: @escaping ConnectionObserver
  ) throws(HTTP2Error) {
    self.endpoint = endpoint
    self.named = named ?? endpoint
    self.options = options
    self.logger = logger
    self.observer = observer
    super.init(
      session: try HTTP2Session(
        role: .client, limits: options.session,
        now: HTTP2Instant(nanoseconds: loop.now.uptimeNanoseconds)),
      loop: loop, tick: options.tick, linger: options.lingerTimeout)
  }

  // MARK: Commands

  func start(_ exchange: any ClientExchange) {
    guard !exchange.isFinished else { return }
    guard isOpen, !isGoingAway else {
      // The server's words may have come between the choice of this connection and now.
      if let refusal { return exchange.fail(refusal) }
      exchange.fail(.notSent("the connection to \(endpoint) is closing\(inWords)"))
      return
    }
    let request = exchange.request
    if let deadline = request.deadline, deadline <= .now {
      exchange.fail(.notReached(.deadlineExceeded, "the deadline passed before the call was sent"))
      return
    }
    do {
      let id = try session.submitRequest(
        request.http2(to: named), endStream: request.body.isEmpty)
      exchange.place.stream = id
      exchanges[id] = exchange
      if !request.body.isEmpty { try session.sendData(id, request.body, endStream: true) }
    } catch {
      if let id = exchange.place.stream { drop(id) }
      fail(exchange, toStart: error)
      return
    }
    if let deadline = request.deadline { watch(deadline) }
    requestFlush()
  }

  private var inWords: String { reason.map { " (\($0))" } ?? "" }

  private func fail(_ exchange: any ClientExchange, toStart error: HTTP2Error) {
    switch error.code {
    case .goingAway, .streamIDsExhausted, .sessionFailed, .streamClosed:
      exchange.fail(.notSent("the connection to \(endpoint) is closing\(inWords)"))
      retire()
    case .invalidHeaders:
      exchange.fail(RPCError(.resourceExhausted, "the metadata of the call is too large"))
    case .invalidState, .internal:
      exchange.fail(RPCError(.internal, "the call could not be sent", cause: error))
    }
  }

  /// The caller does not wait any more.
  func abandon(_ exchange: any ClientExchange) {
    guard let id = exchange.place.stream, exchanges[id] === exchange else { return }
    drop(id)
  }

  /// The caller has used up bytes of a streamed answer.
  func consume(_ exchange: any ClientExchange, _ count: Int) {
    guard let id = exchange.place.stream, exchanges[id] === exchange else { return }
    session.consume(id, count)
    requestFlush()
  }

  /// Takes no more calls, and closes when those under way are done.
  func shutDown() {
    retire()
    requestFlush()
  }

  /// Forgets a stream. The session resets it when it is not over.
  private func drop(_ id: StreamID) {
    exchanges[id] = nil
    session.release(id)
    requestFlush()
  }

  // MARK: Events

  override func handle(_ event: HTTP2Event) {
    switch event {
    case .responseHead(let id, let fields, let endStream):
      guard let exchange = exchanges[id] else { return }
      exchange.receive(ResponseHead(fields))
      if endStream { finish(id, exchange) }
    case .data(let id, let bytes, let endStream):
      receive(id, bytes, endStream: endStream)
    case .trailers(let id, _):
      if let exchange = exchanges[id] { finish(id, exchange) }
    case .headersTooLarge(let id, _):
      fail(id, RPCError(.resourceExhausted, "the head of the answer is too large"))
    case .streamClosed(let id, let code):
      fail(id, closed(code))
    case .remoteGoAway(_, let code):
      logger.debug("server goes away", metadata: ["endpoint": "\(endpoint)", "code": "\(code)"])
      if code != .noError { farewell = code }
      retire()
    case .connectionError(let code, let text):
      logger.debug(
        "connection ended",
        metadata: ["endpoint": "\(endpoint)", "code": "\(code)", "reason": "\(text)"])
      if reason == nil, code != .connectError { reason = "\(code): \(text)" }
      retire()
    case .pingAcknowledged(let number):
      if number == asked {
        askedAt = nil
        becomeQuiet(false)
      }
    case .remoteSettings(let settings):
      hasServed = true
      observer?(.settings(maximumStreams: Int(clamping: settings.maxConcurrentStreams)))
    case .windowAvailable, .request, .notHTTP2:
      break
    }
  }

  private func receive(_ id: StreamID, _ bytes: [UInt8], endStream: Bool) {
    guard let exchange = exchanges[id] else { return }
    do {
      let used = try exchange.receive(bytes)
      if used > 0 { session.consume(id, used) }
      if endStream { finish(id, exchange) }
    } catch {
      fail(id, error)
    }
  }

  private func finish(_ id: StreamID, _ exchange: any ClientExchange) {
    drop(id)
    exchange.end()
  }

  private func fail(_ id: StreamID, _ error: RPCError) {
    guard let exchange = exchanges[id] else { return }
    drop(id)
    exchange.fail(error)
  }

  /// What the end of a stream means for its caller: the end of the whole connection, or a reset,
  /// after the table of the Connect protocol.
  private func closed(_ code: HTTP2ErrorCode) -> RPCError {
    if session.hasFailed || code == .connectError {
      let words =
        reason ?? session.failureReason.map { "\(code): \($0)" }
        ?? (code == .connectError ? nil : "\(code)")
      return .unavailable(
        "the connection to \(endpoint) was lost\(words.map { " (\($0))" } ?? "")")
    }
    if let refusal { return refusal }
    let text = "\(endpoint) broke off the call: \(code)"
    return switch code {
    case .refusedStream: .unavailable(text, wasProcessed: false)
    case .cancel: RPCError(.canceled, text)
    case .enhanceYourCalm: RPCError(.resourceExhausted, text)
    case .inadequateSecurity: RPCError(.permissionDenied, text)
    case .noError, .protocolError, .internalError, .flowControlError, .settingsTimeout,
      .frameSizeError, .compressionError:
      RPCError(.internal, text)
    default: RPCError(.unknown, text)
    }
  }

  /// What a server that does not take us says to every call; nothing of them was processed.
  private var refusal: RPCError? {
    guard farewell == .inadequateSecurity else { return nil }
    return .notReached(
      .permissionDenied,
      "\(endpoint) refuses this connection as not secure enough: it takes TLS only, or a "
        + "certificate with other names")
  }

  // MARK: Clocks

  override func expire(now: CallInstant) -> CallInstant? {
    var next: CallInstant?
    for (id, exchange) in exchanges {
      guard let deadline = exchange.request.deadline else { continue }
      if deadline <= now {
        fail(id, RPCError(.deadlineExceeded, "the deadline passed before the answer came"))
      } else {
        next = next.map { min($0, deadline) } ?? deadline
      }
    }
    return next
  }

  override func checkClocks(now: NIODeadline) {
    // Whatever comes is a sign of life, though it be no answer to the question.
    if let askedAt, lastRead > askedAt {
      self.askedAt = nil
      becomeQuiet(false)
    }
    if let askedAt {
      if now >= askedAt + TimeAmount(clamping: options.quietTimeout) { becomeQuiet(true) }
      // An early question is not what ends the connection: the server has all the time it would
      // have had with a question after `keepaliveInterval`.
      let interval = max(.zero, options.keepaliveInterval - options.quietInterval)
      guard now >= askedAt + TimeAmount(clamping: interval + options.keepaliveTimeout) else {
        return
      }
      reason = "no sign of life for \(options.keepaliveTimeout)"
      closeNow()
    } else if !exchanges.isEmpty, now >= lastRead + TimeAmount(clamping: firstQuestion) {
      asked += 1
      askedAt = now
      session.ping(asked)
    }
  }

  private var firstQuestion: Duration { min(options.quietInterval, options.keepaliveInterval) }

  private func becomeQuiet(_ isQuiet: Bool) {
    guard self.isQuiet != isQuiet else { return }
    self.isQuiet = isQuiet
    observer?(.quiet(isQuiet))
  }

  // MARK: The end

  /// Takes no more calls.
  private func retire() {
    isGoingAway = true
    guard let observer else { return }
    self.observer = nil
    let error = refusal ?? reason.map { .unavailable("\(endpoint): \($0)", wasProcessed: false) }
    observer(.retired(hasServed: hasServed && refusal == nil, error: error))
  }

  override func connectionEnded() { retire() }

  override func failed(_ error: TransportError) { reason = error.message }

  override func afterFlush() {
    if isGoingAway, exchanges.isEmpty, isOpen {
      session.goAway(.noError)
      closeGently()
    }
  }
}

extension RPCError {
  static func unavailable(_ message: String, wasProcessed: Bool = true) -> RPCError {
    var error = RPCError(.unavailable, message)
    error.wasNotProcessed = !wasProcessed
    return error
  }

  /// The call ended before a server was reached.
  static func notReached(_ code: RPCError.Code, _ message: String) -> RPCError {
    var error = RPCError(code, message)
    error.wasNotProcessed = true
    return error
  }

  static func notSent(_ message: String) -> RPCError {
    var error = unavailable(message, wasProcessed: false)
    error.wasNotSent = true
    return error
  }
}

/// A connection as other threads hold it.
struct ClientLink: Sendable {
  private let connection: NIOLoopBound<ClientConnection>

  init(_ connection: ClientConnection) {
    self.connection = NIOLoopBound(connection, eventLoop: connection.loop)
  }

  func start(_ exchange: some ClientExchange) { run { $0.start(exchange) } }
  func abandon(_ exchange: some ClientExchange) { run { $0.abandon(exchange) } }
  func consume(_ exchange: some ClientExchange, _ count: Int) {
    run { $0.consume(exchange, count) }
  }
  func shutDown() { run { $0.shutDown() } }

  /// Sends a request and collects its answer.
  func unary(_ request: RawRequest, maximumBytes: Int) async -> Result<Answer, RPCError> {
    let exchange = UnaryExchange(request, maximumBytes: maximumBytes)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.setContinuation(continuation)
        start(exchange)
      }
    } onCancel: {
      exchange.fail(RPCError(.canceled, "the call was cancelled"))
      abandon(exchange)
    }
  }

  /// Sends a request and returns when the head of its answer is here.
  func open(
    _ request: RawRequest, windowBytes: Int
  ) async -> Result<ClientResponseStream, RPCError> {
    let exchange = StreamExchange(request, windowBytes: windowBytes)
    let head = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.setHeadWaiter(continuation)
        start(exchange)
      }
    } onCancel: {
      exchange.fail(RPCError(.canceled, "the call was cancelled"))
      abandon(exchange)
    }
    return head.map { ClientResponseStream(head: $0, exchange: exchange, link: self) }
  }

  private func run(_ body: @escaping @Sendable (ClientConnection) -> Void) {
    if connection.eventLoop.inEventLoop {
      body(connection.value)
    } else {
      connection.execute(body)
    }
  }
}
