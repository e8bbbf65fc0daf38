// Everything a session remembers, as one value that cannot call nghttp2: this file imports no C, so
// that a callback, which may only change this value, is unable to re-enter the library.

/// Which block of fields is being decoded.
enum HeaderBlockKind {
  case request
  case response
  /// A further block on a stream: a final response after an informational one, or trailers.
  case following
}

/// The header block under way. HTTP/2 sends blocks whole, so there is at most one.
struct HeaderBlock {
  var stream: Int32 = 0
  var kind = HeaderBlockKind.request
  /// False for blocks that nobody will read.
  var isWanted = false
  var isTooLarge = false
  var bytes = 0
  /// Over everything that was decoded, wanted or not.
  var decodedBytes = 0
  var fieldCount = 0
}

/// Events in order, with the consumed ones at the front dropped in bulk.
struct EventQueue {
  private var events: [HTTP2Event?] = []
  private var head = 0

  mutating func append(_ event: HTTP2Event) {
    events.append(event)
  }

  mutating func pop() -> HTTP2Event? {
    guard head < events.count else { return nil }
    let event = events[head]
    events[head] = nil
    head += 1
    if head == events.count {
      events.removeAll(keepingCapacity: true)
      head = 0
    }
    return event
  }
}

/// What a stream may send now.
enum OutgoingChunk {
  case bytes(Int, isLast: Bool)
  case nothingYet
  case streamGone
}

struct SessionState: ~Copyable {
  let role: HTTP2Role
  let limits: HTTP2Limits

  var events = EventQueue()
  var table = StreamTable()
  /// Whole frames only, so a failed connection can still end with a GOAWAY.
  var output: [UInt8] = []
  var now: HTTP2Instant

  // Receiving
  private var block = HeaderBlock()
  private var pendingDataStream: Int32 = 0
  private var pendingData: [UInt8] = []
  /// Streams to answer with REFUSED_STREAM once nghttp2 has returned.
  var refused: [Int32] = []
  /// Those whose RST_STREAM is submitted and not yet in the output.
  var beingRefused: [Int32] = []
  /// Body bytes that nobody will consume: given back to the connection's window.
  var discardedBytes = 0
  var meter: FrameMeter
  private(set) var hasRemoteSettings = false

  // Sending
  /// Streams whose response is complete while the peer still sends: ended with NO_ERROR.
  var finishedEarly: [Int32] = []

  /// Prepared fields of streams that were forgotten with their HEADERS frame still queued.
  private var lentForever: [PreparedFields] = []

  // Failure
  /// The first budget that was broken inside a callback.
  var flood: Flood?
  private(set) var failure: HTTP2ErrorCode?
  private(set) var failureReason: String?
  private var resetsProvoked: TokenBudget
  private var refusals: TokenBudget

  init(role: HTTP2Role, limits: HTTP2Limits, now: HTTP2Instant) {
    self.role = role
    self.limits = limits
    self.now = now
    meter = FrameMeter(limits, role: role)
    resetsProvoked = TokenBudget(limits.resetsProvoked)
    refusals = TokenBudget(limits.refusals)
  }

  /// For the owner's metrics.
  var reached: [HTTP2Limit: Int] = [:]

  var hasFailed: Bool { failure != nil }

  mutating func reach(_ limit: HTTP2Limit) {
    reached[limit, default: 0] &+= 1
  }

  /// Ends the session: every open stream hears of it, then the owner.
  mutating func fail(_ code: HTTP2ErrorCode, reason: String) {
    guard failure == nil else { return }
    // First, so that who hears of the end of a stream can ask why.
    failureReason = reason
    closeAll(code)
    events.append(.connectionError(code, reason: reason))
  }

  /// Ends every open stream without saying why the connection went.
  mutating func closeAll(_ code: HTTP2ErrorCode) {
    guard failure == nil else { return }
    failure = code
    flushData()
    for index in table.slots.indices where table.slots[index].id != 0 {
      streamClosed(table.slots[index].id, code)
    }
  }

  /// Server: what came instead of the preface.
  mutating func failPreface(_ prefix: [UInt8]) {
    guard failure == nil else { return }
    failure = .protocolError
    events.append(.notHTTP2(prefix: prefix))
  }

  mutating func settingsReceived(_ settings: RemoteSettings) {
    hasRemoteSettings = true
    emit(.remoteSettings(settings))
  }

  mutating func pingAcknowledged(_ opaque: UInt64) {
    emit(.pingAcknowledged(opaque))
  }

  mutating func goAwayReceived(lastStream: Int32, code: UInt32) {
    emit(
      .remoteGoAway(
        lastStream: StreamID(rawValue: lastStream), HTTP2ErrorCode(rawValue: code)))
  }

  mutating func emit(_ event: HTTP2Event) {
    flushData()
    events.append(event)
  }
}

// MARK: - Header blocks

extension SessionState {
  mutating func blockBegan(stream: Int32, kind: HeaderBlockKind) {
    block.stream = stream
    block.kind = kind
    block.isTooLarge = false
    block.bytes = 0
    block.decodedBytes = 0
    block.fieldCount = 0
    block.isWanted = true
    if kind == .request {
      if table.count >= Int(limits.maxConcurrentStreams) {
        block.isWanted = false
        refused.append(stream)
        reach(.maxConcurrentStreams)
        if !refusals.spend(now: now) { flood = flood ?? .refusals }
      } else {
        _ = insertSlot(stream)
      }
    } else if let index = table.index(of: stream) {
      block.isWanted = !table.slots[index].discardsInput
    } else {
      block.isWanted = false
    }
  }

  /// Whether the next field is to be kept; counts it either way. Sets `flood` when the block is not to
  /// be decoded any further.
  mutating func admitsField(nameBytes: Int, valueBytes: Int) -> Bool {
    // 32 is the cost of a field by RFC 9113, section 6.5.2. nghttp2 bounds a field by 64 KiB.
    let cost = nameBytes + valueBytes + 32
    block.decodedBytes += cost
    if block.decodedBytes > limits.decodedHeaderBytes {
      flood = flood ?? .decodedHeaders
      return false
    }
    guard block.isWanted && !block.isTooLarge else { return false }
    block.bytes += cost
    if block.bytes > limits.maxHeaderBytes || block.fieldCount >= limits.maxHeaderFields {
      reach(block.bytes > limits.maxHeaderBytes ? .maxHeaderBytes : .maxHeaderFields)
      block.isTooLarge = true
      return false
    }
    block.fieldCount += 1
    return true
  }

  /// Whether the block may hold the bytes that a field's string has over what came for it.
  mutating func admitsRepair(_ more: Int) -> Bool {
    block.bytes += more
    guard block.bytes > limits.maxHeaderBytes else { return true }
    reach(.maxHeaderBytes)
    block.isTooLarge = true
    return false
  }

  /// Whether the fields of the block that has just ended are for somebody.
  func wantsBlock(of stream: Int32) -> Bool {
    block.isWanted && !block.isTooLarge && block.stream == stream
  }

  mutating func blockEnded(stream: Int32, _ fields: [HeaderField], endStream: Bool) {
    guard let index = table.index(of: stream) else { return }
    if endStream { table.slots[index].hasRemoteEnded = true }
    guard block.isWanted, block.stream == stream else { return }
    block.isWanted = false
    let id = StreamID(rawValue: stream)
    table.slots[index].isAnnounced = true
    table.slots[index].receiveProgress = now
    if block.isTooLarge {
      table.slots[index].discardsInput = true
      emit(.headersTooLarge(id, endStream: endStream))
      return
    }
    if block.kind == .request {
      table.slots[index].hasRemoteHead = true
      emit(.request(id, fields, endStream: endStream))
    } else if table.slots[index].hasRemoteHead {
      emit(.trailers(id, fields))
    } else if !Self.isInformational(fields) {
      table.slots[index].hasRemoteHead = true
      emit(.responseHead(id, fields, endStream: endStream))
    }
  }

  /// nghttp2 has checked that `:status` comes first and has three digits.
  private static func isInformational(_ fields: [HeaderField]) -> Bool {
    guard let first = fields.first, first.name == ":status" else { return false }
    return first.value.utf8.first == UInt8(ascii: "1")
  }
}

// MARK: - Bodies

extension SessionState {
  mutating func dataReceived(stream: Int32, _ bytes: UnsafeRawBufferPointer) {
    guard let index = table.index(of: stream), !table.slots[index].discardsInput else {
      discardedBytes += bytes.count
      return
    }
    table.slots[index].unconsumed += bytes.count
    table.slots[index].receiveProgress = now
    if pendingDataStream != stream {
      flushData()
      pendingDataStream = stream
      pendingData = [UInt8](bytes)
    } else {
      pendingData.append(contentsOf: bytes)
    }
  }

  mutating func dataFrameEnded(stream: Int32, isEmpty: Bool, endStream: Bool) {
    if isEmpty && !endStream, let broken = meter.spendEmptyData(now: now) {
      flood = flood ?? broken
    }
    guard endStream, let index = table.index(of: stream) else { return }
    table.slots[index].hasRemoteEnded = true
    if table.slots[index].discardsInput { return }
    flushData(endOf: stream)
  }

  /// Bytes of one stream that follow each other become one event.
  mutating func flushData(endOf ended: Int32 = 0) {
    if pendingDataStream != 0 {
      let isLast = pendingDataStream == ended
      events.append(
        .data(StreamID(rawValue: pendingDataStream), pendingData, endStream: isLast))
      pendingDataStream = 0
      pendingData = []
      if isLast { return }
    }
    if ended != 0 {
      events.append(.data(StreamID(rawValue: ended), [], endStream: true))
    }
  }

  /// The bytes of `count` that really were outstanding, and whether the stream still has a window.
  mutating func consumed(stream: Int32, _ count: Int) -> (bytes: Int, isOpen: Bool) {
    guard let index = table.index(of: stream), count > 0 else { return (0, false) }
    let bytes = min(count, table.slots[index].unconsumed)
    table.slots[index].unconsumed -= bytes
    table.slots[index].receiveProgress = now
    return (bytes, !table.slots[index].isClosed && !table.slots[index].hasRemoteEnded)
  }

  /// The peer leaves the stream room: it does not hold anything up.
  mutating func hasWindow(stream: Int32) {
    if let index = table.index(of: stream) { table.slots[index].sendProgress = now }
  }

  /// Whether the output holds as much as may wait to be taken.
  var isOutputFull: Bool { output.count >= limits.outputBytes }

  /// Asked by nghttp2 when the windows allow up to `limit` bytes.
  mutating func nextChunk(stream: Int32, limit: Int) -> OutgoingChunk {
    guard let index = table.index(of: stream) else { return .streamGone }
    let waiting = table.slots[index].bufferedBytes
    let endIsQueued = table.slots[index].endIsQueued
    if waiting == 0 && !endIsQueued {
      table.slots[index].isDeferred = true
      return .nothingYet
    }
    let count = min(waiting, limit)
    return .bytes(count, isLast: endIsQueued && count == waiting)
  }

  mutating func writeDataFrame(
    stream: Int32, header: UnsafeRawBufferPointer, count: Int, isLast: Bool
  ) {
    output.append(contentsOf: header)
    guard let index = table.index(of: stream) else { return }
    table.slots[index].moveOutgoing(count, to: &output)
    table.slots[index].sendProgress = now
    meter.earnWindowUpdates()
    if isLast {
      localEnded(at: index)
    } else if table.slots[index].owesWindowAvailable && table.slots[index].bufferedBytes == 0 {
      table.slots[index].owesWindowAvailable = false
      emit(.windowAvailable(StreamID(rawValue: stream)))
    }
  }
}

// MARK: - Ends of streams

extension SessionState {
  mutating func headersSent(stream: Int32, endStream: Bool) {
    guard let index = table.index(of: stream) else { return }
    table.slots[index].hasSentHead = true
    if endStream { localEnded(at: index) }
  }

  private mutating func localEnded(at index: Int) {
    table.slots[index].hasLocalEnded = true
    noteEarlyFinish(at: index)
  }

  /// A finished and released response ends a request whose body nobody will read (RFC 9113, 8.1).
  mutating func noteEarlyFinish(at index: Int) {
    if role == .server && table.slots[index].isReleased && table.slots[index].hasLocalEnded
      && !table.slots[index].hasRemoteEnded && !table.slots[index].isClosed
    {
      finishedEarly.append(table.slots[index].id)
    }
  }

  mutating func resetSent(stream: Int32, code: HTTP2ErrorCode) {
    if let index = table.index(of: stream), table.slots[index].isResetByOwner { return }
    if let index = beingRefused.firstIndex(of: stream) {
      beingRefused.remove(at: index)
      return
    }
    if code == .refusedStream {
      // By nghttp2: the peer has not acknowledged our SETTINGS yet, and may not know the limit.
      reach(.maxConcurrentStreams)
      if !refusals.spend(now: now) { flood = flood ?? .refusals }
      return
    }
    if !resetsProvoked.spend(now: now) { flood = flood ?? .resetsProvoked }
  }

  mutating func streamClosed(_ stream: Int32, _ code: HTTP2ErrorCode) {
    guard let index = table.index(of: stream), !table.slots[index].isClosed else { return }
    if block.stream == stream { block.isWanted = false }
    table.slots[index].isClosed = true
    table.slots[index].dropOutgoing()
    if !table.slots[index].isAnnounced {
      removeSlot(at: index)
      return
    }
    if table.slots[index].isReleased {
      removeSlot(at: index)
      return
    }
    emit(.streamClosed(StreamID(rawValue: stream), code))
  }

  mutating func insertSlot(_ stream: Int32) -> Int {
    let index = table.insert(stream)
    table.slots[index].receiveProgress = now
    return index
  }

  mutating func removeSlot(at index: Int) {
    if !table.slots[index].hasSentHead, let lent = table.slots[index].preparedFields,
      !lentForever.contains(where: { $0 === lent })
    {
      lentForever.append(lent)
    }
    table.remove(at: index)
  }
}
