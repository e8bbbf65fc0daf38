// A long change that is only tried holds nobody up; one that is made says why others wait.

internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct RehearsalTests {
  private static let told = "正忙 (busy)"

  @Test(arguments: Engine.allCases)
  func aRehearsalSeesWhatIsThereAndLeavesNothing(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      try await database.write(as: Samples.actor) { try Samples.insert("a", 1, $0) }
      let sum = try await database.rehearse(as: Samples.actor) { transaction in
        try Samples.insert("b", 2, transaction)
        try transaction.bulkInsert(
          into: "item", columns: ["code", "amount"], rows: [[.text("c"), .integer(4)]])
        return try transaction.queryOne("SELECT CAST(SUM(amount) AS BIGINT) AS total FROM item")?
          .int64("total")
      }
      #expect(sum == 7)
      #expect(try await Samples.amounts(database) == ["a": 1])
      let conflict = await storageError {
        try await database.rehearse(as: Samples.actor) { try Samples.insert("a", 1, $0) }
      }
      #expect(conflict?.code == .conflict, "the rules of the tables hold in it")
      #expect(try await Samples.amounts(database) == ["a": 1])
    }
  }

  @Test(arguments: Engine.allCases)
  func othersWriteWhileARehearsalGoesOn(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let gate = Gate()
      let rehearsal = Task {
        try await database.rehearse(as: Samples.actor) { transaction in
          try Samples.insert("rehearsed", 1, transaction)
          gate.arrive()
          gate.waitForRelease()
          return try transaction.query("SELECT code FROM item").map { try $0.text("code") }
        }
      }
      try await gate.arrival()
      let start = ContinuousClock.now
      try await database.write(as: Samples.actor, deadline: start + .seconds(30)) {
        try Samples.insert("other", 1, $0)
      }
      gate.release()
      #expect(try await rehearsal.value.first == "rehearsed")
      #expect(try await Samples.amounts(database) == ["other": 1])
    }
  }

  @Test func aRehearsalIsCancelledLikeAnything() async throws {
    try await withTestDatabase(.sqlite, migrations: [Samples.migration]) { database in
      let error = await storageError {
        try await database.rehearse(
          as: Samples.actor, deadline: ContinuousClock.now + .milliseconds(300)
        ) {
          try $0.query(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
            SELECT COUNT(*) AS total FROM n
            """)
        }
      }
      #expect(error?.code == .deadlineExceeded)
    }
  }

  /// The one writer of SQLite, a lock of PostgreSQL.
  @Test(arguments: Engine.allCases)
  func whoWaitsInVainForALongChangeIsToldWhy(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.lockTimeout = .milliseconds(100)
    options.maximumAttempts = 2
    try await withTestDatabase(engine, migrations: [Samples.migration], options: options) {
      database in
      let gate = Gate()
      let long = Task {
        try await database.writeLocking(as: Samples.actor, othersAreTold: Self.told) {
          try Samples.insert("a", 1, $0)
          gate.arrive()
          gate.waitForRelease()
        }
      }
      try await gate.arrival()
      let end = ContinuousClock.now + .seconds(2)
      let error = await storageError {
        try await database.writeLocking(as: Samples.actor, deadline: end) {
          try Samples.insert("a", 2, $0)
        }
      }
      #expect(ContinuousClock.now < end, "he hears it before his time is up")
      #expect(error?.code == .unavailable)
      #expect(error?.message == Self.told)
      gate.release()
      try await long.value
      let after = await storageError {
        try await database.writeLocking(as: Samples.actor) { try Samples.insert("a", 2, $0) }
      }
      #expect(after?.code == .conflict)
    }
  }

  /// Not a fixed time of ours: who has patience gets his turn.
  @Test func theWaitForTheWriterLastsAsLongAsTheCallersDeadline() async throws {
    var options = DatabaseOptions()
    options.leaseTimeout = .milliseconds(50)
    try await withTestDatabase(.sqlite, migrations: [Samples.migration], options: options) {
      database in
      let gate = Gate()
      let long = Task {
        try await database.write(as: Samples.actor, othersAreTold: Self.told) { _ in
          gate.arrive()
          gate.waitForRelease()
        }
      }
      try await gate.arrival()
      let patient = Task {
        try await database.write(
          as: Samples.actor, deadline: ContinuousClock.now + .seconds(60)
        ) { try Samples.insert("a", 1, $0) }
      }
      try await Task.sleep(for: .milliseconds(300))
      gate.release()
      try await long.value
      try await patient.value
      #expect(try await Samples.amounts(database) == ["a": 1])
    }
  }

  /// The writer does not hold readers up, so what it does explains nothing to them.
  @Test func whoWaitsForAReaderIsNotToldOfTheWriter() async throws {
    var options = DatabaseOptions()
    options.leaseTimeout = .milliseconds(50)
    options.maximumReaders = 1
    try await withTestDatabase(.sqlite, migrations: [Samples.migration], options: options) {
      database in
      let (writing, reading) = (Gate(), Gate())
      let long = Task {
        try await database.write(as: Samples.actor, othersAreTold: Self.told) { _ in
          writing.arrive()
          writing.waitForRelease()
        }
      }
      try await writing.arrival()
      let reader = Task {
        try await database.read { _ in
          reading.arrive()
          reading.waitForRelease()
        }
      }
      try await reading.arrival()
      let error = await storageError { try await database.read { _ in } }
      #expect(error?.code == .busy)
      #expect(error?.message != Self.told)
      reading.release()
      writing.release()
      try await reader.value
      try await long.value
    }
  }

  @Test func oneRehearsalMoreThanTheLimitWaits() async throws {
    var options = DatabaseOptions()
    options.leaseTimeout = .milliseconds(50)
    options.maximumRehearsals = 1
    try await withTestDatabase(.sqlite, migrations: [Samples.migration], options: options) {
      database in
      let gate = Gate()
      let first = Task {
        try await database.rehearse(as: Samples.actor) { _ in
          gate.arrive()
          gate.waitForRelease()
        }
      }
      try await gate.arrival()
      let error = await storageError { try await database.rehearse(as: Samples.actor) { _ in } }
      #expect(error?.code == .busy)
      gate.release()
      try await first.value
      try await database.rehearse(as: Samples.actor) { _ in }
    }
  }
}
