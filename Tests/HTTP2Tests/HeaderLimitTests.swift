internal import HTTP2
internal import Testing

@Suite("Limits of header blocks", .timeLimit(.minutes(1)))
struct HeaderLimitTests {
  /// What RFC 9113, 6.5.2 counts for these fields.
  private func size(_ fields: [HeaderField]) -> Int {
    fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
  }

  @Test("exactly the limit of bytes passes, one more is answered 431", arguments: [0, 1])
  func bytes(over: Int) throws {
    let limits = HTTP2Limits()
    let pair = try SessionPair.connected()
    let fixed = size(Fields.get) + 1 + 32
    let value = String(repeating: "v", count: limits.maxHeaderBytes - fixed + over)
    let fields = Fields.get + [HeaderField("x", value)]
    #expect(size(fields) == limits.maxHeaderBytes + over)
    try check(pair, fields, isTooLarge: over > 0)
  }

  @Test("exactly the limit of fields passes, one more is answered 431", arguments: [0, 1])
  func count(over: Int) throws {
    let limits = HTTP2Limits()
    let pair = try SessionPair.connected()
    let more = (0..<(limits.maxHeaderFields - Fields.get.count + over)).map {
      HeaderField("x-\($0)", "")
    }
    try check(pair, Fields.get + more, isTooLarge: over > 0)
  }

  @Test("a value that is not UTF-8 counts with what it becomes", arguments: [0, 1])
  func repaired(over: Int) throws {
    var limits = HTTP2Limits()
    limits.maxHeaderBytes = 500
    let server = try Raw.greetedServer(limits)
    // `:method`, `:scheme`, `:path`, `:authority`, and "x" with some bytes and as many U+FFFD.
    let fixed = 42 + 43 + 38 + 43 + 33
    let count = (500 - fixed) / 3 + over
    let field: [UInt8] = [0x00, 1, UInt8(ascii: "x"), UInt8(count)]
    let block = Raw.getBlock + field + [UInt8](repeating: 0xff, count: count)
    server.feed(Raw.frame(type: 1, flags: 5, stream: 1, block))
    let isTooLarge = server.events().contains(
      .headersTooLarge(StreamID(rawValue: 1), endStream: true))
    #expect(isTooLarge == (over > 0))
  }

  private func check(_ pair: SessionPair, _ fields: [HeaderField], isTooLarge: Bool) throws {
    let stream = try pair.client.submitRequest(fields, endStream: false)
    try pair.client.sendData(stream, [1, 2, 3], endStream: false)
    pair.pump()
    guard isTooLarge else {
      #expect(pair.server.events().first == .request(stream, fields, endStream: false))
      return
    }
    #expect(pair.server.events() == [.headersTooLarge(stream, endStream: false)])
    #expect(pair.server.bodyBytes == 0)
    let head = [HeaderField(":status", "431")]
    try pair.server.submitResponse(stream, head, endStream: true)
    pair.server.release(stream)
    pair.pump()
    #expect(
      pair.client.events() == [
        .responseHead(stream, head, endStream: true), .streamClosed(stream, .noError),
      ])
    // The connection and its HPACK state are unharmed.
    let next = try pair.client.submitRequest(Fields.post, endStream: true)
    pair.pump()
    #expect(pair.server.events() == [.request(next, Fields.post, endStream: true)])
    #expect(pair.server.activeStreams == 1)
  }

  @Test(
    "an HPACK bomb costs no memory, and a large one ends the connection", arguments: [true, false])
  func bomb(isLastField: Bool) throws {
    // One large entry of the table, and then its index over and over, a byte each.
    let name: [UInt8] = [0x40, 1, UInt8(ascii: "x"), 0x7f, 0xa1, 0x1e]
    let large = name + [UInt8](repeating: UInt8(ascii: "y"), count: 4_000)
    let server = try Raw.greetedServer()
    let fitting = (HTTP2Limits().decodedHeaderBytes - 200) / 4_033 - 1
    let block =
      Raw.getBlock + large + [UInt8](repeating: 0xbe, count: isLastField ? fitting : 12_000)
    server.feed(Raw.frame(type: 1, flags: 5, stream: 1, block) + Raw.ping)
    if isLastField {
      #expect(server.events().contains(.headersTooLarge(StreamID(rawValue: 1), endStream: true)))
      #expect(server.takeReachedLimits() == [.maxHeaderBytes: 1])
    } else {
      #expect(server.failure() == .enhanceYourCalm)
      #expect(server.failureReason == "a header block that decodes to too much")
      #expect(server.takeReachedLimits() == [.maxHeaderBytes: 1, .decodedHeaderBytes: 1])
    }
  }

  @Test("a client resets a response whose head is too large")
  func responseHead() throws {
    var limits = HTTP2Limits()
    limits.maxHeaderFields = 2
    let pair = try SessionPair.connected(client: limits)
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    _ = pair.server.events()
    try pair.server.submitResponse(
      stream, Fields.ok + [HeaderField("a", "b")], endStream: false)
    try pair.server.sendData(stream, [1], endStream: false)
    pair.pump()
    #expect(pair.client.events() == [.headersTooLarge(stream, endStream: false)])
    pair.client.release(stream)
    pair.pump()
    #expect(pair.server.events() == [.streamClosed(stream, .cancel)])
    #expect(pair.client.activeStreams == 0)
  }

  @Test("a broken HPACK block ends the connection")
  func brokenBlock() throws {
    let server = try Raw.greetedServer()
    server.feed(Raw.frame(type: 1, flags: 5, stream: 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))
    #expect(server.failure() == .compressionError)
    #expect(Raw.parse(server.output()).last?.type == 7)
  }
}
