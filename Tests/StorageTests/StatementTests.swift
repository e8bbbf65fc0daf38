// One statement of SQL means the same on both engines.

internal import Storage
internal import TestSupport
internal import Testing

@Suite struct StatementTests {
  @Test(arguments: Engine.allCases)
  func parametersAreBoundByNumber(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      try await database.read { transaction in
        let swapped = try transaction.queryOne(
          "SELECT $2 AS b, $1 AS a", [.text("one"), .text("two")])
        #expect(try swapped?.text("a") == "one")
        #expect(try swapped?.text("b") == "two")
        let repeated = try transaction.queryOne(
          "SELECT $1 AS x, $2 AS y, $1 AS z", [.integer(1), .integer(2)])
        #expect(repeated?.values == [1, 2, 1])
        let gap = try transaction.queryOne(
          "SELECT $3 AS c, $1 AS a", [.text("first"), .text("unused"), .text("third")])
        #expect(gap?.values == ["third", "first"])
        let nullGap = try transaction.queryOne("SELECT $3 AS c", [.null, .null, .text("third")])
        #expect(nullGap?.values == ["third"])
      }
    }
  }

  @Test(arguments: Engine.allCases, [0, 1, 3])
  func aWrongNumberOfValuesIsRefused(engine: Engine, count: Int) async throws {
    try await withTestDatabase(engine) { database in
      let values = [SQLValue](repeating: 1, count: count)
      let error = await storageError {
        _ = try await database.read { try $0.query("SELECT $1 AS a, $2 AS b", values) }
      }
      #expect(error?.code == .invalidStatement)
    }
  }

  @Test(arguments: Engine.allCases)
  func valuesComeBackAsTheyWent(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let texts = ["", "二轻集体工业联社", "a'b\"c\\d\n\t\r\u{1}", "𠮷野家 👨‍👩‍👧", "\u{FEFF}x", "$1 ? ::"]
      let integers: [Int64] = [0, 1, -1, 9_007_199_254_740_993, .max, .min + 1]
      try await database.write(as: Samples.actor) { transaction in
        for text in texts {
          try transaction.execute(
            "INSERT INTO item (code, note) VALUES ($1, $2)", [.text(text), .text(text)])
        }
        for integer in integers {
          try transaction.execute(
            "INSERT INTO item (code, amount) VALUES ($1, $2)",
            [.text("n\(integer)"), .integer(integer)])
        }
      }
      try await database.read { transaction in
        for text in texts {
          let row = try transaction.queryOne(
            "SELECT note FROM item WHERE code = $1", [.text(text)])
          #expect(try row?.text("note") == text)
        }
        for integer in integers {
          let row = try transaction.queryOne(
            "SELECT amount, note FROM item WHERE code = $1", [.text("n\(integer)")])
          #expect(try row?.int64("amount") == integer)
          #expect(try row?.optionalText("note") == nil)
        }
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aTextWithNULIsRefusedAndNotCut(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let error = await storageError {
        try await database.write(as: Samples.actor) { try Samples.insert("a\0b", 1, $0) }
      }
      #expect(error?.code == .invalidArgument)
      let stored = try await Samples.amounts(database)
      #expect(stored.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func aTextBeyondTheLimitIsRefused(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumTextBytes = 100
    try await withTestDatabase(engine, options: options) { database in
      let error = await storageError {
        _ = try await database.read {
          try $0.query("SELECT $1 AS a", [.text(String(repeating: "a", count: 101))])
        }
      }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test(arguments: Engine.allCases)
  func aSumIsAnIntegerAndBeyond64BitsAnError(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      try await database.write(as: Samples.actor) { transaction in
        try Samples.insert("a", .max, transaction)
        try Samples.insert("b", -1, transaction)
      }
      let sum = "SELECT SUM(amount) AS total FROM item"
      let total = try await database.read { try $0.queryOne(sum)?.int64("total") }
      #expect(total == Int64.max - 1)
      try await database.write(as: Samples.actor) { try Samples.insert("c", 2, $0) }
      let error = await storageError { _ = try await database.read { try $0.query(sum) } }
      #expect(error?.code == .overflow)
      let none = try await database.read {
        try $0.queryOne("SELECT SUM(amount) AS total FROM item WHERE code = 'x'")?
          .optionalInt64("total")
      }
      #expect(none == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func anAdditionBeyond64BitsIsAnErrorAndIsNotStored(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      try await database.write(as: Samples.actor) { try Samples.insert("a", .max, $0) }
      let read = await storageError {
        _ = try await database.read { try $0.query("SELECT amount + 1 AS n FROM item") }
      }
      #expect(read?.code == .overflow)
      let write = await storageError {
        try await database.write(as: Samples.actor) {
          try $0.execute("UPDATE item SET amount = amount + $1", [1])
        }
      }
      #expect(write?.code == .overflow || write?.code == .constraint)
      #expect(try await Samples.amounts(database) == ["a": .max])
    }
  }

  @Test(arguments: Engine.allCases)
  func aFractionIsRefused(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let error = await storageError {
        _ = try await database.read {
          try $0.query("SELECT AVG(n) AS mean FROM (SELECT 1 AS n UNION ALL SELECT 2) AS t")
        }
      }
      #expect(error?.code == .invalidStatement)
    }
  }

  @Test(arguments: Engine.allCases)
  func textIsOrderedByBytesNotByTheServersLanguage(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let names = ["b", "B", "a", "_", "玉林", "南宁", "百色", "é", "Z"]
      try await database.write(as: Samples.actor) { transaction in
        for name in names { try Samples.insert(name, 0, transaction) }
      }
      let ordered = try await database.read { transaction in
        try transaction.query("SELECT code FROM item ORDER BY code").map { try $0.text("code") }
      }
      #expect(ordered == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
  }

  @Test(arguments: Engine.allCases)
  func upsertReturningAndComparisonsAreAlike(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let upsert = """
        INSERT INTO item (code, amount) VALUES ($1, $2) ON CONFLICT (code, place)
        DO UPDATE SET amount = item.amount + excluded.amount
        RETURNING amount, amount > 5 AS large
        """
      let rows = try await database.write(as: Samples.actor) { transaction in
        [
          try transaction.queryOne(upsert, [.text("a"), .integer(3)]),
          try transaction.queryOne(upsert, [.text("a"), .integer(4)]),
        ].compactMap { $0?.values }
      }
      #expect(rows == [[3, 0], [7, 1]])
    }
  }

  @Test(arguments: Engine.allCases)
  func changedRowsAreCounted(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let counts = try await database.write(as: Samples.actor) { transaction in
        for code in ["a", "b", "c"] { try Samples.insert(code, 1, transaction) }
        return [
          try transaction.execute("UPDATE item SET amount = 2 WHERE code < 'c'"),
          try transaction.execute("UPDATE item SET amount = 3 WHERE code = 'x'"),
          try transaction.execute("SELECT code FROM item"),
          try transaction.execute("DELETE FROM item"),
        ]
      }
      #expect(counts == [2, 0, 0, 3])
    }
  }

  @Test(arguments: Engine.allCases)
  func rowsAreStreamedAndALimitGuardsTheRest(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumRows = 100
    try await withTestDatabase(engine, options: options) { database in
      let numbers = """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        SELECT i FROM n
        """
      let sum = try await database.read { transaction in
        var sum: Int64 = 0
        try transaction.forEach(numbers, [.integer(10_000)]) { (row) throws(StorageError) in
          sum += try row.int64("i")
        }
        return sum
      }
      #expect(sum == 50_005_000)
      let error = await storageError {
        _ = try await database.read { try $0.query(numbers, [.integer(101)]) }
      }
      #expect(error?.code == .invalidStatement)
    }
  }

  @Test(arguments: Engine.allCases)
  func aStatementInsideForEachIsRefused(engine: Engine) async throws {
    try await withTestDatabase(engine) { database in
      let error = await storageError {
        try await database.read { transaction in
          try transaction.forEach("SELECT 1 AS one", []) { (_) throws(StorageError) in
            _ = try transaction.query("SELECT 2 AS two")
          }
        }
      }
      #expect(error?.code == .invalidStatement)
    }
  }

  @Test(arguments: Engine.allCases)
  func moreStatementsThanAreKeptPreparedStillRun(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumStatements = 3
    try await withTestDatabase(engine, options: options) { database in
      let numbers = try await database.read { transaction in
        try (1...10).compactMap {
          try transaction.queryOne("SELECT \($0) + $1 AS n", [.integer(0)])?.int64("n")
        }
      }
      #expect(numbers == Array(1...10))
    }
  }

  @Test(arguments: Engine.allCases)
  func manyRowsGoInAtOnce(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let awkward: [SQLValue] = [.text("a\tb\nc\\d\\N"), .integer(-5), .text("\\."), .null]
      let rows =
        (0..<5_000).map { [.text("c\($0)"), .integer(Int64($0)), .text(""), .text("注")] }
        + [awkward]
      try await database.write(as: Samples.actor) {
        try $0.bulkInsert(
          into: "item", columns: ["code", "amount", "place", "note"], rows: rows)
      }
      let (count, row) = try await database.read { transaction in
        (
          try transaction.queryOne("SELECT COUNT(*) AS n FROM item")?.int64("n"),
          try transaction.queryOne(
            "SELECT code, amount, place, note FROM item WHERE amount = -5")?.values
        )
      }
      #expect(count == 5_001)
      #expect(row == awkward)
    }
  }

  @Test(arguments: Engine.allCases)
  func aBulkInsertThatBreaksARuleChangesNothing(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let error = await storageError {
        try await database.write(as: Samples.actor) {
          try $0.bulkInsert(into: "item", columns: ["code"], rows: [["a"], ["b"], ["a"]])
        }
      }
      #expect(error?.code == .conflict)
      let stored = try await Samples.amounts(database)
      #expect(stored.isEmpty)
    }
  }
}
