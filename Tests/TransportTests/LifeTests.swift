// The life of a listener: addresses, starting, running, stopping.

internal import FixtureMessages
internal import NIOCore
internal import RPC
internal import Testing
internal import Transport

@Suite(.timeLimit(.minutes(1)))
struct LifeTests {
  @Test func portZeroTakesAFreePortThatCanBeRead() async throws {
    let server = ChannelServer(router: Probe().router)
    #expect(server.address == nil)
    let endpoint = try await server.start(Endpoint("127.0.0.1:0"))
    #expect(endpoint.port > 0)
    #expect(endpoint.host == "127.0.0.1")
    #expect(server.address == endpoint)
    #expect(server.methods == EchoServiceMethods.all)
    await server.drain(grace: .zero)
    #expect(server.address == nil)
  }

  @Test func aPortInUseIsATypedError() async throws {
    try await withServer { _, endpoint in
      let second = ChannelServer(router: Probe().router)
      let error = await #expect(throws: TransportError.self) {
        try await second.start(endpoint)
      }
      #expect(error?.code == .addressInUse)
      #expect(error?.message == "\(endpoint) 已被其他程序占用 / is in use by another program")
      // It has ended, so nobody waits for it.
      try await second.run()
    }
  }

  @Test(arguments: ["192.0.2.1:0", "no.such.host.invalid:0"])
  func anAddressOfAnotherMachineIsATypedError(text: String) async throws {
    let server = ChannelServer(router: Probe().router)
    let endpoint = try Endpoint(text)
    let error = await #expect(throws: TransportError.self) { try await server.start(endpoint) }
    #expect(error?.code == .addressUnavailable)
  }

  @Test func aServerStartsOnce() async throws {
    try await withServer { server, _ in
      let error = await #expect(throws: TransportError.self) {
        try await server.start(Endpoint("127.0.0.1:0"))
      }
      #expect(error?.code == .invalidState)
    }
  }

  @Test func runReturnsWhenDrained() async throws {
    let server = ChannelServer(router: Probe().router)
    try await server.start(Endpoint("127.0.0.1:0"))
    let running = Task { try await server.run() }
    await server.drain(grace: .seconds(1))
    try await running.value
    try await server.run()
  }

  @Test func cancellingRunDrains() async throws {
    let server = ChannelServer(router: Probe().router)
    let endpoint = try await server.start(Endpoint("127.0.0.1:0"))
    let client = EchoServiceClient(endpoint)
    _ = try await client.getEcho(Request())
    let running = Task { try await server.run() }
    running.cancel()
    try await running.value
    #expect(server.connectionCount == 0)
  }

  @Test func aListenerThatIsLostEndsRunAndLosesNoCall() async throws {
    let probe = Probe()
    let connections = Counter()
    let server = ChannelServer(router: probe.router) { channel in
      connections.add()
      // The second connection finds the listening socket closed, as by the system.
      if connections.count == 2 { channel.parent?.close(promise: nil) }
      return channel.eventLoop.makeSucceededVoidFuture()
    }
    let endpoint = try await server.start(Endpoint("127.0.0.1:0"))
    let running = Task { try await server.run() }
    let client = EchoServiceClient(endpoint)
    let held = Task { try await client.getEcho(Request(name: "hold")) }
    await probe.started.wait()
    _ = try? await EchoServiceClient(endpoint).getEcho(Request())
    #expect(await eventually { server.address == nil })
    probe.gate.fire()
    #expect(try await held.value.name == "hold")
    let error = await #expect(throws: TransportError.self) { try await running.value }
    #expect(error?.code == .listenerLost)
    #expect(error?.message.hasPrefix("\(endpoint) ") == true)
    #expect(server.connectionCount == 0)
  }

  @Test func twoDrainsAtATimeBothReturnAtTheEnd() async throws {
    let probe = Probe()
    try await withServer(probe) { server, endpoint in
      let client = EchoServiceClient(endpoint)
      let call = Task { try await client.getEcho(Request(name: "hold")) }
      await probe.started.wait()
      async let first: Void = server.drain(grace: .seconds(30))
      async let second: Void = server.drain(grace: .seconds(30))
      probe.gate.fire()
      _ = try await call.value
      _ = await (first, second)
      #expect(server.connectionCount == 0)
    }
  }

  @Test func aDrainBeforeTheStartEndsARunThatWaits() async throws {
    let server = ChannelServer(router: Router())
    let running = Task { try await server.run() }
    // So that it waits already; if it does not yet, this proves less and fails nothing.
    try await Task.sleep(for: .milliseconds(50))
    await server.drain(grace: .seconds(60))
    try await running.value
  }

  @Test func aServerThatNeverStartedDrainsAtOnceAndStaysSo() async {
    let server = ChannelServer(router: Router())
    await server.drain(grace: .seconds(60))
    await #expect(throws: TransportError.self) { try await server.start(Endpoint("127.0.0.1:0")) }
  }
}

struct EndpointTests {
  @Test(arguments: [
    ("127.0.0.1:7400", "127.0.0.1", 7_400), ("localhost:0", "localhost", 0),
    ("http://statistics:7402", "statistics", 7_402), ("http://h:1/", "h", 1),
    ("[::1]:65535", "::1", 65_535), ("http://[fe80::1]:80", "fe80::1", 80),
  ])
  func goodAddressesAreRead(text: String, host: String, port: Int) throws {
    let endpoint = try Endpoint(text)
    #expect(endpoint == Endpoint(host: host, port: port))
    #expect(try Endpoint(endpoint.description) == endpoint)
  }

  @Test(arguments: [
    "", ":", "host", "host:", ":80", "host:x", "host:65536", "host:-1", "::1:80", "[::1]",
    "http://h/path:80", "a b:80", "ftp://h:1", "https://",
  ])
  func otherTextIsRefused(text: String) {
    let error = #expect(throws: TransportError.self) { try Endpoint(text) }
    #expect(error?.code == .invalidAddress)
  }

  @Test func onlyTheSchemeSaysThatTLSIsWanted() throws {
    #expect(try Endpoint("https://h:1/") == Endpoint(host: "h", port: 1, isSecure: true))
    #expect(try Endpoint("https://h:1") != Endpoint("http://h:1"))
    #expect(try Endpoint("h:1") == Endpoint("http://h:1"))
    #expect(try Endpoint("https://[::1]:443").description == "[::1]:443")
  }

  @Test func aSecureEndpointIsNotCalledInTheOpen() async throws {
    try await withServer { _, endpoint in
      let secure = Endpoint(host: endpoint.host, port: endpoint.port, isSecure: true)
      let error = await failure { try await EchoServiceClient(secure).getEcho(Request()) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("wants TLS") == true)
    }
  }

  @Test func listsAreSeparatedByCommas() throws {
    #expect(
      try Endpoint.list("a:1, http://b:2 ,[::1]:3")
        == [
          Endpoint(host: "a", port: 1), Endpoint(host: "b", port: 2),
          Endpoint(host: "::1", port: 3),
        ])
    for text in ["", ",", "a:1,b"] {
      #expect(throws: TransportError.self) { try Endpoint.list(text) }
    }
  }
}
