// Whether clients that have vanished are noticed, and limits that were reached are counted.

internal import HTTP2
internal import NIOCore
internal import RPC
internal import Testing

@testable internal import Transport

@Suite(.timeLimit(.minutes(2)))
struct KeepaliveTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  @Test func aSilentPeerIsAskedOnceAndThenGivenUp() {
    var keepalive = Keepalive(interval: .seconds(10), timeout: .seconds(3))
    #expect(keepalive.tick(now: start + .seconds(9), lastRead: start) == .none)
    guard case .ask = keepalive.tick(now: start + .seconds(10), lastRead: start) else {
      Issue.record("the peer was not asked")
      return
    }
    #expect(keepalive.tick(now: start + .seconds(12), lastRead: start) == .none)
    #expect(keepalive.tick(now: start + .seconds(13), lastRead: start) == .giveUp)
  }

  @Test func anyByteIsASignOfLife() {
    var keepalive = Keepalive(interval: .seconds(10), timeout: .seconds(3))
    var heard = start
    var questions: Set<UInt64> = []
    for second in 1...100 {
      let now = start + .seconds(Int64(second))
      switch keepalive.tick(now: now, lastRead: heard) {
      case .none: break
      case .ask(let number):
        questions.insert(number)
        heard = now + .milliseconds(500)
      case .giveUp: Issue.record("given up at \(second) s")
      }
    }
    #expect(questions.count >= 8)
    #expect(!questions.contains(ServerDrain.pingNumber))
  }

  @Test func aPauseForgetsTheQuestion() {
    var keepalive = Keepalive(interval: .seconds(10), timeout: .seconds(3))
    _ = keepalive.tick(now: start + .seconds(10), lastRead: start)
    keepalive.pause()
    #expect(keepalive.tick(now: start + .seconds(60), lastRead: start) != .giveUp)
  }

  @Test func aClientThatDoesNotAnswerLosesItsHandlers() async throws {
    let probe = Probe()
    var limits = TransportLimits()
    limits.keepaliveInterval = .milliseconds(50)
    limits.keepaliveTimeout = .milliseconds(100)
    try await withServer(probe, limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      _ = try peer.request(
        "WatchEcho", type: "application/connect+json", body: #"{"name":"silent"}"#)
      // By hand, so that nothing answers what comes.
      let held = try peer.request(body: #"{"name":"sleep"}"#)
      _ = held
      try await peer.write(peer.output())
      #expect(await eventually { probe.cancelled.hasFired })
      #expect(server.reachedCount(of: .keepaliveTimeout) == 1)
    }
  }

  @Test func aClientThatAnswersKeepsItsHandlers() async throws {
    let probe = Probe()
    var limits = TransportLimits()
    limits.keepaliveInterval = .milliseconds(20)
    limits.keepaliveTimeout = .seconds(30)
    try await withServer(probe, limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      _ = try peer.request(body: #"{"name":"sleep"}"#)
      try await peer.flush()
      var asked = 0
      while asked < 5 {
        // The session of the peer answers by itself; it is asked each time anew.
        _ = await peer.receive()
        try await peer.flush()
        asked = peer.frames.filter { $0.type == 6 }.count
      }
      #expect(!probe.cancelled.hasFired)
      #expect(server.reachedCount(of: .keepaliveTimeout) == 0)
    }
  }

  // MARK: Limits

  @Test func limitsThatWereReachedAreCounted() async throws {
    var limits = TransportLimits()
    limits.call.maximumRequestBytes = 10
    limits.call.maximumPathBytes = 60
    limits.maximumHeaderFields = 6
    try await withServer(limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      #expect(ChannelLimit.allCases.allSatisfy { server.reachedCount(of: $0) == 0 })
      _ = try await peer.answer(try peer.request(body: #"{"name":"too long"}"#))
      #expect(server.reachedCount(of: .maximumRequestBytes) == 1)
      _ = try await peer.answer(try peer.request(String(repeating: "x", count: 60)))
      #expect(server.reachedCount(of: .maximumPathBytes) == 1)
      let more = [HeaderField("a", "b"), HeaderField("c", "d")]
      _ = try await peer.answer(try peer.request("GetEcho", more))
      #expect(await eventually { server.reachedCount(of: .maximumHeaderFields) == 1 })
    }
  }

  @Test func limitsOfMessagesAreCounted() async throws {
    try await withServer { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let nested = "{\"x\":" + String(repeating: "[", count: 200)
      _ = try await peer.answer(try peer.request(body: nested))
      #expect(server.reachedCount(of: .maximumDepth) == 1)
      let keys = (0..<270_000).map { "\"\($0)\":0" }.joined(separator: ",")
      _ = try await peer.answer(try peer.request(body: "{\(keys)}"))
      #expect(server.reachedCount(of: .maximumElements) == 1)
    }
  }

  @Test func everyLimitHasAValueAndAName() {
    let limits = TransportLimits()
    let unnamed = ChannelLimit.allCases.filter { limits.value(of: $0) == nil }
    #expect(unnamed == [.acknowledgements])
    for limit in HTTP2Limit.allCases {
      #expect(ChannelLimit.allCases.contains(ChannelLimit(limit)))
    }
    #expect(Set(HTTP2Limit.allCases.map(ChannelLimit.init)).count == HTTP2Limit.allCases.count)
    #expect(limits.value(of: .keepaliveTimeout) == 15)
  }
}
