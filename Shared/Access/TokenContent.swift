// What a token says, for showing it to its holder. Nothing here is checked: a server that acts on
// it must use `TokenVerifier`.

package import FoundationEssentials

/// The content of a token, unverified.
package struct TokenContent: Sendable, Equatable {
  package let keyID: String
  package let principal: Principal
  package let issuer: String
  package let audience: [String]
  package let issued: Date
  package let expires: Date

  /// Reads a token without checking its signature, its times or for whom it is.
  package init(_ token: String) throws(AccessError) {
    guard token.utf8.count <= TokenVerifier.maximumTokenBytes else {
      throw AccessError(
        .tokenTooLarge, zh: "令牌超过 \(TokenVerifier.maximumTokenBytes) 字节",
        en: "the token is longer than \(TokenVerifier.maximumTokenBytes) bytes")
    }
    keyID = try TokenHeader.read(token)
    let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let claims: TokenClaims
    do {
      claims = try JSONDecoder().decode(
        TokenClaims.self, from: Data(Base64URL.decode(parts[1]) ?? []))
    } catch {
      throw AccessError(
        .tokenClaims, zh: "令牌内容不合规定", en: "the token's claims are not as agreed", cause: error)
    }
    principal = Principal(
      subject: claims.subject, name: claims.name ?? "", organisation: claims.organisation,
      roles: Set(claims.roles.compactMap(Role.init(rawValue:))))
    issuer = claims.issuer
    audience = claims.audience.values
    issued = Date(timeIntervalSince1970: claims.issuedAt)
    expires = Date(timeIntervalSince1970: claims.expires)
  }
}
