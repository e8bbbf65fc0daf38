internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

/// The cells against the reports that they stand for.
enum Recount {
  /// Every figure that cells give must be the one that revisions give: the same engine reads
  /// both, and the second knows no cells.
  static func check(_ bench: Bench) async throws {
    let now = try await bench.database.read { transaction in
      try transaction.queryOne("SELECT MAX(recorded_at) AS t FROM report_revision")?.int64("t")
    }
    let periods = try await bench.database.read { transaction in
      try transaction.query(
        "SELECT DISTINCT channel_code, indicator_code, nature, period, sector FROM cell"
      ).map { row in
        (
          try row.text("channel_code"), try row.text("indicator_code"), try row.text("nature"),
          try row.text("period"), try row.text("sector")
        )
      }
    }
    let time = try #require(now) + 1
    for (channel, indicator, nature, period, sector) in periods {
      for sector in Set(["", sector]) {
        var query: [String] = []
        if !sector.isEmpty { query.append("sector=\(sector)") }
        if nature != "actual" { query.append("nature=\(nature)") }
        let end = query.isEmpty ? "" : "?" + query.joined(separator: "&")
        for place in Bench.places.map(\.code) {
          let key = "total/\(place)/\(channel)/\(indicator)/\(period)\(end)"
          let fromCells = try await bench.figure(key)
          let fromReports = try await bench.figure(key, at: time)
          #expect(fromCells.mark == fromReports.mark, "\(key)")
          #expect(fromCells.quantity?.value == fromReports.quantity?.value, "\(key)")
          #expect(fromCells.quantity?.interval == fromReports.quantity?.interval, "\(key)")
          #expect(fromCells.undecomposed == fromReports.undecomposed, "\(key)")
          #expect(fromCells.recordCount == fromReports.recordCount, "\(key)")
          #expect(fromCells.printed.unit == fromReports.printed.unit, "\(key)")
        }
      }
    }
  }
}

struct RecountTests {
  /// Random reports, revisions, withdrawals and decisions of a clerk.
  @Test(arguments: Engine.allCases, [UInt64(1), 2, 3, 4])
  func `cells equal a recount of the reports after any history`(
    engine: Engine, seed: UInt64
  ) async throws {
    try await Bench.run(engine) { bench in
      var random = Seeded(seed)
      var reports: [Report] = []
      for _ in 0..<60 {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...5:
          let key = try Self.key(&random)
          if let change = try await Self.attempt({
            try await bench.submit(
              key,
              ["gross_output": Self.value(&random), "export_delivery": Self.value(&random)])
          }) {
            reports.append(change.report)
          }
        case 6, 7:
          guard let report = reports.randomElement(using: &random) else { continue }
          _ = try await Self.attempt {
            try await bench.revise(report, ["gross_output": Self.value(&random)])
          }
        case 8:
          guard let report = reports.randomElement(using: &random) else { continue }
          _ = try await Self.attempt { try await bench.withdraw(report) }
        default:
          try await Self.decide(bench, &random)
        }
      }
      try await Recount.check(bench)
    }
  }

  /// Overlaps, withdrawn reports and the like are part of the history.
  private static func attempt(
    _ body: () async throws -> ReportChange
  ) async throws -> ReportChange? {
    do {
      return try await body()
    } catch is StatisticsError {
      return nil
    }
  }

  private static func decide(_ bench: Bench, _ random: inout Seeded) async throws {
    var filter = QuarantineFilter()
    filter.state = .open
    let items = try await bench.database.read { [filter] transaction in
      try QuarantineTable.list(filter, after: nil, limit: 10, transaction)
    }
    guard let item = items.randomElement(using: &random) else { return }
    let accepts = Bool.random(using: &random) && !item.doubt.candidates.isEmpty
    let decision: QuarantineDecision = accepts ? .accept(candidateIndex: 0) : .reject
    _ = try await bench.write { try $0.resolve(item.id, decision, reason: "核对") }
  }

  private static func key(_ random: inout Seeded) throws -> ReportKey {
    let coverage = Coverage.allCases.randomElement(using: &random) ?? .whole
    let period = ["2013", "2013", "2012"].randomElement(using: &random) ?? "2013"
    if coverage == .unit {
      return try Bench.key(
        "", period, .unit, unit: Bool.random(using: &random) ? "u1" : "u2")
    }
    let places = Bench.places.map(\.code).filter { $0 != "450381" }
    return try Bench.key(
      places.randomElement(using: &random) ?? "450000", period, coverage,
      sector: Bool.random(using: &random) ? "" : "工艺美术",
      nature: Int.random(in: 0..<5, using: &random) == 0 ? .expected : .actual)
  }

  private static func value(_ random: inout Seeded) -> String {
    let number = Int.random(in: 1...99, using: &random)
    return [
      "\(number)亿元", "\(number)00万元", "\(number).5亿元", "\(number)亿多元", "\(number)亿元以上",
      "\(number / 10) \(number % 10)亿元", "\(number * 10_000)元",
    ].randomElement(using: &random) ?? "1亿元"
  }
}

/// A generator with a seed, so that a failure can be repeated.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
