// One test for each limit that a listener enforces itself.

internal import FixtureMessages
internal import HTTP2
internal import NIOCore
internal import RPC
internal import Testing
internal import Wire

@testable internal import Transport

@Suite(.timeLimit(.minutes(2)))
struct LimitTests {
  private func limits(_ change: (inout TransportLimits) -> Void) -> TransportLimits {
    var limits = TransportLimits()
    change(&limits)
    return limits
  }

  // MARK: Clocks

  @Test func aConnectionWithoutAPrefaceIsClosed() async throws {
    try await withServer(limits: limits { $0.prefaceTimeout = .milliseconds(50) }) {
      _, endpoint in
      let silent = try await RawPeer(endpoint)
      await silent.waitForEnd()
      let partial = try await RawPeer(endpoint)
      // Closed so soon that even the write may fail.
      try? await partial.write(Array("PRI * HTTP/2.0\r\n".utf8))
      await partial.waitForEnd()
      // A preface without SETTINGS is not complete either.
      let bare = try await RawPeer(endpoint)
      try? await bare.write(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
      await bare.waitForEnd()
    }
  }

  @Test func aHeadThatIsNotFinishedEndsTheConnection() async throws {
    try await withServer(limits: limits { $0.headersTimeout = .milliseconds(50) }) {
      _, endpoint in
      let peer = try await RawPeer(endpoint)
      #expect(try await peer.answer(try peer.request())?.status == "200")
      _ = try peer.request(body: nil)
      try await peer.write(peer.output().dropLast(3))
      await peer.waitForEnd()
    }
  }

  @Test func aBodyThatDoesNotGoOnIsReset() async throws {
    try await withServer(limits: limits { $0.bodyProgressTimeout = .milliseconds(50) }) {
      _, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(body: "{", endStream: false)
      let event = try await peer.next { if case .streamClosed(id, _) = $0 { true } else { false } }
      #expect(event != nil)
      // The connection serves on.
      #expect(try await peer.answer(try peer.request())?.status == "200")
    }
  }

  @Test func anIdleConnectionIsDrained() async throws {
    try await withServer(limits: limits { $0.idleTimeout = .milliseconds(50) }) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      #expect(try await peer.answer(try peer.request())?.status == "200")
      _ = try await peer.next { _ in false }
      #expect(peer.frames.contains { $0.type == 7 })
    }
  }

  @Test func aConnectionWithACallUnderWayIsNotIdle() async throws {
    let probe = Probe()
    let limits = limits {
      $0.idleTimeout = .milliseconds(30)
      $0.drainNoticeTimeout = .milliseconds(30)
    }
    try await withServer(probe, limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let held = try peer.request(body: #"{"name":"hold"}"#)
      // Ten idle times pass, measured by another connection that is idle all the while.
      for _ in 0..<10 {
        let idle = try await RawPeer(endpoint)
        _ = try await idle.next { _ in false }
        try await peer.flush()
      }
      probe.gate.fire()
      #expect(try await peer.answer(held)?.status == "200")
    }
  }

  @Test func anOldConnectionIsDrained() async throws {
    let limits = limits {
      $0.maximumAge = .milliseconds(50)
      $0.drainNoticeTimeout = .seconds(60)
    }
    try await withServer(limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      // Every call that could be begun is answered.
      while let id = try? peer.request() {
        #expect(try await peer.answer(id)?.status == "200")
      }
      #expect(peer.frames.contains { $0.type == 7 && $0.lastStream == 0x7FFF_FFFF })
      // A notice that came in the middle of a call has been acknowledged, and the end is near.
      try? await peer.acknowledge(ServerDrain.pingNumber)
      await peer.waitForEnd()
    }
  }

  @Test func anAnswerThatNobodyTakesIsReset() async throws {
    try await withServer(limits: limits { $0.stalledWriteTimeout = .milliseconds(50) }) {
      _, endpoint in
      // The window opens for the head and no further than its first bytes.
      var windows = HTTP2Limits()
      windows.streamWindowBytes = 1_000
      let peer = try await RawPeer(endpoint, limits: windows)
      let id = try peer.request(body: #"{"name":"large","pageSize":100000}"#)
      let event = try await peer.next { if case .streamClosed(id, _) = $0 { true } else { false } }
      #expect(event != nil)
      #expect(try await peer.answer(try peer.request())?.status == "200")
    }
  }

  @Test func aSocketThatIsNotReadIsClosed() async throws {
    let probe = Probe()
    try await withServer(probe, limits: limits { $0.stalledWriteTimeout = .milliseconds(100) }) {
      server, endpoint in
      var windows = HTTP2Limits()
      windows.streamWindowBytes = 1 << 30
      windows.connectionWindowBytes = 1 << 30
      let peer = try await RawPeer(endpoint, limits: windows)
      try await peer.channel.setOption(.autoRead, value: false).get()
      _ = try peer.request(
        "WatchEcho", type: "application/connect+json", body: "\0\0\0\0\u{12}{\"name\":\"endless\"}")
      try await peer.flush()
      // The handler is stopped because its connection is gone, not because it had an end.
      await probe.cancelled.wait()
      await probe.ended.wait()
      try await peer.close()
    }
  }

  /// Slow is not stalled: as long as bytes go, the answer goes on.
  @Test func aSocketThatIsReadSlowlyIsNotClosed() async throws {
    var limits = TransportLimits()
    limits.stalledWriteTimeout = .seconds(4)
    try await withServer(Probe().router, limits: limits, initializer: smallSockets) {
      _, endpoint in
      let peer = try await RawPeer.withoutWindows(endpoint, socketBytes: 65_536)
      try await peer.channel.setOption(.autoRead, value: false).get()
      let size = 2_400_000
      let id = try peer.request(body: #"{"name":"large","pageSize":\#(size)}"#)
      try await peer.flush()
      // On the loop: a task would wait its turn behind the other tests, which looks like a stall.
      let channel = peer.channel
      let reader = channel.eventLoop.scheduleRepeatedTask(
        initialDelay: .zero, delay: .milliseconds(10)
      ) { _ in channel.read() }
      let answer = try await peer.answer(id)
      reader.cancel()
      #expect((answer?.body.utf8.count ?? 0) > size)
      try await peer.close()
    }
  }

  // MARK: Counts

  @Test func connectionsOverTheCapAreClosed() async throws {
    try await withServer(limits: limits { $0.maximumConnections = 2 }) { server, endpoint in
      let first = try await RawPeer(endpoint)
      #expect(try await first.answer(try first.request())?.status == "200")
      let second = try await RawPeer(endpoint)
      #expect(try await second.answer(try second.request())?.status == "200")
      let third = try await RawPeer(endpoint)
      await third.waitForEnd()
      #expect(server.connectionCount == 2)
      try await first.close()
      while server.connectionCount > 1 { await Task.yield() }
      let fourth = try await RawPeer(endpoint)
      #expect(try await fourth.answer(try fourth.request())?.status == "200")
    }
  }

  @Test func theStreamLimitIsAnnouncedFirst() async throws {
    try await withServer(limits: limits { $0.maximumStreams = 7 }) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let event = try await peer.next { if case .remoteSettings = $0 { true } else { false } }
      guard case .remoteSettings(let settings) = event else {
        Issue.record("no SETTINGS")
        return
      }
      #expect(settings.maxConcurrentStreams == 7)
    }
  }

  @Test(arguments: [true, false])
  func aHeadOverItsLimitsIs431(byCount: Bool) async throws {
    let limits = limits {
      $0.maximumHeaderBytes = 2_000
      $0.maximumHeaderFields = 20
    }
    try await withServer(limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      for (extra, status) in byCount
        ? [(15, "200"), (16, "431")] : [(1_000, "200"), (2_000, "431")]
      {
        let fields =
          byCount
          ? (0..<extra).map { HeaderField("x-\($0)", "v") }
          : [HeaderField("x-long", String(repeating: "v", count: extra))]
        let id = try peer.request("GetEcho", type: "application/json", fields)
        let answer = try await peer.answer(id)
        #expect(answer?.status == status)
        if status == "431" { #expect(answer?.body.contains("resource_exhausted") == true) }
      }
    }
  }

  // MARK: Memory

  @Test func incompleteRequestsAreHeldUpToALimit() async throws {
    try await withServer(limits: limits { $0.connectionBufferBytes = 100_000 }) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let body = #"{"name":""# + String(repeating: "a", count: 30_000)
      let ids = try (0..<4).map { _ in try peer.request(body: body, endStream: false) }
      // The fourth would go over the limit.
      let answer = try await peer.answer(ids[3])
      #expect(answer?.status == "429")
      for id in ids[..<3] {
        try peer.session.sendData(id, Array(#""}"#.utf8), endStream: true)
        #expect(try await peer.answer(id)?.status == "200")
      }
    }
  }

  /// Streamed answers have no end of their own: however many there are, calls are answered.
  @Test func streamedAnswersLeaveRoomForCalls() async throws {
    try await withServer(limits: limits { $0.maximumListenerWatches = 2 }) { server, endpoint in
      let client = EchoServiceClient(endpoint)
      let first = try await client.watchEcho(Request(name: "endless"))
      let second = try await EchoServiceClient(endpoint).watchEcho(Request(name: "endless"))
      let error = await failure {
        for try await _ in try await client.watchEcho(Request(name: "endless")) {}
      }
      #expect(error?.code == .resourceExhausted)
      #expect(try await client.getEcho(Request(name: "a")).name == "a")
      first.cancel()
      // The place is free when the handler has stopped.
      var isFree = false
      while !isFree {
        let third = try await client.watchEcho(Request(name: "endless"))
        var messages = third.makeAsyncIterator()
        isFree = (try? await messages.next()) != nil
        third.cancel()
      }
      second.cancel()
    }
  }

  /// A body that is passed through stays in memory until its call has ended.
  @Test func whatIsPassedThroughIsHeldUpToALimit() async throws {
    let gate = Signal()
    var router = Router()
    router.fallback(prefix: "/") { call in
      await gate.wait()
      try await call.response.writeHead(status: 200, fields: [])
    }
    let limits = limits { $0.connectionBufferBytes = 100_000 }
    try await withServer(router, limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let body = String(repeating: "a", count: 30_000)
      let ids = try (0..<4).map { _ in try peer.request(body: body) }
      #expect(try await peer.answer(ids[3])?.status == "429")
      gate.fire()
      for _ in ids[..<3] {
        let event = try await peer.next { if case .responseHead = $0 { true } else { false } }
        guard case .responseHead(_, let fields, _) = try #require(event) else { return }
        #expect(fields.first == HeaderField(":status", "200"))
      }
      // What has ended makes room.
      #expect(try await peer.answer(try peer.request(body: body))?.status == "200")
    }
  }

  @Test func aStreamingRequestOverTheLimitIsRefusedInItsOwnForm() async throws {
    try await withServer(limits: limits { $0.connectionBufferBytes = 100_000 }) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let body = "\0\0\u{3}\0\0" + String(repeating: "a", count: 110_000)
      let id = try peer.request(
        "WatchEcho", type: "application/connect+json", body: body, endStream: false)
      let answer = try await peer.answer(id)
      #expect(answer?.status == "200")
      #expect(answer?.body.hasPrefix("\u{2}\0\0\0") == true)
      #expect(answer?.body.contains(#"{"error":{"code":"resource_exhausted""#) == true)
    }
  }

  /// Whether the answer waits in its stream or has been handed to the socket already.
  @Test(arguments: [200_000, 3_000_000])
  func whatAPeerDoesNotReadIsCounted(size: Int) async throws {
    let limits = limits { $0.listenerBufferBytes = 100_000 }
    try await withServer(Probe().router, limits: limits, initializer: smallSockets) {
      _, endpoint in
      let deaf = try await RawPeer.withoutWindows(endpoint, socketBytes: 8_192)
      try await deaf.channel.setOption(.autoRead, value: false).get()
      _ = try deaf.request(body: #"{"name":"large","pageSize":\#(size)}"#)
      try await deaf.flush()
      let other = try await RawPeer(endpoint)
      while try await other.answer(try other.request()) != nil {}
      let refused = try other.request()
      let event = try await other.next {
        if case .streamClosed(refused, _) = $0 { true } else { false }
      }
      #expect(event == .streamClosed(refused, .refusedStream))
      // What is held for a connection goes with it.
      try await deaf.close()
      var answered = false
      while !answered { answered = try await other.answer(try other.request())?.status == "200" }
    }
  }

  @Test func newStreamsAreRefusedWhileTooMuchIsUnsent() async throws {
    try await withServer(limits: limits { $0.connectionBufferBytes = 150_000 }) { _, endpoint in
      var windows = HTTP2Limits()
      windows.streamWindowBytes = 1_000
      let peer = try await RawPeer(endpoint, limits: windows)
      let large = #"{"name":"large","pageSize":100000}"#
      let first = try peer.request(body: large)
      let second = try peer.request(body: large)
      try await peer.flush()
      for id in [first, second] {
        _ = try await peer.next { if case .data(id, _, _) = $0 { true } else { false } }
      }
      let third = try peer.request()
      let event = try await peer.next {
        if case .streamClosed(third, _) = $0 { true } else { false }
      }
      #expect(event == .streamClosed(third, .refusedStream))
      peer.session.reset(first, .cancel)
      peer.session.reset(second, .cancel)
      var answered = false
      while !answered { answered = try await peer.answer(try peer.request())?.status == "200" }
    }
  }

  @Test func theLimitOfTheListenerCountsAllConnections() async throws {
    try await withServer(limits: limits { $0.listenerBufferBytes = 50_000 }) { _, endpoint in
      let holding = try await RawPeer(endpoint)
      let body = #"{"name":""# + String(repeating: "a", count: 60_000)
      let held = try holding.request(body: body, endStream: false)
      while try await holding.answer(try holding.request()) != nil {}
      let other = try await RawPeer(endpoint)
      let refused = try other.request()
      let event = try await other.next {
        if case .streamClosed(refused, _) = $0 { true } else { false }
      }
      #expect(event == .streamClosed(refused, .refusedStream))
      try holding.session.sendData(held, Array(#""}"#.utf8), endStream: true)
      #expect(try await holding.answer(held)?.status == "200")
      var answered = false
      while !answered { answered = try await other.answer(try other.request())?.status == "200" }
    }
  }

  /// The handler is never further ahead of its reader than the windows and one buffer.
  @Test(arguments: ["endless", "away"])
  func aSlowReaderSlowsItsHandlerDown(name: String) async throws {
    let probe = Probe()
    let limits = limits { $0.streamBufferBytes = 20_000 }
    try await withServer(probe, limits: limits) { _, endpoint in
      var options = HTTP2ChannelOptions()
      options.streamWindowBytes = 50_000
      let client = EchoServiceClient(endpoint, options: options)
      let request = Request(
        name: name, placeCode: String(repeating: "x", count: 1_000), pageSize: 100_000)
      var read = 0
      for try await _ in try await client.watchEcho(request) {
        read += 1
        // Window, buffer, and what is credited ahead of time, in messages of over 1,000 bytes.
        #expect(probe.written - read < 50 + 20 + 17 + 5)
        if read == 2_000 { break }
      }
    }
  }

  // MARK: Other protocols

  @Test(arguments: [
    "GET / HTTP/1.1\r\nhost: x\r\n\r\n", "POST /a.B/C HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}",
    "OPTIONS * HTTP/1.0\r\n\r\n",
  ])
  func http1GetsAClearAnswer(text: String) async throws {
    try await withServer { server, endpoint in
      let peer = try await RawPeer(endpoint)
      try await peer.write(Array(text.utf8))
      var said: [UInt8] = []
      while let piece = await peer.receiveRaw() { said += piece }
      let answer = String(decoding: said, as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 505 HTTP Version Not Supported\r\n"))
      #expect(answer.contains("content-type: text/plain"))
      #expect(answer.hasSuffix("HTTP/2 only; use --http2-prior-knowledge\n"))
      #expect(server.connectionCount == 0)
    }
  }

  @Test func noiseIsClosedWithoutAWord() async throws {
    try await withServer { _, endpoint in
      for bytes: [UInt8] in [[0x16, 0x03, 0x01, 0x02], [0], Array("\r\n\r\n".utf8)] {
        let peer = try await RawPeer(endpoint)
        try await peer.write(bytes)
        #expect(await peer.receiveRaw() == nil)
      }
    }
  }

  @Test func theDefaultsAreThoseOfTheDesign() {
    let limits = TransportLimits()
    #expect(limits.call.maximumRequestBytes == 4 << 20)
    #expect(limits.call.maximumPathBytes == 8 << 10)
    #expect(limits.prefaceTimeout == .seconds(10))
    #expect(limits.headersTimeout == .seconds(10))
    #expect(limits.maximumHeaderBytes == 16 << 10)
    #expect(limits.maximumHeaderFields == 100)
  }
}
