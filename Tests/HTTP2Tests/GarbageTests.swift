internal import HTTP2
internal import Testing

/// A small generator with a fixed seed, so that a failure can be repeated.
private struct Noise: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15
  }
}

@Suite("Garbage ends the connection, never the process", .timeLimit(.minutes(1)))
struct GarbageTests {
  /// Serves whatever comes and returns how much memory the session answers for at most.
  private func serve(_ server: HTTP2Session) throws -> Int {
    while let event = server.popEvent() {
      switch event {
      case .request(let stream, _, _):
        try? server.submitResponse(stream, Fields.ok, endStream: false)
        _ = try? server.sendData(stream, [1, 2, 3], endStream: true)
      case .headersTooLarge(let stream, _): server.release(stream)
      case .data(let stream, let bytes, let end):
        server.consume(stream, bytes.count)
        if end { server.release(stream) }
      case .streamClosed(let stream, _): server.release(stream)
      default: break
      }
    }
    return server.bodyBytes
  }

  @Test("random bytes after the greeting", arguments: UInt64(1)...40)
  func random(seed: UInt64) throws {
    var noise = Noise(state: seed)
    let server = try Raw.greetedServer()
    for _ in 0..<50 where !server.hasFailed {
      server.feed(
        (0..<Int.random(in: 1...600, using: &noise)).map { _ in
          UInt8.random(in: 0...255, using: &noise)
        })
      #expect(try serve(server) < 2 << 20)
      _ = server.output()
    }
  }

  @Test("frames with random types, flags, streams and payloads", arguments: UInt64(1)...80)
  func randomFrames(seed: UInt64) throws {
    var noise = Noise(state: seed)
    let server = try Raw.greetedServer()
    for _ in 0..<400 where !server.hasFailed {
      var payload = (0..<Int.random(in: 0...40, using: &noise)).map { _ in
        UInt8.random(in: 0...255, using: &noise)
      }
      let type = UInt8.random(in: 0...10, using: &noise)
      if type == 1 || type == 9 { payload = Raw.postBlock }
      server.feed(
        Raw.frame(
          type: type, flags: UInt8.random(in: 0...255, using: &noise) & 0x2d,
          stream: UInt32.random(in: 0...20, using: &noise), payload))
      #expect(try serve(server) < 2 << 20)
      _ = server.output()
    }
  }

  @Test("a good conversation with flipped, lost and doubled bytes", arguments: UInt64(1)...200)
  func mutated(seed: UInt64) throws {
    var noise = Noise(state: seed)
    let now = HTTP2Instant(nanoseconds: 1_000_000_000)
    let client = try HTTP2Session(role: .client, now: now)
    for _ in 0..<5 {
      let stream = try client.submitRequest(Fields.post, endStream: false)
      try client.sendData(stream, [UInt8](repeating: 9, count: 200), endStream: true)
    }
    client.ping(1)
    var bytes = client.output()
    for _ in 0..<Int.random(in: 1...6, using: &noise) {
      let place = Int.random(in: 24..<bytes.count, using: &noise)
      switch Int.random(in: 0...2, using: &noise) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &noise)
      case 1: bytes.remove(at: place)
      default: bytes.insert(bytes[place], at: place)
      }
    }
    let server = try HTTP2Session(role: .server, now: now)
    server.feed(bytes, chunk: Int.random(in: 1...500, using: &noise))
    #expect(try serve(server) < 2 << 20)
    let answer = server.output()
    // The client meets the answer damaged in the same way.
    let reader = try HTTP2Session(role: .client, now: now)
    _ = try reader.submitRequest(Fields.get, endStream: true)
    var damaged = answer
    if let place = damaged.indices.randomElement(using: &noise) {
      damaged[place] = damaged[place] &+ 1
    }
    reader.feed(damaged, chunk: 50)
    while let event = reader.popEvent() {
      if case .streamClosed(let stream, _) = event { reader.release(stream) }
    }
    _ = reader.output()
  }

  @Test("commands in any order and on any stream do no harm", arguments: UInt64(1)...60)
  func randomCommands(seed: UInt64) throws {
    var noise = Noise(state: seed)
    let pair = try SessionPair.connected()
    for _ in 0..<300 {
      let session = Bool.random(using: &noise) ? pair.client : pair.server
      let stream = StreamID(rawValue: Int32.random(in: -1...60, using: &noise))
      let end = Bool.random(using: &noise)
      switch Int.random(in: 0...8, using: &noise) {
      case 0, 1: _ = try? pair.client.submitRequest(Fields.post, endStream: end)
      case 2: try? session.submitResponse(stream, Fields.ok, endStream: end)
      case 3: _ = try? session.sendData(stream, [UInt8](repeating: 1, count: 999), endStream: end)
      case 4: session.reset(stream, .cancel)
      case 5: session.consume(stream, Int.random(in: -5...2_000, using: &noise))
      case 6: session.release(stream)
      case 7: session.ping(noise.next())
      default: pair.pump(chunk: Int.random(in: 1...2_000, using: &noise))
      }
    }
    pair.pump()
    #expect(!pair.client.hasFailed)
    _ = pair.server.events()
    _ = pair.client.events()
    pair.client.goAway()
    pair.server.goAway()
    for number in Int32(1)...1_000 {
      pair.client.release(StreamID(rawValue: number))
      pair.server.release(StreamID(rawValue: number))
    }
    pair.pump()
    #expect(pair.client.activeStreams == 0)
    #expect(pair.server.activeStreams == 0)
    #expect(pair.server.bodyBytes == 0)
  }
}
