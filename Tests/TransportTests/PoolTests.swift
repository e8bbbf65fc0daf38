// What happens to calls when their connection is refused, lost, late or closed.

internal import FixtureMessages
internal import HTTP2
internal import NIOCore
internal import RPC
internal import Testing
internal import Wire

@testable internal import Transport

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
