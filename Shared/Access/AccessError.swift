// Every way to be refused, with a stable rule name and words in both languages. The words are for
// the holder of the token, who knows its content anyway; nothing of the server's keys is told.

internal import CommonMessages
package import RPC

/// Why a token, a key file or a call was refused.
package struct AccessError: Error, Sendable {
  /// The rule that was broken. Raw values are stable and travel in the error's details.
  package enum Rule: String, CaseIterable, Sendable {
    case tokenRequired = "access.token_required"
    case roleRequired = "access.role"
    case outsideScope = "access.scope"
    case noPolicy = "access.no_policy"
    case notBearer = "token.scheme"
    case tokenTooLarge = "token.too_large"
    case tokenMalformed = "token.malformed"
    case tokenAlgorithm = "token.algorithm"
    case tokenUnknownKey = "token.unknown_key"
    case tokenSignature = "token.signature"
    case tokenClaims = "token.claims"
    case tokenIssuer = "token.issuer"
    case tokenAudience = "token.audience"
    case tokenExpired = "token.expired"
    case tokenNotYetValid = "token.not_yet_valid"
    case tokensNotAccepted = "token.not_accepted_here"
    case keyFile = "key.file"
    case lifetime = "token.lifetime"
  }

  package let rule: Rule
  package let messageChinese: String
  package let messageEnglish: String
  package let cause: (any Error)?

  package init(_ rule: Rule, zh: String, en: String, cause: (any Error)? = nil) {
    self.rule = rule
    messageChinese = zh
    messageEnglish = en
    self.cause = cause
  }
}

extension AccessError: CustomStringConvertible {
  package var description: String { messageEnglish }
}

extension AccessError {
  /// The error as a call answers it.
  package var rpcError: RPCError {
    switch rule {
    case .roleRequired, .outsideScope, .noPolicy: answer(.permissionDenied)
    case .keyFile: RPCError(.internal, "the keys of this server cannot be read", cause: self)
    default: answer(.unauthenticated, metadata: challenge)
    }
  }

  private func answer(_ code: RPCError.Code, metadata: Metadata = Metadata()) -> RPCError {
    let violation = FieldViolation(
      path: rule.rawValue.hasPrefix("token.") || rule == .tokenRequired ? "authorization" : "",
      rule: rule.rawValue, messageZh: messageChinese, messageEn: messageEnglish)
    let details = (try? ErrorDetail(BadRequest(violations: [violation]))).map { [$0] } ?? []
    return RPCError(code, messageEnglish, details: details, metadata: metadata, cause: cause)
  }

  /// RFC 6750, section 3: a 401 says which scheme it wants and what was wrong.
  private var challenge: Metadata {
    var metadata = Metadata()
    let value =
      rule == .tokenRequired
      ? "Bearer realm=\"lianshe\"" : "Bearer realm=\"lianshe\", error=\"invalid_token\""
    try? metadata.add(value, for: "www-authenticate")
    return metadata
  }
}
