// What goes over a secure connection once it stands: much, slowly, and to the end.

internal import FixtureMessages
internal import RPC
internal import TLS
internal import Testing
internal import Transport

@Suite(.timeLimit(.minutes(2)))
struct TrafficTests {
  private let authority: Authority
  private let server: TLSFiles
  private let client: TLSFiles

  init() throws {
    authority = try Workshop().authority()
    server = try authority.server(clients: authority)
    client = try authority.client()
  }

  @Test func largeMessagesPassInBothDirections() async throws {
    try await withSecureServer(server) { server in
      let channel = try server.channel(client)
      var request = Request()
      request.name = "large"
      request.pageSize = 4_000_000
      request.pageToken = String(repeating: "y", count: 100_000)
      let answer = try await EchoServiceClient(channel: channel).getEcho(request)
      #expect(answer.placeCode.utf8.count == 4_000_000)
      #expect(answer.pageToken == request.pageToken)
      request.name = "small"
      request.placeCode = String(repeating: "z", count: 4_000_000)
      let back = try await EchoServiceClient(channel: channel).getEcho(request)
      #expect(back.placeCode.utf8.count == 4_000_000)
    }
  }

  @Test func manyCallsShareAConnection() async throws {
    try await withSecureServer(server) { server in
      let channel = try server.channel(client)
      _ = try await channel.whoAmI()
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<200 { group.addTask { try await channel.whoAmI() } }
        for try await name in group { #expect(name == "spiffe://test/client") }
      }
      #expect(server.tls.counts == TLSCounts(completed: 1))
    }
  }

  @Test func streamsAndRawCallsKnowTheirCaller() async throws {
    let echo = Echo()
    var router = echo.router
    router.fallback(prefix: "/raw.") { call in
      let name = call.peerIdentity?.description ?? "nobody"
      try await call.response.writeHead(
        status: 200, fields: [.init("content-type", "application/proto"), .init("x-name", name)])
    }
    try await withSecureServer(server, echo: echo, router: router) { server in
      let channel = try server.channel(client)
      var request = Request()
      request.pageSize = 3
      var names: [String] = []
      for try await message in try await EchoServiceClient(channel: channel).watchEcho(request) {
        names.append(message.pageToken)
      }
      #expect(names == Array(repeating: "spiffe://test/client", count: 3))
      let raw = RawRequest(
        verb: "POST", path: "/raw.A/B", fields: [.init("content-type", "application/proto")],
        body: [])
      let answer = try await channel.send(raw, maximumBytes: 1_024)
      #expect(answer.head.fields.first("x-name") == "spiffe://test/client")
    }
  }

  @Test func aSlowReaderSlowsItsHandlerDown() async throws {
    let echo = Echo()
    try await withSecureServer(server, echo: echo) { server in
      var options = HTTP2ChannelOptions()
      options.streamWindowBytes = 65_536
      let channel = try server.channel(client, options: options)
      var request = Request()
      request.pageSize = 20_000
      // Of no use to a compressor.
      request.placeCode = String(
        (0..<5_000).map { _ in String(UInt8.random(in: 16...255), radix: 16) }.joined())
      var messages = try await EchoServiceClient(channel: channel).watchEcho(request)
        .makeAsyncIterator()
      let first = try await messages.next()
      #expect(first?.pageSize == 0)
      // The handler comes to rest: windows, buffers and sockets hold some megabytes at the most.
      var before = -1
      #expect(
        await eventually {
          defer { before = echo.messagesWritten }
          return before == echo.messagesWritten && before > 0
        })
      try await Task.sleep(for: .milliseconds(300))
      let atRest = echo.messagesWritten
      #expect(atRest < 1_000, "\(atRest) messages of 10 kB")
      for _ in 0..<500 { _ = try await messages.next() }
      #expect(await eventually { echo.messagesWritten > atRest })
    }
  }

  @Test func aDrainLosesNoCallAndClosesInTheOrderlyWay() async throws {
    let echo = Echo()
    try await withSecureServer(server, echo: echo) { server in
      let foreign = try ForeignClient(port: server.port, client)
      #expect(await foreign.waits(for: "Verify return code: 0 (ok)"))
      let channel = try server.channel(client)
      _ = try await channel.whoAmI()
      async let slow = channel.echo("pause", size: 300)
      #expect(await eventually { echo.callsServed == 2 })
      await server.server.drain(grace: .seconds(20))
      let answer = try await slow
      #expect(answer.name == "pause")
      #expect(server.server.connectionCount == 0)
      // OpenSSL tells the closing alert of TLS from a connection that was cut.
      #expect(await foreign.waits(for: "closed"))
      #expect(!foreign.text.contains("unexpected eof"))
      await foreign.end()
    }
  }

  @Test func aDrainWaitsForAHandshakeNoLongerThanItsTime() async throws {
    var limits = TLSLimits()
    limits.handshakeTimeout = .milliseconds(200)
    try await withSecureServer(server, tlsLimits: limits) { server in
      let socket = try await PlainSocket(server.endpoint())
      #expect(await eventually { server.server.connectionCount == 1 })
      await server.server.drain(grace: .seconds(600))
      _ = await socket.untilClosed()
      #expect(socket.isClosed)
    }
  }

  @Test func aPeerThatSaysThatItWillSendNoMoreIsLeft() async throws {
    try await withSecureServer(server) { server in
      let foreign = try ForeignClient(port: server.port, client)
      #expect(await foreign.waits(for: "Verify return code: 0 (ok)"))
      #expect(await eventually { server.server.connectionCount == 1 })
      await foreign.end()
      #expect(await eventually { server.server.connectionCount == 0 })
    }
  }

  @Test func aPeerThatIsCutOffIsLeft() async throws {
    try await withSecureServer(server) { server in
      let channel = try server.channel(client)
      _ = try await channel.whoAmI()
      #expect(server.server.connectionCount == 1)
      await server.server.drain(grace: .zero)
      let error = await failure { try await channel.whoAmI() }
      #expect(error?.code == .unavailable)
    }
  }
}
