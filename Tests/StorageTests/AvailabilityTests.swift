// An absent database is an error at once, and its return needs no restart.

internal import Foundation
internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct AvailabilityTests {
  private static func insert(_ code: String, _ database: Database) async throws {
    try await database.write(as: Samples.actor) { try Samples.insert(code, 1, $0) }
  }

  @Test func anAbsentServerIsUnavailableAndRecoversByItself() async throws {
    try await withPostgresCluster { cluster in
      let database = try await Database.open(cluster.url)
      try await database.migrate([Samples.migration])
      try await Self.insert("before", database)
      #expect(await database.health().isAvailable)
      let waiting = Task {
        let cursor = try await database.read { try $0.feedCursor() }
        return try await database.waitForChanges(
          after: cursor, until: ContinuousClock.now + .seconds(600))
      }

      try await cluster.perform(.stop)
      let start = ContinuousClock.now
      for _ in 0..<5 {
        #expect(
          await storageError { try await Samples.amounts(database) }?.code == .unavailable)
        #expect(
          await storageError { try await Self.insert("lost", database) }?.code == .unavailable)
      }
      #expect(ContinuousClock.now - start < .seconds(5), "an error at once")
      let health = await database.health()
      #expect(!health.isAvailable)
      #expect(health.message.hasPrefix("unavailable"))
      #expect(await storageError { try await waiting.value }?.code == .unavailable)

      try await cluster.perform(.start)
      try await Self.insert("after", database)
      #expect(await database.health().isAvailable)
      let amounts = try await Samples.amounts(database)
      #expect(amounts == ["before": 1, "after": 1])
      await database.close()
    }
  }

  @Test func aServerThatStartsLaterIsFound() async throws {
    try await withPostgresCluster { cluster in
      try await cluster.perform(.stop)
      let database = try await Database.open(cluster.url)
      let error = await storageError { try await database.migrate([Samples.migration]) }
      #expect(error?.code == .unavailable)
      try await cluster.perform(.start)
      try await database.migrate([Samples.migration])
      try await Self.insert("a", database)
      await database.close()
    }
  }

  @Test func aConnectionEndedByTheServerIsReplacedUnseen() async throws {
    try await withTestDatabase(.postgres, migrations: [Samples.migration]) { database in
      let other = try await Database.open(database.url)
      for round in 0..<3 {
        try await Self.insert("r\(round)", database)
        try await other.write(as: Samples.actor) {
          _ = try $0.query(
            """
            SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
        }
      }
      let amounts = try await Samples.amounts(database)
      #expect(amounts.count == 3)
      await other.close()
    }
  }

  @Test func aConnectionLostInsideATransactionChangesNothing() async throws {
    try await withTestDatabase(.postgres, migrations: [Samples.migration]) { database in
      let error = await storageError {
        try await database.write(as: Samples.actor) { transaction in
          try Samples.insert("a", 1, transaction)
          _ = try transaction.query("SELECT pg_terminate_backend(pg_backend_pid()) AS ended")
        }
      }
      #expect(error?.code == .unavailable)
      #expect(error?.outcomeUnknown == false)
      let amounts = try await Samples.amounts(database)
      #expect(amounts.isEmpty)
    }
  }

  @Test func aSilentHostDoesNotHoldEveryCallerForTheWholeTimeout() async throws {
    let host = try SilentHost()
    var options = DatabaseOptions()
    options.connectTimeout = .seconds(2)
    let database = try await Database.open(
      DatabaseURL("postgres://u@127.0.0.1:\(host.port)/db"), options: options)
    let start = ContinuousClock.now
    for _ in 0..<30 {
      let error = await storageError { try await database.read { _ in } }
      #expect(error?.code == .unavailable)
    }
    #expect(ContinuousClock.now - start < .seconds(40), "not 30 timeouts")
    await database.close()
  }

  @Test func aFolderThatIsMissingIsSaidAtOnce() async throws {
    let error = await storageError {
      try await Database.open(DatabaseURL("sqlite:/nonexistent/folder/x.sqlite"))
    }
    #expect(error?.code == .unavailable)
    let message = try #require(error?.message)
    #expect(message.contains("无法打开数据库文件"))
    #expect(message.contains("cannot open the database file /nonexistent/folder/x.sqlite"))
    #expect(message.contains("/nonexistent/folder: No such file or directory"), "the system's word")
    #expect(!message.contains("\n"))
  }

  /// SQLite goes on in a file without a name, and what it acknowledges there is lost.
  @Test(arguments: [["", "-wal", "-shm"], [""], ["-wal"]])
  func nothingIsAcknowledgedInAFileThatIsGone(endings: [String]) async throws {
    try await withTestDatabaseURL(.sqlite) { url in
      guard case .sqlite(let path) = url.location else { return }
      let database = try await Database.open(url)
      #expect(database.isNew)
      try await database.migrate([Samples.migration])
      try await Self.insert("a", database)
      #expect(await database.health().isAvailable)
      let files = FileManager.default
      for ending in endings {
        try files.moveItem(atPath: path + ending, toPath: path + ending + "x")
      }
      for _ in 0..<2 {
        let error = await storageError { try await Self.insert("lost", database) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("数据库文件已被删除") == true)
        #expect(error?.message.contains(path) == false, "a caller is not told the path")
      }
      let health = await database.health()
      #expect(!health.isAvailable)
      #expect(health.message.contains("the database file was deleted"))
      // A new file under the same name is another file.
      if endings.contains("") {
        #expect(files.createFile(atPath: path, contents: nil))
        #expect(await storageError { try await Self.insert("lost", database) } != nil)
        try files.removeItem(atPath: path)
      }
      for ending in endings {
        try files.moveItem(atPath: path + ending + "x", toPath: path + ending)
      }
      #expect(await database.health().isAvailable, "it is back")
      try await Self.insert("b", database)
      await database.close()
      let again = try await Database.open(url)
      #expect(!again.isNew)
      #expect(try await Samples.amounts(again) == ["a": 1, "b": 1])
      await again.close()
    }
  }

  @Test func aFileThatGoesDuringAChangeTakesTheChangeWithIt() async throws {
    try await withTestDatabaseURL(.sqlite) { url in
      guard case .sqlite(let path) = url.location else { return }
      let database = try await Database.open(url)
      try await database.migrate([Samples.migration])
      let error = await storageError {
        try await database.write(as: Samples.actor) { transaction in
          try Samples.insert("a", 1, transaction)
          try FileManager.default.removeItem(atPath: path)
        }
      }
      #expect(error?.code == .unavailable)
      await database.close()
    }
  }

  @Test func aDamagedFileIsCalledDamaged() async throws {
    let test = try await TestDatabase.create(.sqlite)
    try Damage.overwrite(test.urlText)
    let error = await storageError {
      let database = try await Database.open(test.url)
      try await database.migrate([])
    }
    #expect(error?.code == .corrupt)
    try await test.remove()
  }
}
