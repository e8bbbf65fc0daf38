// Which connection a call takes, and what happens when there is none.

internal import FixtureMessages
internal import HTTP2
internal import NIOCore
internal import RPC
internal import Synchronization
internal import Testing
internal import Wire

@testable internal import Transport

struct PoolStateTests {
  private let start = CallInstant.now
  private var random = SystemRandomNumberGenerator()

  private func pool(_ count: Int) -> PoolState<String> {
    PoolState(
      count: count, backoff: Backoff(minimum: .milliseconds(100), maximum: .seconds(5)))
  }

  private func used(_ pick: PoolState<String>.Pick) -> String? {
    if case .use(let link) = pick { return link }
    return nil
  }

  @Test func theFirstCallConnectsToAllAndWaits() {
    var pool = pool(2)
    let (pick, connect) = pool.pick(now: start)
    guard case .wait = pick else {
      Issue.record("\(pick)")
      return
    }
    #expect(connect == [0, 1])
    let again = pool.pick(now: start).connect
    #expect(again.isEmpty)
  }

  @Test func readyConnectionsAreUsedInTurn() {
    var pool = pool(3)
    _ = pool.pick(now: start)
    for (index, name) in ["a", "b", "c"].enumerated() { _ = pool.connected(index, name) }
    let picks = (0..<7).map { _ in used(pool.pick(now: start).pick) }
    #expect(picks == ["a", "b", "c", "a", "b", "c", "a"])
  }

  @Test mutating func onlyTheLastFailureEndsTheWait() {
    var pool = pool(2)
    _ = pool.pick(now: start)
    let error = RPCError(.unavailable, "no")
    let first = pool.failed(0, error, now: start, using: &random)
    #expect(first == nil)
    let last = pool.failed(1, error, now: start, using: &random)
    #expect(last?.message == "no")
    guard case .fail(let failure) = pool.pick(now: start).pick else {
      Issue.record("a call was let through")
      return
    }
    #expect(failure.message == "no")
  }

  @Test mutating func aFailedEndpointIsLeftAloneForAWhile() {
    var pool = pool(1)
    _ = pool.pick(now: start)
    _ = pool.failed(0, RPCError(.unavailable, "no"), now: start, using: &random)
    let early = pool.pick(now: start.advanced(by: .milliseconds(79))).connect
    #expect(early.isEmpty)
    let late = pool.pick(now: start.advanced(by: .milliseconds(121))).connect
    #expect(late == [0])
  }

  @Test mutating func aReadyConnectionServesWhileAnotherEndpointIsTriedAgain() {
    var pool = pool(2)
    _ = pool.pick(now: start)
    let taken = pool.connected(0, "a")
    #expect(taken)
    _ = pool.failed(1, RPCError(.unavailable, "no"), now: start, using: &random)
    let later = pool.pick(now: start.advanced(by: .seconds(1)))
    #expect(used(later.pick) == "a")
    #expect(later.connect == [1])
  }

  @Test mutating func aLostConnectionIsMadeAgainAtOnceIfItEverServed() {
    var pool = pool(1)
    for (hasServed, connect) in [(true, [0]), (false, [])] {
      _ = pool.pick(now: start)
      let taken = pool.connected(0, "a")
      #expect(taken)
      pool.lost(0, hasServed: hasServed, now: start, using: &random)
      let next = pool.pick(now: start).connect
      #expect(next == connect)
      if hasServed { _ = pool.connected(0, "a") }
    }
  }

  @Test func aClosedPoolGivesItsConnectionsBack() {
    var pool = pool(2)
    _ = pool.pick(now: start)
    let taken = pool.connected(0, "a")
    #expect(taken)
    let links = pool.close()
    #expect(links == ["a"])
    let late = pool.connected(1, "b")
    #expect(!late)
    guard case .fail = pool.pick(now: start).pick else {
      Issue.record("a call was let through")
      return
    }
  }

  @Test mutating func pausesGrowWithinTheirBounds() {
    var backoff = Backoff(minimum: .milliseconds(100), maximum: .seconds(5))
    var expected = 0.1
    for _ in 0..<20 {
      let pause = backoff.failed(using: &random).seconds
      #expect(pause >= expected * 0.79 && pause <= expected * 1.21)
      expected = min(5, expected * 1.6)
    }
    backoff.succeeded()
    let pause = backoff.failed(using: &random)
    #expect(pause <= .milliseconds(121))
  }
}

struct StreamMapTests {
  private final class Box {
    let id: Int32
    init(_ id: Int32) { self.id = id }
  }

  /// Against a dictionary, under the orders that connections produce and ones that they do not.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func itIsADictionary(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var map = StreamMap<Box>()
    var model: [Int32: Box] = [:]
    var next: Int32 = 1
    for _ in 0..<3_000 {
      switch random(3) {
      case 0,
        1 where model.count < 5:
        let id = seed % 2 == 0 ? next : Int32(random(200) * 32 + 1)
        next += 2
        let box = Box(id)
        map.insert(box, for: StreamID(rawValue: id))
        model[id] = box
      case 1:
        let id = Int32(random(Int(next)))
        #expect(map[StreamID(rawValue: id)] === model[id])
      default:
        let ids = model.keys.sorted()
        let id = ids.isEmpty || random(10) == 0 ? 99_999 : ids[random(ids.count)]
        map.remove(StreamID(rawValue: id))
        model[id] = nil
      }
      #expect(map.count == model.count)
      #expect(map.isEmpty == model.isEmpty)
    }
    #expect(Set(map.values.map(\.id)) == Set(model.keys))
    for (id, box) in model { #expect(map[StreamID(rawValue: id)] === box) }
  }
}

@Suite(.timeLimit(.minutes(1)))
struct PoolTests {
  @Test func aClosedPortIsUnavailableAndTheCallWasNotProcessed() async throws {
    let listener = try await RawListener { _, _ in }
    try await listener.close()
    let client = EchoServiceClient(listener.endpoint)
    for _ in 0..<3 {
      let error = await failure { try await client.getEcho(Request()) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("\(listener.endpoint)") == true)
      #expect(error?.message.contains("nothing listens there") == true)
    }
    let first = await failure { try await EchoServiceClient(listener.endpoint).getEcho(Request()) }
    #expect(first?.wasNotProcessed == true)
  }

  @Test func anUnknownHostIsUnavailable() async throws {
    let client = EchoServiceClient(try Endpoint("no.such.host.invalid:1"))
    await expect(.unavailable) { try await client.getEcho(Request()) }
  }

  @Test func callsGoToAllEndpointsInTurn() async throws {
    let probes = [Probe(), Probe()]
    try await withServer(probes[0]) { _, first in
      try await withServer(probes[1]) { _, second in
        let client = EchoServiceClient(channel: HTTP2Channel(endpoints: [first, second]))
        while probes.contains(where: { $0.calls == 0 }) { _ = try await client.getEcho(Request()) }
        let before = probes.map(\.calls)
        for _ in 0..<20 { _ = try await client.getEcho(Request()) }
        #expect(probes[0].calls - before[0] == 10)
        #expect(probes[1].calls - before[1] == 10)
      }
    }
  }

  @Test func oneEndpointOfTwoIsEnough() async throws {
    let listener = try await RawListener { _, _ in }
    try await listener.close()
    try await withServer { _, endpoint in
      for endpoints in [[listener.endpoint, endpoint], [endpoint, listener.endpoint]] {
        let client = EchoServiceClient(channel: HTTP2Channel(endpoints: endpoints))
        for _ in 0..<20 { _ = try await client.getEcho(Request()) }
      }
    }
  }

  @Test func aConnectionIsReused() async throws {
    try await withServer { server, endpoint in
      let client = EchoServiceClient(endpoint)
      for _ in 0..<50 { _ = try await client.getEcho(Request()) }
      #expect(server.connectionCount == 1)
    }
  }

  @Test func aServerThatComesBackIsFoundAgain() async throws {
    var options = HTTP2ChannelOptions()
    options.minimumBackoff = .milliseconds(1)
    options.maximumBackoff = .milliseconds(5)
    let first = ChannelServer(router: Probe().router)
    let endpoint = try await first.start(Endpoint("127.0.0.1:0"))
    let client = EchoServiceClient(endpoint, options: options)
    _ = try await client.getEcho(Request())
    await first.drain(grace: .zero)
    await expect(.unavailable) {
      while true { _ = try await client.getEcho(Request()) }
    }
    let second = ChannelServer(router: Probe().router)
    try await second.start(endpoint)
    var answered = false
    while !answered { answered = (try? await client.getEcho(Request(name: "x")))?.name == "x" }
    await second.drain(grace: .zero)
  }

  @Test func aServerThatStopsAnsweringIsGivenUp() async throws {
    // Speaks just enough HTTP/2 to be taken for a server, then nothing.
    let silent = try await RawListener { channel, _ in
      channel.writeAndFlush(ByteBuffer(bytes: [0, 0, 0, 4, 0, 0, 0, 0, 0]), promise: nil)
    }
    var options = HTTP2ChannelOptions()
    options.keepaliveInterval = .milliseconds(40)
    options.keepaliveTimeout = .milliseconds(40)
    // Each read is answered, so the silence begins when the client has no more to say.
    let client = EchoServiceClient(silent.endpoint, options: options)
    await expect(.unavailable) {
      try await client.getEcho(Request(), options: CallOptions(timeout: .seconds(30)))
    }
    try await silent.close()
  }

  @Test func aCloseEndsNewCallsAndLetsOldOnesFinish() async throws {
    let probe = Probe()
    try await withServer(probe) { _, endpoint in
      let channel = HTTP2Channel(endpoints: [endpoint])
      let client = EchoServiceClient(channel: channel)
      let held = Task { try await client.getEcho(Request(name: "hold")) }
      await probe.started.wait()
      channel.close()
      await expect(.unavailable) { try await client.getEcho(Request()) }
      probe.gate.fire()
      let answer = try await held.value
      #expect(answer.name == "hold")
    }
  }

  @Test func cancellingACallThatWaitsForAConnectionEndsIt() async throws {
    let connecting = HeldConnection()
    let listener = try await RawListener { _, _ in }
    let client = EchoServiceClient(channel: connecting.channel(to: listener.endpoint))
    let task = Task { try await client.getEcho(Request()) }
    await connecting.started.wait()
    task.cancel()
    await expect(.canceled) { try await task.value }
    #expect(!connecting.gate.hasFired)
    connecting.gate.fire()
    try await listener.close()
  }

  @Test func metadataOverTheServersLimitIsAnError() async throws {
    try await withServer { _, endpoint in
      var options = CallOptions()
      try options.metadata.add(String(repeating: "m", count: 20_000), for: "x-long")
      let client = EchoServiceClient(endpoint)
      let error = await failure { try await client.getEcho(Request(), options: options) }
      #expect(error?.code == .resourceExhausted)
      let after = try await client.getEcho(Request(name: "after"))
      #expect(after.name == "after")
    }
  }
}
