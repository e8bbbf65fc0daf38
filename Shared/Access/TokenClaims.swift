// The body of a token. Times are NumericDate (RFC 7519, section 2): seconds, possibly with a
// fraction; they are read as Double because that is what JSON gives, and compared, never added up.

internal import JWTKit

/// The claims of a token, as written.
struct TokenClaims: JWTPayload, Equatable {
  var issuer: String
  var audience: AudienceList
  var subject: String
  var name: String?
  var organisation: String
  var roles: [String]
  var issuedAt: Double
  var notBefore: Double?
  var expires: Double
  var tokenID: String?

  enum CodingKeys: String, CodingKey {
    case issuer = "iss"
    case audience = "aud"
    case subject = "sub"
    case name
    case organisation = "org"
    case roles
    case issuedAt = "iat"
    case notBefore = "nbf"
    case expires = "exp"
    case tokenID = "jti"
  }

  static let maximumTextCharacters = 128
  static let maximumRoles = 16
  /// 9999-12-31T23:59:59Z: what RFC 3339 can print.
  static let latestTime = 253_402_300_799.0

  /// What can be told of the claims without a clock and without the server's settings.
  func verify(using algorithm: some JWTAlgorithm) async throws {
    for text in [subject, name ?? "x", tokenID ?? "x"] {
      guard text.count <= Self.maximumTextCharacters else { throw Self.malformed("text too long") }
    }
    guard !subject.isEmpty else { throw Self.malformed("sub is empty") }
    guard OrganisationCode.isValid(organisation) else { throw Self.malformed("org") }
    guard roles.count <= Self.maximumRoles else { throw Self.malformed("too many roles") }
    for time in [issuedAt, notBefore ?? 0, expires] {
      guard time.isFinite, (0...Self.latestTime).contains(time) else {
        throw Self.malformed("a time is outside 1970 to 9999")
      }
    }
  }

  private static func malformed(_ reason: String) -> JWTError {
    .claimVerificationFailure(failedClaim: nil, reason: reason)
  }
}

/// `aud` is one text or a list of them (RFC 7519, section 4.1.3).
struct AudienceList: Codable, Equatable, Sendable {
  var values: [String]

  init(_ values: [String]) { self.values = values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let one = try? container.decode(String.self) {
      values = [one]
    } else {
      values = try container.decode([String].self)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 {
      try container.encode(values[0])
    } else {
      try container.encode(values)
    }
  }
}

/// The form of a federation's code: six digits, as the places of GB/T 2260 have them.
enum OrganisationCode {
  static func isValid(_ code: String) -> Bool {
    code.utf8.count == 6 && code.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
  }
}
