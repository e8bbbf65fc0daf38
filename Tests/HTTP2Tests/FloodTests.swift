internal import HTTP2
internal import Testing

/// Peers that break no single rule but want our memory or our processor.
@Suite("Floods end the connection with ENHANCE_YOUR_CALM", .timeLimit(.minutes(1)))
struct FloodTests {
  struct Attack: Sendable, CustomStringConvertible {
    let description: String
    let frame: @Sendable (UInt32) -> [UInt8]
    let set: @Sendable (inout HTTP2Limits, RateLimit) -> Void
  }

  static let attacks = [
    Attack(description: "PING", frame: { _ in Raw.ping }, set: { $0.pings = $1 }),
    Attack(
      description: "PING acknowledgements",
      frame: { _ in Raw.frame(type: 6, flags: 1, [UInt8](repeating: 0, count: 8)) },
      set: { $0.pings = $1 }),
    Attack(description: "SETTINGS", frame: { _ in Raw.settings }, set: { $0.settings = $1 }),
    Attack(
      description: "PRIORITY", frame: { Raw.frame(type: 2, stream: $0 * 2 + 3, [0, 0, 0, 0, 9]) },
      set: { $0.priorities = $1 }),
    Attack(
      description: "PRIORITY_UPDATE",
      frame: { _ in Raw.frame(type: 16, [0, 0, 0, 1] + Array("u=1".utf8)) },
      set: { $0.priorities = $1 }),
    Attack(
      description: "WINDOW_UPDATE", frame: { _ in Raw.windowUpdate(0, 1) },
      set: { $0.windowUpdates = $1 }),
    Attack(
      description: "empty DATA", frame: { _ in Raw.frame(type: 0, stream: 1) },
      set: { $0.emptyData = $1 }),
    Attack(
      description: "DATA of padding",
      frame: { _ in Raw.frame(type: 0, flags: 8, stream: 1, [2, 0, 0]) },
      set: { $0.emptyData = $1 }),
    Attack(
      description: "unknown frames", frame: { _ in Raw.frame(type: 0xbb) },
      set: { $0.unknownFrames = $1 }),
    Attack(
      description: "unknown bytes", frame: { _ in Raw.frame(type: 0xbb, [0]) },
      set: { $0.unknownBytes = $1 }),
    Attack(
      description: "GOAWAY", frame: { _ in Raw.frame(type: 7, [UInt8](repeating: 0, count: 8)) },
      set: { $0.goAways = $1 }),
    Attack(
      description: "rapid reset", frame: { Raw.get($0 * 2 + 3) + Raw.reset($0 * 2 + 3) },
      set: { $0.resetsReceived = $1 }),
    Attack(
      description: "window overflow (MadeYouReset)",
      frame: { Raw.get($0 * 2 + 3) + Raw.windowUpdate($0 * 2 + 3, 0x7fff_ffff) },
      set: { $0.resetsProvoked = $1 }),
    Attack(
      description: "malformed requests",
      frame: { Raw.frame(type: 1, flags: 5, stream: $0 * 2 + 3, [0x82]) },
      set: { $0.resetsProvoked = $1 }),
  ]

  /// Releases every request at once, as a fast handler does.
  private func serve(_ server: HTTP2Session) -> HTTP2ErrorCode? {
    var failure: HTTP2ErrorCode?
    while let event = server.popEvent() {
      switch event {
      case .request(let stream, _, _) where stream.rawValue != 1: server.release(stream)
      case .connectionError(let code, _): failure = code
      default: break
      }
    }
    return failure
  }

  @Test("a flood over its budget", arguments: attacks)
  func flood(_ attack: Attack) throws {
    var limits = HTTP2Limits()
    attack.set(&limits, RateLimit(burst: 20, perSecond: 0))
    let server = try Raw.greetedServer(limits)
    server.feed(Raw.post(1))
    var failure: HTTP2ErrorCode?
    var sent: UInt32 = 0
    var output = 0
    while failure == nil && sent < 1_000 {
      server.feed(attack.frame(sent))
      output += server.output().count
      failure = serve(server)
      sent += 1
    }
    #expect(failure == .enhanceYourCalm)
    #expect(sent >= 19 && sent <= 22, "\(sent) frames went through")
    #expect(output < 10_000)
    #expect(!server.wantsRead)
    #expect(server.activeStreams <= 2)
  }

  @Test("the default budgets let a quick but honest peer through", arguments: attacks)
  func defaults(_ attack: Attack) throws {
    let server = try Raw.greetedServer()
    server.feed(Raw.post(1))
    for index in UInt32(0)..<25 {
      server.feed(attack.frame(index))
      _ = server.output()
      #expect(serve(server) == nil)
    }
  }

  @Test("with default budgets, a flood of a megabyte in one read is cut off", arguments: attacks)
  func oneBigRead(_ attack: Attack) throws {
    let server = try Raw.greetedServer()
    server.feed(Raw.post(1))
    var bytes: [UInt8] = []
    var index: UInt32 = 0
    while bytes.count < 1 << 20 {
      bytes += attack.frame(index)
      index += 1
    }
    server.feed(bytes, chunk: 65_536)
    let goAway = Raw.parse(server.output()).last
    #expect(goAway?.type == 7)
    #expect(server.hasFailed)
    #expect(server.bodyBytes < 65_536)
    #expect(server.activeStreams <= 257)
  }

  @Test("the GOAWAY of a flood names the last stream and the reason")
  func goAwayContent() throws {
    var limits = HTTP2Limits()
    limits.pings = RateLimit(burst: 1, perSecond: 0)
    let server = try Raw.greetedServer(limits)
    server.feed(Raw.get(1) + Raw.get(3))
    _ = server.output()
    server.feed(Raw.ping + Raw.ping)
    let last = try #require(Raw.parse(server.output()).last)
    #expect(last.type == 7 && last.stream == 0)
    #expect(
      Array(last.3.prefix(8)) == Raw.word(3) + Raw.word(HTTP2ErrorCode.enhanceYourCalm.rawValue))
    #expect(String(decoding: last.3.dropFirst(8), as: UTF8.self) == "too many PING frames")
    #expect(server.isFinished)
    server.feed(Raw.get(5))
    #expect(server.output().isEmpty)
  }

  @Test("a budget fills again with time")
  func refill() throws {
    var limits = HTTP2Limits()
    limits.pings = RateLimit(burst: 5, perSecond: 10)
    let server = try Raw.greetedServer(limits)
    var now = HTTP2Instant(nanoseconds: 1_000_000_000)
    for _ in 0..<50 {
      server.feed(Raw.ping, now: now)
      now = now.advanced(bySeconds: 0.1)
    }
    #expect(!server.hasFailed)
    for _ in 0..<10 { server.feed(Raw.ping, now: now) }
    #expect(server.failure() == .enhanceYourCalm)
  }

  @Test("a peer that reads in small pieces earns its WINDOW_UPDATE frames")
  func earnedWindowUpdates() throws {
    var limits = HTTP2Limits()
    limits.windowUpdates = RateLimit(burst: 100, perSecond: 0)
    let server = try Raw.greetedServer(limits)
    server.feed(Raw.get(1))
    let stream = try #require(server.requests().first)
    try server.submitResponse(stream, Fields.ok, endStream: false)
    for _ in 0..<1_000 {
      try server.sendData(stream, [1], endStream: false)
      _ = server.output()
      server.feed(Raw.windowUpdate(0, 1) + Raw.windowUpdate(1, 1))
    }
    #expect(!server.hasFailed)
  }

  @Test(
    "too many CONTINUATION frames end the connection, however they are cut", arguments: [1, 100])
  func continuations(chunk: Int) throws {
    var limits = HTTP2Limits()
    limits.maxContinuations = 4
    for count in [4, 5] {
      let server = try Raw.greetedServer(limits)
      var bytes = Raw.frame(type: 1, flags: 1, stream: 1, Raw.getBlock)
      for _ in 1..<count { bytes += Raw.frame(type: 9, stream: 1) }
      bytes += Raw.frame(type: 9, flags: 4, stream: 1)
      server.feed(bytes, chunk: chunk)
      let events = server.events()
      if count == 4 {
        #expect(events.count == 1)
      } else {
        #expect(
          events.contains {
            if case .connectionError(.enhanceYourCalm, _) = $0 { true } else { false }
          })
      }
    }
  }

  @Test("a SETTINGS frame with too many entries ends the connection")
  func settingsEntries() throws {
    var limits = HTTP2Limits()
    limits.maxSettingsEntries = 4
    for count in [4, 5] {
      let server = try Raw.greetedServer(limits)
      let entry: [UInt8] = [0, 9, 0, 0, 0, 0]
      server.feed(Raw.frame(type: 4, Array(repeatElement(entry, count: count).joined())))
      #expect(server.failure() == (count == 4 ? nil : .enhanceYourCalm))
    }
  }

  @Test("requests over the stream limit are refused, and too many refusals end the connection")
  func refusals() throws {
    var limits = HTTP2Limits()
    limits.maxConcurrentStreams = 2
    limits.refusals = RateLimit(burst: 10, perSecond: 0)
    limits.resetsReceived = RateLimit(burst: 1_000, perSecond: 0)
    let server = try Raw.greetedServer(limits)
    // Two handlers that never stop, on streams that the peer has cancelled.
    server.feed(Raw.get(1) + Raw.get(3) + Raw.reset(1) + Raw.reset(3))
    for index in UInt32(0)..<10 {
      server.feed(Raw.get(5 + index * 2))
      #expect(Raw.parse(server.output()).contains { $0.type == 3 && $0.3 == Raw.word(7) })
      #expect(!server.hasFailed)
    }
    server.feed(Raw.get(101))
    #expect(server.hasFailed)
    #expect(server.activeStreams == 2)
  }

  @Test("a client takes any number of refusals: they are how a server asks for patience")
  func refusalsOfAServer() throws {
    var limits = HTTP2Limits()
    limits.resetsReceived = RateLimit(burst: 5, perSecond: 0)
    limits.assumedPeerConcurrentStreams = 1_000
    let pair = try SessionPair.connected(client: limits)
    for _ in 0..<20 {
      let stream = try pair.client.submitRequest(Fields.get, endStream: true)
      pair.pump()
      pair.server.reset(stream, .refusedStream)
      pair.server.release(stream)
      pair.pump()
      #expect(pair.client.events() == [.streamClosed(stream, .refusedStream)])
      pair.client.release(stream)
    }
    #expect(!pair.client.hasFailed)
  }

  @Test("why a connection ends is known when the first of its streams hears of it")
  func reasonComesFirst() throws {
    let server = try Raw.greetedServer()
    server.feed(Raw.get(1))
    _ = server.events()
    #expect(server.failureReason == nil)
    server.feed(Array(repeatElement(Raw.ping, count: 101).joined()))
    #expect(
      server.popEvent() == .streamClosed(StreamID(rawValue: 1), .enhanceYourCalm))
    #expect(server.failureReason == "too many PING frames")
  }

  @Test("one-byte DATA frames of one read become one event")
  func tinyData() throws {
    let server = try Raw.greetedServer()
    server.feed(Raw.post(1))
    _ = server.events()
    let tiny = Raw.frame(type: 0, stream: 1, [7])
    server.feed(Array(repeatElement(tiny, count: 5_000).joined()))
    #expect(
      server.events() == [
        .data(StreamID(rawValue: 1), [UInt8](repeating: 7, count: 5_000), endStream: false)
      ])
  }
}
