internal import HTTP2
internal import Testing

@Suite("Prefaces and clocks", .timeLimit(.minutes(1)))
struct PrefaceAndClockTests {
  private let start = HTTP2Instant(nanoseconds: 1_000_000_000)

  @Test(
    "an HTTP/1.1 request is reported with its first bytes, and nothing is sent",
    arguments: [1, 7, 10_000])
  func http1(chunk: Int) throws {
    let server = try HTTP2Session(role: .server, now: start)
    let request = Array("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n".utf8)
    server.feed(request, chunk: chunk)
    #expect(server.events() == [.notHTTP2(prefix: Array(request.prefix(max(1, min(chunk, 256)))))])
    #expect(server.output().isEmpty)
    #expect(server.hasFailed)
    #expect(server.isFinished)
  }

  @Test("bytes that begin like the preface are not mistaken for it")
  func almost() throws {
    let server = try HTTP2Session(role: .server, now: start)
    server.feed(Array("PRI * HTTP/2.0\r\n\r\nSX".utf8), chunk: 3)
    #expect(
      server.events() == [.notHTTP2(prefix: Array("PRI * HTTP/2.0\r\n\r\nSX".utf8))])
    let second = try HTTP2Session(role: .server, now: start)
    second.feed([0x16, 0x03, 0x01] + [UInt8](repeating: 0, count: 600))
    guard case .notHTTP2(let prefix)? = second.popEvent() else {
      Issue.record("a TLS greeting was not noticed")
      return
    }
    #expect(prefix.count == 256)
  }

  @Test("a server says nothing before the preface is complete, then its SETTINGS first")
  func order() throws {
    var limits = HTTP2Limits()
    limits.maxConcurrentStreams = 9
    limits.headerTableBytes = 1_024
    limits.maxHeaderBytes = 5_000
    let server = try HTTP2Session(role: .server, limits: limits, now: start)
    server.feed(Array(Raw.preface.dropLast()))
    #expect(server.output().isEmpty)
    #expect(!server.wantsWrite)
    server.feed([Raw.preface[23]])
    let frames = Raw.parse(server.output())
    let first = try #require(frames.first)
    #expect(first.type == 4 && first.flags == 0)
    // MAX_CONCURRENT_STREAMS is entry 3, in the first flight.
    let entries = stride(from: 0, to: first.3.count, by: 6).map { Array(first.3[$0..<($0 + 6)]) }
    #expect(entries.contains([0, 3, 0, 0, 0, 9]))
    #expect(entries.contains([0, 1, 0, 0, 0x04, 0]))
    #expect(entries.contains([0, 6, 0, 0, 0x13, 0x88]))
  }

  @Test("a client begins with the preface and does not allow push")
  func clientGreeting() throws {
    let client = try HTTP2Session(role: .client, now: start)
    let bytes = client.output()
    #expect(Array(bytes.prefix(24)) == Raw.preface)
    let first = try #require(Raw.parse(Array(bytes.dropFirst(24))).first)
    let entries = stride(from: 0, to: first.3.count, by: 6).map { Array(first.3[$0..<($0 + 6)]) }
    #expect(entries.contains([0, 2, 0, 0, 0, 0]))
  }

  @Test("a client whose peer does not send SETTINGS first gives up")
  func notHTTP2Server() throws {
    let client = try HTTP2Session(role: .client, now: start)
    client.feed(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
    #expect(client.failure() != nil)
  }

  @Test("without a complete greeting the connection ends after the preface clock")
  func prefaceClock() throws {
    let server = try HTTP2Session(role: .server, now: start)
    server.feed(Raw.preface)
    server.checkTimeouts(now: start.advanced(bySeconds: 9.9))
    #expect(!server.hasFailed)
    server.checkTimeouts(now: start.advanced(bySeconds: 10))
    #expect(server.failure() == .settingsTimeout)
    #expect(Raw.parse(server.output()).last?.type == 7)
  }

  @Test("a header block that does not end is ended by its clock", arguments: [12, 9, 0])
  func headerClock(bytesOfFrame: Int) throws {
    let server = try Raw.greetedServer()
    let frame = Raw.frame(type: 1, flags: 1, stream: 1, Raw.getBlock)
    server.feed(bytesOfFrame == 0 ? frame : Array(frame.prefix(bytesOfFrame)))
    server.checkTimeouts(now: start.advanced(bySeconds: 9.9))
    #expect(!server.hasFailed)
    server.checkTimeouts(now: start.advanced(bySeconds: 10.1))
    #expect(server.failure() == .protocolError)
  }

  @Test("a request body that stands still is reset; one that our handler holds back is not")
  func bodyClock() throws {
    var pair = try SessionPair.connected()
    let stopped = try pair.client.submitRequest(Fields.post, endStream: false)
    let unread = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(unread, [1, 2], endStream: false)
    pair.pump()
    #expect(pair.server.bodyBytesReceived() == 2)
    pair.advance(seconds: 29)
    pair.pump()
    #expect(pair.server.events().isEmpty)
    pair.advance(seconds: 2)
    pair.pump()
    #expect(pair.server.events() == [.streamClosed(stopped, .cancel)])
    #expect(pair.client.events() == [.streamClosed(stopped, .cancel)])
    // From the moment it is read, the clock of the other one runs.
    pair.server.consume(unread, 2)
    pair.advance(seconds: 29)
    pair.pump()
    #expect(pair.server.events().isEmpty)
    pair.advance(seconds: 2)
    pair.pump()
    #expect(pair.server.events() == [.streamClosed(unread, .cancel)])
  }

  @Test("an END_STREAM without bytes needs a window of nghttp2 too, and has the same clock")
  func stalledEnd() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 10
    var pair = try SessionPair.connected(client: limits)
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    _ = pair.server.events()
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    try pair.server.sendData(stream, [UInt8](repeating: 1, count: 10), endStream: false)
    pair.pump()
    try pair.server.sendData(stream, [], endStream: true)
    pair.pump()
    #expect(
      pair.client.events() == [
        .responseHead(stream, Fields.ok, endStream: false),
        .data(stream, [UInt8](repeating: 1, count: 10), endStream: false),
      ])
    pair.advance(seconds: 59)
    #expect(pair.server.events().isEmpty)
    pair.advance(seconds: 2)
    #expect(pair.server.events() == [.streamClosed(stream, .cancel)])
  }

  @Test("bytes that the peer would take, and that wait for our owner, have no clock")
  func untakenOutput() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 1 << 30
    limits.connectionWindowBytes = 1 << 30
    var pair = try SessionPair.connected(client: limits)
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    _ = pair.server.events()
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    let body = [UInt8](repeating: 1, count: 500_000)
    try pair.server.sendData(stream, body, endStream: true)
    for _ in 0..<5 {
      pair.advance(seconds: 59)
      #expect(pair.server.events().isEmpty)
    }
    pair.pump()
    #expect(pair.client.bodyBytesReceived() == body.count)
  }

  @Test("a response that the peer does not take is reset by the stalled-write clock")
  func stalledWrite() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 10
    var pair = try SessionPair.connected(client: limits)
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    _ = pair.server.events()
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    try pair.server.sendData(stream, [UInt8](repeating: 1, count: 50), endStream: true)
    pair.pump()
    pair.advance(seconds: 59)
    #expect(pair.server.events().isEmpty)
    pair.client.consume(stream, 10)
    pair.pump()
    pair.advance(seconds: 59)
    #expect(pair.server.events().isEmpty)
    pair.advance(seconds: 2)
    #expect(pair.server.events() == [.streamClosed(stream, .cancel)])
    #expect(pair.server.bodyBytes < 100)
  }
}
