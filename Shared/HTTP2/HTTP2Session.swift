// The session as its owner sees it. This class decides; `Nghttp2Engine` speaks to the library and
// `SessionState` remembers. The order inside every function is the same: look at the state, leave
// it, call the engine, look at the state again.

/// One HTTP/2 connection without its socket.
///
/// The owner feeds received bytes to `receive`, takes events with `popEvent`, gives commands, and
/// once per burst writes what `takeOutput` hands over. `takeOutput` may queue events too. All on
/// one thread; the class is deliberately not `Sendable`.
///
/// Every stream that was announced by an event (`request`, `headersTooLarge`) or opened by
/// `submitRequest` must be `release`d exactly once, when the owner will not speak of it again.
/// Until then it holds its slot, even when the peer has cancelled it.
public final class HTTP2Session {
  static let preface: [UInt8] = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let maxPrefixBytes = 256

  let engine: Nghttp2Engine
  public let role: HTTP2Role
  public let limits: HTTP2Limits
  private let started: HTTP2Instant

  /// Bytes of the preface that have matched so far.
  private var prefaceMatched = 0
  /// A server says nothing before it knows that the peer speaks HTTP/2.
  private(set) var hasPreface: Bool

  /// Fails only when memory is out.
  ///
  /// - Parameter paths: may be shared by sessions on one thread.
  public init(
    role: HTTP2Role, limits: HTTP2Limits = HTTP2Limits(), paths: PathCache = PathCache(),
    now: HTTP2Instant
  ) throws(HTTP2Error) {
    let state = SessionState(role: role, limits: limits, now: now)
    guard let engine = Nghttp2Engine(state, paths: paths) else {
      throw HTTP2Error(code: .internal, message: "no memory for an HTTP/2 session")
    }
    self.engine = engine
    self.role = role
    self.limits = limits
    started = now
    hasPreface = role == .client
    if role == .client {
      // With `no_recv_client_magic` only the receiving side of nghttp2 leaves the preface to us.
      drain()
    }
  }

  // MARK: Bytes in, bytes out, events

  /// Takes received bytes, cut anywhere. After a failure they are ignored.
  public func receive(_ bytes: UnsafeRawBufferPointer, now: HTTP2Instant) {
    guard !hasFailed, !bytes.isEmpty else { return }
    engine.withState { $0.now = now }
    var rest = bytes
    if !hasPreface {
      guard let skipped = matchPreface(bytes) else { return }
      rest = UnsafeRawBufferPointer(rebasing: bytes[skipped...])
      if rest.isEmpty { return }
    }
    if let breach = engine.withState({ $0.meter.scan(rest, now: now) }) {
      switch breach {
      case .flood(let flood): fail(flood)
      case .violation(let code, let reason): fail(code, reason: reason)
      }
      return
    }
    if let failure = engine.receive(rest) {
      if let flood = engine.withState({ $0.flood }) {
        fail(flood)
      } else {
        fail(failure)
      }
      return
    }
    afterReceiving()
  }

  /// The next event, oldest first.
  public func popEvent() -> HTTP2Event? {
    engine.withState { $0.events.pop() }
  }

  /// Appends what is ready to be sent: whole frames, all streams, of bodies about
  /// `limits.outputBytes`. While `wantsWrite`, there is more.
  public func takeOutput(into buffer: inout [UInt8]) {
    if !hasFailed && hasPreface { drain() }
    engine.withState { state in
      if buffer.isEmpty {
        swap(&buffer, &state.output)
      } else {
        buffer.append(contentsOf: state.output)
        state.output.removeAll(keepingCapacity: true)
      }
    }
  }

  /// Looks at the clocks of `limits`; call it about once a second.
  public func checkTimeouts(now: HTTP2Instant) {
    guard !hasFailed else { return }
    func isOver(_ since: HTTP2Instant, _ seconds: Double) -> Bool {
      now >= since.advanced(bySeconds: seconds)
    }
    let (isReady, blockSince) = engine.withState { state in
      state.now = now
      return (state.hasRemoteSettings, state.meter.headerBlockSince)
    }
    if !isReady && isOver(started, limits.prefaceSeconds) {
      reach(.prefaceSeconds)
      fail(.settingsTimeout, reason: "no complete HTTP/2 preface in time")
      return
    }
    if let blockSince, isOver(blockSince, limits.headerBlockSeconds) {
      reach(.headerBlockSeconds)
      fail(.protocolError, reason: "a header block was not completed in time")
      return
    }
    let sending = engine.withState { state in
      state.table.slots.filter { $0.id != 0 && !$0.isClosed && $0.isSending }.map(\.id)
    }
    // Bytes that wait for our owner to take them are not the peer's fault.
    let ready = sending.filter { !engine.isWindowShut($0) }
    let stalled = engine.withState { state in
      for id in ready { state.hasWindow(stream: id) }
      return Self.stalledStreams(state, role: role, isOver: isOver)
    }
    for (id, limit) in stalled {
      reach(limit)
      reset(StreamID(rawValue: id), .cancel)
    }
    if !stalled.isEmpty { drain() }
  }

  private static func stalledStreams(
    _ state: borrowing SessionState, role: HTTP2Role,
    isOver: (HTTP2Instant, Double) -> Bool
  ) -> [(Int32, HTTP2Limit)] {
    let limits = state.limits
    return state.table.slots.compactMap { slot in
      guard slot.id != 0, !slot.isClosed, !slot.isResetByOwner else { return nil }
      if slot.isSending && isOver(slot.sendProgress, limits.stalledWriteSeconds) {
        return (slot.id, .stalledWriteSeconds)
      }
      let isBodyStalled =
        role == .server && slot.isAnnounced && !slot.hasRemoteEnded && slot.unconsumed == 0
        && isOver(slot.receiveProgress, limits.bodyProgressSeconds)
      return isBodyStalled ? (slot.id, .bodyProgressSeconds) : nil
    }
  }

  /// The socket is gone: every open stream gets `streamClosed(connectError)`.
  public func connectionLost() {
    engine.withState { $0.closeAll(.connectError) }
  }

  // MARK: State

  /// False when further input would be ignored: the owner may stop reading.
  public var wantsRead: Bool { !hasFailed && engine.wantsRead }

  /// Whether `takeOutput` has something to give.
  public var wantsWrite: Bool {
    if engine.withState({ !$0.output.isEmpty }) { return true }
    return !hasFailed && hasPreface && engine.wantsWrite
  }

  /// Nothing is left to read or write: the owner closes the connection.
  public var isFinished: Bool { !wantsWrite && !wantsRead }

  public var hasFailed: Bool { engine.withState { $0.hasFailed } }

  /// Why the connection has ended, as `connectionError` says too; known from the first
  /// `streamClosed` on that comes of it.
  public var failureReason: String? { engine.withState { $0.failureReason } }

  /// How often the peer has come up against which limit since this was last asked. Empty, and cheap
  /// to ask for, with a peer that behaves.
  public func takeReachedLimits() -> [HTTP2Limit: Int] {
    engine.withState { state in
      if state.reached.isEmpty { return [:] }
      defer { state.reached = [:] }
      return state.reached
    }
  }

  /// Streams that hold a slot: open, or closed and not yet released.
  public var activeStreams: Int { engine.withState { $0.table.count } }

  /// Bytes given to `sendData` that are not yet in the output.
  public func bufferedBytes(_ stream: StreamID) -> Int {
    engine.withState { state in
      state.table.index(of: stream.rawValue).map { state.table.slots[$0].bufferedBytes } ?? 0
    }
  }

  /// Bytes of bodies that this connection holds or answers for, for a watermark over all
  /// connections: unsent, unread and not yet taken output. Linear in the streams.
  public var bodyBytes: Int {
    engine.withState { state in
      state.table.slots.reduce(state.output.count) { $0 + $1.bufferedBytes + $1.unconsumed }
    }
  }
}

// MARK: - Inside

extension HTTP2Session {
  /// How many bytes belonged to the preface, or nil when this is no HTTP/2.
  private func matchPreface(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let expected = Self.preface[prefaceMatched...].prefix(bytes.count)
    guard zip(expected, bytes).allSatisfy({ $0 == $1 }) else {
      let seen = Self.preface[..<prefaceMatched] + bytes.prefix(Self.maxPrefixBytes)
      engine.withState { $0.failPreface(Array(seen.prefix(Self.maxPrefixBytes))) }
      return nil
    }
    prefaceMatched += expected.count
    hasPreface = prefaceMatched == Self.preface.count
    return expected.count
  }

  /// What callbacks have left to be done, now that nghttp2 has returned.
  private func afterReceiving() {
    let (refused, discarded) = engine.withState { state in
      state.flushData()
      let found = (state.refused, state.discardedBytes)
      state.discardedBytes = 0
      if !found.0.isEmpty {
        state.beingRefused += found.0
        state.refused = []
      }
      return found
    }
    for stream in refused { engine.reset(stream, .refusedStream) }
    if discarded > 0 { engine.consumeConnection(discarded) }
    if engine.wantsWrite { drain() }
  }

  /// Moves frames into the output, then does what their sending has brought up.
  func drain() {
    if let failure = engine.drain() {
      fail(failure)
      return
    }
    let (early, flood) = engine.withState { state in
      let found = (state.finishedEarly, state.flood)
      if !found.0.isEmpty { state.finishedEarly = [] }
      return found
    }
    if let flood {
      fail(flood)
      return
    }
    guard !early.isEmpty, !hasFailed else { return }
    for stream in early where markReset(stream) { engine.reset(stream, .noError) }
    if let failure = engine.drain() { fail(failure) }
  }

  /// Notes that this reset is our wish; false when there is nothing to reset.
  func markReset(_ stream: Int32) -> Bool {
    engine.withState { state in
      guard let index = state.table.index(of: stream) else { return false }
      if state.table.slots[index].isFinal { return false }
      state.table.slots[index].isResetByOwner = true
      return true
    }
  }

  private func reach(_ limit: HTTP2Limit) {
    engine.withState { $0.reach(limit) }
  }

  private func fail(_ flood: Flood) {
    reach(flood.limit)
    fail(.enhanceYourCalm, reason: flood.rawValue)
  }

  private func fail(_ failure: EngineFailure) {
    switch failure {
    case .flooded:
      reach(.acknowledgements)
      fail(.enhanceYourCalm, reason: "too many frames to answer")
    case .outOfMemory: fail(.internalError, reason: "out of memory")
    case .other(let message): fail(.internalError, reason: message)
    case .streamIDsExhausted, .goingAway, .streamClosed, .invalid:
      fail(.internalError, reason: "unexpected answer of the HTTP/2 library: \(failure)")
    }
  }

  /// Ends the connection with a GOAWAY of our own making: after an error nghttp2 may not be able
  /// to make one, and it must not be asked for anything else.
  private func fail(_ code: HTTP2ErrorCode, reason: String) {
    guard !hasFailed else { return }
    let lastStream = engine.lastProcessedStream
    engine.withState { state in
      state.fail(code, reason: reason)
      Self.appendGoAway(lastStream: lastStream, code, reason, to: &state.output)
    }
  }

  /// RFC 9113, section 6.8.
  private static func appendGoAway(
    lastStream: Int32, _ code: HTTP2ErrorCode, _ reason: String, to output: inout [UInt8]
  ) {
    let text = Array(reason.utf8.prefix(200))
    let length = UInt32(8 + text.count)
    output.append(contentsOf: [UInt8(length >> 16 & 0xff), UInt8(length >> 8 & 0xff)])
    output.append(contentsOf: [UInt8(length & 0xff), 7, 0, 0, 0, 0, 0])
    for word in [UInt32(bitPattern: lastStream), code.rawValue] {
      withUnsafeBytes(of: word.bigEndian) { output.append(contentsOf: $0) }
    }
    output.append(contentsOf: text)
  }
}
