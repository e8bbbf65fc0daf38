internal import Storage
internal import TestSupport
internal import Testing

@Suite struct ErrorTests {
  private static func failing(
    _ engine: Engine, _ sql: String, _ parameters: [SQLValue] = []
  ) async throws -> StorageError? {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      try await database.write(as: Samples.actor) { try Samples.insert("a", 1, $0) }
      let error = await storageError {
        try await database.write(as: Samples.actor) { try $0.execute(sql, parameters) }
      }
      #expect(try await Samples.amounts(database) == ["a": 1])
      return error
    }
  }

  @Test(arguments: Engine.allCases)
  func aDuplicateNamesItsTableAndColumns(engine: Engine) async throws {
    let error = try await Self.failing(engine, "INSERT INTO item (code) VALUES ($1)", ["a"])
    #expect(error?.code == .conflict)
    #expect(error?.constraint?.table == "item")
    #expect(error?.constraint?.columns == ["code", "place"])
    #expect(error?.description.contains("\"a\"") == false)
  }

  @Test(arguments: Engine.allCases)
  func aMissingReferenceIsAForeignKeyError(engine: Engine) async throws {
    let error = try await Self.failing(
      engine, "INSERT INTO part (item_id, name) VALUES (99, 'x')")
    #expect(error?.code == .foreignKey)
  }

  @Test(arguments: Engine.allCases)
  func aNullOrABrokenCheckIsAConstraintError(engine: Engine) async throws {
    let null = try await Self.failing(engine, "INSERT INTO item (code) VALUES ($1)", [nil])
    #expect(null?.code == .constraint)
    #expect(null?.constraint?.columns == ["code"])
    let check = try await Self.failing(
      engine, "INSERT INTO item (code, amount) VALUES ('b', $1)", [.integer(.min)])
    #expect(check?.code == .constraint)
  }

  @Test(
    arguments: Engine.allCases, ["SELEC 1", "SELECT nothing FROM item", "SELECT 1 FROM nowhere"])
  func abrokenStatementIsOurDefect(engine: Engine, sql: String) async throws {
    #expect(try await Self.failing(engine, sql)?.code == .invalidStatement)
  }

  @Test(arguments: Engine.allCases)
  func aReadCannotWrite(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let error = await storageError {
        try await database.read { _ = try $0.execute("INSERT INTO item (code) VALUES ('a')") }
      }
      #expect(error?.code == .readOnly)
    }
  }

  @Test(arguments: Engine.allCases)
  func aSwallowedErrorDoesNotCommit(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let error = await storageError {
        try await database.write(as: Samples.actor) { transaction in
          try Samples.insert("a", 1, transaction)
          try? Samples.insert("a", 2, transaction)
        }
      }
      #expect(error?.code == .conflict)
      let stored = try await Samples.amounts(database)
      #expect(stored.isEmpty)
    }
  }

  @Test func thePasswordOfAURLIsNeverPrinted() throws {
    for text in [
      "postgres://user:secret@host/db", "postgres://host/db?password=secret&sslmode=require",
      "postgresql://u:se:cr@et:secret@h1,h2/db",
    ] {
      let url = try DatabaseURL(text)
      #expect(!url.description.contains("secret"), "\(url.description)")
    }
    #expect(throws: StorageError.self) { try DatabaseURL("mysql://x") }
    #expect(throws: StorageError.self) { try DatabaseURL("sqlite:") }
    #expect(throws: StorageError.self) { try DatabaseURL("sqlite::memory:") }
  }

  @Test func aMissingColumnAndAWrongKindAreNamed() async throws {
    try await withTestDatabase(.sqlite) { database in
      try await database.read { transaction in
        let row = try #require(try transaction.queryOne("SELECT 1 AS a, 'x' AS b, NULL AS c"))
        #expect(throws: StorageError.self) { try row.int64("missing") }
        #expect(throws: StorageError.self) { try row.int64("b") }
        #expect(throws: StorageError.self) { try row.text("a") }
        #expect(throws: StorageError.self) { try row.text("c") }
        #expect(try row.bool("a"))
      }
    }
  }
}
