// Brings a database to the program's schema: one transaction, one starter at a time.

extension Database {
  /// Key of the advisory lock that serialises starters on PostgreSQL ("lianshe" in ASCII).
  private static let migrationLock: Int64 = 0x6C69_616E_7368_65
  /// Longest time of one statement of a migration.
  private static let migrationStatementTimeout: Duration = .seconds(600)
  /// Longest wait for another starter's migration.
  private static let migrationWait: Duration = .seconds(600)

  /// Applies what is missing: this room's own tables first, then `migrations` in the order
  /// given. Everything or nothing is applied.
  ///
  /// Throws `migration` when a released migration was changed, when one of a room is missing
  /// before an applied one, or when the database knows a migration that this program does not.
  package func migrate(_ migrations: [Migration]) async throws {
    let all = StorageMigrations.all + migrations
    try Self.checkIDs(all)
    let end = ContinuousClock.now + Self.migrationWait
    let (timeout, url) = (Self.migrationStatementTimeout, url)
    while true {
      do {
        try await write(
          as: .system("migrate"), isolation: .readCommitted, deadline: end,
          statementTimeout: timeout
        ) { transaction in
          try Self.lock(transaction)
          try Self.apply(all, url, transaction)
          try StorageState.prepare(transaction)
        }
        return
      } catch let error as StorageError where error.code == .busy {
        // Another starter holds the lock longer than `lockTimeout`.
        guard ContinuousClock.now < end else { throw error }
      }
    }
  }

  private static func checkIDs(_ migrations: [Migration]) throws(StorageError) {
    var seen: Set<String> = []
    var last: [Substring: String] = [:]
    for migration in migrations {
      guard seen.insert(migration.id).inserted else {
        throw StorageError(.migration, "Migration \(migration.id) is listed twice.")
      }
      guard migration.id.contains("/"), last[migration.room] ?? "" < migration.id else {
        throw StorageError(
          .migration, "Migration \(migration.id) is not `room/NNNN_name` in rising order.")
      }
      last[migration.room] = migration.id
    }
  }

  private static func lock(_ transaction: WriteTransaction) throws(StorageError) {
    guard transaction.dialect == .postgres else { return }  // BEGIN IMMEDIATE is the lock
    try transaction.execute(
      "SET LOCAL statement_timeout = \(migrationStatementTimeout.wholeMilliseconds)")
    _ = try transaction.query("SELECT pg_advisory_xact_lock($1)", [.integer(migrationLock)])
  }

  private static func apply(
    _ migrations: [Migration], _ url: DatabaseURL, _ transaction: WriteTransaction
  ) throws(StorageError) {
    let dialect = transaction.dialect
    try transaction.execute(
      """
      CREATE TABLE IF NOT EXISTS storage_migration (
        id \(dialect.text) NOT NULL PRIMARY KEY,
        digest \(dialect.text) NOT NULL,
        applied_at BIGINT NOT NULL
      )\(dialect.withoutRowID)
      """)
    var applied: [String: String] = [:]
    for row in try transaction.query("SELECT id, digest FROM storage_migration") {
      applied[try row.text("id")] = try row.text("digest")
    }
    try checkKnown(applied, migrations, url)
    for migration in migrations {
      let digest = migration.digest(dialect)
      if let recorded = applied[migration.id] {
        guard recorded == digest else {
          throw StorageError(
            .migration,
            """
            Migration \(migration.id) was changed after its release: this database has \
            \(recorded.prefix(12)), the program \(digest.prefix(12)). Restore its text and \
            write a new migration.
            """)
        }
        continue
      }
      for statement in migration.statements(dialect) { try transaction.execute(statement) }
      try transaction.execute(
        "INSERT INTO storage_migration (id, digest, applied_at) VALUES ($1, $2, $3)",
        [.text(migration.id), .text(digest), .integer(transaction.now)])
    }
  }

  private static func checkKnown(
    _ applied: [String: String], _ migrations: [Migration], _ url: DatabaseURL
  ) throws(StorageError) {
    let unknown = Set(applied.keys).subtracting(migrations.map(\.id))
    guard unknown.isEmpty else {
      throw StorageError(.migration, stranger(unknown.sorted(), applied, migrations, url))
    }
    for migration in migrations where applied[migration.id] == nil {
      let later = applied.keys.filter {
        $0.hasPrefix(migration.room + "/") && $0 > migration.id
      }
      guard later.isEmpty else {
        throw StorageError(
          .migration,
          "Migration \(migration.id) comes before \(later.sorted()[0]), which is applied already.")
      }
    }
  }

  /// A newer program has been through everything that this one knows. Where a whole room of this
  /// one never came, the database belongs to another service.
  private static func stranger(
    _ unknown: [String], _ applied: [String: String], _ migrations: [Migration], _ url: DatabaseURL
  ) -> String {
    let names = unknown.joined(separator: ", ")
    let appliedRooms = Set(applied.keys.map { $0.prefix { $0 != "/" } })
    guard migrations.allSatisfy({ appliedRooms.contains($0.room) }) else {
      return """
        数据库 \(url) 是另一个服务的，请改正 LIANSHE_DATABASE_URL；本程序不认识的迁移：\(names) \
        (the database \(url) belongs to another service, correct LIANSHE_DATABASE_URL; \
        migrations that this program does not know: \(names))
        """
    }
    return """
      数据库 \(url) 比本程序新，请启动新版程序；本程序不认识的迁移：\(names) \
      (the database \(url) is newer than this program, start a newer one; \
      migrations that this program does not know: \(names))
      """
  }
}
