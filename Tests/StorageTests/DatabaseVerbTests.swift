internal import Foundation
internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct DatabaseVerbTests {
  private static func run(
    _ verb: DatabaseVerb, _ url: DatabaseURL, _ value: String? = nil
  ) async throws -> (isGood: Bool, lines: [String]) {
    let lines = Lines()
    let isGood = try await verb.run(on: url, value) { lines.add($0) }
    return (isGood, lines.all)
  }

  private static func change(_ id: String, _ database: Database) async throws {
    try await database.write(as: Samples.actor) {
      try $0.audit(
        entity: "place", id: id, action: "update", before: nil, after: #"{"name":"玉林/Yulin"}"#)
    }
  }

  private static func seal(_ database: Database) async throws {
    try await Samples.settle(database)
    _ = try await database.sealAudit()
  }

  @Test(arguments: Engine.allCases)
  func verifyAuditTellsAnIntactChainFromABrokenOne(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      for number in 1...4 { try await Self.change("p\(number)", database) }
      try await Self.seal(database)
      // The service goes on beside it.
      let intact = try await Self.run(.verifyAudit, database.url)
      #expect(intact.isGood)
      let head = try #require(intact.lines.last)
      #expect(head == (try await database.read { try $0.auditHead() }).text)
      #expect(intact.lines.first?.contains("intact, entries: 4") == true)

      try await Self.change("p5", database)
      try await Self.seal(database)
      #expect(DatabaseVerb.verifyAudit.accepts(head))
      #expect(try await Self.run(.verifyAudit, database.url, head).isGood)
      let foreign = "2:" + String(repeating: "0", count: 64)
      #expect(try await !Self.run(.verifyAudit, database.url, foreign).isGood)

      try await database.write(as: Samples.actor) {
        try $0.execute("UPDATE storage_audit SET subject = 'other' WHERE entity_id = 'p3'")
      }
      let broken = try await Self.run(.verifyAudit, database.url)
      #expect(!broken.isGood)
      #expect(broken.lines.count == 1)
      #expect(broken.lines.first?.contains("broken at entry 3: Entry and seal differ.") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func showAuditPrintsTheHistoryOfOneEntity(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.clock = ManualClock().storage
    try await withTestDatabase(engine, options: options) { database in
      for _ in 0..<2 { try await Self.change("p/1", database) }
      try await Self.change("p2", database)
      let shown = try await Self.run(.showAudit, database.url, "place/p/1")
      #expect(shown.isGood)
      #expect(shown.lines.count == 2)
      let entry = try JSONDecoder().decode(
        [String: String?].self, from: Data((shown.lines.first ?? "").utf8))
      #expect(entry["subject"] == "user:1")
      #expect(entry["organisation"] == "450900")
      #expect(entry["request_id"] == "request-1")
      #expect(entry["action"] == "update")
      #expect(entry["before"] == .some(.none))
      #expect(entry["after"] == #"{"name":"玉林/Yulin"}"#)
      #expect(entry["recorded_at"]??.hasPrefix("2013-12-31T00:00:00.") == true)
      let none = try await Self.run(.showAudit, database.url, "place/p3")
      #expect(!none.isGood)
    }
  }

  @Test(arguments: Engine.allCases)
  func renewFeedEndsAllCursors(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let cursor = try await database.read { try $0.feedCursor() }
      #expect(try await Self.run(.renewFeed, database.url).isGood)
      let error = await storageError { try await database.readChanges(after: cursor) }
      #expect(error?.code == .outOfRange)
    }
  }

  @Test(arguments: Engine.allCases, DatabaseVerb.allCases)
  func aDatabaseThatNoServiceUsedIsRefused(engine: Engine, verb: DatabaseVerb) async throws {
    try await withTestDatabaseURL(engine) { url in
      let value = verb == .showAudit ? "place/p1" : nil
      let error = await storageError { try await Self.run(verb, url, value) }
      #expect(error?.code == .unavailable)
      if case .sqlite(let path) = url.location {
        #expect(!FileManager.default.fileExists(atPath: path), "nothing was created")
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(await storageError { try await Self.run(verb, url, value) }?.code == .unavailable)
      }
    }
  }

  @Test(arguments: [
    (DatabaseVerb.verifyAudit, "1"), (.verifyAudit, "1:abc"), (.verifyAudit, ""),
    (.verifyAudit, "-1:" + String(repeating: "0", count: 64)),
    (.verifyAudit, "1:" + String(repeating: "G", count: 64)),
    (.showAudit, "place"), (.showAudit, "/p1"), (.showAudit, "place/"), (.renewFeed, "now"),
  ])
  func aValueThatIsNotOneIsNotAccepted(verb: DatabaseVerb, value: String) {
    #expect(!verb.accepts(value))
  }

  @Test func whoNeedsAValueInsists() {
    #expect(DatabaseVerb.allCases.map { $0.accepts(nil) } == [true, false, true])
  }
}

private final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func add(_ line: String) { lines.withLock { $0.append(line) } }
}
