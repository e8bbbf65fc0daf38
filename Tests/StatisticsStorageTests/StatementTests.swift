internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing

/// What is sent to the engines: few texts, few parameters, and one answer to what leaves 64 bits.
struct StatementTests {
  /// Notes the texts of all statements.
  private final class Spy: SQLExecutor {
    private let base: ReadTransaction
    private(set) var texts: Set<String> = []

    init(_ base: ReadTransaction) { self.base = base }

    var dialect: Dialect { base.dialect }

    func query(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> [SQLRow] {
      texts.insert(sql)
      return try base.query(sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(StorageError) -> Int {
      texts.insert(sql)
      return try base.execute(sql, parameters)
    }

    func forEach(
      _ sql: String, _ parameters: [SQLValue], _ body: (SQLRow) throws(StorageError) -> Void
    ) throws(StorageError) {
      texts.insert(sql)
      try base.forEach(sql, parameters, body)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a list has one text, whatever the size of its pages`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let counts = try await bench.database.read { [cache = bench.cache] transaction in
        let catalogue = try cache.reference(transaction).catalogue
        let (reports, items, targets) = (Spy(transaction), Spy(transaction), Spy(transaction))
        for limit in 1...20 {
          _ = try ReportListing.list(
            ReportFilter(), after: nil, limit: limit, catalogue, reports)
          _ = try QuarantineTable.list(QuarantineFilter(), after: nil, limit: limit, items)
          _ = try TargetTable.list(TargetFilter(), after: nil, limit: limit, targets)
        }
        return [reports.texts.count, items.texts.count, targets.texts.count]
      }
      #expect(counts == [1, 1, 1])
    }
  }

  @Test(arguments: Engine.allCases, [3, 256, 257, 321, 20_000])
  func `a subtree may have any number of places`(engine: Engine, size: Int) async throws {
    try await Bench.run(engine) { bench in
      try await bench.submit(Bench.key("450900"), ["gross_output": "1 2亿元"])
      try await bench.submit(Bench.key("450100"), ["gross_output": "12亿元"])
      try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u1"), ["gross_output": "3 0万元"])
      try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u2"), ["gross_output": "30万元"])
      // Villages have no code: they are named by ids.
      let villages = (3..<size).map { _ in UUIDv7.next() }
      let places = Set(["450900", "450923", "450981"] + villages)
      let (reports, counted, items, years) = try await bench.database.read {
        [cache = bench.cache] transaction in
        let catalogue = try cache.reference(transaction).catalogue
        var filter = ReportFilter()
        filter.places = places
        var visible = ReportFilter()
        visible.visibleUnitPlaces = places
        var doubts = QuarantineFilter()
        doubts.places = places
        doubts.visibleUnitPlaces = places
        return (
          try ReportListing.list(filter, after: nil, limit: 10, catalogue, transaction)
            .map(\.report.key.placeCode),
          try ReportListing.count(visible, transaction),
          try QuarantineTable.list(doubts, after: nil, limit: 10, transaction)
            .map(\.key.placeCode),
          try YearListing.years(of: "450900", subtree: places, transaction)
        )
      }
      #expect(reports == ["450900", "450923"])
      #expect(counted == 3)
      #expect(items == ["450900", "450923"])
      #expect(years == ["2013"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a cell that leaves 64 bits is an overflow on either engine`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let other = EnterpriseFact(
        creditCode: "", name: "示例二厂", placeCode: "450923", sector: "工艺美术")
      try await bench.install(
        Bench.register + [RegisterChange(entity: .enterprise(id: "u3", [other]), revision: 1)],
        cursor: "c1")
      let first = try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u1"), ["gross_output": "3000万元"])
      try await bench.database.write(as: .system("test")) {
        try $0.execute("UPDATE cell SET value = $1", [.integer(Int64.max - 10)])
      }
      let added = await #expect(throws: StorageError.self) {
        try await bench.submit(
          Bench.key("", "2013", .unit, unit: "u3"), ["gross_output": "3000万元"])
      }
      #expect(added?.code == .overflow)
      let changed = await #expect(throws: StorageError.self) {
        try await bench.revise(first.report, ["gross_output": "3001万元"])
      }
      #expect(changed?.code == .overflow)
      // Fewer observations than none are a defect, not a sum that is too large.
      try await bench.database.write(as: .system("test")) {
        try $0.execute("UPDATE cell SET value = 0, observations = 0")
      }
      let defect = await #expect(throws: StorageError.self) {
        try await bench.withdraw(first.report)
      }
      #expect(defect?.code == .constraint)
    }
  }
}
