// SQLite's result codes in this room's words. https://www.sqlite.org/rescode.html

internal import GRDB

enum SQLiteFailure {
  static func storageError(
    _ error: any Error, control: OperationControl?, sql: String? = nil
  ) -> StorageError {
    if let error = error as? StorageError { return error }
    guard let error = error as? DatabaseError else {
      return StorageError(.internal, "The database failed.", cause: "\(error)")
    }
    // `expandedDescription` would show the values of parameters.
    let cause =
      "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "")"
      + (sql.map { " in: \($0)" } ?? "")
    if error.resultCode == .SQLITE_CONSTRAINT { return violated(error, cause) }
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StorageError(.busy, "Another process holds the database.", cause: cause).retryable()
    case .SQLITE_INTERRUPT:
      return control?.reason
        ?? StorageError(.timeout, "A statement ran too long.", cause: cause)
    case .SQLITE_FULL:
      return StorageError(.full, "No space is left for the database.", cause: cause)
    case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_NOMEM:
      return StorageError(.unavailable, "The database file cannot be used.", cause: cause)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return StorageError(.corrupt, "The database file is damaged.", cause: cause)
    case .SQLITE_READONLY:
      return StorageError(.readOnly, "A read cannot change anything.", cause: cause)
    case .SQLITE_TOOBIG:
      return StorageError(.invalidArgument, "A value is too large.", cause: cause)
    case .SQLITE_ERROR where error.message == "integer overflow":
      return StorageError(.overflow, "A sum is beyond a 64-bit integer.", cause: cause)
    case .SQLITE_ERROR:
      return StorageError(.invalidStatement, "The statement is not valid.", cause: cause)
    default:
      return StorageError(.internal, "The database failed.", cause: cause)
    }
  }

  /// Names the file: told to the operator at start, never to a caller.
  static func opening(_ path: String, _ error: any Error) -> StorageError {
    var told = storageError(error, control: nil)
    let reason = SQLiteFiles.complaint(path) ?? (error as? DatabaseError)?.message ?? told.message
    told.message = "无法打开数据库文件 \(path) (cannot open the database file \(path)): \(reason)"
    return told
  }

  private static func violated(_ error: DatabaseError, _ cause: String) -> StorageError {
    let constraint = constraint(error.message ?? "")
    switch error.extendedResultCode {
    case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
      return StorageError(
        .conflict, "A record with the same key exists.", constraint: constraint, cause: cause)
    case .SQLITE_CONSTRAINT_FOREIGNKEY:
      return StorageError(
        .foreignKey, "A referenced record is missing or still in use.", cause: cause)
    default:
      return StorageError(
        .constraint, "A rule of the table is violated.", constraint: constraint, cause: cause)
    }
  }

  /// `UNIQUE constraint failed: federation.place, federation.name` names table and columns.
  private static func constraint(_ message: String) -> ViolatedConstraint? {
    guard let start = message.firstRange(of: "failed: ")?.upperBound else { return nil }
    let names = message[start...].split(separator: ", ").map { $0.split(separator: ".") }
    guard let first = names.first, first.count == 2, let table = first.first else {
      return ViolatedConstraint(table: "", columns: [], name: String(message[start...]))
    }
    return ViolatedConstraint(
      table: String(table), columns: names.compactMap { $0.last.map(String.init) }, name: "")
  }
}
