internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

/// A target tells when the value that it grows from is another one than when it was set.
struct RevisedBaseTests {
  private static let note = "基期2013年数在目标录入后修订过"
  private static let key = "target/450900/bureau/gross_output/2014"

  private func setTarget(_ bench: Bench, sector: String = "") async throws {
    let target = Target(
      id: UUIDv7.next(), placeCode: "450900", channelCode: "bureau",
      indicatorCode: "gross_output", sector: sector, period: try Period(parsing: "2014"),
      kind: .growth, quantity: try Quantity(parsing: "10%", nature: .plan), basePeriod: nil,
      source: Source(document: "工作总结"), revision: 0, createTime: 0, recordTime: 0,
      recordedBy: "clerk")
    _ = try await bench.database.write(as: .system("test")) {
      try TargetTable.insert(target, $0)
    }
  }

  private func notes(
    _ bench: Bench, _ key: String = key, at time: Int64 = RecordedTime.now
  ) async throws -> [String] {
    try await bench.figure(key, at: time).notes
  }

  @Test(arguments: Engine.allCases)
  func `only another value of the indicator moves the base`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let base = try await bench.submit(
        Bench.key("450900"), ["gross_output": "192亿元", "tax_paid": "6亿元"])
      try await bench.revise(base.report, ["gross_output": "190亿元", "tax_paid": "6亿元"])
      try await setTarget(bench)
      #expect(try await notes(bench) == [])
      try await bench.revise(base.report, ["gross_output": "190亿元", "tax_paid": "6.4亿元"])
      #expect(try await notes(bench) == [])
      let moved = try await bench.revise(
        base.report, ["gross_output": "195亿元", "tax_paid": "6.4亿元"])
      #expect(try await notes(bench) == [Self.note])
      #expect(try await notes(bench, at: moved.report.recordTime - 1) == [])
      try await bench.revise(base.report, ["gross_output": "190亿元", "tax_paid": "6.4亿元"])
      #expect(try await notes(bench) == [])
    }
  }

  @Test(arguments: Engine.allCases)
  func `reports of another sector are no base of a place's whole`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      try await bench.submit(Bench.key("450900"), ["gross_output": "192亿元"])
      let sector = try await bench.submit(
        Bench.key("450900", sector: "陶瓷"), ["gross_output": "20亿元"])
      try await setTarget(bench)
      try await setTarget(bench, sector: "陶瓷")
      try await bench.revise(sector.report, ["gross_output": "21亿元"])
      #expect(try await notes(bench) == [])
      #expect(try await notes(bench, Self.key + "?sector=陶瓷") == [Self.note])
    }
  }

  @Test(arguments: Engine.allCases)
  func `units of every sector are a base of all sectors`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let unit = try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u1"), ["gross_output": "3000万元"])
      // With the other county, the place is recorded completely.
      try await bench.submit(Bench.key("450981"), ["gross_output": "1亿元"])
      try await setTarget(bench)
      try await bench.revise(unit.report, ["gross_output": "3100万元"])
      #expect(try await notes(bench) == [Self.note])
    }
  }

  @Test(arguments: Engine.allCases)
  func `then is answered by the states of then`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let base = try await bench.submit(Bench.key("450900"), ["gross_output": "192亿元"])
      try await setTarget(bench)
      let moved = try await bench.revise(base.report, ["gross_output": "195亿元"])
      try await bench.withdraw(base.report)
      #expect(try await notes(bench, at: moved.report.recordTime) == [Self.note])
      // Handed in anew with the value that it had: nothing moved.
      try await bench.submit(Bench.key("450900"), ["gross_output": "192亿元"])
      #expect(try await notes(bench) == [])
    }
  }
}
