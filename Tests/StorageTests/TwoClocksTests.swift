internal import Storage
internal import TestSupport
internal import Testing

@Suite struct TwoClocksTests {
  private static let migration = Migration("fact/0001_fact") { dialect in
    [
      """
      CREATE TABLE fact (
        place \(dialect.text) NOT NULL,
        name \(dialect.text) NOT NULL,
        \(TwoClocks.columns(dialect)),
        UNIQUE (place, valid_from, superseded_at)
      )
      """
    ]
  }

  private static func insert(
    _ name: String, from: String, to: String = TwoClocks.openDate, at time: Int64,
    _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO fact (place, name, valid_from, valid_to, recorded_at)
      VALUES ('450381', $1, $2, $3, $4)
      """, [.text(name), .text(from), .text(to), .integer(time)])
  }

  private static func names(
    _ database: Database, _ condition: String, _ parameters: [SQLValue]
  ) async throws -> [String] {
    try await database.read { transaction in
      try transaction.query(
        "SELECT name FROM fact AS f WHERE \(condition) ORDER BY name", parameters
      ).map { try $0.text("name") }
    }
  }

  @Test(arguments: Engine.allCases)
  func whatWasTrueAndWhatWasKnownAreAskedApart(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Self.migration]) { database in
      // First it is recorded as a county for good; later that it became a city in 2018.
      let first = try await database.write(as: Samples.actor) { transaction in
        try Self.insert("荔浦县", from: "1950-01-01", at: transaction.now, transaction)
        return transaction.now
      }
      let second = try await database.write(as: Samples.actor) { transaction in
        let time = try transaction.supersede("fact", where: "t.place = $1", ["450381"])
        try Self.insert("荔浦县", from: "1950-01-01", to: "2018-08-01", at: time, transaction)
        try Self.insert("荔浦市", from: "2018-08-01", at: time, transaction)
        return time
      }
      #expect(second > first)
      let now = "\(TwoClocks.current("f")) AND \(TwoClocks.valid(on: "$1", "f"))"
      #expect(try await Self.names(database, now, ["2018-07-31"]) == ["荔浦县"])
      #expect(try await Self.names(database, now, ["2018-08-01"]) == ["荔浦市"])
      #expect(try await Self.names(database, now, ["1949-12-31"]) == [])
      let then = "\(TwoClocks.known(at: "$2", "f")) AND \(TwoClocks.valid(on: "$1", "f"))"
      #expect(
        try await Self.names(database, then, ["2018-08-01", .integer(second - 1)]) == ["荔浦县"])
      #expect(
        try await Self.names(database, then, ["2018-08-01", .integer(second)]) == ["荔浦市"])
      #expect(
        try await Self.names(database, then, ["2018-08-01", .integer(first - 1)]) == [])
      let span = "\(TwoClocks.current("f")) AND \(TwoClocks.valid(from: "$1", to: "$2", "f"))"
      #expect(
        try await Self.names(database, span, ["2018-01-01", "2019-01-01"]) == ["荔浦县", "荔浦市"])
      #expect(try await Self.names(database, span, ["2018-01-01", "2018-08-01"]) == ["荔浦县"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aRowOfAFasterClockIsStillSucceeded(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Self.migration]) { database in
      let ahead: Int64 = 5_000_000_000_000_000
      try await database.write(as: Samples.actor) {
        try Self.insert("a", from: "2000-01-01", at: ahead, $0)
      }
      let time = try await database.write(as: Samples.actor) {
        try $0.supersede("fact", where: "t.place = $1", ["450381"])
      }
      #expect(time == ahead + 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func emptySpansAndTwoCurrentRowsAreRefused(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Self.migration]) { database in
      let empty = await storageError {
        try await database.write(as: Samples.actor) {
          try Self.insert("a", from: "2000-01-01", to: "2000-01-01", at: 1, $0)
        }
      }
      #expect(empty?.code == .constraint)
      let double = await storageError {
        try await database.write(as: Samples.actor) {
          try Self.insert("a", from: "2000-01-01", at: 1, $0)
          try Self.insert("b", from: "2000-01-01", at: 2, $0)
        }
      }
      #expect(double?.code == .conflict)
    }
  }
}
