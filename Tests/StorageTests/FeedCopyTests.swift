// A copy that follows the feed equals its source, however often and wherever it is cut off.

internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct FeedCopyTests {
  private static let sourceMigration = Migration("source/0001_thing") { dialect in
    [
      """
      CREATE TABLE thing (
        id \(dialect.text) NOT NULL PRIMARY KEY,
        revision BIGINT NOT NULL,
        value BIGINT NOT NULL,
        is_removed BIGINT NOT NULL
      )
      """,
      "CREATE TABLE turn (number \(dialect.identity), writer BIGINT NOT NULL)",
    ]
  }

  private static let copyMigration = Migration("copy/0001_thing") { dialect in
    [
      """
      CREATE TABLE thing_copy (
        id \(dialect.text) NOT NULL PRIMARY KEY,
        revision BIGINT NOT NULL,
        value BIGINT NOT NULL
      )
      """
    ]
  }

  struct Cut: Error {}

  /// Every writer reads what every other one writes, so on PostgreSQL most of them collide; on a
  /// busy machine one of them loses more often in a row than is usual.
  private static let contended = {
    var options = DatabaseOptions()
    options.maximumAttempts = 10_000
    return options
  }()

  private static let consumer = FeedConsumer(source: "source")
  private static let things = (0..<12).map { "thing-\($0)" }

  /// One change: takes its transaction id first and the thing's row last, so that the order of
  /// ids and the order of revisions differ.
  @Sendable private static func change(
    _ writer: Int, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute("INSERT INTO turn (writer) VALUES ($1)", [.integer(Int64(writer))])
    for _ in 0..<Int.random(in: 0...3) {
      _ = try transaction.query("SELECT COUNT(*) AS n FROM turn")
    }
    for id in Set((0...1).compactMap { _ in things.randomElement() }).sorted() {
      let isRemoved: Int64 = Int.random(in: 0..<5) == 0 ? 1 : 0
      let row = try transaction.queryOne(
        """
        INSERT INTO thing (id, revision, value, is_removed) VALUES ($1, 1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET revision = thing.revision + 1,
          value = excluded.value, is_removed = excluded.is_removed
        RETURNING revision
        """, [.text(id), .integer(Int64.random(in: 0...1_000_000)), .integer(isRemoved)])
      let revision = try row?.int64("revision") ?? 0
      let value = try transaction.queryOne("SELECT value FROM thing WHERE id = $1", [.text(id)])
      try transaction.emit(
        ChangeEvent(
          entity: "thing", id: id, revision: revision, action: isRemoved == 1 ? .remove : .put,
          payload: Array("\(try value?.int64("value") ?? 0)".utf8)))
    }
    // A tenth of the work is given up.
    if Int.random(in: 0..<10) == 0 { throw Cut() }
  }

  private static func write(_ writer: Int, _ count: Int, _ source: Database) async throws {
    for _ in 0..<count {
      do {
        try await source.write(as: Samples.actor) { try change(writer, $0) }
      } catch is Cut {
        continue
      }
    }
  }

  /// The state of a thing as an event, from a row of the source.
  private static func snapshot(
    _ source: Database
  ) async throws -> (entities: [ChangeEvent], cursor: String) {
    try await source.read { transaction in
      let rows = try transaction.query(
        "SELECT id, revision, value FROM thing WHERE is_removed = 0")
      let entities = try rows.map { row in
        ChangeEvent(
          entity: "thing", id: try row.text("id"), revision: try row.int64("revision"),
          action: .put, payload: Array("\(try row.int64("value"))".utf8))
      }
      return (entities, try transaction.feedCursor())
    }
  }

  private static func put(_ event: ChangeEvent, _ transaction: WriteTransaction) throws {
    guard event.action == .put else {
      try transaction.execute("DELETE FROM thing_copy WHERE id = $1", [.text(event.id)])
      return
    }
    let value = try #require(Int64(String(decoding: event.payload, as: UTF8.self)))
    try transaction.execute(
      """
      INSERT INTO thing_copy (id, revision, value) VALUES ($1, $2, $3)
      ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, value = excluded.value
      """, [.text(event.id), .integer(event.revision), .integer(value)])
  }

  private static func install(_ source: Database, _ copy: Database) async throws {
    let (entities, cursor) = try await snapshot(source)
    try await copy.write(as: .system("copy")) { transaction in
      try transaction.execute("DELETE FROM thing_copy")
      for entity in entities { try put(entity, transaction) }
      try consumer.install(snapshot: entities, cursor: cursor, transaction)
    }
  }

  /// Reads and applies one batch, or is cut off before the commit. Returns what it applied; nil
  /// when cut.
  private static func follow(
    _ source: Database, _ copy: Database, isCut: Bool
  ) async throws -> Int? {
    let stored = try await copy.read { try consumer.cursor($0) }
    guard let cursor = stored else {
      try await install(source, copy)
      return 0
    }
    let batch = try await source.readChanges(after: cursor, limit: Int.random(in: 1...7))
    if batch.changes.isEmpty, !isCut {
      _ = try await source.waitForChanges(
        after: cursor, until: ContinuousClock.now + .milliseconds(20))
    }
    do {
      try await copy.write(as: .system("copy")) { transaction in
        _ = try consumer.apply(
          batch.changes.map(\.event), from: cursor, to: batch.cursor, transaction
        ) { try put($0, transaction) }
        if isCut { throw Cut() }
      }
    } catch is Cut {
      return nil
    }
    return batch.changes.count
  }

  private static func contents(_ database: Database, _ sql: String) async throws -> [[SQLValue]] {
    try await database.read { try $0.query(sql).map(\.values) }
  }

  @Test(arguments: Engine.allCases)
  func aCopyCutOffAHundredTimesEqualsItsSource(engine: Engine) async throws {
    try await withTestDatabase(
      engine, migrations: [Self.sourceMigration], options: Self.contended
    ) { source in
      try await withTestDatabase(engine, migrations: [Self.copyMigration]) { copy in
        let isWriting = Flag(true)
        try await withThrowingTaskGroup { group in
          group.addTask {
            // Also when a writer fails, or the follower would never end.
            defer { isWriting.lower() }
            try await withThrowingTaskGroup { writers in
              for writer in 0..<6 {
                writers.addTask { try await Self.write(writer, 40, source) }
              }
              try await writers.waitForAll()
            }
          }
          var cuts = 0
          while cuts < 100 || isWriting.isUp {
            let isCut = Int.random(in: 0..<3) == 0
            if try await Self.follow(source, copy, isCut: isCut) == nil { cuts += 1 }
          }
          try await group.waitForAll()
        }
        try await Samples.settle(source)
        while try await Self.follow(source, copy, isCut: false) != 0 {}
        let original = try await Self.contents(
          source, "SELECT id, revision, value FROM thing WHERE is_removed = 0 ORDER BY id")
        let copied = try await Self.contents(
          copy, "SELECT id, revision, value FROM thing_copy ORDER BY id")
        #expect(copied == original)
        #expect(!original.isEmpty)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func everyCommittedChangeIsDeliveredExactlyOnce(engine: Engine) async throws {
    try await withTestDatabase(
      engine, migrations: [Self.sourceMigration], options: Self.contended
    ) { source in
      var cursor = try await source.read { try $0.feedCursor() }
      var seen: [String: Int] = [:]
      let isWriting = Flag(true)
      try await withThrowingTaskGroup { group in
        group.addTask {
          defer { isWriting.lower() }
          try await withThrowingTaskGroup { writers in
            for writer in 0..<4 {
              writers.addTask { try await Self.write(writer, 40, source) }
            }
            try await writers.waitForAll()
          }
          try await Samples.settle(source)
        }
        var isLast = false
        while !isLast {
          isLast = !isWriting.isUp
          repeat {
            let batch = try await source.readChanges(after: cursor, limit: 5)
            for change in batch.changes {
              seen["\(change.event.id)@\(change.event.revision)", default: 0] += 1
            }
            if batch.cursor == cursor { break }
            cursor = batch.cursor
          } while true
        }
        try await group.waitForAll()
      }
      let things = try await source.read { try $0.query("SELECT id, revision FROM thing") }
      var expected = 0
      for thing in things {
        let (id, last) = (try thing.text("id"), try thing.int64("revision"))
        for revision in 1...last { #expect(seen["\(id)@\(revision)"] == 1) }
        expected += Int(last)
      }
      #expect(seen.count == expected)
    }
  }

  @Test(arguments: Engine.allCases)
  func olderChangesAndThoseOfRemovedThingsAreIgnored(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Self.copyMigration]) { copy in
      try await copy.write(as: .system("copy")) {
        try Self.consumer.install(snapshot: [], cursor: "0", $0)
      }
      func apply(_ events: [ChangeEvent], _ from: String, _ to: String) async throws -> Int {
        try await copy.write(as: .system("copy")) { transaction in
          try Self.consumer.apply(events, from: from, to: to, transaction) {
            try Self.put($0, transaction)
          }
        }
      }
      func thing(_ revision: Int64, _ action: ChangeEvent.Action = .put) -> ChangeEvent {
        ChangeEvent(
          entity: "thing", id: "a", revision: revision, action: action,
          payload: Array("\(revision)".utf8))
      }
      #expect(try await apply([thing(3), thing(2), thing(3)], "0", "1") == 1)
      #expect(try await apply([thing(5, .remove), thing(4)], "1", "2") == 1)
      #expect(try await Self.contents(copy, "SELECT id FROM thing_copy").isEmpty)
      let error = await storageError { try await apply([thing(6)], "1", "3") }
      #expect(error?.code == .stale, "another process moved the cursor")
      #expect(try await copy.read { try Self.consumer.cursor($0) } == "2")
    }
  }
}
