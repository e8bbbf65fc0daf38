internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct FeedTests {
  static func event(
    _ id: String, _ revision: Int64, action: ChangeEvent.Action = .put
  ) -> ChangeEvent {
    ChangeEvent(
      entity: "thing", id: id, revision: revision, action: action, visibility: "450900",
      payload: Array("\(id)@\(revision)\0".utf8))
  }

  static func emit(_ id: String, _ revision: Int64, _ database: Database) async throws {
    try await database.write(as: Samples.actor) { try $0.emit(event(id, revision)) }
  }

  private static func start(_ database: Database) async throws -> String {
    try await database.read { try $0.feedCursor() }
  }

  @Test(arguments: Engine.allCases)
  func changesComeInOrderAndWhole(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let cursor = try await Self.start(database)
      for revision in Int64(1)...5 { try await Self.emit("a", revision, database) }
      try await Samples.settle(database)
      let batch = try await database.readChanges(after: cursor)
      #expect(batch.changes.map(\.event) == (1...5).map { Self.event("a", $0) })
      #expect(batch.changes.last?.cursor == batch.cursor)
      let rest = try await database.readChanges(after: batch.changes[1].cursor, limit: 2)
      #expect(rest.changes.map(\.event.revision) == [3, 4])
      let none = try await database.readChanges(after: batch.cursor)
      #expect(none.changes.isEmpty)
      #expect(none.cursor == batch.cursor)
    }
  }

  @Test(arguments: Engine.allCases)
  func aRolledBackChangeIsNeverSeen(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let cursor = try await Self.start(database)
      _ = await storageError {
        try await database.write(as: Samples.actor) { transaction in
          try transaction.emit(Self.event("lost", 1))
          throw StorageError(.internal, "no")
        }
      }
      try await Self.emit("kept", 1, database)
      try await Samples.settle(database)
      let batch = try await database.readChanges(after: cursor)
      #expect(batch.changes.map(\.event.id) == ["kept"])
    }
  }

  /// The trap that the transaction ids are for: a later transaction commits first.
  @Test func aChangeIsHeldBackWhileAnEarlierTransactionIsOpen() async throws {
    try await withTestDatabase(.postgres) { database in
      let cursor = try await Self.start(database)
      let gate = Gate()
      async let slow: Void = database.write(as: Samples.actor) { transaction in
        try transaction.emit(Self.event("slow", 1))
        gate.arrive()
        gate.waitForRelease()
      }
      try await gate.arrival()
      try await Self.emit("fast", 1, database)
      let early = try await database.readChanges(after: cursor)
      #expect(early.changes.isEmpty, "nothing may overtake an open transaction")
      #expect(early.cursor == cursor)
      let snapshot = try await Self.start(database)
      gate.release()
      try await slow
      try await Samples.settle(database)
      let late = try await database.readChanges(after: cursor)
      #expect(late.changes.map(\.event.id) == ["slow", "fast"])
      // A snapshot taken meanwhile lacks `slow`; its cursor brings it, and `fast` again.
      let afterSnapshot = try await database.readChanges(after: snapshot)
      #expect(afterSnapshot.changes.map(\.event.id) == ["slow", "fast"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aForgottenCursorIsOutOfRangeAndANewerOneGoesOn(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let cursor = try await Self.start(database)
      for revision in Int64(1)...6 { try await Self.emit("a", revision, database) }
      try await Samples.settle(database)
      let all = try await database.readChanges(after: cursor)
      let forgotten = try await database.trimChanges(
        recordedBefore: all.changes[4].recordedAt, limit: 3)
      #expect(forgotten == 3)
      for old in [cursor, all.changes[0].cursor, all.changes[1].cursor] {
        #expect(
          await storageError { try await database.readChanges(after: old) }?.code == .outOfRange)
      }
      let rest = try await database.readChanges(after: all.changes[2].cursor)
      #expect(rest.changes.map(\.event.revision) == [4, 5, 6])
      #expect(try await database.trimChanges(recordedBefore: all.changes[4].recordedAt) == 1)
      #expect(try await database.trimChanges(recordedBefore: .max) == 2)
      #expect(try await database.readChanges(after: all.cursor).changes.isEmpty)
      let fresh = try await Self.start(database)
      try await Self.emit("b", 1, database)
      try await Samples.settle(database)
      #expect(try await database.readChanges(after: fresh).changes.count == 1)
      #expect(try await database.readChanges(after: all.cursor).changes.count == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aRenewedFeedRefusesOldCursors(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let cursor = try await Self.start(database)
      try await database.renewFeed()
      let error = await storageError { try await database.readChanges(after: cursor) }
      #expect(error?.code == .outOfRange)
    }
  }

  @Test(arguments: Engine.allCases)
  func aCursorAheadOfTheFeedIsOutOfRange(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      for revision in Int64(1)...3 { try await Self.emit("a", revision, database) }
      let ahead = try await Self.start(database)
      try await database.write(as: Samples.actor) { transaction in
        // What a restored backup looks like to a reader that saw more.
        try transaction.execute("DELETE FROM storage_outbox")
        if engine == .sqlite {
          try transaction.execute("UPDATE sqlite_sequence SET seq = 0")
        } else {
          try transaction.execute("UPDATE storage_state SET xid_offset = xid_offset - 1000")
        }
      }
      let error = await storageError { try await database.readChanges(after: ahead) }
      #expect(error?.code == .outOfRange)
    }
  }

  @Test(arguments: Engine.allCases, ["", "x", "MXx4", "!!!!", String(repeating: "A", count: 300)])
  func aTextThatIsNoCursorIsRefused(engine: Engine, text: String) async throws {
    try await withTestDatabase(engine) { database in
      let error = await storageError { try await database.readChanges(after: text) }
      #expect(error?.code == .invalidArgument)
    }
  }

  /// A dump restored into another cluster meets smaller transaction ids than it holds.
  @Test func orderGoesOnWhenTransactionIDsStartAnew() async throws {
    try await withTestDatabase(.postgres) { database in
      try await Self.emit("old", 1, database)
      try await database.write(as: Samples.actor) { transaction in
        try transaction.audit(entity: "a", id: "1", action: "x", before: nil, after: nil)
        for table in ["storage_outbox", "storage_audit"] {
          try transaction.execute("UPDATE \(table) SET xid = xid + 1000000000")
        }
      }
      try await database.migrate([])
      try await Samples.settle(database)
      let cursor = try await Self.start(database)
      try await Self.emit("new", 1, database)
      try await database.write(as: Samples.actor) {
        try $0.audit(entity: "a", id: "2", action: "x", before: nil, after: nil)
      }
      try await Samples.settle(database)
      let batch = try await database.readChanges(after: cursor)
      #expect(batch.changes.map(\.event.id) == ["new"])
      #expect(try await database.sealAudit() == 2)
      let head = try await database.read { try $0.auditHead() }
      #expect(try await database.verifyAudit() == .intact(head))
    }
  }

  @Test(arguments: Engine.allCases)
  func aWaitingReaderWakesForAChangeOfThisProcess(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.feedPollInterval = .seconds(3_600)
    try await withTestDatabase(engine, options: options) { database in
      let cursor = try await Self.start(database)
      let waiter = Task {
        try await database.waitForChanges(
          after: cursor, until: ContinuousClock.now + .seconds(60))
      }
      let start = ContinuousClock.now
      // A transaction of a neighbouring database of the cluster may still hold the change back when
      // its signal comes; the signal of a later change then finds it.
      let writer = Task {
        for revision in Int64(1)...600 {
          try await Self.emit("a", revision, database)
          try await Task.sleep(for: .milliseconds(100))
        }
      }
      #expect(try await waiter.value)
      writer.cancel()
      _ = await writer.result
      #expect(ContinuousClock.now - start < .seconds(30))
    }
  }

  @Test(arguments: Engine.allCases)
  func aWaitingReaderWakesForAChangeOfAnotherProcess(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      // Another `Database` on the same URL knows nothing of this one's signals.
      let other = try await Database.open(database.url)
      let cursor = try await Self.start(database)
      let waiters = (0..<5).map { _ in
        Task {
          try await database.waitForChanges(
            after: cursor, until: ContinuousClock.now + .seconds(60))
        }
      }
      try await Self.emit("a", 1, other)
      for waiter in waiters { #expect(try await waiter.value) }
      await other.close()
    }
  }

  @Test(arguments: Engine.allCases)
  func waitingEndsAtTheDeadlineAndOnCancellation(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let cursor = try await Self.start(database)
      let found = try await database.waitForChanges(
        after: cursor, until: ContinuousClock.now + .milliseconds(300))
      #expect(!found)
      let waiter = Task {
        try await database.waitForChanges(
          after: cursor, until: ContinuousClock.now + .seconds(600))
      }
      waiter.cancel()
      #expect(await storageError { try await waiter.value }?.code == .cancelled)
    }
  }

  @Test(arguments: Engine.allCases)
  func closingEndsWaiting(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let cursor = try await Self.start(database)
      let waiter = Task {
        try await database.waitForChanges(
          after: cursor, until: ContinuousClock.now + .seconds(600))
      }
      await database.close()
      #expect(await storageError { try await waiter.value }?.code == .closed)
    }
  }

  @Test(arguments: Engine.allCases)
  func aChangeBeyondTheLimitIsRefused(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumPayloadBytes = 10
    try await withTestDatabase(engine, options: options) { database in
      let error = await storageError {
        try await database.write(as: Samples.actor) {
          try $0.emit(
            ChangeEvent(
              entity: "a", id: "1", revision: 1, action: .put,
              payload: [UInt8](repeating: 0, count: 11)))
        }
      }
      #expect(error?.code == .invalidArgument)
    }
  }
}
