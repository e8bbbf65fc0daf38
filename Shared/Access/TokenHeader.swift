// The header of a token decides which key and which algorithm are meant, before anything is known
// to be true. So it is read here, strictly, and only `EdDSA` with a key id passes.

private import FoundationEssentials

enum TokenHeader {
  private struct Fields: Decodable {
    var alg: String
    var kid: String?
    var typ: String?
    var crit: [String]?
  }

  static let algorithm = "EdDSA"
  private static let types: Set<String> = ["JWT", "at+jwt"]
  private static let maximumKeyIDCharacters = 128

  /// The key id of a token in compact form (RFC 7515, section 7.1).
  static func read(_ token: String) throws(AccessError) -> String {
    let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let json = Base64URL.decode(parts[0]), !parts[1].isEmpty,
      Base64URL.decode(parts[1]) != nil, Base64URL.decode(parts[2]) != nil
    else { throw malformed() }
    let fields: Fields
    do {
      fields = try JSONDecoder().decode(Fields.self, from: Data(json))
    } catch {
      throw malformed(error)
    }
    guard fields.alg == algorithm else {
      throw AccessError(
        .tokenAlgorithm, zh: "只接受 EdDSA 签名的令牌", en: "only tokens signed with EdDSA are accepted")
    }
    // RFC 7515, section 4.1.11: what must be understood and is not makes the token invalid.
    guard fields.crit == nil, types.contains(fields.typ ?? "JWT") else { throw malformed() }
    guard let kid = fields.kid, !kid.isEmpty, kid.count <= maximumKeyIDCharacters else {
      throw AccessError(
        .tokenUnknownKey, zh: "令牌没有写明密钥编号 (kid)", en: "the token does not name its key (kid)")
    }
    return kid
  }

  private static func malformed(_ cause: (any Error)? = nil) -> AccessError {
    AccessError(
      .tokenMalformed, zh: "令牌格式不对，应为三段以点分隔的 JWT",
      en: "the token is malformed; three parts separated by dots are expected (JWT)", cause: cause)
  }
}
