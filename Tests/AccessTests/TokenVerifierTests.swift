internal import Foundation
internal import Testing

@testable internal import Access

@Suite struct TokenVerifierTests {
  @Test func anIssuedTokenTellsItsHolder() async throws {
    let keys = try Keys()
    let holder = Principal(
      subject: "zhang.san", name: "张三", organisation: "450900", roles: [.clerk, .reader])
    let token = try await keys.issuer.issue(holder, lifetime: .seconds(60))
    #expect(try await keys.verifier().verify(token) == holder)
  }

  @Test func rolesNobodyKnowsAreIgnored() async throws {
    let keys = try Keys()
    let token = try await keys.token { $0.roles = ["clerk", "emperor"] }
    #expect(try await keys.verifier().verify(token).roles == [.clerk])
  }

  @Test func aListOfAudiencesHoldsOurs() async throws {
    let keys = try Keys()
    let token = try await keys.token { $0.audience = AudienceList(["other", "lianshe"]) }
    _ = try await keys.verifier().verify(token)
  }

  @Test(arguments: [
    (-31.0, AccessError.Rule.tokenExpired), (-29.0, nil), (0, nil), (1, nil),
  ])
  func expiryHasThirtySecondsOfLeeway(seconds: Double, refused: AccessError.Rule?) async throws {
    let keys = try Keys()
    let now = Date(timeIntervalSince1970: 1_700_000_000)
    let token = try await keys.token {
      $0 = .sample(now: now)
      $0.issuedAt = now.timeIntervalSince1970 - 3600
      $0.expires = now.timeIntervalSince1970 + seconds
    }
    #expect(await refusal { try await keys.verifier { now }.verify(token) } == refused)
  }

  @Test(arguments: [(31.0, AccessError.Rule.tokenNotYetValid), (29.0, nil), (-5, nil)])
  func notBeforeHasThirtySecondsOfLeeway(seconds: Double, refused: AccessError.Rule?) async throws {
    let keys = try Keys()
    let now = Date(timeIntervalSince1970: 1_700_000_000)
    for claim in [\TokenClaims.notBefore!, \TokenClaims.issuedAt] {
      let token = try await keys.token {
        $0 = .sample(now: now)
        $0.notBefore = 0
        $0[keyPath: claim] = now.timeIntervalSince1970 + seconds
      }
      #expect(await refusal { try await keys.verifier { now }.verify(token) } == refused)
    }
  }

  @Test func anotherIssuerOrAudienceIsRefused() async throws {
    let keys = try Keys()
    let verifier = try keys.verifier()
    let otherIssuer = try await keys.token { $0.issuer = "elsewhere" }
    #expect(await refusal { try await verifier.verify(otherIssuer) } == .tokenIssuer)
    let otherAudience = try await keys.token { $0.audience = AudienceList(["elsewhere"]) }
    #expect(await refusal { try await verifier.verify(otherAudience) } == .tokenAudience)
    let noAudience = try await keys.token { $0.audience = AudienceList([]) }
    #expect(await refusal { try await verifier.verify(noAudience) } == .tokenAudience)
  }

  @Test func anIssuerRefusesClaimsThatNoVerifierTakes() async throws {
    let keys = try Keys()
    let changes: [@Sendable (inout TokenClaims) -> Void] = [
      { $0.subject = "" },
      { $0.subject = String(repeating: "x", count: TokenClaims.maximumTextCharacters + 1) },
      { $0.organisation = "45000" },
      { $0.organisation = "45000O" },
      { $0.roles = Array(repeating: "clerk", count: TokenClaims.maximumRoles + 1) },
      { $0.expires = -1 },
      { $0.expires = 1e300 },
    ]
    for change in changes {
      #expect(await refusal { try await keys.token(change) } == .tokenClaims)
    }
  }

  @Test func aLifeIsPositiveAndAtMostAYearAndADay() async throws {
    let keys = try Keys()
    let holder = Principal.holding([.clerk])
    for lifetime in [Duration.zero, .seconds(-1), TokenIssuer.maximumLifetime + .seconds(1)] {
      #expect(
        await refusal { try await keys.issuer.issue(holder, lifetime: lifetime) } == .lifetime)
    }
    _ = try await keys.issuer.issue(holder, lifetime: TokenIssuer.maximumLifetime)
  }
}

@Suite struct HostileTokenTests {
  private static let payload =
    #"{"iss":"lianshe","aud":"lianshe","sub":"x","org":"450000","roles":["administrator"],"iat":1,"exp":9999999999}"#

  @Test(arguments: ["none", "None", "NONE", "HS256", "RS256", "ES256", "eddsa", ""])
  func onlyEdDSAIsAnAlgorithm(name: String) async throws {
    let keys = try Keys()
    let header = #"{"alg":"\#(name)","typ":"JWT","kid":"\#(keys.key.keyID)"}"#
    for signature in [[], [UInt8](repeating: 7, count: 64)] {
      let token = forgedToken(header: header, payload: Self.payload, signature: signature)
      #expect(await refusal { try await keys.verifier().verify(token) } == .tokenAlgorithm)
    }
  }

  @Test func aHashWithThePublicKeyAsItsSecretIsRefused() async throws {
    let keys = try Keys()
    let header = #"{"alg":"HS256","typ":"JWT","kid":"\#(keys.key.keyID)"}"#
    let token = PublicKeyAsSecret.token(header: header, payload: Self.payload, key: keys.key)
    #expect(await refusal { try await keys.verifier().verify(token) } == .tokenAlgorithm)
    // The same bytes under the allowed name fail at the signature.
    let renamed = #"{"alg":"EdDSA","typ":"JWT","kid":"\#(keys.key.keyID)"}"#
    let second = PublicKeyAsSecret.token(header: renamed, payload: Self.payload, key: keys.key)
    #expect(await refusal { try await keys.verifier().verify(second) } == .tokenSignature)
  }

  @Test func anUnknownKeyNeverFallsBackToAKnownOne() async throws {
    let keys = try Keys()
    let stranger = TokenIssuer(key: SigningKey())
    let token = try await stranger.issue(.holding([.administrator]), lifetime: .seconds(60))
    #expect(await refusal { try await keys.verifier().verify(token) } == .tokenUnknownKey)
  }

  @Test func aKnownKeyIDWithAnotherKeysSignatureIsRefused() async throws {
    let keys = try Keys()
    let stranger = try await TokenIssuer(key: SigningKey()).issue(
      .holding([.administrator]), lifetime: .seconds(60))
    let parts = stranger.split(separator: ".").map(String.init)
    let header = #"{"alg":"EdDSA","typ":"JWT","kid":"\#(keys.key.keyID)"}"#
    let token = [Base64URL.encode(Array(header.utf8)), parts[1], parts[2]].joined(separator: ".")
    #expect(await refusal { try await keys.verifier().verify(token) } == .tokenSignature)
  }

  @Test func aChangedBodyIsRefused() async throws {
    let keys = try Keys()
    let token = try await keys.token { _ in }
    var parts = token.split(separator: ".").map(String.init)
    let body = String(decoding: try #require(Base64URL.decode(parts[1].utf8)), as: UTF8.self)
    #expect(body.contains("450900"))
    parts[1] = Base64URL.encode(Array(body.replacing("450900", with: "450000").utf8))
    #expect(
      await refusal { try await keys.verifier().verify(parts.joined(separator: ".")) }
        == .tokenSignature)
  }

  @Test(arguments: [
    #"{"alg":"EdDSA","typ":"JWT"}"#,
    #"{"alg":"EdDSA","typ":"JWT","kid":""}"#,
  ])
  func aTokenNamesItsKey(header: String) async throws {
    let keys = try Keys()
    let token = forgedToken(header: header, payload: Self.payload, signature: [1])
    #expect(await refusal { try await keys.verifier().verify(token) } == .tokenUnknownKey)
  }

  @Test(arguments: [
    "", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "令牌", "Bearer x", "e30.e30.e30",
    "e30.e30.", ".e30.e30", "e30=.e30.e30", "e3 0.e30.e30", "bnVsbA.e30.e30", "W10.e30.e30",
  ])
  func whatIsNoTokenIsMalformed(token: String) async throws {
    let keys = try Keys()
    #expect(await refusal { try await keys.verifier().verify(token) } == .tokenMalformed)
  }

  @Test(arguments: [
    #"{"alg":"EdDSA","kid":"K","crit":["exp"]}"#,
    #"{"alg":"EdDSA","kid":"K","typ":"JWE"}"#,
    #"{"alg":"EdDSA","kid":7}"#,
    #"{"alg":["EdDSA"],"kid":"K"}"#,
    #"{"alg":null,"kid":"K"}"#,
  ])
  func aHeaderThatIsNotUnderstoodIsMalformed(header: String) async throws {
    let keys = try Keys()
    let named = header.replacing("\"K\"", with: "\"\(keys.key.keyID)\"")
    let token = forgedToken(header: named, payload: Self.payload, signature: [1])
    #expect(await refusal { try await keys.verifier().verify(token) } == .tokenMalformed)
  }

  @Test func numbersOutsideEveryRangeDoNotStopTheProcess() async throws {
    let keys = try Keys()
    let header = #"{"alg":"EdDSA","kid":"\#(keys.key.keyID)","x":1e300,"y":[1e400]}"#
    let token = forgedToken(header: header, payload: Self.payload, signature: [1])
    #expect(await refusal { try await keys.verifier().verify(token) } != nil)
  }

  @Test(arguments: [
    #"{}"#, #"[]"#, #"null"#, #"{"iss":"lianshe"}"#, "\u{FF}",
    #"{"iss":"lianshe","aud":"lianshe","sub":"x","org":"450000","roles":"administrator","iat":1,"exp":9999999999}"#,
    #"{"iss":"lianshe","aud":"lianshe","sub":"x","org":"450000","roles":[],"iat":1,"exp":"never"}"#,
    #"{"iss":"lianshe","aud":"lianshe","sub":"x","org":"450000","roles":[],"iat":1,"exp":1e308}"#,
    #"{"iss":"lianshe","aud":"lianshe","sub":"x","org":"450000","roles":[],"iat":1}"#,
    #"{"iss":"lianshe","aud":"lianshe","sub":"x","org":"45","roles":[],"iat":1,"exp":9999999999}"#,
  ])
  func aSignedBodyThatIsNotAsAgreedIsRefused(payload: String) async throws {
    let keys = try Keys()
    let header = #"{"alg":"EdDSA","kid":"\#(keys.key.keyID)"}"#
    let token = try SignedByHand.token(header: header, payload: payload, key: keys.key)
    #expect(await refusal { try await keys.verifier().verify(token) } == .tokenClaims)
  }

  @Test func aHugeTokenIsNotLookedAt() async throws {
    let keys = try Keys()
    let verifier = try keys.verifier()
    let huge = String(repeating: "A", count: TokenVerifier.maximumTokenBytes + 1)
    #expect(await refusal { try await verifier.verify(huge) } == .tokenTooLarge)
    let largest = String(repeating: "A", count: TokenVerifier.maximumTokenBytes)
    #expect(await refusal { try await verifier.verify(largest) } == .tokenMalformed)
  }
}
