// A step of a schema. Released means frozen: its statements are hashed, the hash is recorded in
// the database, and a program whose text differs refuses to start.

internal import Crypto

package struct Migration: Sendable {
  /// `room/0001_what`: rooms are independent of each other, numbers order a room's own.
  package let id: String
  private let text: @Sendable (Dialect) -> [String]

  /// The statements may differ by dialect only through the dialect's helpers.
  package init(_ id: String, _ statements: @escaping @Sendable (Dialect) -> [String]) {
    self.id = id
    self.text = statements
  }

  package func statements(_ dialect: Dialect) -> [String] { text(dialect) }

  /// SHA-256 over the statements, in hexadecimal. Tests compare it with a literal, so that an
  /// edit of a released migration fails before it reaches a database.
  package func digest(_ dialect: Dialect) -> String {
    var hash = SHA256()
    for statement in text(dialect) {
      let bytes = Array(statement.utf8)
      hash.update(data: Array("\(bytes.count):".utf8) + bytes)
    }
    return hash.finalize().hexadecimal
  }

  var room: Substring { id.prefix { $0 != "/" } }
}

extension Sequence<UInt8> {
  /// Lower-case hexadecimal.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in self {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
