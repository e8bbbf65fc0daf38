internal import Storage
internal import TestSupport
internal import Testing

@Suite struct AuditTests {
  private static func record(_ id: String, _ database: Database) async throws {
    try await database.write(as: Samples.actor) {
      try $0.audit(
        entity: "federation", id: id, action: "update", before: #"{"name":"旧"}"#,
        after: #"{"name":"新"}"#)
    }
  }

  private static func sealed(_ database: Database, _ count: Int) async throws -> AuditHead {
    for number in 0..<count { try await record("f\(number)", database) }
    try await Samples.settle(database)
    _ = try await database.sealAudit()
    return try await database.read { try $0.auditHead() }
  }

  @Test(arguments: Engine.allCases)
  func anEntrySaysWhoDidWhat(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      try await Self.record("f1", database)
      let entries = try await database.read { try $0.auditEntries(entity: "federation", id: "f1") }
      let entry = try #require(entries.first)
      #expect(entries.count == 1)
      #expect(entry.actor == Samples.actor)
      #expect(entry.action == "update")
      #expect(entry.before == #"{"name":"旧"}"#)
      #expect(entry.after == #"{"name":"新"}"#)
      #expect(entry.recordedAt > 0)
    }
  }

  @Test(arguments: Engine.allCases)
  func aRolledBackChangeLeavesNoEntry(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      _ = await storageError {
        try await database.write(as: Samples.actor) { transaction in
          try transaction.audit(entity: "a", id: "1", action: "x", before: nil, after: nil)
          throw StorageError(.internal, "no")
        }
      }
      let sealed = try await database.sealAudit()
      #expect(sealed == 0)
    }
  }

  @Test(arguments: Engine.allCases)
  func concurrentSealersAndWritersMakeOneChain(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      try await withThrowingTaskGroup { group in
        for writer in 0..<4 {
          group.addTask {
            for number in 0..<20 { try await Self.record("w\(writer)-\(number)", database) }
          }
        }
        for _ in 0..<3 {
          group.addTask { for _ in 0..<10 { _ = try await database.sealAudit() } }
        }
        try await group.waitForAll()
      }
      try await Samples.settle(database)
      _ = try await database.sealAudit()
      let head = try await database.read { try $0.auditHead() }
      #expect(head.position == 80)
      let verdict = try await database.verifyAudit()
      #expect(verdict == .intact(head))
    }
  }

  /// Each flips or moves one byte somewhere in the chain of ten.
  private static let damages = [
    "UPDATE storage_audit SET state_after = '{\"name\":\"新!\"}' WHERE entity_id = 'f4'",
    "UPDATE storage_audit SET state_before = NULL WHERE entity_id = 'f4'",
    "UPDATE storage_audit SET subject = 'user:2' WHERE entity_id = 'f4'",
    "UPDATE storage_audit SET recorded_at = recorded_at + 1 WHERE entity_id = 'f4'",
    "UPDATE storage_audit SET subject = 'user:145', organisation = '0900' WHERE entity_id = 'f4'",
    "UPDATE storage_audit_seal SET hash = 'f' || SUBSTR(hash, 2, 63) WHERE position = 5",
    "DELETE FROM storage_audit WHERE entity_id = 'f4'",
  ]

  @Test(arguments: Engine.allCases, damages)
  func oneChangedByteIsFoundWhereItIs(engine: Engine, damage: String) async throws {
    try await withTestDatabase(engine) { database in
      let head = try await Self.sealed(database, 10)
      #expect(head.position == 10)
      // A hash that begins with f already would not be damaged by the sixth one.
      let damage = damage.replacing("'f' ||", with: "'~' ||")
      try await database.write(as: Samples.actor) { try $0.execute(damage) }
      let verdict = try await database.verifyAudit()
      guard case .broken(let position, _) = verdict else {
        Issue.record("\(verdict)")
        return
      }
      #expect(position == 5)
    }
  }

  @Test(arguments: Engine.allCases)
  func anEntrySlippedInBehindTheHeadIsFound(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      _ = try await Self.sealed(database, 3)
      try await database.write(as: Samples.actor) { transaction in
        try transaction.audit(entity: "a", id: "1", action: "x", before: nil, after: nil)
        try transaction.execute(
          "UPDATE storage_audit_head SET seq = seq + 1000000, xid = xid + $1",
          [.integer(transaction.dialect == .sqlite ? 0 : 1_000_000)])
      }
      let verdict = try await database.verifyAudit()
      guard case .broken = verdict else {
        Issue.record("\(verdict)")
        return
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aTailCutOffIsFoundByWhoRemembersTheHead(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let shorter = try await Self.sealed(database, 3)
      let remembered = try await Self.sealed(database, 3)
      try await database.write(as: Samples.actor) { transaction in
        try transaction.execute(
          "DELETE FROM storage_audit WHERE seq IN (SELECT seq FROM storage_audit_seal WHERE position > 3)"
        )
        try transaction.execute("DELETE FROM storage_audit_seal WHERE position > 3")
        try transaction.execute(
          """
          UPDATE storage_audit_head SET position = 3, hash = $1,
            seq = (SELECT seq FROM storage_audit_seal WHERE position = 3),
            xid = (SELECT xid FROM storage_audit_seal WHERE position = 3)
          """, [.text(shorter.hash)])
      }
      #expect(try await database.verifyAudit() == .intact(shorter))
      #expect(try await database.verifyAudit(remembered: shorter) == .intact(shorter))
      let verdict = try await database.verifyAudit(remembered: remembered)
      #expect(verdict == .broken(position: 4, reason: "The chain's tail is missing."))
    }
  }

  /// A mark that changes with every write: SQLite counts commits of others for a connection, and
  /// PostgreSQL notes in each row who wrote it.
  private static func mark(_ database: Database) async throws -> Int64? {
    switch database.url.location {
    case .sqlite:
      try await database.read {
        try $0.queryOne("SELECT data_version FROM pragma_data_version")?.int64("data_version")
      }
    case .postgres:
      try await database.read { transaction in
        try transaction.queryOne(
          "SELECT CAST(CAST(xmin AS TEXT) AS BIGINT) AS xmin FROM storage_audit_head"
        )?.int64("xmin")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func anIdleSealerWritesNothing(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumReaders = 1
    try await withTestDatabase(engine, options: options) { database in
      _ = try await Self.sealed(database, 2)
      let before = try #require(try await Self.mark(database))
      for _ in 0..<3 { #expect(try await database.sealAudit() == 0) }
      #expect(try await Self.mark(database) == before)
      let head = try await Self.sealed(database, 1)
      #expect(head.position == 3)
      #expect(try await Self.mark(database) != before, "the mark tells")
    }
  }

  @Test(arguments: Engine.allCases)
  func theSealerRunsUntilItIsCancelled(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      try await Self.record("f1", database)
      let sealer = Task {
        await database.runAuditSealer(every: .milliseconds(5)) { Issue.record($0) }
      }
      while try await database.read({ try $0.auditHead() }).position < 1 {
        await Task.yield()
      }
      sealer.cancel()
      await sealer.value
    }
  }
}
