// A bulk load stores every row or says so, however large it is and however slow the server reads.

internal import GRDB
@testable internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct BulkLoadTests {
  /// The server takes 4 ms over each row, so the socket fills up and libpq has to queue.
  private static let slowTable = Migration("sample/0001_page") { dialect in
    let pause = dialect == .postgres ? ", CHECK (pg_sleep(0.004) IS NOT NULL)" : ""
    return [
      """
      CREATE TABLE page (
        number BIGINT NOT NULL PRIMARY KEY,
        body \(dialect.text) NOT NULL\(pause)
      )
      """
    ]
  }

  private static let pages: [[SQLValue]] = (0..<300).map { number in
    [.integer(number), .text(String(repeating: "第\(number)页 line\n\t\\", count: 6_000))]
  }

  private static func load(_ rows: [[SQLValue]], _ database: Storage.Database) async throws {
    try await database.write(as: Samples.actor) {
      try $0.bulkInsert(into: "page", columns: ["number", "body"], rows: rows)
    }
  }

  @Test(arguments: Engine.allCases)
  func tensOfMegabytesArriveWhole(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Self.slowTable]) { database in
      try await Self.load(Self.pages, database)
      let isEqual = try await database.read { transaction in
        var number = 0
        var isEqual = true
        try transaction.forEach("SELECT number, body FROM page ORDER BY number", []) {
          (row) throws(StorageError) in
          isEqual = isEqual && number < Self.pages.count && row.values == Self.pages[number]
          number += 1
        }
        return isEqual && number == Self.pages.count
      }
      #expect(isEqual)
    }
  }

  /// The server's refusal comes while most of the data is still to be sent.
  @Test(arguments: Engine.allCases)
  func anEarlyMistakeOfALargeLoadIsNamed(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Self.slowTable]) { database in
      let error = await storageError {
        try await Self.load([Self.pages[0]] + Self.pages, database)
      }
      #expect(error?.code == .conflict)
      try await Self.load(Array(Self.pages.prefix(2)), database)
      let count = try await database.read {
        try $0.queryOne("SELECT COUNT(*) AS n FROM page")?.int64("n")
      }
      #expect(count == 2)
    }
  }

  @Test(arguments: Engine.allCases)
  func rowsThatTheEngineDropsFailTheLoad(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      try await Self.dropRowsNamedB(database)
      let error = await storageError {
        try await database.write(as: Samples.actor) {
          try $0.bulkInsert(into: "item", columns: ["code"], rows: [["a"], ["b"], ["c"]])
        }
      }
      #expect(error?.code == .internal)
      #expect(error?.debugDescription.contains("2 of 3 rows in item") == true)
      let stored = try await Samples.amounts(database)
      #expect(stored.isEmpty)
    }
  }

  private static func dropRowsNamedB(_ database: Storage.Database) async throws {
    switch database.url.location {
    case .sqlite(let path):
      // Its body holds a semicolon, which the portable text does not know.
      try await DatabaseQueue(path: path).write { db in
        try db.execute(
          sql: """
            CREATE TRIGGER swallow BEFORE INSERT ON item WHEN NEW.code = 'b'
            BEGIN SELECT RAISE(IGNORE); END
            """)
      }
    case .postgres:
      try await database.write(as: Samples.actor) { transaction in
        try transaction.execute(
          """
          CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN IF NEW.code = ''b'' THEN RETURN NULL; END IF; RETURN NEW; END'
          """)
        try transaction.execute(
          "CREATE TRIGGER swallow BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION swallow()")
      }
    }
  }

  @Test(arguments: [0, 1, 3])
  func aRefusedChunkIsOfferedAgain(refusals: Int) throws {
    let data = (0..<(3 * CopyStream.chunkBytes + 17)).map { UInt8(truncatingIfNeeded: $0 / 7) }
    var (taken, left, drainsAfterRefusal) = ([UInt8](), refusals, 0)
    let isWhole = try CopyStream.send(data) { (chunk) throws(StorageError) in
      guard left == 0 else {
        left -= 1
        return false
      }
      left = refusals
      taken += chunk
      return true
    } drain: { (isRefused) throws(StorageError) in
      if isRefused { drainsAfterRefusal += 1 }
      return true
    }
    #expect(isWhole)
    #expect(taken == data)
    #expect(drainsAfterRefusal == 4 * refusals)
  }

  @Test func aStoppedCallerEndsTheSending() throws {
    var offers = 0
    let isWhole = try CopyStream.send([1, 2, 3]) { (_) throws(StorageError) in
      offers += 1
      return false
    } drain: { (_) throws(StorageError) in
      offers < 5
    }
    #expect(!isWhole)
    #expect(offers == 5)
  }
}
