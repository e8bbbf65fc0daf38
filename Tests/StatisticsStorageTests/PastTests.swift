internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

/// Answers as they were known at a time.
struct PastTests {
  @Test(arguments: Engine.allCases)
  func `a figure of then is what was recorded then`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let key = "total/450000/bureau/gross_output/2013"
      let first = try await bench.submit(Bench.key("450000"), ["gross_output": "800亿元"])
      let second = try await bench.revise(first.report, ["gross_output": "810亿元"])
      let third = try await bench.withdraw(first.report)
      #expect(try await bench.printed(key, at: first.report.recordTime - 1) == "未统计")
      #expect(try await bench.printed(key, at: first.report.recordTime) == "800亿元")
      #expect(try await bench.printed(key, at: second.report.recordTime - 1) == "800亿元")
      #expect(try await bench.printed(key, at: second.report.recordTime) == "810亿元")
      #expect(try await bench.printed(key, at: third.report.recordTime) == "未统计")
      #expect(try await bench.printed(key) == "未统计")
    }
  }

  @Test(arguments: Engine.allCases)
  func `sums, years to date and quarantine of then`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      try await bench.submit(
        Bench.key("450900", "2013-01", .whole), ["gross_output": "10亿元"])
      let unit = try await bench.submit(
        Bench.key("", "2013-01", .unit, unit: "u2"), ["gross_output": "500万元"])
      let doubt = try await bench.submit(
        Bench.key("450100", "2013-01"), ["gross_output": "1 2亿元"])
      let id = doubt.items[0].item.id
      let accepted = try await bench.write {
        try $0.resolve(id, .accept(candidateIndex: 0), reason: "核对")
      }
      let key = "total/450000/bureau/gross_output/2013-01"
      #expect(try await bench.printed(key) == "22.05亿元")
      let time = accepted.report.recordTime - 1
      #expect(try await bench.printed(key, at: time) == "10.05亿元")
      #expect(try await bench.figure(key, at: time).quarantineIDs == [id])
      #expect(try await bench.figure(key).quarantineIDs.isEmpty)
      let ytd = "ytd/450000/bureau/gross_output/2013-01"
      #expect(
        try await bench.printed(ytd, at: unit.report.recordTime - 1) == "10亿元")
      #expect(try await bench.figure(key, at: time).recordCount == 2)
    }
  }

  @Test(arguments: Engine.allCases)
  func `the records behind a figure are those of then, page by page`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let whole = try await bench.submit(
        Bench.key("450900", "2013", .remainder), ["gross_output": "10亿元"])
      let unit = try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u1"), ["gross_output": "500万元"])
      try await bench.withdraw(unit.report)
      let now = try await bench.figure("total/450000/bureau/gross_output/2013")
      let then = try await bench.figure(
        "total/450000/bureau/gross_output/2013", at: unit.report.recordTime)
      #expect(now.recordCount == 1 && then.recordCount == 2)
      var found: [String] = []
      for contribution in then.contributions {
        guard case .observations(let subject, let contributor) = contribution else { continue }
        found += try await bench.database.read { [cache = bench.cache] transaction in
          try RecordListing.observations(
            subject, contributor, after: 0, limit: 10, at: unit.report.recordTime,
            cache.reference(transaction).catalogue, transaction
          ).map(\.report.id)
        }
      }
      #expect(Set(found) == [whole.report.id, unit.report.id])
    }
  }

  @Test(arguments: Engine.allCases)
  func `revisions are kept, oldest first`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let first = try await bench.submit(Bench.key("450000"), ["gross_output": "800亿元"])
      try await bench.revise(first.report, ["gross_output": "810亿元"])
      try await bench.withdraw(first.report)
      let revisions = try await bench.database.read { [cache = bench.cache] transaction in
        try ReportArchive.revisions(
          first.report.id, cache.reference(transaction).catalogue, transaction)
      }
      #expect(revisions.map(\.revision) == [1, 2, 3])
      #expect(revisions.map(\.state) == [.accepted, .accepted, .withdrawn])
      #expect(revisions.map { $0.observations.first?.quantity.text } == ["800亿", "810亿", "810亿"])
      #expect(revisions.map(\.reason) == ["", "更正", "重复上报"])
    }
  }
}
