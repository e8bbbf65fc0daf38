// What the owner may ask for. No command sends by itself: frames come with the next `takeOutput`.

extension HTTP2Session {
  /// Client: opens a stream. `fields` begin with `:method`, `:scheme`, `:path` and `:authority`.
  /// Over the peer's stream limit the request waits inside the session.
  /// `prepared` fields go before `fields`.
  public func submitRequest(
    _ fields: [HeaderField], after prepared: PreparedFields? = nil, endStream: Bool
  ) throws(HTTP2Error) -> StreamID {
    try checkUsable(prepared, fields)
    guard role == .client else {
      throw HTTP2Error(code: .invalidState, message: "a server does not send requests")
    }
    guard engine.mayOpenStream else {
      throw HTTP2Error(code: .goingAway, message: "the connection takes no new requests")
    }
    let (stream, failure) = engine.submitRequest(prepared, fields, endStream: endStream)
    if let failure { throw Self.error(failure) }
    engine.withState { state in
      let index = state.insertSlot(stream)
      state.table.slots[index].isAnnounced = true
      state.table.slots[index].preparedFields = prepared
      state.table.slots[index].hasSubmittedHead = true
      state.table.slots[index].endIsQueued = endStream
    }
    return StreamID(rawValue: stream)
  }

  /// Server: sends the response head, beginning with `:status`. `prepared` fields go before
  /// `fields`.
  public func submitResponse(
    _ stream: StreamID, _ fields: [HeaderField], after prepared: PreparedFields? = nil,
    endStream: Bool
  ) throws(HTTP2Error) {
    try checkUsable(prepared, fields)
    let isAllowed = engine.withState { state -> Bool? in
      guard let index = state.openSlot(stream) else { return nil }
      return role == .server && !state.table.slots[index].hasSubmittedHead
    }
    guard let isAllowed else { throw Self.closed(stream) }
    guard isAllowed else {
      throw HTTP2Error(code: .invalidState, message: "stream \(stream) has its response already")
    }
    if let failure = engine.submitResponse(
      stream.rawValue, prepared, fields, endStream: endStream)
    {
      throw Self.error(failure)
    }
    engine.withState { state in
      guard let index = state.openSlot(stream) else { return }
      state.table.slots[index].preparedFields = prepared
      state.table.slots[index].hasSubmittedHead = true
      state.table.slots[index].endIsQueued = endStream
    }
  }

  /// Adds body bytes. False: enough is buffered; wait for `windowAvailable` of this stream before
  /// producing more. The bytes of this call are kept in any case.
  @discardableResult
  public func sendData(
    _ stream: StreamID, _ bytes: [UInt8], endStream: Bool
  ) throws(HTTP2Error) -> Bool {
    guard !hasFailed else { throw Self.failed }
    enum Outcome { case gone, misplaced, queued(room: Bool, resume: Bool) }
    let outcome = engine.withState { state -> Outcome in
      guard let index = state.openSlot(stream) else { return .gone }
      guard state.table.slots[index].hasSubmittedHead, !state.table.slots[index].endIsQueued
      else { return .misplaced }
      if state.table.slots[index].bufferedBytes == 0 {
        state.table.slots[index].sendProgress = state.now
      }
      if !bytes.isEmpty { state.table.slots[index].appendOutgoing(bytes) }
      state.table.slots[index].endIsQueued = endStream
      let resume = state.table.slots[index].isDeferred
      state.table.slots[index].isDeferred = false
      let room = state.table.slots[index].bufferedBytes < limits.sendBufferHighWaterBytes
      state.table.slots[index].owesWindowAvailable = !room && !endStream
      return .queued(room: room, resume: resume)
    }
    switch outcome {
    case .gone: throw Self.closed(stream)
    case .misplaced:
      throw HTTP2Error(
        code: .invalidState, message: "stream \(stream) has no head yet, or its end is sent")
    case .queued(let room, let resume):
      if resume { engine.resume(stream.rawValue) }
      return room
    }
  }

  /// Ends a stream at once, dropping what it has buffered. Nothing happens when it is closed.
  public func reset(_ stream: StreamID, _ code: HTTP2ErrorCode) {
    guard !hasFailed, markReset(stream.rawValue) else { return }
    engine.withState { state in
      guard let index = state.table.index(of: stream.rawValue) else { return }
      state.table.slots[index].discardsInput = true
    }
    engine.reset(stream.rawValue, code)
  }

  /// Gives `count` received body bytes back to the peer's windows, because the owner has used them.
  public func consume(_ stream: StreamID, _ count: Int) {
    let (bytes, isOpen) = engine.withState { $0.consumed(stream: stream.rawValue, count) }
    guard bytes > 0, !hasFailed else { return }
    if isOpen {
      engine.consume(stream.rawValue, bytes)
    } else {
      engine.consumeConnection(bytes)
    }
  }

  /// The owner will not speak of this stream again. What it has sent still goes out. A response
  /// that was not finished ends in a reset; a request that is still being sent is cut off once the
  /// response is out.
  public func release(_ stream: StreamID) {
    enum Next { case nothing, reset(unread: Int), consume(Int) }
    let next = engine.withState { state -> Next in
      guard let index = state.table.index(of: stream.rawValue),
        !state.table.slots[index].isReleased
      else { return .nothing }
      state.table.slots[index].isReleased = true
      state.table.slots[index].discardsInput = true
      let unread = state.table.slots[index].unconsumed
      state.table.slots[index].unconsumed = 0
      if state.table.slots[index].isClosed {
        state.removeSlot(at: index)
        return .consume(unread)
      }
      if !state.table.slots[index].endIsQueued
        || (role == .client && !state.table.slots[index].hasRemoteEnded)
      {
        return .reset(unread: unread)
      }
      state.noteEarlyFinish(at: index)
      return .consume(unread)
    }
    guard !hasFailed else { return }
    switch next {
    case .nothing: break
    case .reset(let unread):
      // At once: other streams may be waiting for this part of the connection's window.
      if unread > 0 { engine.consumeConnection(unread) }
      reset(stream, role == .client ? .cancel : .internalError)
    case .consume(let unread): if unread > 0 { engine.consumeConnection(unread) }
    }
  }

  // MARK: The connection

  /// First step of a drain: tells the peer to open no more streams, and takes those under way.
  /// After one round trip (`ping`, `pingAcknowledged`) call `goAway`.
  public func shutdownNotice() {
    if !hasFailed && role == .server { engine.shutdownNotice() }
  }

  /// Announces the last stream that we process; later ones are dropped, earlier ones finish.
  public func goAway(_ code: HTTP2ErrorCode = .noError) {
    guard !hasFailed, hasPreface else { return }
    engine.goAway(lastStream: engine.lastProcessedStream, code)
    // At once, so that no stream can come between the number and the frame.
    drain()
  }

  /// Asks for a `pingAcknowledged` with the same number.
  public func ping(_ opaque: UInt64) {
    if !hasFailed { engine.ping(opaque) }
  }

  // MARK: Refusals

  private static let failed = HTTP2Error(
    code: .sessionFailed, message: "the connection has ended")

  private static func closed(_ stream: StreamID) -> HTTP2Error {
    HTTP2Error(code: .streamClosed, message: "stream \(stream) is closed")
  }

  private static func error(_ failure: EngineFailure) -> HTTP2Error {
    switch failure {
    case .streamIDsExhausted:
      HTTP2Error(code: .streamIDsExhausted, message: "the connection is used up")
    case .goingAway:
      HTTP2Error(code: .goingAway, message: "the connection takes no new requests")
    case .streamClosed: HTTP2Error(code: .streamClosed, message: "the stream is closed")
    case .invalid: HTTP2Error(code: .invalidState, message: "the HTTP/2 library refused")
    case .flooded, .outOfMemory: HTTP2Error(code: .internal, message: "\(failure)")
    case .other(let message): HTTP2Error(code: .internal, message: message)
    }
  }

  /// The bound keeps a block within what nghttp2 sends; a peer's own limit is for it to enforce.
  private func checkUsable(
    _ prepared: PreparedFields?, _ fields: [HeaderField]
  ) throws(HTTP2Error) {
    guard !hasFailed else { throw Self.failed }
    var bytes = prepared?.bytes ?? 0
    for field in fields { bytes += field.name.utf8.count + field.value.utf8.count + 32 }
    guard bytes > 0, bytes <= 65_536 else {
      throw HTTP2Error(code: .invalidHeaders, message: "a header block of \(bytes) bytes")
    }
  }
}

extension SessionState {
  /// A stream that the owner may still command.
  func openSlot(_ stream: StreamID) -> Int? {
    guard let index = table.index(of: stream.rawValue) else { return nil }
    return table.slots[index].isCommandable ? index : nil
  }
}
