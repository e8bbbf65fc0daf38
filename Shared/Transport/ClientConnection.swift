// One connection to a server: what the events of its session mean for the calls on it.

internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC

/// Tells the owner of a connection, on the connection's loop, that it takes no more calls, and
/// whether a server ever spoke HTTP/2 on it.
typealias ConnectionObserver = @Sendable (_ hasServed: Bool) -> Void

final class ClientConnection: SessionHandler {
  private let endpoint: Endpoint
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

  init(
    endpoint: Endpoint, options: HTTP2ChannelOptions, loop: any EventLoop, logger: Logger,
    observer: @escaping ConnectionObserver
  ) throws(HTTP2Error) {
    self.endpoint = endpoint
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
      exchange.fail(.notSent("the connection to \(endpoint) is closing"))
      return
    }
    let request = exchange.request
    do {
      let id = try session.submitRequest(
        request.http2(to: endpoint), endStream: request.body.isEmpty)
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

  private func fail(_ exchange: any ClientExchange, toStart error: HTTP2Error) {
    switch error.code {
    case .goingAway, .streamIDsExhausted, .sessionFailed, .streamClosed:
      exchange.fail(.notSent("the connection to \(endpoint) is closing"))
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
      retire()
    case .pingAcknowledged(let number):
      if number == asked { askedAt = nil }
    case .remoteSettings:
      hasServed = true
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
    if farewell == .inadequateSecurity {
      return RPCError(
        .permissionDenied,
        "\(endpoint) refuses this connection as not secure enough: it takes TLS only, or a certificate with other names"
      )
    }
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
    if let askedAt, lastRead > askedAt { self.askedAt = nil }
    if let askedAt {
      guard now >= askedAt + TimeAmount(clamping: options.keepaliveTimeout) else { return }
      reason = "no sign of life for \(options.keepaliveTimeout)"
      closeNow()
    } else if !exchanges.isEmpty, now >= lastRead + TimeAmount(clamping: options.keepaliveInterval)
    {
      asked += 1
      askedAt = now
      session.ping(asked)
    }
  }

  // MARK: The end

  /// Takes no more calls.
  private func retire() {
    isGoingAway = true
    guard let observer else { return }
    self.observer = nil
    observer(hasServed)
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

  private func run(_ body: @escaping @Sendable (ClientConnection) -> Void) {
    if connection.eventLoop.inEventLoop {
      body(connection.value)
    } else {
      connection.execute(body)
    }
  }
}
