// PostgreSQL's SQLSTATE in this room's words.
// https://www.postgresql.org/docs/15/errcodes-appendix.html

internal import CPostgres

enum PostgresFailure {
  static func storageError(
    _ result: PostgresResult, control: OperationControl?, sql: String
  ) -> StorageError {
    let state = field(result, "C")
    let cause = "PostgreSQL \(state): \(field(result, "M")) in: \(sql)"
    // Class 08 is the connection, 57P the server's own end; an empty code is libpq's.
    if state.isEmpty || state.hasPrefix("08") || state.hasPrefix("57P") {
      return StorageError(
        .unavailable, "The connection to the database was lost.", cause: cause)
    }
    switch state {
    case "23505":
      return StorageError(
        .conflict, "A record with the same key exists.", constraint: constraint(result),
        cause: cause)
    case "23503":
      return StorageError(
        .foreignKey, "A referenced record is missing or still in use.",
        constraint: constraint(result), cause: cause)
    case _ where state.hasPrefix("23"):
      return StorageError(
        .constraint, "A rule of the table is violated.", constraint: constraint(result),
        cause: cause)
    case "40001", "40P01":
      return StorageError(.busy, "Concurrent changes collided.", cause: cause).retryable()
    case "55P03":
      return StorageError(.busy, "A lock was not granted in time.", cause: cause).retryable()
    case "57014":
      return control?.reason ?? StorageError(.timeout, "A statement ran too long.", cause: cause)
    case _ where isStalePlan(result):
      return StorageError(.busy, "The tables changed meanwhile.", cause: cause).retryable()
    default:
      return byClass(state, cause)
    }
  }

  /// "cached plan must not change result type": another process migrated the tables. The words
  /// differ by language, and no other 0A000 comes from executing a prepared statement.
  static func isStalePlan(_ result: PostgresResult) -> Bool {
    field(result, "C") == "0A000" && field(result, "R") == "RevalidateCachedQuery"
  }

  private static func byClass(_ state: String, _ cause: String) -> StorageError {
    switch state {
    case "22003":
      return StorageError(.overflow, "A number is beyond a 64-bit integer.", cause: cause)
    case "25006":
      return StorageError(.readOnly, "A read cannot change anything.", cause: cause)
    case "53100":
      return StorageError(.full, "No space is left for the database.", cause: cause)
    case _ where state.hasPrefix("53") || state.hasPrefix("58"):
      return StorageError(.unavailable, "The database server is out of resources.", cause: cause)
    case _ where state.hasPrefix("28") || state == "3D000":
      return StorageError(.unavailable, "The database server refuses us.", cause: cause)
    case _ where state.hasPrefix("22"):
      return StorageError(.invalidArgument, "A value does not fit its column.", cause: cause)
    case _ where state.hasPrefix("42") || state.hasPrefix("0A"):
      return StorageError(.invalidStatement, "The statement is not valid.", cause: cause)
    case _ where state.hasPrefix("XX"):
      return StorageError(.corrupt, "The database is damaged.", cause: cause)
    default:
      return StorageError(.internal, "The database failed.", cause: cause)
    }
  }

  /// The PG_DIAG_* codes are characters.
  private static func field(_ result: PostgresResult, _ code: Unicode.Scalar) -> String {
    libpq.PQresultErrorField(result.handle, CInt(code.value)).map { String(cString: $0) } ?? ""
  }

  private static func constraint(_ result: PostgresResult) -> ViolatedConstraint {
    ViolatedConstraint(
      table: field(result, "t"), columns: columns(result), name: field(result, "n"))
  }

  /// `Key (place, name)=(450900, …) already exists.` The words differ by language, the first
  /// parenthesis does not; a NOT NULL names its column in a field of its own.
  private static func columns(_ result: PostgresResult) -> [String] {
    let column = field(result, "c")
    if !column.isEmpty { return [column] }
    let detail = field(result, "D")
    guard let open = detail.firstIndex(of: "("),
      let close = detail.firstRange(of: ")=")?.lowerBound, open < close
    else { return [] }
    return detail[detail.index(after: open)..<close].split(separator: ", ").map(String.init)
  }
}
