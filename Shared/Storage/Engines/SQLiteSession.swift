// One transaction on an SQLite connection.

internal import GRDB
private import GRDBSQLite

final class SQLiteSession: EngineSession {
  /// Steps of SQLite's machine between two looks at the clock: some tens of microseconds.
  private static let stepsBetweenChecks: CInt = 1_000

  let dialect = Dialect.sqlite
  private let db: GRDB.Database
  private let texts: SQLTextCache
  private let options: DatabaseOptions
  private let control: OperationControl
  private var statementEnd = ContinuousClock.now

  init(
    db: GRDB.Database, texts: SQLTextCache, options: DatabaseOptions, control: OperationControl
  ) {
    self.db = db
    self.texts = texts
    self.options = options
    self.control = control
  }

  /// Runs the body with the progress callback on, so that a long statement stops soon after a
  /// cancellation. COMMIT and ROLLBACK run outside and are never interrupted. The callback gets
  /// this session unretained: it outlives the call, on whose thread the callback runs.
  func watched<T>(_ body: () throws -> T) rethrows -> T {
    let connection = db.sqliteConnection
    sqlite3_progress_handler(
      connection, Self.stepsBetweenChecks, sqliteSessionProgress,
      Unmanaged.passUnretained(self).toOpaque())
    defer { sqlite3_progress_handler(connection, 0, nil, nil) }
    return try body()
  }

  fileprivate var shouldStop: Bool { control.shouldStop || ContinuousClock.now >= statementEnd }

  func run(
    _ sql: String, _ parameters: [SQLValue], streaming: Bool,
    _ row: (SQLRow) throws(StorageError) -> Void
  ) throws(StorageError) -> Int {
    try control.check()
    let (text, isKept) = try texts.text(sql)
    try text.check(parameters, maximumTextBytes: options.maximumTextBytes)
    statementEnd = ContinuousClock.now + control.statementTimeout
    do {
      let statement =
        isKept
        ? try db.cachedStatement(sql: text.sqlite) : try db.makeStatement(sql: text.sqlite)
      let arguments = StatementArguments(parameters.map(\.grdbValue))
      let before = db.totalChangesCount
      try fetch(statement, arguments, row)
      return db.totalChangesCount == before ? 0 : db.changesCount
    } catch {
      throw SQLiteFailure.storageError(error, control: control, sql: sql)
    }
  }

  private func fetch(
    _ statement: Statement, _ arguments: StatementArguments,
    _ row: (SQLRow) throws(StorageError) -> Void
  ) throws {
    guard statement.columnCount > 0 else {
      return try statement.execute(arguments: arguments)
    }
    let cursor = try Row.fetchCursor(statement, arguments: arguments)
    let handle = statement.sqliteStatement
    var columns: SQLColumns?
    // Columns are read from SQLite itself: it may just have prepared the text anew, because
    // another program changed the tables, and GRDB remembers the columns of before.
    while try cursor.next() != nil {
      let known = columns ?? Self.columns(handle)
      columns = known
      var values: [SQLValue] = []
      values.reserveCapacity(known.names.count)
      for (index, name) in known.names.enumerated() {
        values.append(try Self.value(handle, CInt(index), name))
      }
      try row(SQLRow(columns: known, values: values))
    }
  }

  private static func columns(_ handle: SQLiteStatement) -> SQLColumns {
    let names = (0..<sqlite3_column_count(handle)).map { index in
      sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
    }
    return SQLColumns(names)
  }

  /// The text is copied before the next step, which ends its life.
  private static func value(
    _ handle: SQLiteStatement, _ index: CInt, _ column: String
  ) throws(StorageError) -> SQLValue {
    switch sqlite3_column_type(handle, index) {
    case SQLITE_NULL: return .null
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
    case SQLITE_TEXT:
      let start = sqlite3_column_text(handle, index)
      let count = Int(sqlite3_column_bytes(handle, index))
      return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    case SQLITE_FLOAT:
      // What integer arithmetic gives beyond 64 bits.
      if abs(sqlite3_column_double(handle, index)) >= 9.2e18 {
        throw StorageError(.overflow, "Column \(column) is beyond a 64-bit integer.")
      }
      throw StorageError(.invalidStatement, "Column \(column) is a fraction, not an integer.")
    default:
      throw StorageError(.invalidStatement, "Column \(column) is a blob.")
    }
  }

  func bulkInsert(
    into table: String, columns: [String], rows: [[SQLValue]]
  ) throws(StorageError) {
    let marks = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    let sql = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))"
    statementEnd = ContinuousClock.now + control.statementTimeout
    do {
      let statement = try db.cachedStatement(sql: sql)
      var stored = 0
      for row in rows {
        try control.check()
        for value in row {
          try SQLText.check(value, maximumTextBytes: options.maximumTextBytes)
        }
        try statement.execute(arguments: StatementArguments(row.map(\.grdbValue)))
        stored += db.changesCount
      }
      try BulkInsert.check(stored, of: rows.count, table)
    } catch {
      throw SQLiteFailure.storageError(error, control: control, sql: sql)
    }
  }
}

/// SQLite's progress callback: anything but 0 ends the running statement with SQLITE_INTERRUPT.
private func sqliteSessionProgress(_ context: UnsafeMutableRawPointer?) -> CInt {
  guard let context else { return 0 }
  let session = Unmanaged<SQLiteSession>.fromOpaque(context).takeUnretainedValue()
  return session.shouldStop ? 1 : 0
}

extension SQLValue {
  fileprivate var grdbValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let integer): integer.databaseValue
    case .text(let text): text.databaseValue
    }
  }
}
