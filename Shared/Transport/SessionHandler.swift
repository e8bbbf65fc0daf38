// The NIO side of one HTTP/2 connection, the same for both roles: bytes in, events out, one write
// per burst, and an end that loses nothing. `ServerConnection` and `ClientConnection` say what the
// events mean.

internal import HTTP2
internal import NIOCore
internal import RPC

/// Owns the session of a connection and its place in the pipeline. All of it lives on the loop.
///
///   open ──fail, finish──▶ lingering ──peer's close, time──▶ closed
///     └────────────── peer's close, I/O error ─────────────────▲
class SessionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case open
    /// Our last byte is written; what still comes is dropped.
    case lingering
    case closed
  }

  /// Over the upper mark nothing is taken out of the session and nothing is read; below the lower
  /// one both go on. What waits in the session is bounded there, stream by stream.
  static let socketWaterMark = ChannelOptions.Types.WriteBufferWaterMark(
    low: 131_072, high: 262_144)

  let loop: any EventLoop
  let session: HTTP2Session
  private var context: ChannelHandlerContext?
  private var phase = Phase.open
  private var lingerTimeout: TimeAmount
  /// The names that the peer has proved to have, told by what secures the connection.
  private(set) var identity: PeerIdentity?

  // Writing
  private var isInBurst = false
  private var isFlushing = false
  private var flushIsScheduled = false
  private var output: [UInt8] = []
  private var stall = StallClock()
  /// Asking after a few bytes after each flush would cost more than they do.
  private static let socketBytesWorthAsking = 16_384
  private var writtenSinceAsked = 0
  /// Bytes that the session has let go of and the system has not taken yet, as last asked.
  private(set) var socketBytes = 0
  private(set) var lastRead: NIODeadline

  /// Whether of the connections that became readable together all are read before the first is written
  /// to. A peer with many of them wakes up once, and each half of the work finds its code in the
  /// processor's cache. Needs a channel that allows the peer to end its half first: the end of the
  /// connection would otherwise come between the two.
  var gathersWrites = false

  // Clocks
  private let tickInterval: TimeAmount
  private var tick: Scheduled<Void>?
  private var deadlines = DeadlineTimer()

  init(session: HTTP2Session, loop: any EventLoop, tick: Duration, linger: Duration) {
    self.session = session
    self.loop = loop
    lastRead = loop.now
    tickInterval = TimeAmount(clamping: tick)
    lingerTimeout = TimeAmount(clamping: linger)
  }

  /// Acts on an event of the session.
  func handle(_ event: HTTP2Event) {}

  /// Looks at the clocks of the role.
  func checkClocks(now: NIODeadline) {}

  /// Ends what has passed its deadline; gives the earliest deadline that is still to come.
  func expire(now: CallInstant) -> CallInstant? { nil }

  /// The connection can carry nothing more. Called once, before the last events.
  func connectionEnded() {}

  /// What is below HTTP/2 ends the connection, for this reason.
  func failed(_ error: TransportError) {}

  /// Called after each write, when all events are handled.
  func afterFlush() {}

  /// Whether a session with nothing left to read and write may be closed.
  var mayClose: Bool { true }

  var isOpen: Bool { phase == .open }
  var instant: HTTP2Instant { HTTP2Instant(nanoseconds: loop.now.uptimeNanoseconds) }

  // MARK: The pipeline's calls

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { start() }
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    start()
    context.fireChannelActive()
  }

  private func start() {
    guard tick == nil, phase == .open else { return }
    scheduleTick()
    requestFlush()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isInBurst = true
    guard phase == .open else { return }
    let buffer = unwrapInboundIn(data)
    lastRead = loop.now
    let now = HTTP2Instant(nanoseconds: lastRead.uptimeNanoseconds)
    buffer.withUnsafeReadableBytes { session.receive($0, now: now) }
    deliverEvents()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isInBurst = false
    gathersWrites ? requestFlush() : flush()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    // A peer that does not take our bytes gets to send no more of its own.
    let isWritable = context.channel.isWritable
    askForSocketBytes()
    stall.changed(isWritable: isWritable, waiting: socketBytes, now: loop.now)
    context.channel.setOption(.autoRead, value: isWritable).assumeIsolated().whenFailure { _ in }
    // Not at once: this may be called from within a write, and each write may call it again.
    if isWritable { requestFlush() }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let identity = event as? PeerIdentity { self.identity = identity }
    if let event = event as? ChannelEvent, event == .inputClosed { inputClosed(context) }
    context.fireUserInboundEventTriggered(event)
  }

  /// The peer has said its last. What came just before is answered as far as it can be at once; nobody
  /// is there for the rest.
  private func inputClosed(_ context: ChannelHandlerContext) {
    flush()
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // Other errors speak of the system; this one was written to be read.
    if let error = error as? TransportError { failed(error) }
    context.close(promise: nil)
  }

  // MARK: Writing

  /// Sees to it that what was submitted gets written, once in this turn of the loop however much is
  /// read and however many handlers finish in it.
  func requestFlush() {
    guard !isInBurst, !isFlushing, !flushIsScheduled else { return }
    flushIsScheduled = true
    loop.assumeIsolated().execute {
      self.flushIsScheduled = false
      self.flush()
    }
  }

  /// Takes what is ready out of the session, so that what is submitted next comes after it. The
  /// session by itself lets some frames overtake others.
  func stageOutput() {
    session.takeOutput(into: &output)
  }

  private func flush() {
    guard phase == .open, !isFlushing else { return }
    writeOutput()
    if phase == .open { afterFlush() }
    if phase == .open, session.isFinished, session.hasFailed || mayClose { closeGently() }
  }

  /// Hands what is ready to the socket, and the events that this brings up to the role.
  private func writeOutput() {
    guard let context, !isFlushing else { return }
    isFlushing = true
    repeat {
      // A failed session has only its farewell left, which must not wait for a full socket.
      guard context.channel.isWritable || session.hasFailed else { break }
      session.takeOutput(into: &output)
      if !output.isEmpty {
        var buffer = context.channel.allocator.buffer(capacity: output.count)
        buffer.writeBytes(output)
        writtenSinceAsked += output.count
        output.removeAll(keepingCapacity: output.count <= 65_536)
        context.write(wrapOutboundOut(buffer), promise: nil)
      }
      deliverEvents()
    } while phase == .open && session.wantsWrite
    isFlushing = false
    context.flush()
    if socketBytes > 0 || writtenSinceAsked >= Self.socketBytesWorthAsking { askForSocketBytes() }
  }

  private func askForSocketBytes() {
    writtenSinceAsked = 0
    let options = phase == .closed ? nil : context?.channel.syncOptions
    socketBytes = (try? options?.getOption(.bufferedWritableBytes)) ?? 0
  }

  /// Since when the peer has taken nothing from a socket that is full; nil while it is not.
  var stalledSince: NIODeadline? { stall.since }

  private func deliverEvents() {
    while let event = session.popEvent() { handle(event) }
  }

  /// Writes bytes that are not HTTP/2, as the last of this connection.
  func writeForeign(_ text: String) {
    guard let context else { return }
    context.writeAndFlush(
      wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
  }

  // MARK: The end

  /// Ends our side and waits for the peer to end its own: closing a socket that holds unread bytes
  /// resets it, and the reset may overtake what we have written.
  func closeGently() {
    guard phase == .open, let context else { return }
    writeOutput()
    guard phase == .open else { return }
    phase = .lingering
    finish()
    context.close(mode: .output, promise: nil)
    // Reading may be off because the socket was full.
    context.channel.setOption(.autoRead, value: true).assumeIsolated().whenFailure { _ in }
    let channel = context.channel
    loop.scheduleTask(in: lingerTimeout) { channel.close(promise: nil) }
  }

  /// Ends the connection at once.
  func closeNow() {
    context?.close(promise: nil)
  }

  private func end() {
    guard phase != .closed else { return }
    let wasOpen = phase == .open
    phase = .closed
    if wasOpen { finish() }
  }

  private func finish() {
    tick?.cancel()
    tick = nil
    deadlines.cancel()
    connectionEnded()
    session.connectionLost()
    deliverEvents()
  }

  // MARK: Clocks

  private func scheduleTick() {
    tick = loop.assumeIsolated().scheduleTask(in: tickInterval) {
      guard self.phase == .open else { return }
      self.session.checkTimeouts(now: self.instant)
      self.deliverEvents()
      self.askForSocketBytes()
      self.stall.look(waiting: self.socketBytes, now: self.loop.now)
      self.checkClocks(now: self.loop.now)
      self.flush()
      if self.phase == .open { self.scheduleTick() }
    }
  }

  /// Has `expire` called at a deadline, or before.
  func watch(_ deadline: CallInstant) {
    guard phase == .open, deadlines.needsTimer(for: deadline) else { return }
    let delay = TimeAmount(clamping: max(.zero, CallInstant.now.duration(to: deadline)))
    let timer = loop.assumeIsolated().scheduleTask(in: delay) {
      self.deadlines.fired()
      if let next = self.expire(now: CallInstant.now) { self.watch(next) }
      self.requestFlush()
    }
    deadlines.set(deadline, timer)
  }
}

/// How long a full socket has stood still.
struct StallClock {
  private(set) var since: NIODeadline?
  private var waiting = 0

  mutating func changed(isWritable: Bool, waiting: Int, now: NIODeadline) {
    since = isWritable ? nil : now
    self.waiting = waiting
  }

  /// A peer that takes bytes, however slowly, is not stalled.
  mutating func look(waiting: Int, now: NIODeadline) {
    if since != nil, waiting < self.waiting { since = now }
    self.waiting = waiting
  }
}

/// One timer for all deadlines of a connection: calls come and go much faster than deadlines pass.
struct DeadlineTimer {
  private var earliest: (deadline: CallInstant, timer: Scheduled<Void>)?

  func needsTimer(for deadline: CallInstant) -> Bool {
    earliest.map { deadline < $0.deadline } ?? true
  }

  mutating func set(_ deadline: CallInstant, _ timer: Scheduled<Void>) {
    earliest?.timer.cancel()
    earliest = (deadline, timer)
  }

  mutating func fired() { earliest = nil }

  mutating func cancel() {
    earliest?.timer.cancel()
    earliest = nil
  }
}
