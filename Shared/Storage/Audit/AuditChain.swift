// How entries are chained: each hash covers the hash before it and every field of its entry.

internal import Crypto

enum AuditChain {
  /// The hash before the first entry.
  static let genesis = String(repeating: "0", count: 64)

  /// Columns of `storage_audit` that the hash covers, in this order.
  static let columns = [
    "xid", "seq", "recorded_at", "subject", "organisation", "request_id", "trace_id", "entity",
    "entity_id", "action", "state_before", "state_after",
  ]

  /// SHA-256 in hexadecimal. Every field carries its kind and length, so that no two entries
  /// have the same bytes.
  static func hash(
    after previous: String, position: Int64, _ row: SQLRow
  ) throws(StorageError) -> String {
    var bytes = Array("\(previous)|\(position)|".utf8)
    for column in columns {
      switch try row.value(column) {
      case .null: bytes += Array("n;".utf8)
      case .integer(let integer): bytes += Array("i\(integer);".utf8)
      case .text(let text): bytes += Array("t\(text.utf8.count):\(text)".utf8)
      }
    }
    return SHA256.hash(data: bytes).hexadecimal
  }
}
