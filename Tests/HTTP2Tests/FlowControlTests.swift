internal import HTTP2
internal import Testing

@Suite("Flow control", .timeLimit(.minutes(1)))
struct FlowControlTests {
  @Test("a sender stops at the stream window and goes on as the receiver consumes")
  func streamWindow() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 1_000
    let pair = try SessionPair.connected(server: limits)
    let stream = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(stream, [UInt8](repeating: 1, count: 2_500), endStream: true)
    pair.pump()
    #expect(pair.server.bodyBytesReceived() == 1_000)
    #expect(pair.client.bufferedBytes(stream) == 1_500)
    pair.server.consume(stream, 1_000)
    pair.pump()
    #expect(pair.server.bodyBytesReceived() == 1_000)
    pair.server.consume(stream, 1_000)
    pair.pump()
    #expect(pair.server.bodyBytesReceived() == 500)
    #expect(pair.client.bufferedBytes(stream) == 0)
  }

  @Test("all streams together stop at the connection window: unread memory has one bound")
  func connectionWindow() throws {
    var limits = HTTP2Limits()
    limits.connectionWindowBytes = 100_000
    let pair = try SessionPair.connected(server: limits)
    for _ in 0..<20 {
      let stream = try pair.client.submitRequest(Fields.post, endStream: false)
      try pair.client.sendData(stream, [UInt8](repeating: 1, count: 50_000), endStream: true)
    }
    pair.pump()
    #expect(pair.server.bodyBytes == 100_000)
    #expect(pair.server.bodyBytesReceived() == 100_000)
  }

  @Test("consuming one stream lets another one use the connection's window")
  func sharedWindow() throws {
    var limits = HTTP2Limits()
    limits.connectionWindowBytes = 65_535
    limits.streamWindowBytes = 65_535
    let pair = try SessionPair.connected(server: limits)
    let first = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(first, [UInt8](repeating: 1, count: 65_535), endStream: true)
    pair.pump()
    let second = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(second, [2, 2], endStream: true)
    pair.pump()
    #expect(pair.server.bodyBytesReceived() == 65_535)
    pair.server.consume(first, 65_535)
    pair.pump()
    #expect(pair.server.bodyBytesReceived() == 2)
  }

  @Test("a producer is told to wait at the high-water mark and to go on when all has gone out")
  func backPressure() throws {
    var clientLimits = HTTP2Limits()
    clientLimits.streamWindowBytes = 10_000
    var serverLimits = HTTP2Limits()
    serverLimits.sendBufferHighWaterBytes = 4_000
    let pair = try SessionPair.connected(client: clientLimits, server: serverLimits)
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    _ = pair.server.events()
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    let piece = [UInt8](repeating: 3, count: 3_999)
    #expect(try pair.server.sendData(stream, piece, endStream: false))
    #expect(try !pair.server.sendData(stream, [3], endStream: false))
    #expect(pair.server.events().isEmpty)
    pair.pump()
    #expect(pair.server.events() == [.windowAvailable(stream)])
    // The next pieces fill the peer's window: nothing asks for more until it consumes.
    #expect(
      try !pair.server.sendData(stream, [UInt8](repeating: 3, count: 8_000), endStream: false))
    pair.pump()
    #expect(pair.server.events().isEmpty)
    #expect(pair.server.bufferedBytes(stream) == 2_000)
    #expect(pair.client.bodyBytesReceived() == 10_000)
    pair.client.consume(stream, 10_000)
    pair.pump()
    #expect(pair.server.events() == [.windowAvailable(stream)])
    #expect(pair.server.bufferedBytes(stream) == 0)
  }

  @Test("what the output does not hold stays in its streams, where it is counted")
  func outputBound() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 1 << 30
    limits.connectionWindowBytes = 1 << 30
    let pair = try SessionPair.connected(client: limits)
    let streams = try (0..<4).map { _ in
      try pair.client.submitRequest(Fields.get, endStream: true)
    }
    pair.pump()
    _ = pair.server.events()
    let body = [UInt8](repeating: 3, count: 300_000)
    for stream in streams {
      try pair.server.submitResponse(stream, Fields.ok, endStream: false)
      try pair.server.sendData(stream, body, endStream: true)
    }
    // One frame may stand over the bound each time that frames are looked for.
    let most = pair.server.limits.outputBytes + 2 * (16_384 + 9)
    for _ in 0..<5 {
      // What is not data is not held up by it, and does not make the output grow.
      pair.client.ping(1)
      pair.server.feed(pair.client.output())
      let before = pair.server.bodyBytes
      let output = pair.server.output()
      #expect(output.count <= most + 1_000)
      #expect(Raw.parse(output).contains { $0.type == 6 && $0.flags == 1 })
      #expect(before - pair.server.bodyBytes <= most)
      #expect(pair.server.wantsWrite)
      pair.client.feed(output)
    }
    pair.pump()
    #expect(pair.client.bodyBytesReceived() == 4 * body.count)
    #expect(pair.server.bodyBytes == 0)
    #expect(!pair.server.wantsWrite)
  }

  @Test("a stream that waits for its owner goes on with the next sendData")
  func deferredStream() throws {
    let pair = try SessionPair.connected()
    let stream = try pair.client.submitRequest(Fields.get, endStream: true)
    pair.pump()
    _ = pair.server.events()
    try pair.server.submitResponse(stream, Fields.ok, endStream: false)
    pair.pump()
    #expect(pair.client.events() == [.responseHead(stream, Fields.ok, endStream: false)])
    for value in UInt8(0)..<5 {
      try pair.server.sendData(stream, [value], endStream: false)
      pair.pump()
      #expect(pair.client.events() == [.data(stream, [value], endStream: false)])
    }
    try pair.server.sendData(stream, [], endStream: true)
    pair.pump()
    #expect(
      pair.client.events() == [
        .data(stream, [], endStream: true), .streamClosed(stream, .noError),
      ])
  }

  @Test("unread bytes of a released or cancelled stream are given back to the connection")
  func unreadBytesReturn() throws {
    var limits = HTTP2Limits()
    limits.connectionWindowBytes = 65_535
    limits.streamWindowBytes = 65_535
    limits.resetsReceived = RateLimit(burst: 1_000, perSecond: 0)
    let pair = try SessionPair.connected(server: limits)
    for round in 0..<20 {
      let body = [UInt8](repeating: 1, count: 40_000)
      let unread = try pair.client.submitRequest(Fields.post, endStream: false)
      try pair.client.sendData(unread, body, endStream: false)
      pair.pump()
      let blocked = try pair.client.submitRequest(Fields.post, endStream: false)
      try pair.client.sendData(blocked, body, endStream: true)
      pair.pump()
      #expect(pair.server.bodyBytesReceived() == 65_535, "round \(round)")
      if round % 2 == 0 { pair.client.reset(unread, .cancel) }
      pair.pump()
      // The client has nothing more to say, so nothing else makes the server speak.
      pair.server.release(unread)
      pair.pump()
      #expect(pair.server.bodyBytesReceived() == 80_000 - 65_535, "round \(round)")
      pair.server.consume(blocked, 40_000)
      try pair.server.submitResponse(blocked, Fields.ok, endStream: true)
      pair.server.release(blocked)
      pair.pump()
      for stream in [unread, blocked] { pair.client.release(stream) }
      pair.pump()
    }
    #expect(pair.server.activeStreams == 0)
    #expect(pair.server.bodyBytes == 0)
  }

  @Test("consuming more than came gives back only what came")
  func overConsume() throws {
    var limits = HTTP2Limits()
    limits.streamWindowBytes = 1_000
    let pair = try SessionPair.connected(server: limits)
    let stream = try pair.client.submitRequest(Fields.post, endStream: false)
    try pair.client.sendData(stream, [UInt8](repeating: 1, count: 5_000), endStream: true)
    pair.pump()
    pair.server.consume(stream, 1_000_000)
    pair.server.consume(stream, -5)
    pair.server.consume(StreamID(rawValue: 99), 10)
    pair.pump()
    #expect(pair.server.bodyBytesReceived() == 2_000)
  }

  @Test("a window over 2^31 - 1 ends the stream, and on the connection ends the connection")
  func windowOverflow() throws {
    let server = try Raw.greetedServer()
    server.feed(Raw.get(1) + Raw.windowUpdate(1, 0x7fff_ffff))
    let frames = Raw.parse(server.output())
    #expect(frames.contains { $0.type == 3 && $0.stream == 1 && $0.3 == Raw.word(3) })
    #expect(server.events().contains(.streamClosed(StreamID(rawValue: 1), .flowControlError)))
    #expect(!server.hasFailed)
    server.feed(Raw.windowUpdate(0, 0x7fff_ffff))
    #expect(server.failure() == .flowControlError)
  }
}
