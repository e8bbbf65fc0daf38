// Tokens that an attacker, or a sloppy issuer, would make: signed outside the issuer's own rules.

internal import Crypto
internal import Foundation
internal import JWTKit

@testable internal import Access

/// The classic confusion: HMAC with the public key's bytes as the secret.
enum PublicKeyAsSecret {
  static func token(header: String, payload: String, key: SigningKey) -> String {
    let signed = [header, payload].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
    let secret = SymmetricKey(data: key.publicKey.rawRepresentation)
    let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: secret)
    return signed + "." + Base64URL.encode(Array(code))
  }
}

/// A right signature over any text.
enum SignedByHand {
  static func token(header: String, payload: String, key: SigningKey) throws -> String {
    let signed = [header, payload].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
    let signer = try Curve25519.Signing.PrivateKey(
      rawRepresentation: key.privateKey.rawRepresentation)
    let signature = try signer.signature(for: Data(signed.utf8))
    return signed + "." + Base64URL.encode(Array(signature))
  }
}
