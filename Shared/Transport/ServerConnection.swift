// One connection of a listener: what the events of its session mean for the calls on it.

internal import HTTP2
internal import Logging
internal import NIOCore
internal import RPC
internal import Synchronization

final class ServerConnection: SessionHandler {
  let host: ServerHost
  private let executor: LoopExecutor
  private let peer: String
  private(set) var streams = StreamMap<ServerStream>()

  // Sizes
  private var memory = ConnectionMemory()

  // Clocks
  private let oldAge: NIODeadline?
  private var lastActive: NIODeadline
  private var wasActive = false
  /// Whether the client's preface is complete. Before that only its own clock counts.
  private var isEstablished = false
  private var burstInstant: CallInstant?
  private var lastHead = LastHead()

  var drain = ServerDrain()
  private var keepalive: Keepalive

  init(host: ServerHost, loop: any EventLoop, executor: LoopExecutor, peer: String)
    throws(HTTP2Error)
  {
    self.host = host
    self.executor = executor
    self.peer = peer
    bufferLimit = host.limits.connectionBufferBytes
    keepalive = Keepalive(
      interval: host.limits.keepaliveInterval, timeout: host.limits.keepaliveTimeout)
    let born = loop.now
    lastActive = born
    oldAge = host.limits.maximumAge.map { limit in
      // Not all connections that came with a restart shall go at the same moment.
      born + TimeAmount(clamping: limit * Double.random(in: 0.9...1))
    }
    super.init(
      session: try HTTP2Session(
        role: .server, limits: host.limits.session, paths: host.paths(of: loop),
        now: HTTP2Instant(nanoseconds: born.uptimeNanoseconds)),
      loop: loop, tick: host.limits.tick, linger: host.limits.lingerTimeout)
  }

  var limits: TransportLimits { host.limits }
  private let bufferLimit: Int

  /// Deadlines count from the burst that brought the request; one reading of the clock serves all.
  private var now: CallInstant {
    if let burstInstant { return burstInstant }
    let now = CallInstant.now
    burstInstant = now
    return now
  }

  // MARK: Events

  override func handle(_ event: HTTP2Event) {
    switch event {
    case .request(let id, let fields, let endStream):
      begin(id, fields, endStream: endStream)
    case .data(let id, let bytes, let endStream):
      receive(id, bytes, endStream: endStream)
    case .trailers(let id, _):
      receive(id, [], endStream: true)
    case .headersTooLarge(let id, _):
      refuseHeaders(id)
    case .streamClosed(let id, let code):
      closed(id, code)
    case .windowAvailable(let id):
      streams[id]?.resumeWriters()
    case .pingAcknowledged(let number):
      advanceDrain(drain.acknowledged(number))
    case .notHTTP2(let prefix):
      answerForeign(prefix)
    case .connectionError(let code, let reason):
      noteReachedLimits()
      host.logger.debug(
        "connection ended",
        metadata: ["peer": "\(peer)", "code": "\(code)", "reason": "\(reason)"])
    case .remoteSettings:
      isEstablished = true
    case .remoteGoAway, .responseHead:
      break
    }
  }

  private func begin(_ id: StreamID, _ fields: [HeaderField], endStream: Bool) {
    guard hasMemory, host.hasRoomForStream else {
      host.reached.reach(
        host.memory.isFull
          ? .listenerBufferBytes : hasMemory ? .maximumListenerStreams : .connectionBufferBytes)
      // Refused means: not looked at, may be sent again, best on another connection.
      session.reset(id, .refusedStream)
      session.release(id)
      return
    }
    let (head, headBytes) = lastHead.read(fields, host.server)
    let stream = ServerStream(
      id: id, connection: self, headBytes: headBytes, call: ServerCall(server: host.server))
    memory.held += headBytes
    streams.insert(stream, for: id)
    host.streams.add(1, ordering: .relaxed)
    wasActive = true
    let caller = CallPeer(address: peer, identity: identity)
    let action = stream.call.receive(
      head, endStream: endStream, peer: caller, now: now)
    perform(action, stream, hasAll: endStream)
    if stream.phase == .receiving, let deadline = stream.deadline { watch(deadline) }
  }

  private func receive(_ id: StreamID, _ bytes: [UInt8], endStream: Bool) {
    guard let stream = streams[id], stream.phase == .receiving else { return }
    if !bytes.isEmpty {
      // The call keeps the bytes in memory of ours, so the client may send as many again.
      session.consume(id, bytes.count)
    }
    if let answer = stream.earlyAnswer {
      stream.discardedBytes += bytes.count
      if endStream || stream.discardedBytes > limits.earlyAnswerBytes {
        self.answer(answer, stream)
      }
      return
    }
    if !endStream {
      stream.heldBytes += bytes.count
      memory.held += bytes.count
      guard mayHold else { return answer(stream.call.failure(.tooMuchHeld), stream) }
    }
    perform(
      stream.call.receive(bytes, endStream: endStream, now: now), stream, hasAll: endStream)
  }

  private func refuseHeaders(_ id: StreamID) {
    let error = RPCError.status(
      431, .resourceExhausted,
      "the request's head is over \(limits.maximumHeaderBytes) bytes or \(limits.maximumHeaderFields) fields"
    )
    guard let stream = streams[id] else {
      send(.refusal(error), id)
      session.release(id)
      return
    }
    // The trailers of a request that is known already.
    if stream.phase == .receiving {
      answer(stream.earlyAnswer ?? stream.call.failure(error), stream)
    }
  }

  private func closed(_ id: StreamID, _ code: HTTP2ErrorCode) {
    guard let stream = streams[id] else { return }
    switch stream.phase {
    case .receiving: release(stream)
    case .running: stream.stop(RPCError(.canceled, "the caller has given the call up (\(code))"))
    case .stopping, .released: break
    }
  }

  private func answerForeign(_ prefix: [UInt8]) {
    if prefix.first.map({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) == true {
      let text = "HTTP/2 only; use --http2-prior-knowledge\n"
      writeForeign(
        "HTTP/1.1 505 HTTP Version Not Supported\r\ncontent-type: text/plain; charset=utf-8\r\n"
          + "content-length: \(text.utf8.count)\r\nconnection: close\r\n\r\n\(text)")
    }
    closeGently()
  }

  // MARK: Handlers

  private func perform(_ action: ServerAction, _ stream: ServerStream, hasAll: Bool) {
    switch action {
    case .none: break
    case .answer(let answer):
      hasAll ? self.answer(answer, stream) : answerSoon(answer, stream)
    case .run(let invocation): run(invocation, stream)
    }
  }

  /// Starts a handler. Most return before `Task.immediate` does; only the others are kept track of.
  private func run(_ invocation: Invocation, _ stream: ServerStream) {
    dropHeldBytes(stream)
    var invocation = invocation
    if case .unary(let call) = invocation {
      if let answer = call.runAtOnce() {
        send(answer, stream.id, invocation)
        return release(stream)
      }
      invocation = .unary(call.readOnce)
    }
    stream.heldBytes = invocation.heldBytes
    memory.held += stream.heldBytes
    guard stream.heldBytes == 0 || mayHold else {
      return answer(invocation.failure(.tooMuchHeld), stream)
    }
    // Other connections shall know of much before this turn of the loop is over.
    if stream.heldBytes >= limits.streamBufferBytes { memory.report(to: host.memory) }
    if invocation.isStream {
      guard host.takeWatch() else { return answer(invocation.failure(.tooManyWatches), stream) }
      stream.isWatch = true
    }
    stream.phase = .running
    stream.invocation = invocation
    let bound = NIOLoopBound(stream, eventLoop: loop)
    let task: Task<Void, Never>
    switch invocation {
    case .unary(let call):
      task = Task.immediate(executorPreference: executor) {
        let answer = await call.run()
        bound.value.connection.handlerEnded(bound.value, with: answer)
      }
    case .stream(let call):
      let sink = StreamSink(stream)
      task = Task.immediate(executorPreference: executor) {
        let end = await call.run(writingTo: sink)
        bound.value.connection.handlerEnded(bound.value, withLast: end)
      }
    case .raw(let call):
      let sink = StreamSink(stream)
      task = Task.immediate(executorPreference: executor) {
        let failure = await call.run(writingTo: sink)
        bound.value.connection.handlerEnded(bound.value, failure: failure)
      }
    }
    guard stream.phase == .running else { return }
    stream.task = task
    stream.sendStreamHead()
    if let deadline = invocation.deadline { watch(deadline) }
  }

  private func handlerEnded(_ stream: ServerStream, with answer: Answer) {
    if stream.phase == .running { send(answer, stream.id, stream.invocation) }
    release(stream)
  }

  private func handlerEnded(_ stream: ServerStream, withLast end: [UInt8]) {
    stream.sendStreamHead()
    // A head that cannot be sent has ended the call.
    if stream.phase == .running { finish(stream, end) }
    release(stream)
  }

  private func handlerEnded(_ stream: ServerStream, failure: Answer?) {
    if stream.phase == .running {
      switch (failure, stream.hasSentHead) {
      case (nil, true): finish(stream, [])
      case (let failure?, false): send(failure, stream.id, stream.invocation)
      // Too late for an answer; what was sent must not pass for all of it.
      case (let failure?, true): stream.end(with: failure)
      case (nil, false):
        let error = RPCError(.internal, "the call was not answered")
        send(stream.invocation?.failure(error) ?? .refusal(error), stream.id)
      }
    }
    release(stream)
  }

  /// Answers a call whose handler does not run, or has not stopped.
  func answer(_ answer: Answer, _ stream: ServerStream) {
    send(answer, stream.id, stream.invocation)
    if stream.phase == .receiving { release(stream) }
  }

  /// Gives up on a running handler: the caller is told now, the slot is free once it has stopped.
  ///
  /// - Parameter canWait: whether an answer that is passed through may go on until it can be broken
  ///   off cleanly, or to its own end when that is near.
  func giveUp(_ stream: ServerStream, _ error: RPCError, canWait: Bool = false) {
    guard stream.phase == .running, let invocation = stream.invocation else { return }
    switch (invocation, stream.hasSentHead) {
    case (_, false): answer(invocation.failure(error), stream)
    case (.stream(let call), true): finish(stream, call.end(error))
    case (.raw(let call), true):
      switch stream.breakOff(call, error) {
      case .now(let end): finish(stream, end)
      case .later where canWait: return stream.end(with: error)
      case .never where canWait: return
      case .later, .never: session.reset(stream.id, .cancel)
      }
    case (.unary, true): session.reset(stream.id, .cancel)
    }
    stream.stop(error)
    requestFlush()
  }

  private func release(_ stream: ServerStream) {
    guard stream.phase != .released else { return }
    dropHeldBytes(stream)
    memory.held -= stream.headBytes
    if stream.isWatch { host.leaveWatch() }
    streams.remove(stream.id)
    host.streams.subtract(1, ordering: .relaxed)
    stream.release()
    session.release(stream.id)
    requestFlush()
    if !isOpen { memory.report(to: host.memory) }
    leaveIfDone()
  }

  /// A connection counts as one until the last of its handlers has stopped, even when its socket
  /// is long closed: a client that comes and goes does not get more handlers than one that stays.
  private func leaveIfDone() {
    if !isOpen, streams.isEmpty { host.connections.remove(self) }
  }

  override var mayClose: Bool { streams.isEmpty }

  // MARK: Output

  func submit(_ head: ResponseHead, on stream: ServerStream) throws(HTTP2Error) {
    try submit(head, stream.id, endStream: false)
    requestFlush()
  }

  func submit(
    _ bytes: [UInt8], endStream: Bool, on stream: ServerStream
  ) throws(HTTP2Error) -> Bool {
    memory.unsent += bytes.count
    let hasRoom = try session.sendData(stream.id, bytes, endStream: endStream)
    requestFlush()
    if hasRoom { stream.resumeWriters() }
    return hasRoom
  }

  /// Sends a complete answer. One that cannot be sent, because its metadata is too long for one,
  /// gives way to a bare error: the caller is told, and so is the operator.
  private func send(_ answer: Answer, _ id: StreamID, _ invocation: Invocation? = nil) {
    do {
      try submit(answer, id)
    } catch {
      guard isWorthTelling(error) else { return }
      let bare = RPCError.unsendable
      do {
        try submit(invocation?.failure(bare) ?? .refusal(bare), id)
      } catch {
        session.reset(id, .internalError)
      }
    }
  }

  /// Sends the last bytes of an answer that has its head.
  func finish(_ stream: ServerStream, _ bytes: [UInt8]) {
    do {
      _ = try submit(bytes, endStream: true, on: stream)
    } catch {
      if isWorthTelling(error) { session.reset(stream.id, .internalError) }
    }
  }

  /// Ends a call whose head could not be sent.
  func cannotAnswer(_ stream: ServerStream, _ error: any Error) {
    guard let error = error as? HTTP2Error, isWorthTelling(error) else { return }
    giveUp(stream, .unsendable)
  }

  /// Logs why an answer could not be sent; false when there is nobody left to send it to.
  private func isWorthTelling(_ error: HTTP2Error) -> Bool {
    if error.code == .streamClosed || error.code == .sessionFailed { return false }
    host.logger.error(
      "an answer could not be sent", metadata: ["peer": "\(peer)", "error": "\(error)"])
    return true
  }

  private func submit(_ answer: Answer, _ id: StreamID) throws(HTTP2Error) {
    memory.unsent += answer.body.count
    try submit(answer.head, id, endStream: answer.body.isEmpty)
    if !answer.body.isEmpty { try session.sendData(id, answer.body, endStream: true) }
    requestFlush()
  }

  private func submit(
    _ head: ResponseHead, _ id: StreamID, endStream: Bool
  ) throws(HTTP2Error) {
    if let prepared = PreparedHeads.find(head) {
      try session.submitResponse(id, [], after: prepared, endStream: endStream)
    } else {
      try session.submitResponse(id, head.http2, endStream: endStream)
    }
  }

  /// An empty buffer has room whatever the limit: `windowAvailable`, which ends a wait, tells only of
  /// buffers that become empty.
  func hasRoom(_ stream: ServerStream) -> Bool {
    let waiting = session.bufferedBytes(stream.id)
    return waiting == 0 || waiting < limits.streamBufferBytes
  }

  // MARK: Memory

  private var hasMemory: Bool {
    memory.held <= bufferLimit && memory.unsent <= bufferLimit && !host.memory.isFull
  }

  /// Whether what requests hold is within the limits; counts it when not.
  private var mayHold: Bool {
    guard memory.held > bufferLimit || host.memory.isFull else { return true }
    host.reached.reach(host.memory.isFull ? .listenerBufferBytes : .connectionBufferBytes)
    return false
  }

  func dropHeldBytes(_ stream: ServerStream) {
    memory.held -= stream.heldBytes
    stream.heldBytes = 0
  }

  override func afterFlush() {
    burstInstant = nil
    // The sum over the streams is only worth its time when there is something to find.
    if memory.unsent > 0 || socketBytes > 0 { memory.unsent = session.bodyBytes + socketBytes }
    memory.report(to: host.memory)
    noteReachedLimits()
    if drain.isSaidGoodbye, streams.isEmpty, session.activeStreams == 0, !session.wantsWrite {
      closeGently()
    }
  }

  // MARK: Clocks

  override func checkClocks(now: NIODeadline) {
    if wasActive || !streams.isEmpty { lastActive = now }
    wasActive = false
    if let since = stalledSince, now >= since + TimeAmount(clamping: limits.stalledWriteTimeout) {
      host.reached.reach(.stalledWriteTimeout)
      closeNow()
      return
    }
    checkLife(now: now)
    let isIdle = now >= lastActive + TimeAmount(clamping: limits.idleTimeout)
    let isOld = oldAge.map { now >= $0 } ?? false
    if isEstablished, isIdle || isOld {
      if drain.isServing { host.reached.reach(isIdle ? .idleTimeout : .maximumAge) }
      beginDrain()
    }
    advanceDrain(drain.tick(now: now))
  }

  /// A client that still has streams must show that it lives. One whose full socket keeps us from
  /// reading is not asked: its own clock runs.
  private func checkLife(now: NIODeadline) {
    guard isEstablished, !streams.isEmpty, stalledSince == nil else {
      keepalive.pause()
      return
    }
    switch keepalive.tick(now: now, lastRead: lastRead) {
    case .none: break
    case .ask(let number): session.ping(number)
    case .giveUp:
      host.reached.reach(.keepaliveTimeout)
      host.logger.debug("a client has vanished", metadata: ["peer": "\(peer)"])
      closeNow()
    }
  }

  private func noteReachedLimits() {
    for (limit, times) in session.takeReachedLimits() {
      host.reached.reach(ChannelLimit(limit), times)
    }
  }

  override func expire(now: CallInstant) -> CallInstant? {
    var next: CallInstant?
    for stream in streams.values {
      guard let deadline = stream.deadline else { continue }
      if deadline > now {
        next = next.map { min($0, deadline) } ?? deadline
      } else if stream.phase == .receiving {
        // A refusal waits already. A caller without time may still have sent it all.
        guard stream.earlyAnswer == nil else { continue }
        let error = RPCError(
          .deadlineExceeded, "the deadline passed before the request was complete")
        answerSoon(stream.call.failure(error), stream, within: limits.earlyAnswerDelay)
      } else {
        giveUp(stream, RPCError(.deadlineExceeded, "the deadline of the call has passed"))
      }
    }
    return next
  }

  /// What handlers hold that have not stopped yet counts until they have.
  override func connectionEnded() {
    noteReachedLimits()
    memory.unsent = 0
    memory.report(to: host.memory)
    leaveIfDone()
  }
}
