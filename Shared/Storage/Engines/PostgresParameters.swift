// Parameters in libpq's text format. Types are declared from the values, never guessed by the
// server: an untyped `n + $1` could become a 32-bit addition.

internal import CPostgres

struct PostgresParameters {
  private static let bigint: Oid = 20
  private static let text: Oid = 25
  /// Leaves the type to the server, which takes it from the column.
  private static let unspecified: Oid = 0

  let types: [Oid]
  /// One letter per parameter: the same text with other types is another prepared statement.
  let signature: String
  /// All values, each ended by NUL, and where each starts; -1 stands for NULL.
  private let bytes: [UInt8]
  private let starts: [Int]

  init(_ values: [SQLValue], referenced: [Bool]) {
    var types: [Oid] = []
    var signature = ""
    var bytes: [UInt8] = []
    var starts: [Int] = []
    for (index, value) in values.enumerated() {
      switch value {
      case .null:
        // A gap has no column to take a type from.
        let isUsed = referenced.indices.contains(index) && referenced[index]
        types.append(isUsed ? Self.unspecified : Self.text)
        signature.append("n")
        starts.append(-1)
      case .integer(let integer):
        types.append(Self.bigint)
        signature.append("i")
        starts.append(bytes.count)
        bytes.append(contentsOf: String(integer).utf8)
        bytes.append(0)
      case .text(let text):
        types.append(Self.text)
        signature.append("t")
        starts.append(bytes.count)
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
      }
    }
    self.types = types
    self.signature = signature + ":"
    self.bytes = bytes
    self.starts = starts
  }

  /// Queues the execution of a prepared statement, or of the text itself. libpq copies the
  /// values before it returns.
  func send(to handle: OpaquePointer, name: String?, sql: String) -> Bool {
    bytes.withUnsafeBytes { buffer in
      let pointers = starts.map { start -> UnsafePointer<CChar>? in
        guard start >= 0, let base = buffer.baseAddress else { return nil }
        return base.advanced(by: start).assumingMemoryBound(to: CChar.self)
      }
      let count = CInt(starts.count)
      if let name {
        return libpq.PQsendQueryPrepared(handle, name, count, pointers, nil, nil, 0) == 1
      }
      return types.withUnsafeBufferPointer { types in
        libpq.PQsendQueryParams(handle, sql, count, types.baseAddress, pointers, nil, nil, 0) == 1
      }
    }
  }
}
