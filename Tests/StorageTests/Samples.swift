// A small schema that the tests of this room share.

internal import Storage

enum Samples {
  static let migration = Migration("sample/0001_item") { dialect in
    [
      """
      CREATE TABLE item (
        id \(dialect.identity),
        code \(dialect.text) NOT NULL,
        place \(dialect.text) NOT NULL DEFAULT '',
        amount BIGINT NOT NULL DEFAULT 0 CHECK (amount >= -9223372036854775807),
        note \(dialect.text),
        UNIQUE (code, place),
        \(dialect.integral("amount"))
      )
      """,
      """
      CREATE TABLE part (
        item_id BIGINT NOT NULL REFERENCES item (id),
        name \(dialect.text) NOT NULL,
        PRIMARY KEY (item_id, name)
      )\(dialect.withoutRowID)
      """,
    ]
  }

  static let actor = Actor(
    subject: "user:1", organisation: "450900", requestID: "request-1", traceID: "trace-1")

  static func insert(
    _ code: String, _ amount: Int64, _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      "INSERT INTO item (code, amount) VALUES ($1, $2)", [.text(code), .integer(amount)])
  }

  static func amounts(_ database: Database) async throws -> [String: Int64] {
    try await database.read { transaction in
      var amounts: [String: Int64] = [:]
      for row in try transaction.query("SELECT code, amount FROM item") {
        amounts[try row.text("code")] = try row.int64("amount")
      }
      return amounts
    }
  }
}

extension Samples {
  /// Waits until all that was committed so far can be delivered. On PostgreSQL any open
  /// transaction of the cluster holds the feed and the sealer back, those of other tests too.
  static func settle(_ database: Database) async throws {
    guard database.engine == .postgres else { return }
    let mine = try await database.write(as: actor) { transaction in
      try transaction.queryOne(
        "SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) AS xid")?.int64("xid") ?? 0
    }
    var horizon: Int64 = 0
    while horizon <= mine {
      horizon = try await database.read { transaction in
        try transaction.queryOne(
          """
          SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) AS xmin
          """)?.int64("xmin") ?? 0
      }
    }
  }
}

/// The error an action ends with, if it is one of the room's.
func storageError<T>(_ action: () async throws -> T) async -> StorageError? {
  do {
    _ = try await action()
    return nil
  } catch {
    return error as? StorageError
  }
}
