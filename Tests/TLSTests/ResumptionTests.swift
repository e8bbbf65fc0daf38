// Sessions that are taken up again: a second handshake without certificates and signatures.

internal import Foundation
internal import RPC
internal import TLS
internal import Testing
internal import Transport

@Suite(.timeLimit(.minutes(1)))
struct ResumptionTests {
  private let workshop: Workshop
  private let authority: Authority

  init() throws {
    workshop = try Workshop()
    authority = try workshop.authority()
  }

  /// Connects and keeps the session.
  private func first(_ server: SecureServer, _ files: TLSFiles, _ version: String) async throws
    -> String
  {
    let session = workshop.path("session")
    try? FileManager.default.removeItem(atPath: session)
    let client = try ForeignClient(
      port: server.port, files, [version, "-sess_out", session, "-ign_eof"])
    #expect(await client.waits(for: "New, TLS"))
    #expect(
      await eventually {
        let size = try? FileManager.default.attributesOfItem(atPath: session)[.size] as? Int
        return size ?? 0 > 0
      })
    await client.cut()
    return session
  }

  private func second(
    _ server: SecureServer, _ files: TLSFiles, _ version: String, _ session: String
  ) async throws -> String {
    let client = try ForeignClient(port: server.port, files, [version, "-sess_in", session])
    #expect(await client.waits(for: "Verify return code"))
    await client.end()
    return client.text
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"], [true, false])
  func aSessionIsTakenUpAgain(version: String, isMutual: Bool) async throws {
    let files = isMutual ? try authority.client() : authority.anonymous
    try await withSecureServer(authority.server(clients: isMutual ? authority : nil)) { server in
      let session = try await first(server, files, version)
      for _ in 0..<2 {
        let text = try await second(server, files, version, session)
        #expect(text.contains("Reused, TLSv1."), "\(text)")
      }
      #expect(await eventually { server.tls.counts == TLSCounts(completed: 3) })
    }
  }

  /// What a session was once granted must not outlive the authority that vouched for it.
  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func newFilesEndTheSessions(version: String) async throws {
    let server = try authority.server(clients: authority)
    let client = try authority.client()
    try await withSecureServer(server) { secure in
      let session = try await first(secure, client, version)
      try replace(server, with: authority.server())
      #expect(secure.tls.reload())
      let text = try await second(secure, client, version, session)
      #expect(text.contains("New, TLSv1."))
    }
  }
}
