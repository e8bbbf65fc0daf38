// Locks, a full disk, a failing disk and tables that change under a running program.

internal import Foundation
internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct PressureTests {
  /// Runs `body` while another process's transaction holds the row `a`.
  private static func whileLocked(
    _ engine: Engine, _ options: DatabaseOptions,
    _ body: (Database) async throws -> Void
  ) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { holder in
      try await holder.write(as: Samples.actor) { try Samples.insert("a", 1, $0) }
      let database = try await Database.open(holder.url, options: options)
      let gate = Gate()
      async let holding: Void = holder.write(as: Samples.actor) { transaction in
        try transaction.execute("UPDATE item SET amount = 2")
        gate.arrive()
        gate.waitForRelease()
      }
      do {
        try await gate.arrival()
        try await body(database)
      } catch {
        gate.release()
        throw error
      }
      gate.release()
      try await holding
      await database.close()
    }
  }

  @Test(arguments: Engine.allCases)
  func aLockThatIsNotGrantedIsBusyAfterAllTries(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.lockTimeout = .milliseconds(20)
    options.maximumAttempts = 2
    try await Self.whileLocked(engine, options) { database in
      let error = await storageError {
        try await database.write(as: Samples.actor) {
          try $0.execute("UPDATE item SET amount = 3")
        }
      }
      #expect(error?.code == .busy)
      #expect(error?.message.contains("2 times") == true)
      let amounts = try await Samples.amounts(database)
      #expect(amounts == ["a": 1], "reads go on beside a writer")
    }
  }

  @Test(arguments: Engine.allCases)
  func triesEndAtTheDeadline(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.lockTimeout = .milliseconds(20)
    options.maximumAttempts = 1_000_000
    try await Self.whileLocked(engine, options) { database in
      let error = await storageError {
        try await database.write(
          as: Samples.actor, deadline: ContinuousClock.now + .milliseconds(500)
        ) { try $0.execute("UPDATE item SET amount = 3") }
      }
      #expect(error?.code == .deadlineExceeded)
    }
  }

  @Test(arguments: Engine.allCases)
  func lockingWritersOfOneRowWaitForEachOther(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.leaseTimeout = .seconds(120)
    options.lockTimeout = .seconds(60)
    options.maximumAttempts = 1
    try await withTestDatabase(engine, migrations: [Samples.migration], options: options) {
      database in
      try await database.write(as: Samples.actor) { try Samples.insert("a", 0, $0) }
      try await withThrowingTaskGroup { group in
        for _ in 0..<40 {
          group.addTask {
            try await database.writeLocking(as: Samples.actor) {
              try $0.execute("UPDATE item SET amount = amount + 1")
            }
          }
        }
        try await group.waitForAll()
      }
      let amounts = try await Samples.amounts(database)
      #expect(amounts == ["a": 40])
    }
  }

  @Test(arguments: Engine.allCases)
  func aTableChangedByAnotherProgramIsReadAnew(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      try await database.write(as: Samples.actor) { try Samples.insert("a", 1, $0) }
      let all = "SELECT * FROM item"
      // All readers keep the statement prepared.
      for _ in 0..<10 { _ = try await database.read { try $0.query(all) } }
      let other = try await Database.open(database.url)
      try await other.write(as: Samples.actor) {
        try $0.execute("ALTER TABLE item ADD COLUMN colour BIGINT NOT NULL DEFAULT 7")
      }
      await other.close()
      let rows = try await database.read { try $0.query(all) }
      #expect(try rows.first?.int64("colour") == 7)
    }
  }

  @Test func aFullDatabaseRefusesWritesAndKeepsReading() async throws {
    try await withTestDatabase(.sqlite, migrations: [Samples.migration]) { database in
      try await database.write(as: Samples.actor) { transaction in
        try Samples.insert("a", 1, transaction)
        _ = try transaction.query("PRAGMA max_page_count = 1")
      }
      let error = await storageError {
        try await database.write(as: Samples.actor) { transaction in
          for number in 0..<10_000 { try Samples.insert("b\(number)", 1, transaction) }
        }
      }
      #expect(error?.code == .full)
      let amounts = try await Samples.amounts(database)
      #expect(amounts == ["a": 1])
      try await database.write(as: Samples.actor) { transaction in
        _ = try transaction.query("PRAGMA max_page_count = 1000000")
      }
      try await database.write(as: Samples.actor) { try Samples.insert("c", 1, $0) }
    }
  }

  /// The limit of a file's size makes the system refuse to write, as a dying disk does.
  @Test func afterAFailedWriteNothingIsAcknowledgedUntilARestart() async throws {
    await #expect(processExitsWith: .success) {
      try await withTestDatabase(.sqlite, migrations: [Samples.migration]) { database in
        try await database.write(as: Samples.actor) { try Samples.insert("a", 1, $0) }
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 1, rlim_max: rlim_t.max)
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
        let first = await storageError {
          try await database.write(as: Samples.actor) { try Samples.insert("b", 1, $0) }
        }
        limit.rlim_cur = rlim_t.max
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
        let second = await storageError {
          try await database.write(as: Samples.actor) { try Samples.insert("c", 1, $0) }
        }
        #expect(first?.code == .unavailable)
        #expect(second?.code == .unavailable)
        #expect(second?.message.contains("restart") == true)
        #expect(await database.health().isAvailable == false)
        let amounts = try await Samples.amounts(database)
        #expect(amounts == ["a": 1])
        let reopened = try await Database.open(database.url)
        try await reopened.write(as: Samples.actor) { try Samples.insert("d", 1, $0) }
        let after = try await Samples.amounts(reopened)
        #expect(after == ["a": 1, "d": 1])
        await reopened.close()
      }
    }
  }
}
