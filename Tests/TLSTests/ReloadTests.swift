// New files without a restart.

internal import FixtureMessages
internal import Foundation
internal import RPC
internal import TLS
internal import Testing
internal import Transport

@Suite(.timeLimit(.minutes(2)))
struct ReloadTests {
  private let workshop: Workshop
  private let authority: Authority

  init() throws {
    workshop = try Workshop()
    authority = try workshop.authority()
  }

  /// The certificate that a new connection is shown.
  private func shown(by server: SecureServer) async throws -> String {
    let client = try ForeignClient(port: server.port, authority.anonymous, ["-showcerts"])
    #expect(await client.waits(for: "-----END CERTIFICATE-----"))
    await client.end()
    let begin = try #require(client.text.range(of: "-----BEGIN CERTIFICATE-----"))
    let end = try #require(client.text.range(of: "-----END CERTIFICATE-----"))
    return String(client.text[begin.lowerBound..<end.upperBound])
  }

  private func certificate(_ files: TLSFiles) throws -> String {
    let path = try #require(files.certificate)
    return try String(contentsOfFile: path, encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func newConnectionsGetWhatIsNewAndOldOnesGoOn() async throws {
    let files = try authority.server()
    try await withSecureServer(files) { server in
      let old = try server.channel(authority.anonymous)
      _ = try await old.whoAmI()
      #expect(!server.tls.reload())
      let before = try certificate(files)
      let first = try await shown(by: server)
      #expect(first == before)

      let renewed = try authority.server()
      try replace(files, with: renewed)
      #expect(server.tls.reload())
      #expect(!server.tls.reload())
      let after = try certificate(renewed)
      let second = try await shown(by: server)
      #expect(second == after)
      #expect(second != first)
      let connections = server.tls.counts.completed
      _ = try await old.whoAmI()
      #expect(server.tls.counts.completed == connections)
      #expect(server.tls.reloads == (1, 0))
    }
  }

  enum Breakage: CaseIterable {
    case empty, garbage, missing, expired, otherKey, openToAll, otherAuthorityMissing
  }

  @Test(arguments: Breakage.allCases)
  func brokenFilesChangeNothingAndAreToldOnce(_ kind: Breakage) async throws {
    let files = try authority.server(clients: authority)
    let (certificate, key) = (try #require(files.certificate), try #require(files.key))
    try await withSecureServer(files) { server in
      let kept = try Data(contentsOf: URL(fileURLWithPath: certificate))
      let keptKey = try Data(contentsOf: URL(fileURLWithPath: key))
      switch kind {
      case .empty: try Data().write(to: URL(fileURLWithPath: certificate))
      case .garbage: try Data("not a key".utf8).write(to: URL(fileURLWithPath: key))
      case .missing: try FileManager.default.removeItem(atPath: certificate)
      case .expired: try replace(files, with: authority.server(isExpired: true))
      case .otherKey:
        try replace(files, with: TLSFiles(certificate: authority.server().certificate))
      case .openToAll:
        try replace(files, with: authority.server())
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
      case .otherAuthorityMissing:
        try FileManager.default.removeItem(atPath: workshop.path("ca.pem"))
      }
      for _ in 0..<3 { #expect(!server.tls.reload()) }
      #expect(server.tls.reloads == (0, 1))
      if kind != .otherAuthorityMissing {
        let name = try await server.identity(authority.client())
        #expect(name == "spiffe://test/client")
        // And when they are mended, they count again.
        try kept.write(to: URL(fileURLWithPath: certificate))
        try keptKey.write(to: URL(fileURLWithPath: key))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        try replace(files, with: authority.server())
        #expect(server.tls.reload())
        #expect(server.tls.reloads == (1, 1))
      }
    }
  }

  /// The two files of a pair are replaced one after the other, and a look may come in between.
  @Test func aPairThatIsMetHalfReplacedIsTakenWhenItIsWhole() async throws {
    let files = try authority.server()
    let renewed = try authority.server()
    let server = try TLSServer(TLSServerOptions(files: files))
    try replace(files, with: TLSFiles(certificate: renewed.certificate))
    #expect(!server.reload())
    try replace(files, with: TLSFiles(key: renewed.key))
    #expect(server.reload())
    #expect(server.reloads == (1, 1))
  }

  @Test func clientsOfAnAuthorityThatIsGoneAreRefused() async throws {
    let other = try workshop.authority("other")
    let clients = try workshop.authority("clients")
    let files = try authority.server(clients: clients)
    try await withSecureServer(files) { server in
      let client = try clients.client(trusting: authority)
      let name = try await server.identity(client)
      #expect(name == "spiffe://test/client")
      try replace(files, with: TLSFiles(authorities: other.path))
      #expect(server.tls.reload())
      let error = await failure { try await server.identity(client) }
      #expect(error?.code == .unavailable)
      let second = try await server.identity(other.client(trusting: authority))
      #expect(second == "spiffe://test/client")
    }
  }

  @Test func aClientTakesItsNewCertificateToo() async throws {
    let mine = try authority.client(["DNS:first.test"])
    let next = try authority.client(["DNS:second.test"])
    let client = try TLSClient(TLSClientOptions(files: mine))
    try await withSecureServer(authority.server(clients: authority)) { server in
      func name() async throws -> String {
        let channel = HTTP2Channel(
          endpoints: [server.endpoint()], secureInitializer: client.initializer)
        return try await channel.whoAmI()
      }
      let first = try await name()
      #expect(first == "first.test")
      try replace(mine, with: TLSFiles(certificate: next.certificate, key: next.key))
      #expect(client.reload())
      let second = try await name()
      #expect(second == "second.test")
    }
  }

  @Test func noCallFailsWhileCertificatesChangeUnderLoad() async throws {
    let files = try authority.server(clients: authority)
    let client = try authority.client()
    let spare = try (0..<6).map { _ in try authority.server() }
    var limits = TLSLimits()
    limits.reloadInterval = .milliseconds(20)
    try await withSecureServer(files, tlsLimits: limits) { server in
      let watching = Task { await server.tls.watch() }
      let (isOver, done) = (Count(), Count())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask {
            // Half of them call over one connection all the time, half over one for each call.
            let kept = number % 2 == 0 ? try server.channel(client) : nil
            while isOver.value == 0 {
              let channel = try kept ?? server.channel(client)
              let name = try await channel.whoAmI()
              #expect(name == "spiffe://test/client")
              done.add()
              if kept == nil { channel.close() }
            }
          }
        }
        group.addTask {
          for (index, next) in spare.enumerated() {
            try replace(files, with: next)
            #expect(await eventually { server.tls.reloads.done >= index + 1 })
            let before = done.value
            #expect(await eventually { done.value > before + 20 })
          }
          isOver.add()
        }
        try await group.waitForAll()
      }
      watching.cancel()
      await watching.value
      #expect(server.tls.reloads.done >= spare.count)
      #expect(server.tls.counts.failed == 0)
    }
  }
}
