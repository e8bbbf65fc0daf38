// Who gets through, and what those learn who do not.

internal import FixtureMessages
internal import NIOCore
internal import RPC
internal import TLS
internal import Testing
internal import Transport

@Suite(.timeLimit(.minutes(1)))
struct HandshakeTests {
  private let workshop: Workshop
  private let authority: Authority

  init() throws {
    workshop = try Workshop()
    authority = try workshop.authority()
  }

  // MARK: Those who get through

  @Test func aCallGoesOverTLSAndKnowsItsCaller() async throws {
    let files = try authority.client()
    try await withSecureServer(authority.server(clients: authority)) { server in
      for host in ["127.0.0.1", "localhost"] {
        let name = try await server.identity(files, host: host)
        #expect(name == "spiffe://test/client")
      }
      #expect(server.tls.counts == TLSCounts(completed: 2))
    }
  }

  @Test func aClientWithoutACertificateIsServedWhereNoneIsAskedFor() async throws {
    try await withSecureServer(authority.server()) { server in
      let name = try await server.identity(authority.anonymous)
      #expect(name == "nobody")
    }
  }

  @Test(arguments: [
    (["DNS:a.test", "URI:spiffe://test/b"], "spiffe://test/b"), (["DNS:A.Test"], "a.test"),
    (["IP:127.0.0.1"], ""), ([], ""),
  ])
  func theNamesOfACallerAreThoseOfItsCertificate(names: [String], shown: String) async throws {
    let files = try authority.client(names)
    try await withSecureServer(authority.server(clients: authority)) { server in
      let name = try await server.identity(files)
      #expect(name == shown)
    }
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func bothVersionsOfTLSAreSpoken(version: String) async throws {
    try await withSecureServer(authority.server(clients: authority)) { server in
      let client = try ForeignClient(port: server.port, authority.client(), [version])
      #expect(await client.waits(for: "Verify return code: 0 (ok)"))
      #expect(client.text.contains("ALPN protocol: h2"))
      await client.end()
    }
  }

  // MARK: Servers that are not what they should be

  @Test func aServerOfAnotherAuthorityIsNotTrusted() async throws {
    let other = try workshop.authority("other")
    try await withSecureServer(other.server()) { server in
      let error = await failure { try await server.identity(authority.anonymous) }
      #expect(error?.code == .unavailable)
      #expect(error?.wasNotProcessed == true)
      #expect(error?.message.contains("is not to be trusted here") == true)
      #expect(server.echo.callsServed == 0)
    }
  }

  @Test(arguments: [
    (["DNS:other.test"], "localhost"), (["DNS:other.test"], "127.0.0.1"),
    (["IP:127.0.0.2"], "127.0.0.1"),
    // The address is right, but it is the name that was asked for.
    (["IP:127.0.0.1", "IP:::1"], "localhost"),
    // The common name says localhost, and counts for nothing.
    (["URI:spiffe://test/server"], "localhost"), ([], "localhost"),
    (["DNS:*"], "localhost"), (["DNS:*.localhost"], "localhost"),
  ])
  func aServerWithOtherNamesIsNotTrusted(names: [String], host: String) async throws {
    try await withSecureServer(authority.server(names)) { server in
      let error = await failure {
        try await server.identity(authority.anonymous, host: host)
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("has other names") == true, "\(error?.message ?? "")")
      #expect(server.echo.callsServed == 0)
    }
  }

  @Test func aServerThatDoesNotSpeakTLSIsToldFromOneThatIsAway() async throws {
    let plain = ChannelServer(router: Echo().router)
    let address = try await plain.start(Endpoint("127.0.0.1:0"))
    let client = try TLSClient(TLSClientOptions(files: authority.anonymous))
    let channel = HTTP2Channel(
      endpoints: [Endpoint(host: address.host, port: address.port, isSecure: true)],
      secureInitializer: client.initializer)
    let error = await failure { try await channel.whoAmI() }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("does not speak TLS") == true, "\(error?.message ?? "")")
    await plain.drain(grace: .zero)
    let gone = await failure { try await channel.whoAmI() }
    #expect(gone?.code == .unavailable)
  }

  @Test func aServerThatNeverAnswersIsGivenUp() async throws {
    let listener = try await PlainListener(answer: nil)
    defer { listener.close() }
    var options = TLSClientOptions(files: authority.anonymous)
    options.limits.handshakeTimeout = .milliseconds(500)
    let client = try TLSClient(options)
    let channel = HTTP2Channel(
      endpoints: [listener.endpoint], secureInitializer: client.initializer)
    let error = await failure { try await channel.whoAmI() }
    #expect(error?.message.contains("the handshake took too long") == true)
    #expect(client.counts == TLSCounts(failed: 1))
  }

  // MARK: Clients that are not what they should be

  enum BadClient: CaseIterable {
    case withoutCertificate, ofAnotherAuthority, expired

    var words: [String] {
      switch self {
      case .withoutCertificate: ["asks for a certificate", "wants a certificate"]
      case .ofAnotherAuthority: ["does not know the authority", "refuses our certificate"]
      case .expired: ["has expired"]
      }
    }
  }

  @Test(arguments: BadClient.allCases)
  func aClientWithoutAGoodCertificateIsRefused(kind: BadClient) async throws {
    let other = try workshop.authority("other")
    let files =
      switch kind {
      case .withoutCertificate: authority.anonymous
      case .ofAnotherAuthority: try other.client(trusting: authority)
      case .expired: try authority.client()
      }
    let expired = try authority.client(isExpired: true)
    try await withSecureServer(authority.server(clients: authority)) { server in
      if kind == .expired {
        // Ours would not even load it.
        let client = try ForeignClient(port: server.port, expired)
        #expect(await client.waits(for: "alert certificate expired"))
        await client.end()
      } else {
        let error = await failure { try await server.identity(files) }
        #expect(error?.code == .unavailable)
        let message = error?.message ?? ""
        #expect(kind.words.contains { message.contains($0) }, "\(message)")
      }
      #expect(server.echo.callsServed == 0)
      // Ours may try again: nothing of the call was processed.
      #expect(await eventually { server.tls.counts.failed > 0 })
      #expect(server.tls.counts.completed == 0)
    }
  }

  @Test func onlyWantedNamesAreLetIn() async throws {
    let (wanted, other) = (try authority.client(), try authority.client(["DNS:other.test"]))
    try await withSecureServer(
      authority.server(clients: authority), names: [.init("spiffe://test/client")]
    ) { server in
      let name = try await server.identity(wanted)
      #expect(name == "spiffe://test/client")
      let error = await failure { try await server.identity(other) }
      #expect(error?.code == .permissionDenied)
      #expect(error?.message.contains("not secure enough") == true, "\(error?.message ?? "")")
      // A channel may connect again for a call that was not begun.
      #expect(server.tls.counts.completed == 1)
      #expect(server.tls.counts.refused > 0)
      #expect(server.echo.callsServed == 1)
    }
  }

  @Test func aCertificateWithTooManyNamesIsRefused() async throws {
    var limits = TLSLimits()
    limits.maximumPeerNames = 2
    let (two, three) = (
      try authority.client(["DNS:a", "DNS:b", "IP:127.0.0.1"]),
      try authority.client(["DNS:a", "DNS:b", "URI:c://d"])
    )
    try await withSecureServer(authority.server(clients: authority), tlsLimits: limits) { server in
      let name = try await server.identity(two)
      #expect(name == "a")
      let error = await failure { try await server.identity(three) }
      #expect(error?.code == .permissionDenied)
    }
  }

  @Test func versionsBeforeTheSecondAreRefused() async throws {
    try await withSecureServer(authority.server()) { server in
      let options = ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
      let client = try ForeignClient(port: server.port, authority.anonymous, options)
      #expect(await client.waits(for: "alert protocol version"))
      await client.end()
      #expect(server.tls.counts == TLSCounts(failed: 1))
    }
  }

  @Test(arguments: ["AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA"])
  func ciphersThatHTTP2ForbidsAreRefused(cipher: String) async throws {
    try await withSecureServer(authority.server()) { server in
      let options = ["-tls1_2", "-cipher", "\(cipher):@SECLEVEL=0"]
      let client = try ForeignClient(port: server.port, authority.anonymous, options)
      #expect(await client.waits(for: "alert handshake failure"))
      await client.end()
    }
  }

  @Test(arguments: [nil, "http/1.1", "h3"])
  func aClientThatDoesNotSayThatItSpeaksHTTP2IsToldSo(alpn: String?) async throws {
    try await withSecureServer(authority.server()) { server in
      let client = try ForeignClient(port: server.port, authority.anonymous, alpn: alpn)
      #expect(await client.waits(for: "HTTP/1.1 505 HTTP Version Not Supported"))
      #expect(await client.waits(for: "HTTP/2 over TLS (ALPN h2) only"))
      // It need not take the hint.
      #expect(await client.waits(for: "closed"))
      await client.end()
      #expect(server.tls.counts == TLSCounts(refused: 1))
      #expect(await eventually { server.server.connectionCount == 0 })
    }
  }

  // MARK: Peers that do not speak TLS

  @Test func aChannelWithoutTLSIsToldThatItIsNeeded() async throws {
    try await withSecureServer(authority.server()) { server in
      let error = await failure { try await server.channel(nil, isSecure: false).whoAmI() }
      #expect(error?.code == .permissionDenied)
      #expect(error?.message.contains("TLS only") == true, "\(error?.message ?? "")")
      #expect(await eventually { server.tls.counts.failed > 0 })
      #expect(server.tls.counts.completed == 0)
    }
  }

  @Test func plainHTTP1IsToldThatTLSIsNeeded() async throws {
    try await withSecureServer(authority.server()) { server in
      let socket = try await PlainSocket(server.endpoint())
      try await socket.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n")
      _ = await socket.untilClosed()
      #expect(socket.text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
      #expect(socket.text.hasSuffix("this port takes TLS only; use https://\n"))
      #expect(await eventually { server.server.connectionCount == 0 })
    }
  }

  @Test func otherBytesEndTheConnection() async throws {
    try await withSecureServer(authority.server()) { server in
      for bytes in [[0, 1, 2, 3], [0xFF], [21, 3, 1, 0, 2, 2, 40], [22, 3, 1, 0xFF, 0xFF, 1]] {
        let socket = try await PlainSocket(server.endpoint())
        try await socket.send(bytes.map { UInt8($0) })
        _ = await socket.untilClosed()
        #expect(socket.isClosed, "\(bytes)")
      }
      #expect(await eventually { server.tls.counts == TLSCounts(failed: 4) })
      #expect(await eventually { server.server.connectionCount == 0 })
    }
  }

  @Test(arguments: [[], [22], [22, 3, 1, 0, 5]] as [[UInt8]])
  func aHandshakeThatDoesNotGoOnIsGivenUp(start: [UInt8]) async throws {
    var limits = TLSLimits()
    limits.handshakeTimeout = .milliseconds(500)
    try await withSecureServer(authority.server(), tlsLimits: limits) { server in
      let socket = try await PlainSocket(server.endpoint())
      if !start.isEmpty { try await socket.send(start) }
      _ = await socket.untilClosed()
      #expect(socket.isClosed)
      #expect(await eventually { server.server.connectionCount == 0 })
      #expect(server.tls.counts == TLSCounts(failed: 1))
    }
  }

  @Test func handshakesCountAsConnections() async throws {
    var limits = TransportLimits()
    limits.maximumConnections = 1
    try await withSecureServer(authority.server(), limits: limits) { server in
      let first = try await PlainSocket(server.endpoint())
      #expect(await eventually { server.server.connectionCount == 1 })
      let second = try await PlainSocket(server.endpoint())
      _ = await second.untilClosed()
      #expect(second.isClosed)
      #expect(!first.isClosed)
      first.close()
    }
  }
}
