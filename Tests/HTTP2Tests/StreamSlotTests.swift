internal import HTTP2
internal import Testing

@Suite("Slots of streams", .timeLimit(.minutes(1)))
struct StreamSlotTests {
  private func limited(_ count: UInt32) -> HTTP2Limits {
    var limits = HTTP2Limits()
    limits.maxConcurrentStreams = count
    return limits
  }

  @Test("a cancelled stream keeps its slot until its handler has stopped")
  func cancelledKeepsSlot() throws {
    let pair = try SessionPair.connected(server: limited(2))
    let first = try pair.client.submitRequest(Fields.get, endStream: true)
    let second = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    #expect(pair.server.requests() == [first, second])
    pair.client.reset(first, .cancel)
    let third = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    #expect(pair.server.events() == [.streamClosed(first, .cancel)])
    #expect(pair.client.events().contains(.streamClosed(third, .refusedStream)))
    #expect(pair.server.activeStreams == 2)
    pair.server.release(first)
    #expect(pair.server.activeStreams == 1)
    let fourth = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    #expect(pair.server.requests() == [fourth])
  }

  @Test("commands for a cancelled stream are refused without harm")
  func commandsAfterCancel() throws {
    let pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    pair.client.reset(stream, .cancel)
    pair.pump()
    #expect { try pair.server.submitResponse(stream, Fields.ok, endStream: false) } throws: {
      ($0 as? HTTP2Error)?.code == .streamClosed
    }
    #expect { try pair.server.sendData(stream, [1], endStream: true) } throws: {
      ($0 as? HTTP2Error)?.code == .streamClosed
    }
    pair.server.reset(stream, .cancel)
    pair.server.consume(stream, 5)
    pair.server.release(stream)
    pair.server.release(stream)
    pair.pump()
    #expect(!pair.server.hasFailed)
    #expect(pair.server.activeStreams == 0)
  }

  @Test("a second response, data before the head and data after the end are refused")
  func misplacedCommands() throws {
    let pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    func code(_ body: () throws -> Void) -> HTTP2Error.Code? {
      do {
        try body()
        return nil
      } catch {
        return (error as? HTTP2Error)?.code
      }
    }
    #expect(code { try pair.server.sendData(stream, [1], endStream: true) } == .invalidState)
    #expect(
      code { _ = try pair.server.submitRequest(Fields.get, endStream: true) } == .invalidState)
    #expect(code { try pair.server.submitResponse(stream, [], endStream: true) } == .invalidHeaders)
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    #expect(
      code { try pair.server.submitResponse(stream, Fields.ok, endStream: false) } == .invalidState)
    try pair.server.sendData(stream, [1], endStream: true)
    #expect(code { try pair.server.sendData(stream, [1], endStream: true) } == .invalidState)
    #expect(code { try pair.client.sendData(stream, [1], endStream: true) } == .invalidState)
    let huge = [HeaderField("x", String(repeating: "y", count: 70_000))]
    #expect(
      code { _ = try pair.client.submitRequest(huge, endStream: true) } == .invalidHeaders)
    pair.pump()
    #expect(!pair.server.hasFailed && !pair.client.hasFailed)
  }

  @Test("a handler that stops without a response resets the stream")
  func releaseWithoutResponse() throws {
    let pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    pair.server.release(stream)
    pair.pump()
    #expect(pair.client.events() == [.streamClosed(stream, .internalError)])
    #expect(pair.server.activeStreams == 0)
  }

  @Test("a client that lets go of a call cancels it")
  func clientRelease() throws {
    let pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    _ = pair.server.events()
    pair.client.release(stream)
    pair.pump()
    #expect(pair.client.activeStreams == 0)
    #expect(pair.client.events().isEmpty)
    #expect(pair.server.events() == [.streamClosed(stream, .cancel)])
  }

  @Test("an early answer ends the request with NO_ERROR, and later body bytes are dropped")
  func earlyAnswer() throws {
    let pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(stream, [UInt8](repeating: 1, count: 5_000), endStream: false)
    pair.pump()
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    try pair.server.sendData(stream, [1], endStream: true)
    pair.server.release(stream)
    try pair.client.sendData(stream, [UInt8](repeating: 1, count: 5_000), endStream: false)
    pair.pump()
    #expect(
      pair.client.events() == [
        .responseHead(stream, Fields.ok, endStream: false), .data(stream, [1], endStream: true),
        .streamClosed(stream, .noError),
      ])
    #expect(pair.server.activeStreams == 0)
    #expect(pair.server.bodyBytes == 0)
  }

  @Test("requests over the peer's limit wait in the client until a stream ends")
  func queueOverLimit() throws {
    let pair = try SessionPair.connected(server: limited(1))
    let first = try pair.client.submitRequest(Fields.get, endStream: true)
    let second = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    #expect(pair.server.requests() == [first])
    try pair.server.submitResponse(first, Fields.ok, endStream: true)
    pair.server.release(first)
    pair.pump()
    #expect(pair.server.requests() == [second])
  }

  @Test("before the peer's SETTINGS are known, a client sends only as many requests as it assumes")
  func assumedLimit() throws {
    var limits = HTTP2Limits()
    limits.assumedPeerConcurrentStreams = 2
    let pair = try SessionPair(client: limits)
    for _ in 0..<3 { _ = try pair.client.submitRequest(Fields.get, endStream: true) }
    pair.server.feed(pair.client.output())
    #expect(pair.server.requests().count == 2)
    pair.pump()
    #expect(pair.server.requests().count == 1)
  }

  @Test("a malformed request never reaches the owner and leaves no slot")
  func malformedRequest() throws {
    let server = try Raw.greetedServer()
    // No :path; an upper-case name; content-length that does not fit the body.
    let blocks: [[UInt8]] = [
      [0x82, 0x86, 0x01, 0x01, 0x68], Raw.getBlock + [0x00, 0x01, 0x41, 0x01, 0x62],
      Raw.getBlock + [0x0f, 0x0d, 0x01, UInt8(ascii: "5")],
    ]
    for (index, block) in blocks.enumerated() {
      server.feed(Raw.frame(type: 1, flags: 0x5, stream: UInt32(index * 2 + 1), block))
    }
    #expect(server.events().isEmpty)
    let resets = Raw.parse(server.output()).filter { $0.type == 3 }
    #expect(resets.map(\.stream) == [1, 3, 5])
    #expect(server.activeStreams == 0)
    #expect(!server.hasFailed)
  }
}
