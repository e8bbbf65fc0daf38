// What a transport does with a session, and what it may rely on: the rules of Shared/HTTP2/README.md
// are held against every event and every byte that comes out.

internal import HTTP2

/// The owner of one session.
final class SessionOwner {
  /// What the owner knows of a stream.
  private struct Stream {
    var hasHead = false
    var hasRemoteEnded = false
    var isTooLarge = false
    var isClosed = false
    var isReleased = false
    /// Released, and every event from before has been taken: nothing more may be said of it.
    var isSilent = false
    var owesWindowAvailable = false
    var unconsumed = 0
    var received = 0
    var sent = 0
  }

  let session: HTTP2Session
  let limits: HTTP2Limits
  /// Whether the other end is a session too and every byte arrives as it was sent.
  var isPeerHonest: Bool
  /// Whether requests are answered, bodies consumed and ended streams released as they come.
  let isEager: Bool
  private(set) var bytesQueued = 0
  private var streams: [StreamID: Stream] = [:]
  private var order: [StreamID] = []
  private var hasFailed = false
  private var hasSentPreface = false

  init(
    role: HTTP2Role, limits: HTTP2Limits, isEager: Bool, isPeerHonest: Bool, now: HTTP2Instant
  ) {
    self.limits = limits
    self.isEager = isEager
    self.isPeerHonest = isPeerHonest
    hasSentPreface = role == .server
    do {
      session = try HTTP2Session(role: role, limits: limits, now: now)
    } catch {
      fatalError("no session: \(error)")
    }
  }

  // MARK: - Bytes

  /// Hands bytes over in pieces of at least one byte.
  func receive(_ bytes: [UInt8], cut: Int, now: HTTP2Instant) {
    bytes.withUnsafeBytes { all in
      var start = 0
      while start < all.count {
        let end = min(all.count, start + max(1, cut))
        session.receive(UnsafeRawBufferPointer(rebasing: all[start..<end]), now: now)
        start = end
        // As the transport does: what waits is then never more than one piece brings.
        takeEvents()
      }
    }
  }

  func takeOutput() -> [UInt8] {
    var bytes: [UInt8] = []
    session.takeOutput(into: &bytes)
    takeEvents()
    require(bytes.count < limits.outputBytes + 512 * 1024, "output holds \(bytes.count) bytes")
    checkFrames(bytes)
    return bytes
  }

  /// Output is whole frames, however much of it is taken.
  private func checkFrames(_ bytes: [UInt8]) {
    var rest = bytes[...]
    if !hasSentPreface, !rest.isEmpty {
      require(rest.starts(with: SessionOwner.preface), "a client begins with the preface")
      rest = rest.dropFirst(SessionOwner.preface.count)
      hasSentPreface = true
    }
    while !rest.isEmpty {
      require(rest.count >= 9, "half a frame header in the output")
      let head = Array(rest.prefix(3))
      let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      require(rest.count >= 9 + count, "half a frame in the output")
      rest = rest.dropFirst(9 + count)
    }
  }

  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  // MARK: - Commands

  /// A stream that was heard of, by a number that may mean any.
  func stream(_ choice: UInt8) -> StreamID {
    // Now and then one that nobody has heard of.
    if order.isEmpty || choice >= 0xF0 { return StreamID(rawValue: Int32(choice) - 0xF8) }
    return order[Int(choice) % order.count]
  }

  func request(endStream: Bool, extra: Int) {
    guard let stream = try? session.submitRequest(head(extra), endStream: endStream) else { return }
    require(streams[stream] == nil, "stream \(stream) is opened twice")
    streams[stream] = Stream()
    order.append(stream)
  }

  func respond(_ stream: StreamID, endStream: Bool, extra: Int) {
    let fields = [HeaderField(":status", "200")] + head(extra).dropFirst(4)
    try? session.submitResponse(stream, fields, endStream: endStream)
  }

  private func head(_ extra: Int) -> [HeaderField] {
    bytesQueued += 200 + extra * (40 + 4 * extra)
    return [
      HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
      HeaderField(":path", "/lianshe.fixture.v1.EchoService/GetEcho"),
      HeaderField(":authority", "localhost"), HeaderField("content-type", "application/proto"),
    ] + (0..<extra).map { HeaderField("x-\($0)", String(repeating: "v", count: 4 * extra)) }
  }

  func send(_ stream: StreamID, _ count: Int, endStream: Bool) {
    let sent = streams[stream]?.sent ?? 0
    let bytes = (sent..<sent + count).map { Self.content(stream, at: $0) }
    guard let hasRoom = try? session.sendData(stream, bytes, endStream: endStream) else { return }
    bytesQueued += count
    streams[stream]?.sent += count
    streams[stream]?.owesWindowAvailable = !hasRoom && !endStream
    require(
      hasRoom == (session.bufferedBytes(stream) < limits.sendBufferHighWaterBytes),
      "room is said by the high-water mark")
  }

  func consume(_ stream: StreamID, _ count: Int) {
    session.consume(stream, count)
    guard let known = streams[stream], count > 0 else { return }
    streams[stream]?.unconsumed -= min(known.unconsumed, count)
  }

  func release(_ stream: StreamID) {
    session.release(stream)
    streams[stream]?.isReleased = true
    streams[stream]?.unconsumed = 0
    require(session.bufferedBytes(stream) >= 0, "a negative number of bytes")
  }

  /// The byte that stands at a place of a body: what arrives must be what was sent.
  private static func content(_ stream: StreamID, at place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: Int(stream.rawValue) &* 31 &+ place)
  }

  // MARK: - Events

  func takeEvents() {
    while let event = session.popEvent() {
      require(!hasFailed, "\(event) after the connection had ended")
      note(event)
    }
    for (stream, known) in streams where known.isReleased && !known.isSilent {
      streams[stream]?.isSilent = true
    }
    check()
  }

  private func note(_ event: HTTP2Event) {
    switch event {
    case .request(let id, let fields, let end):
      require(session.role == .server && streams[id] == nil, "request on a used stream \(id)")
      checkFields(fields)
      streams[id] = Stream(hasHead: true, hasRemoteEnded: end)
      order.append(id)
      if isEager { respond(id, endStream: false, extra: 0) }
      endIfEager(id)
    case .responseHead(let id, let fields, let end):
      require(session.role == .client, "a response to a server")
      checkFields(fields)
      change(id, "a response head") { stream in
        require(!stream.hasHead && !stream.hasRemoteEnded, "a second response head")
        stream.hasHead = true
        stream.hasRemoteEnded = end
      }
      endIfEager(id)
    case .data(let id, let bytes, let end): noteData(id, bytes, end)
    case .trailers(let id, let fields):
      checkFields(fields)
      change(id, "trailers") { stream in
        require(stream.hasHead && !stream.hasRemoteEnded, "trailers out of place")
        stream.hasRemoteEnded = true
      }
      endIfEager(id)
    case .headersTooLarge(let id, let end):
      if session.role == .server, streams[id] == nil {
        streams[id] = Stream()
        order.append(id)
      }
      change(id, "headersTooLarge") { stream in
        stream.isTooLarge = true
        if end { stream.hasRemoteEnded = true }
      }
      if isEager { release(id) }
    case .streamClosed(let id, _):
      change(id, "streamClosed") { stream in
        require(!stream.isReleased || !stream.isSilent, "the end of a released stream is told")
        stream.isClosed = true
      }
      if isEager { release(id) }
    case .windowAvailable(let id):
      change(id, "windowAvailable") { stream in
        require(stream.owesWindowAvailable, "windowAvailable that nobody waits for")
        stream.owesWindowAvailable = false
      }
    case .notHTTP2(let prefix):
      require(session.role == .server && prefix.count <= 256 && streams.isEmpty, "notHTTP2")
      hasFailed = true
    case .connectionError:
      for (id, stream) in streams where !stream.isReleased {
        require(stream.isClosed, "stream \(id) has not heard of the end")
      }
      hasFailed = true
    case .remoteSettings, .remoteGoAway, .pingAcknowledged: break
    }
  }

  private func noteData(_ id: StreamID, _ bytes: [UInt8], _ end: Bool) {
    change(id, "data") { stream in
      require(stream.hasHead && !stream.hasRemoteEnded && !stream.isTooLarge, "data out of place")
      if isPeerHonest {
        for (offset, byte) in bytes.enumerated() {
          require(
            byte == Self.content(id, at: stream.received + offset), "a byte has changed on its way")
        }
      }
      stream.received += bytes.count
      // Nobody counts for a stream that was released with events still queued.
      if !stream.isReleased { stream.unconsumed += bytes.count }
      stream.hasRemoteEnded = end
    }
    if isEager {
      consume(id, bytes.count)
      endIfEager(id)
    }
  }

  private func endIfEager(_ id: StreamID) {
    guard isEager, let stream = streams[id], stream.hasRemoteEnded else { return }
    if session.role == .server { send(id, 300, endStream: true) }
    release(id)
  }

  private func change(_ id: StreamID, _ what: String, _ body: (inout Stream) -> Void) {
    guard var stream = streams[id] else { fatalError("broken: \(what) of an unknown stream \(id)") }
    require(!stream.isSilent, "\(what) of the released stream \(id)")
    require(!stream.isClosed, "\(what) of the closed stream \(id)")
    body(&stream)
    streams[id] = stream
  }

  private func checkFields(_ fields: [HeaderField]) {
    let bytes = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
    // A byte that is not UTF-8 becomes three.
    require(bytes <= 3 * limits.maxHeaderBytes, "a head of \(bytes) bytes")
    require(fields.count <= limits.maxHeaderFields, "a head of \(fields.count) fields")
  }

  /// The bounds of the connection. A peer that has not acknowledged our SETTINGS may use the windows
  /// of RFC 9113, 6.9.2.
  private func check() {
    let unread = streams.values.reduce(0) { $0 + ($1.isReleased ? 0 : $1.unconsumed) }
    require(
      unread <= max(65_535, Int(limits.connectionWindowBytes)), "\(unread) bytes are unread")
    if session.role == .server {
      require(
        session.activeStreams <= Int(limits.maxConcurrentStreams),
        "\(session.activeStreams) streams hold slots")
    }
    require(session.bodyBytes >= unread, "\(session.bodyBytes) bytes do not count \(unread) unread")
  }

  // MARK: - The end

  /// Lets go of everything; nothing may be left.
  func end() {
    session.connectionLost()
    takeEvents()
    for id in order { release(id) }
    takeEvents()
    for (id, stream) in streams {
      require(stream.isClosed || stream.isReleased, "stream \(id) never ended")
    }
    require(session.activeStreams == 0, "\(session.activeStreams) streams are left")
    _ = takeOutput()
    require(session.bodyBytes == 0, "\(session.bodyBytes) bytes are left")
  }
}
