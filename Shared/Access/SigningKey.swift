// The private half of a key: made here, kept in a PEM file that only its owner can read.

private import Crypto
private import FoundationEssentials
internal import JWTKit

/// An Ed25519 private key with its id.
package struct SigningKey: Sendable {
  let privateKey: EdDSA.PrivateKey
  /// The thumbprint of the public key (RFC 7638), so the same key always has the same id.
  package let keyID: String

  var publicKey: EdDSA.PublicKey { privateKey.publicKey }

  /// A new random key.
  package init() {
    self.init(EdDSA.PrivateKey(backing: Curve25519.Signing.PrivateKey()))
  }

  /// The key of a 32-byte seed (RFC 8032).
  init(rawPrivateKey seed: [UInt8]) throws {
    self.init(
      EdDSA.PrivateKey(backing: try Curve25519.Signing.PrivateKey(rawRepresentation: seed)))
  }

  init(_ privateKey: EdDSA.PrivateKey) {
    self.privateKey = privateKey
    let x = Base64URL.encode(Array(privateKey.publicKey.rawRepresentation))
    let canonical = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"\(x)\"}"
    keyID = Base64URL.encode(Array(SHA256.hash(data: Data(canonical.utf8))))
  }

  /// Reads a PEM file (PKCS #8).
  ///
  /// - Throws: when others than its owner may read it, or it is no Ed25519 key.
  package init(file path: String) throws(AccessError) {
    let bytes = try PrivateFile.read(
      path, maximumBytes: PublicKeySet.maximumFileBytes, ownerOnly: true)
    do {
      self.init(try EdDSA.PrivateKey(pem: String(decoding: bytes, as: UTF8.self)))
    } catch {
      throw AccessError(
        .keyFile, zh: "私钥文件 \(path) 不是 Ed25519 的 PEM", en: "\(path) is no Ed25519 key in PEM",
        cause: error)
    }
  }

  /// Writes the key to a file that does not exist yet, mode 0600.
  package func write(to path: String) throws(AccessError) {
    try PrivateFile.create(path, with: pem)
  }

  /// Writes the key in place of another, in one step, mode 0600.
  package func replace(_ path: String) throws(AccessError) {
    try PrivateFile.replace(path, with: pem)
  }

  private var pem: [UInt8] { Array((privateKey.pemRepresentation + "\n").utf8) }
}
