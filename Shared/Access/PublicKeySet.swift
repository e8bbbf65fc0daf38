// The public keys that a server accepts, as a JWKS file (RFC 7517). Only Ed25519 keys with an id
// count; a file with a private key in it is refused, because it would sooner or later be served.

private import FoundationEssentials
internal import JWTKit

/// Ed25519 public keys by their id.
package struct PublicKeySet: Sendable {
  private(set) var keys: [String: EdDSA.PublicKey]

  package static let maximumFileBytes = 256 * 1024
  package static let maximumKeys = 64

  package init() { keys = [:] }

  /// The ids of the keys, sorted.
  package var keyIDs: [String] { keys.keys.sorted() }

  package init(file path: String) throws(AccessError) {
    let bytes = try PrivateFile.read(path, maximumBytes: Self.maximumFileBytes)
    try self.init(json: bytes, name: path)
  }

  init(json bytes: [UInt8], name: String) throws(AccessError) {
    let set: JWKS
    do {
      set = try JSONDecoder().decode(JWKS.self, from: Data(bytes))
    } catch {
      throw Self.refused(name, zh: "不是 JWKS", en: "is not a JWKS", cause: error)
    }
    guard set.keys.count <= Self.maximumKeys else {
      throw Self.refused(name, zh: "密钥多于 64 个", en: "has more than 64 keys")
    }
    keys = [:]
    for key in set.keys {
      guard key.privateExponent == nil else {
        throw Self.refused(
          name, zh: "含有私钥，公钥文件里不得有私钥", en: "holds a private key; keep only public keys in it")
      }
      guard key.keyType == .octetKeyPair, key.curve?.rawValue == "Ed25519", let x = key.x,
        let kid = key.keyIdentifier?.string, !kid.isEmpty
      else { continue }
      guard keys[kid] == nil else {
        throw Self.refused(name, zh: "密钥编号重复：\(kid)", en: "has two keys with the id \(kid)")
      }
      do {
        keys[kid] = try EdDSA.PublicKey(x: x, curve: .ed25519)
      } catch {
        throw Self.refused(
          name, zh: "密钥 \(kid) 不是 Ed25519 公钥", en: "has a key \(kid) that is no Ed25519 key",
          cause: error)
      }
    }
  }

  package mutating func add(_ key: SigningKey) {
    keys[key.keyID] = key.publicKey
  }

  /// Takes a key out; tokens signed with it are refused once servers have read the file again.
  ///
  /// - Returns: false when there was no such key.
  package mutating func remove(keyID: String) -> Bool {
    keys.removeValue(forKey: keyID) != nil
  }

  /// Replaces the file in one step, so that a server never reads half of it.
  package func write(to path: String) throws(AccessError) {
    let list = keys.sorted { $0.key < $1.key }.map { kid, key in
      "    {\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"use\":\"sig\","
        + "\"kid\":\"\(kid)\",\"x\":\"\(Base64URL.encode(Array(key.rawRepresentation)))\"}"
    }
    let text = "{\n  \"keys\": [\n\(list.joined(separator: ",\n"))\n  ]\n}\n"
    try PrivateFile.replace(path, with: Array(text.utf8), mode: PrivateFile.publicMode)
  }

  private static func refused(
    _ name: String, zh: String, en: String, cause: (any Error)? = nil
  ) -> AccessError {
    AccessError(.keyFile, zh: "公钥文件 \(name) \(zh)", en: "the key set \(name) \(en)", cause: cause)
  }
}
