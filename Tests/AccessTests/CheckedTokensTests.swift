// A token is checked once, and what may change between two calls is looked at each time.

internal import Foundation
internal import Synchronization
internal import Testing

@testable internal import Access

@Suite struct CheckedTokensTests {
  private func checked(_ subject: String) -> CheckedToken {
    CheckedToken(
      holder: PrincipalBox(
        Principal(subject: subject, name: "", organisation: "450000", roles: [])),
      begins: 0, ends: .infinity)
  }

  @Test func aHeaderIsKnownFromItsFirstCheckOn() async throws {
    let keys = try Keys()
    let verifier = try keys.verifier()
    let token = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    let header = "Bearer \(token)"
    #expect(verifier.holder(header) == nil)
    let holder = try await verifier.verify(token, of: header)
    #expect(holder.principal == .holding([.clerk]))
    #expect(verifier.holder(header) === holder)
    #expect(verifier.holder(token) == nil, "another header is another matter")
  }

  @Test func aTokenThatWasRefusedIsNotKnown() async throws {
    let keys = try Keys()
    let verifier = try keys.verifier()
    let token = try await keys.token { $0.audience = AudienceList(["another"]) }
    #expect(await refusal { try await verifier.verify(token, of: token) } == .tokenAudience)
    #expect(verifier.holder(token) == nil)
  }

  @Test func aKnownTokenExpiresAtItsTime() async throws {
    let keys = try Keys()
    let time = Mutex(Date())
    let verifier = try keys.verifier { time.withLock { $0 } }
    let token = try await keys.token { _ in }
    _ = try await verifier.verify(token, of: token)
    #expect(verifier.holder(token) != nil)
    time.withLock { $0.addTimeInterval(600 + 29) }
    #expect(verifier.holder(token) != nil, "the leeway counts here too")
    time.withLock { $0.addTimeInterval(2) }
    #expect(verifier.holder(token) == nil)
    #expect(await refusal { try await verifier.verify(token, of: token) } == .tokenExpired)
  }

  @Test func aClockThatGoesBackMakesAKnownTokenTooNew() async throws {
    let keys = try Keys()
    let time = Mutex(Date())
    let verifier = try keys.verifier { time.withLock { $0 } }
    let token = try await keys.token { _ in }
    _ = try await verifier.verify(token, of: token)
    time.withLock { $0.addTimeInterval(-60) }
    #expect(verifier.holder(token) == nil)
  }

  @Test func aNewKeySetForgetsWhatTheOldOneHasChecked() async throws {
    let keys = try Keys()
    let verifier = try keys.verifier()
    let token = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    _ = try await verifier.verify(token, of: token)
    var set = PublicKeySet()
    set.add(SigningKey())
    try set.write(to: keys.jwks)
    #expect(verifier.holder(token) == nil)
    #expect(await refusal { try await verifier.verify(token, of: token) } == .tokenUnknownKey)
  }

  @Test func aHeaderThatEndsAlikeIsNotTakenForAnother() {
    var tokens = CheckedTokens()
    tokens.keep(checked("first"), "Bearer aaaa.same")
    #expect(tokens.token("Bearer aaaa.same")?.holder.principal.subject == "first")
    for other in ["Bearer aaab.same", "bearer aaaa.same", "Bearer  aaaa.same", "same", ""] {
      #expect(tokens.token(other) == nil, "\(other)")
    }
  }

  @Test func moreTokensThanThereArePlacesPushEachOtherOut() {
    var tokens = CheckedTokens()
    let headers = (0..<(2 * CheckedTokens.maximumCount)).map { "Bearer token-\($0)" }
    for header in headers { tokens.keep(checked(header), header) }
    let known = headers.filter { tokens.token($0) != nil }
    #expect((1...CheckedTokens.maximumCount).contains(known.count))
    for header in known { #expect(tokens.token(header)?.holder.principal.subject == header) }
    #expect(tokens.token(headers[headers.count - 1]) != nil, "the newest one is known")
    tokens.removeAll()
    #expect(headers.allSatisfy { tokens.token($0) == nil })
  }
}
