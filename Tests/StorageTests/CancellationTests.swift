// What a caller may rely on while it waits, and what happens to work it no longer wants.

internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
  private static func narrow() -> DatabaseOptions {
    var options = DatabaseOptions()
    options.maximumConnections = 1
    options.maximumReaders = 1
    return options
  }

  /// Runs `body` while the only connection for reads is taken.
  private static func whileBusy(
    _ engine: Engine, _ options: DatabaseOptions = narrow(),
    _ body: @escaping @Sendable (Database) async throws -> Void
  ) async throws {
    try await withTestDatabase(engine, options: options) { database in
      let gate = Gate()
      async let holder: Void = database.read { _ in
        gate.arrive()
        gate.waitForRelease()
      }
      try await gate.arrival()
      do {
        try await body(database)
      } catch {
        gate.release()
        throw error
      }
      gate.release()
      try await holder
      // The lease came back whatever happened meanwhile.
      let row = try await database.read { try $0.queryOne("SELECT 1 AS one")?.int64("one") }
      #expect(row == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aDeadlineEndsTheWaitForAConnection(engine: Engine) async throws {
    try await Self.whileBusy(engine) { database in
      let start = ContinuousClock.now
      let error = await storageError {
        try await database.read(deadline: start + .milliseconds(50)) { _ in }
      }
      #expect(error?.code == .deadlineExceeded)
      #expect(ContinuousClock.now - start < .seconds(30))
    }
  }

  @Test(arguments: Engine.allCases)
  func ourOwnLimitOfWaitingIsBusy(engine: Engine) async throws {
    var options = Self.narrow()
    options.leaseTimeout = .milliseconds(50)
    try await Self.whileBusy(engine, options) { database in
      let error = await storageError { try await database.read { _ in } }
      #expect(error?.code == .busy)
    }
  }

  @Test(arguments: Engine.allCases)
  func oneTooManyWaitingIsRefusedAtOnce(engine: Engine) async throws {
    var options = Self.narrow()
    options.maximumWaiting = 0
    try await Self.whileBusy(engine, options) { database in
      let error = await storageError { try await database.read { _ in } }
      #expect(error?.code == .busy)
    }
  }

  @Test(arguments: Engine.allCases)
  func aCancelledCallerLeavesTheQueue(engine: Engine) async throws {
    try await Self.whileBusy(engine) { database in
      let waiting = Task { try await database.read { _ in } }
      waiting.cancel()
      let error = await storageError { try await waiting.value }
      #expect(error?.code == .cancelled)
    }
  }

  @Test(arguments: Engine.allCases)
  func manyLeavingCallersLoseNoLease(engine: Engine) async throws {
    try await withTestDatabase(engine, options: Self.narrow()) { database in
      await withTaskGroup { group in
        for number in 0..<200 {
          group.addTask {
            let call = Task { try await database.read { try $0.query("SELECT 1 AS one") } }
            if number % 2 == 0 { call.cancel() }
            _ = await call.result
          }
        }
      }
      let rows = try await database.read { try $0.query("SELECT 1 AS one").count }
      #expect(rows == 1)
    }
  }

  private static let endless = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
    SELECT COUNT(*) AS total FROM n
    """

  @Test(arguments: Engine.allCases, [true, false])
  func aRunningStatementStopsSoon(engine: Engine, byDeadline: Bool) async throws {
    try await withTestDatabase(engine, options: Self.narrow()) { database in
      let gate = Gate()
      let start = ContinuousClock.now
      let call = Task {
        try await database.read(deadline: byDeadline ? start + .milliseconds(300) : nil) {
          gate.arrive()
          _ = try $0.query(Self.endless)
        }
      }
      if !byDeadline {
        try await gate.arrival()
        call.cancel()
      }
      let error = await storageError { try await call.value }
      #expect(error?.code == (byDeadline ? .deadlineExceeded : .cancelled))
      // The statement itself would take minutes; usually it stops within 50 ms.
      #expect(ContinuousClock.now - start < .seconds(30))
      let row = try await database.read { try $0.queryOne("SELECT 1 AS one")?.int64("one") }
      #expect(row == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aStatementHasALimitOfItsOwn(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.statementTimeout = .milliseconds(200)
    try await withTestDatabase(engine, options: options) { database in
      let error = await storageError {
        _ = try await database.read { try $0.query(Self.endless) }
      }
      #expect(error?.code == .timeout)
    }
  }

  @Test(arguments: Engine.allCases)
  func nothingStartsAfterTheDeadline(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let error = await storageError {
        try await database.write(as: Samples.actor, deadline: ContinuousClock.now) {
          try Samples.insert("a", 1, $0)
        }
      }
      #expect(error?.code == .deadlineExceeded)
      let stored = try await Samples.amounts(database)
      #expect(stored.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func closingEndsThoseWhoWait(engine: Engine) async throws {
    try await withTestDatabase(engine, options: Self.narrow()) { database in
      let gate = Gate()
      async let holder: Void = database.read { _ in
        gate.arrive()
        gate.waitForRelease()
      }
      try await gate.arrival()
      async let waiting = storageError { try await database.read { _ in } }
      async let closing: Void = database.close()
      #expect(await waiting?.code == .closed)
      gate.release()
      try await holder
      await closing
    }
  }
}
