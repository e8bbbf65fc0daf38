internal import HTTP2
internal import Testing

@Suite("Exchanges between a client and a server session", .timeLimit(.minutes(1)))
struct ExchangeTests {
  @Test("a request with a body is answered with a body, and both ends forget the stream")
  func unary() throws {
    let pair = try SessionPair.connected()
    try exchange(pair, chunk: .max)
  }

  /// One request with a body, one response with a body, checked to the last event.
  private func exchange(_ pair: SessionPair, chunk: Int) throws {
    let stream = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(stream, [1, 2, 3], endStream: true)
    pair.pump(chunk: chunk)
    let got = pair.server.events()
    #expect(got.first == .request(stream, Fields.post, endStream: false))
    #expect(Self.body(got) == [1, 2, 3])
    pair.server.consume(stream, 3)
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    try pair.server.sendData(stream, [4, 5], endStream: true)
    pair.server.release(stream)
    pair.pump(chunk: chunk)
    let answer = pair.client.events()
    #expect(answer.first == .responseHead(stream, Fields.ok, endStream: false))
    #expect(Self.body(answer) == [4, 5])
    #expect(answer.last == .streamClosed(stream, .noError))
    pair.client.consume(stream, 2)
    pair.client.release(stream)
    #expect(pair.client.activeStreams == 0)
    #expect(pair.server.activeStreams == 0)
    #expect(pair.server.events().isEmpty)
  }

  /// The bytes of all data events; nil when the last one does not end the stream.
  static func body(_ events: [HTTP2Event]) -> [UInt8]? {
    var all: [UInt8] = []
    var ended = false
    for case .data(_, let bytes, let endStream) in events {
      all += bytes
      ended = endStream
    }
    return ended ? all : nil
  }

  @Test("the byte stream may be cut into pieces of any size", arguments: 1...40)
  func pieces(size: Int) throws {
    let pair = try SessionPair()
    pair.pump(chunk: size)
    _ = pair.client.events()
    _ = pair.server.events()
    for _ in 0..<3 { try exchange(pair, chunk: size) }
  }

  @Test("the byte stream may be cut in two at every position, with the same events")
  func everyCut() throws {
    let limits = HTTP2Limits()
    let now = HTTP2Instant(nanoseconds: 1_000_000_000)
    let client = try HTTP2Session(role: .client, limits: limits, now: now)
    let first = try client.submitRequest(Fields.post, endStream: false)
    try client.sendData(first, [UInt8](repeating: 7, count: 40), endStream: true)
    _ = try client.submitRequest(Fields.get, endStream: true)
    client.ping(77)
    let bytes = client.output()
    func events(cut: Int) throws -> [HTTP2Event] {
      let server = try HTTP2Session(role: .server, limits: limits, now: now)
      server.feed(Array(bytes[..<cut]))
      server.feed(Array(bytes[cut...]))
      // A cut inside a DATA frame makes two events of it.
      return Self.joined(server.events())
    }
    let whole = try events(cut: 0)
    #expect(whole.count == 4)
    for cut in 1..<bytes.count {
      #expect(try events(cut: cut) == whole, "cut at \(cut)")
    }
  }

  private static func joined(_ events: [HTTP2Event]) -> [HTTP2Event] {
    var all: [HTTP2Event] = []
    for event in events {
      if case .data(let stream, let bytes, let end) = event,
        case .data(stream, let before, false)? = all.last
      {
        all[all.count - 1] = .data(stream, before + bytes, endStream: end)
      } else {
        all.append(event)
      }
    }
    return all
  }

  @Test("a request without a body and a response without a body need one frame each")
  func headersOnly() throws {
    let pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    #expect(pair.server.events() == [.request(stream, Fields.get, endStream: true)])
    try pair.server.submitResponse(stream, [HeaderField(":status", "204")], endStream: true)
    pair.server.release(stream)
    pair.pump()
    #expect(
      pair.client.events() == [
        .responseHead(stream, [HeaderField(":status", "204")], endStream: true),
        .streamClosed(stream, .noError),
      ])
  }

  @Test("many streams at once are answered in any order")
  func interleaved() throws {
    let pair = try SessionPair.connected()
    let streams = try (0..<100).map { _ in
      try pair.client.submitRequest(Fields.get, endStream: true)
    }
    pair.pump()
    #expect(pair.server.requests() == streams)
    for stream in streams.reversed() {
      try pair.server.submitResponse(stream, Fields.ok, endStream: false)
      try pair.server.sendData(stream, Array("\(stream)".utf8), endStream: true)
      pair.server.release(stream)
    }
    pair.pump()
    var bodies: [StreamID: [UInt8]] = [:]
    for case .data(let stream, let bytes, _) in pair.client.events() {
      bodies[stream, default: []] += bytes
    }
    for stream in streams { #expect(bodies[stream] == Array("\(stream)".utf8)) }
    for stream in streams { pair.client.release(stream) }
    #expect(pair.client.activeStreams == 0)
  }

  @Test("a body longer than a frame and than the windows arrives whole", arguments: [1, 4_096])
  func longBody(chunkFactor: Int) throws {
    let pair = try SessionPair.connected()
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let stream = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(stream, body, endStream: true)
    var got: [UInt8] = []
    var ended = false
    for _ in 0..<1_000 where !ended {
      let bytes = pair.client.output()
      pair.server.feed(bytes, chunk: chunkFactor * 997)
      while let event = pair.server.popEvent() {
        guard case .data(_, let bytes, let end) = event else { continue }
        got += bytes
        ended = end
        pair.server.consume(stream, bytes.count)
      }
      pair.client.feed(pair.server.output())
    }
    #expect(ended)
    #expect(got == body)
  }

  @Test("trailers of the peer are delivered, informational heads are not")
  func trailersAndInformational() throws {
    let now = HTTP2Instant(nanoseconds: 1_000_000_000)
    let client = try HTTP2Session(role: .client, now: now)
    let stream = try client.submitRequest(Fields.get, endStream: true)
    _ = client.output()
    // 103 as a literal, then 200 from the static table, then one trailer field.
    client.feed(Raw.settings)
    client.feed(
      Raw.frame(type: 1, flags: 0x4, stream: 1, [0x08, 0x03] + Array("103".utf8))
        + Raw.frame(type: 1, flags: 0x4, stream: 1, [0x88])
        + Raw.frame(type: 0, stream: 1, [9])
        + Raw.frame(type: 1, flags: 0x5, stream: 1, [0x00, 0x01, 0x61, 0x01, 0x62]))
    let events = client.events().filter { event in
      if case .remoteSettings = event { return false }
      return true
    }
    #expect(
      events == [
        .responseHead(stream, [HeaderField(":status", "200")], endStream: false),
        .data(stream, [9], endStream: false), .trailers(stream, [HeaderField("a", "b")]),
        .streamClosed(stream, .noError),
      ])
  }

  @Test("ping and settings reach the owner")
  func pingAndSettings() throws {
    var limits = HTTP2Limits()
    limits.maxConcurrentStreams = 7
    limits.streamWindowBytes = 12_345
    let pair = try SessionPair(server: limits)
    pair.pump()
    let expected = RemoteSettings(
      maxConcurrentStreams: 7, initialWindowSize: 12_345, maxHeaderListSize: 16_384)
    #expect(pair.client.events() == [.remoteSettings(expected)])
    pair.client.ping(0x0123_4567_89ab_cdef)
    pair.pump()
    #expect(pair.client.events() == [.pingAcknowledged(0x0123_4567_89ab_cdef)])
  }

  @Test("fields that repeat, that are long and that are not UTF-8 keep their meaning")
  func fieldValues() throws {
    let pair = try SessionPair.connected()
    let long = String(repeating: "v", count: 5_000)
    let fields =
      Fields.get + [
        HeaderField("x-long", long), HeaderField("x-empty", ""), HeaderField("x-name", "黄山"),
        HeaderField("set", "a"), HeaderField("set", "b"),
      ]
    for _ in 0..<3 {
      let stream = try pair.client.submitRequest(fields, endStream: true)
      pair.pump()
      #expect(pair.server.events() == [.request(stream, fields, endStream: true)])
    }
  }

  @Test("prepared fields are sent before the others, again and again")
  func preparedFields() throws {
    let pair = try SessionPair.connected()
    let prepared = PreparedFields(Fields.post)
    let own = HeaderField("connect-timeout-ms", "100")
    for _ in 0..<3 {
      let stream = try pair.client.submitRequest([own], after: prepared, endStream: true)
      pair.pump()
      #expect(
        pair.server.events() == [.request(stream, Fields.post + [own], endStream: true)])
      try pair.server.submitResponse(
        stream, [], after: PreparedFields(Fields.ok), endStream: true)
      pair.server.release(stream)
      pair.pump()
      #expect(pair.client.events().first == .responseHead(stream, Fields.ok, endStream: true))
      pair.client.release(stream)
    }
  }

  @Test("prepared fields outlive a request that is cancelled and released before it is sent")
  func preparedFieldsOfForgottenStreams() throws {
    let pair = try SessionPair.connected()
    for _ in 0..<50 {
      let stream = try pair.client.submitRequest(
        [], after: PreparedFields(Fields.post), endStream: false)
      pair.client.reset(stream, .cancel)
      pair.client.release(stream)
    }
    pair.pump()
    #expect(!pair.client.hasFailed)
    #expect(!pair.server.hasFailed)
    #expect(pair.client.activeStreams == 0)
  }
}
