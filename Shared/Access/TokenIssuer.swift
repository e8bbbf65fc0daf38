// Signs tokens. Used by the operator's tool and by tests; no server holds a private key.

package import FoundationEssentials
internal import JWTKit

/// Makes tokens with a private key.
package struct TokenIssuer: Sendable {
  /// The longest life of a token: a year and a day.
  package static let maximumLifetime: Duration = .seconds(366 * 86_400)

  private let key: SigningKey
  private let audience: String
  private let issuer: String

  package init(key: SigningKey, audience: String = "lianshe", issuer: String = "lianshe") {
    self.key = key
    self.audience = audience
    self.issuer = issuer
  }

  package init(
    privateKeyFile path: String, audience: String = "lianshe", issuer: String = "lianshe"
  ) throws(AccessError) {
    self.init(key: try SigningKey(file: path), audience: audience, issuer: issuer)
  }

  package var keyID: String { key.keyID }

  /// A token for a principal, valid from now for so long.
  package func issue(
    _ principal: Principal, lifetime: Duration, now: Date = Date()
  ) async throws(AccessError) -> String {
    guard lifetime > .zero, lifetime <= Self.maximumLifetime else {
      throw AccessError(
        .lifetime, zh: "令牌有效期须在 1 秒到 366 天之间",
        en: "a token lives between 1 second and 366 days")
    }
    let start = now.timeIntervalSince1970.rounded(.down)
    let claims = TokenClaims(
      issuer: issuer, audience: AudienceList([audience]), subject: principal.subject,
      name: principal.name.isEmpty ? nil : principal.name, organisation: principal.organisation,
      roles: principal.roles.map(\.rawValue).sorted(), issuedAt: start, notBefore: start,
      expires: start + Double(lifetime.components.seconds), tokenID: UUID().uuidString)
    return try await sign(claims)
  }

  func sign(_ claims: TokenClaims) async throws(AccessError) -> String {
    do {
      let keys = JWTKeyCollection()
      await keys.add(eddsa: key.privateKey, kid: JWKIdentifier(string: key.keyID))
      guard let algorithm = try? await keys.getKey(for: JWKIdentifier(string: key.keyID)) else {
        throw JWTError.noKeyProvided
      }
      try await claims.verify(using: algorithm)
      return try await keys.sign(claims, kid: JWKIdentifier(string: key.keyID))
    } catch {
      throw AccessError(
        .tokenClaims, zh: "无法签发：姓名、机构代码 (六位数字) 或角色不合规定",
        en: "cannot issue: subject, organisation (six digits) or roles are not as agreed",
        cause: error)
    }
  }
}
