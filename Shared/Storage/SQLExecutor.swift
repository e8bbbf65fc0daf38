// The two verbs of a transaction. Everything a service asks of a database goes through them, in
// one portable text: `$1 … $n` bound by number, BIGINT and TEXT, no casts by `::`.

package protocol SQLExecutor {
  var dialect: Dialect { get }

  /// Runs a statement and returns its rows, at most `DatabaseOptions.maximumRows`.
  func query(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> [SQLRow]

  /// Runs a statement and returns the number of rows it changed; 0 for definitions.
  @discardableResult
  func execute(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> Int

  /// Runs a statement and hands over row by row, without a limit and without holding them.
  /// No other statement may run on the same transaction before it returns.
  func forEach(
    _ sql: String, _ parameters: [SQLValue],
    _ body: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError)
}

extension SQLExecutor {
  package func query(_ sql: String) throws(StorageError) -> [SQLRow] { try query(sql, []) }

  @discardableResult
  package func execute(_ sql: String) throws(StorageError) -> Int { try execute(sql, []) }

  /// The only row, or nil. More than one row is a defect of the statement.
  package func queryOne(
    _ sql: String, _ parameters: [SQLValue] = []
  ) throws(StorageError) -> SQLRow? {
    let rows = try query(sql, parameters)
    guard rows.count <= 1 else {
      throw StorageError(.invalidStatement, "The statement returned more than one row.")
    }
    return rows.first
  }
}
