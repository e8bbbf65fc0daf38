// A transaction as a body sees it. Both kinds are views of one engine session and are worthless
// after the body returns: a use then throws instead of touching someone else's transaction.

/// What a running transaction shares with its views.
final class TransactionState {
  let session: any EngineSession
  let options: DatabaseOptions
  /// Set when the body has returned.
  var isOver = false
  /// The first failed statement. PostgreSQL takes nothing after it and SQLite would go on; so
  /// that both are the same, a body that swallows the error still cannot commit.
  private(set) var failure: StorageError?
  private var isRunning = false
  /// Set by `emit`: waiting readers of the feed are woken after the commit.
  var emitted = false

  init(session: any EngineSession, options: DatabaseOptions) {
    self.session = session
    self.options = options
  }

  func run(
    _ sql: String, _ parameters: [SQLValue], streaming: Bool,
    _ row: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError) -> Int {
    try guarded { () throws(StorageError) in
      try session.run(sql, parameters, streaming: streaming, row)
    }
  }

  func guarded<T>(_ statement: () throws(StorageError) -> T) throws(StorageError) -> T {
    guard !isOver else {
      throw StorageError(.internal, "A transaction was used after its end.")
    }
    guard !isRunning else {
      throw StorageError(.invalidStatement, "A statement was run inside `forEach`.")
    }
    if let failure { throw failure }
    isRunning = true
    defer { isRunning = false }
    do {
      return try statement()
    } catch {
      failure = error
      throw error
    }
  }

  func rows(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> [SQLRow] {
    var rows: [SQLRow] = []
    let limit = options.maximumRows
    _ = try run(sql, parameters, streaming: false) { (row) throws(StorageError) in
      guard rows.count < limit else {
        throw StorageError(.invalidStatement, "A query returned more than \(limit) rows.")
      }
      rows.append(row)
    }
    return rows
  }
}

/// One consistent view of the database; it cannot write.
package struct ReadTransaction: SQLExecutor {
  let state: TransactionState

  package var dialect: Dialect { state.session.dialect }

  package func query(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> [SQLRow] {
    try state.rows(sql, parameters)
  }

  @discardableResult
  package func execute(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> Int {
    try state.run(sql, parameters, streaming: false) { (_) throws(StorageError) in }
  }

  package func forEach(
    _ sql: String, _ parameters: [SQLValue],
    _ body: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError) {
    _ = try state.run(sql, parameters, streaming: true, body)
  }
}

/// One change, all or nothing. Its body may run more than once (see `Database.write`).
package struct WriteTransaction: SQLExecutor {
  let state: TransactionState
  /// Microseconds since 1970 UTC: the recorded time of everything this transaction writes.
  /// Strictly increasing within a process.
  package let now: Int64
  package let actor: Actor

  package var dialect: Dialect { state.session.dialect }

  package func query(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> [SQLRow] {
    try state.rows(sql, parameters)
  }

  @discardableResult
  package func execute(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> Int {
    try state.run(sql, parameters, streaming: false) { (_) throws(StorageError) in }
  }

  package func forEach(
    _ sql: String, _ parameters: [SQLValue],
    _ body: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError) {
    _ = try state.run(sql, parameters, streaming: true, body)
  }

  /// Inserts many rows fast (COPY on PostgreSQL, one cached statement on SQLite). Identifiers
  /// are letters, digits and `_`; every row has as many values as there are columns.
  package func bulkInsert(
    into table: String, columns: [String], rows: [[SQLValue]]
  ) throws(StorageError) {
    try SQLText.checkIdentifiers([table] + columns)
    guard !rows.isEmpty else { return }
    guard !columns.isEmpty, rows.allSatisfy({ $0.count == columns.count }) else {
      throw StorageError(.invalidStatement, "A row has not one value per column.")
    }
    try state.guarded { () throws(StorageError) in
      try state.session.bulkInsert(into: table, columns: columns, rows: rows)
    }
  }
}
