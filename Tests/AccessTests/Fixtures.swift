// Keys, tokens and a small tree for the tests. Nothing here is a secret: every key is made anew.

internal import Foundation
internal import Testing

@testable internal import Access

/// A folder that goes away with the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "lianshe-access-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// One key, the file that lists it, an issuer and a verifier.
struct Keys {
  let folder: Folder
  let key: SigningKey
  let issuer: TokenIssuer

  init() throws {
    folder = try Folder()
    key = SigningKey()
    issuer = TokenIssuer(key: key)
    var set = PublicKeySet()
    set.add(key)
    try set.write(to: jwks)
  }

  var jwks: String { folder.file("jwks.json") }

  func verifier(now: @escaping @Sendable () -> Date = { Date() }) throws -> TokenVerifier {
    try TokenVerifier(jwksFile: jwks, lookInterval: .zero, now: now)
  }

  /// A token with these claims changed, signed by this key.
  func token(_ change: (inout TokenClaims) -> Void) async throws -> String {
    var claims = TokenClaims.sample()
    change(&claims)
    return try await issuer.sign(claims)
  }
}

extension TokenClaims {
  static func sample(now: Date = Date()) -> TokenClaims {
    TokenClaims(
      issuer: "lianshe", audience: AudienceList(["lianshe"]), subject: "clerk.one", name: "录入员一号",
      organisation: "450900", roles: ["clerk"], issuedAt: now.timeIntervalSince1970,
      notBefore: nil, expires: now.timeIntervalSince1970 + 600, tokenID: nil)
  }
}

extension Principal {
  static func holding(_ roles: Set<Role>, of organisation: String = "450900") -> Principal {
    Principal(subject: "someone", name: "", organisation: organisation, roles: roles)
  }
}

/// A token put together by hand, with any header and any signature.
func forgedToken(header: String, payload: String, signature: [UInt8]) -> String {
  [Array(header.utf8), Array(payload.utf8), signature].map(Base64URL.encode).joined(separator: ".")
}

/// The rule that refused; nil when nothing did.
func refusal<Value>(_ body: () async throws -> Value) async -> AccessError.Rule? {
  do {
    _ = try await body()
    return nil
  } catch let error as AccessError {
    return error.rule
  } catch {
    Issue.record("an unexpected error: \(error)")
    return nil
  }
}
