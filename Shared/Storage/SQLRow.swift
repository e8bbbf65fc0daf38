// A row of a result. Values are decoded when the row is fetched: a sum that leaves 64 bits, a
// fraction or a blob fails there, the same way on both engines.

/// Names of a result's columns, shared by its rows.
final class SQLColumns: Sendable {
  let names: [String]
  private let indexes: [String: Int]

  init(_ names: [String]) {
    self.names = names
    var indexes: [String: Int] = [:]
    // The first of two equal names wins, as in `SELECT a.id, b.id`.
    for (index, name) in names.enumerated() where indexes[name] == nil { indexes[name] = index }
    self.indexes = indexes
  }

  func index(of name: String) -> Int? { indexes[name] }
}

package struct SQLRow: Sendable {
  let columns: SQLColumns
  package let values: [SQLValue]

  init(columns: SQLColumns, values: [SQLValue]) {
    self.columns = columns
    self.values = values
  }

  package var columnNames: [String] { columns.names }

  package func value(_ column: String) throws(StorageError) -> SQLValue {
    guard let index = columns.index(of: column), values.indices.contains(index) else {
      throw StorageError(
        .invalidStatement, "The result has no column \(column).",
        cause: "columns: \(columns.names.joined(separator: ", "))")
    }
    return values[index]
  }

  package func optionalInt64(_ column: String) throws(StorageError) -> Int64? {
    switch try value(column) {
    case .null: return nil
    case .integer(let integer): return integer
    case .text: throw mismatch(column, "an integer")
    }
  }

  package func int64(_ column: String) throws(StorageError) -> Int64 {
    guard let integer = try optionalInt64(column) else { throw mismatch(column, "an integer") }
    return integer
  }

  package func optionalText(_ column: String) throws(StorageError) -> String? {
    switch try value(column) {
    case .null: return nil
    case .text(let text): return text
    case .integer: throw mismatch(column, "text")
    }
  }

  package func text(_ column: String) throws(StorageError) -> String {
    guard let text = try optionalText(column) else { throw mismatch(column, "text") }
    return text
  }

  /// An integer column holding 0 or 1, or a comparison.
  package func bool(_ column: String) throws(StorageError) -> Bool {
    switch try int64(column) {
    case 0: return false
    case 1: return true
    default: throw mismatch(column, "0 or 1")
    }
  }

  private func mismatch(_ column: String, _ expected: String) -> StorageError {
    let kind = columns.index(of: column).map { values[$0].kind } ?? "missing"
    return StorageError(.corrupt, "Column \(column) is \(kind), expected \(expected).")
  }
}
