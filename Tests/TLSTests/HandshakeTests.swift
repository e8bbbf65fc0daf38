internal import FixtureMessages
internal import RPC
internal import TLS
internal import Testing
internal import Transport

/// Who gets through, and what those learn who do not.
struct HandshakeTests {
  @Test func aCallGoesOverTLSAndKnowsItsCaller() async throws {
    let authority = try Workshop().authority()
    try await withSecureServer(authority.server(clients: authority)) { server in
      let files = try authority.client()
      for host in ["127.0.0.1", "localhost"] {
        let name = try await server.identity(files, host: host)
        #expect(name == "spiffe://test/client")
      }
      #expect(server.tls.counts == .init(completed: 2))
    }
  }
}
