internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct TransactionTests {
  struct RuleBroken: Error {}

  @Test(arguments: Engine.allCases)
  func aThrowingBodyChangesNothingAndItsErrorPasses(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      await #expect(throws: RuleBroken.self) {
        try await database.write(as: Samples.actor) { transaction in
          try Samples.insert("a", 1, transaction)
          throw RuleBroken()
        }
      }
      let stored = try await Samples.amounts(database)
      #expect(stored.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func whatWasWrittenIsInTheVeryNextRead(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      for amount in Int64(1)...50 {
        try await database.write(as: Samples.actor) { try Samples.insert("i\(amount)", amount, $0) }
        #expect(try await Samples.amounts(database).count == Int(amount))
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func concurrentIncrementsAreAllCounted(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumAttempts = 100
    options.leaseTimeout = .seconds(120)
    try await withTestDatabase(engine, migrations: [Samples.migration], options: options) {
      database in
      try await database.write(as: Samples.actor) { try Samples.insert("a", 0, $0) }
      try await withThrowingTaskGroup { group in
        for _ in 0..<60 {
          group.addTask {
            try await database.write(as: Samples.actor) { transaction in
              // Read, then write: lost without serializable transactions.
              let row = try transaction.queryOne("SELECT amount FROM item WHERE code = 'a'")
              let amount = try row?.int64("amount") ?? 0
              try transaction.execute("UPDATE item SET amount = $1", [.integer(amount + 1)])
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await Samples.amounts(database) == ["a": 60])
    }
  }

  @Test(arguments: Engine.allCases)
  func twoWritersCannotBothActOnWhatTheOtherChanges(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      try await database.write(as: Samples.actor) { transaction in
        try Samples.insert("a", 1, transaction)
        try Samples.insert("b", 1, transaction)
      }
      // Each leaves one of the two only while the sum allows it (write skew).
      try await withThrowingTaskGroup { group in
        for code in ["a", "b"] {
          group.addTask {
            try await database.write(as: Samples.actor) { transaction in
              let row = try transaction.queryOne("SELECT SUM(amount) AS total FROM item")
              guard try row?.int64("total") == 2 else { return }
              try transaction.execute(
                "UPDATE item SET amount = 0 WHERE code = $1", [.text(code)])
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await Samples.amounts(database).values.reduce(0, +) == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aReadSeesOneMomentOnly(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let gate = Gate()
      async let seen = database.read { transaction in
        let first = try transaction.query("SELECT code FROM item").count
        gate.arrive()
        gate.waitForRelease()
        return [first, try transaction.query("SELECT code FROM item").count]
      }
      try await gate.arrival()
      try await database.write(as: Samples.actor) { try Samples.insert("a", 1, $0) }
      gate.release()
      #expect(try await seen == [0, 0])
    }
  }

  @Test(arguments: Engine.allCases)
  func timeRisesWithEveryWriteEvenWhenTheClockStands(engine: Engine) async throws {
    var options = DatabaseOptions()
    let clock = ManualClock()
    options.clock = clock.storage
    try await withTestDatabase(engine, options: options) { database in
      let first = try await database.write(as: Samples.actor) { $0.now }
      let second = try await database.write(as: Samples.actor) { $0.now }
      #expect(second > first)
      clock.advance(by: 1_000_000)
      #expect(try await database.write(as: Samples.actor) { $0.now } == clock.now)
    }
  }

  @Test(arguments: Engine.allCases)
  func aTransactionIsWorthlessAfterItsEnd(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let leaked = Leak<ReadTransaction>()
      try await database.read { leaked.value = $0 }
      #expect(throws: StorageError.self) { try leaked.value?.query("SELECT 1 AS one") }
    }
  }

  @Test(arguments: Engine.allCases)
  func aClosedDatabaseSaysSo(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      await database.close()
      let error = await storageError {
        _ = try await database.read { try $0.query("SELECT 1 AS one") }
      }
      #expect(error?.code == .closed)
    }
  }
}
