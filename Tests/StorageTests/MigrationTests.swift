internal import Storage
internal import TestSupport
internal import Testing

@Suite struct MigrationTests {
  private static func table(_ name: String, in id: String) -> Migration {
    Migration(id) { dialect in ["CREATE TABLE \(name) (id \(dialect.identity))"] }
  }

  private static let first = table("one", in: "a/0001_one")
  private static let second = table("two", in: "a/0002_two")
  private static let other = table("other", in: "b/0001_other")

  private static func open(
    _ url: DatabaseURL, _ migrations: [Migration]
  ) async throws -> Database {
    let database = try await Database.open(url)
    do {
      try await database.migrate(migrations)
    } catch {
      await database.close()
      throw error
    }
    return database
  }

  private static func outcome(
    _ url: DatabaseURL, _ migrations: [Migration]
  ) async -> StorageError? {
    await storageError { try await open(url, migrations).close() }
  }

  /// Released text never changes: this fails before a database refuses to start.
  @Test func ourOwnMigrationsAreFrozen() {
    let digests = StorageMigrations.all.map { migration in
      Dialect.allCases.map { "\(migration.id) \($0) \(migration.digest($0))" }
    }
    #expect(digests.flatMap { $0 } == FrozenDigests.storage)
  }

  @Test(arguments: Engine.allCases)
  func missingOnesAreAppliedAndAppliedOnesAreLeft(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      try await Self.open(url, [Self.first]).close()
      // Rooms are independent: another room's may come in between.
      let database = try await Self.open(url, [Self.other, Self.first, Self.second])
      let rows = try await database.read { try $0.query("SELECT id FROM two").count }
      #expect(rows == 0)
      await database.close()
      #expect(await Self.outcome(url, [Self.first, Self.second, Self.other]) == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func aChangedReleasedMigrationIsRefusedByName(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      try await Self.open(url, [Self.first]).close()
      let changed = Self.table("uno", in: "a/0001_one")
      let error = await Self.outcome(url, [changed])
      #expect(error?.code == .migration)
      #expect(error?.message.contains("a/0001_one was changed") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func aNewerDatabaseIsRefused(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      try await Self.open(url, [Self.first, Self.second]).close()
      let error = await Self.outcome(url, [Self.first])
      #expect(error?.code == .migration)
      #expect(error?.message.contains("newer than this program") == true)
      #expect(error?.message.contains("a/0002_two") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func theDatabaseOfAnotherServiceIsCalledThat(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      try await Self.open(url, [Self.first, Self.second]).close()
      let error = await Self.outcome(url, [Self.other])
      #expect(error?.code == .migration)
      let message = try #require(error?.message)
      #expect(message.contains("belongs to another service"))
      #expect(message.contains("是另一个服务的"))
      #expect(message.contains("a/0001_one, a/0002_two"))
      #expect(!message.contains("newer"))
    }
  }

  @Test(arguments: Engine.allCases)
  func oneSlippedInBeforeAnAppliedOneIsRefused(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      try await Self.open(url, [Self.first, Self.second]).close()
      let between = Self.table("between", in: "a/0001_zero")
      #expect(await Self.outcome(url, [Self.first, between, Self.second])?.code == .migration)
    }
  }

  @Test(arguments: Engine.allCases)
  func aFailingMigrationLeavesNothing(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      let broken = Migration("a/0002_broken") { _ in ["CREATE TABLE half (x BIGINT)", "NONSENSE"] }
      #expect(await Self.outcome(url, [Self.first, broken])?.code == .invalidStatement)
      // The first one was rolled back too, so the repaired list applies from the start.
      let repaired = Migration("a/0002_broken") { _ in ["CREATE TABLE half (x BIGINT)"] }
      #expect(await Self.outcome(url, [Self.first, repaired]) == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func listsOutOfOrderAreRefused(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      for list in [
        [Self.second, Self.first], [Self.first, Self.first],
        [Self.table("x", in: "without-a-room")],
      ] {
        #expect(await Self.outcome(url, list)?.code == .migration)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func manyStartersAtOnceApplyEachMigrationOnce(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      let migrations = [Self.first, Self.second, Self.other]
      try await withThrowingTaskGroup { group in
        for _ in 0..<6 {
          group.addTask { try await Self.open(url, migrations).close() }
        }
        try await group.waitForAll()
      }
      let database = try await Self.open(url, migrations)
      let ids = try await database.read { transaction in
        try transaction.query("SELECT id FROM storage_migration ORDER BY id")
          .map { try $0.text("id") }
      }
      #expect(ids == ["a/0001_one", "a/0002_two", "b/0001_other", "storage/0001_base"])
      await database.close()
    }
  }
}
