internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

/// Values that come by a report's natural key, as files have them.
struct RecordingTests {
  private func record(
    _ bench: Bench, _ key: ReportKey, _ values: KeyValuePairs<String, String>
  ) async throws -> ReportChange {
    let draft = Bench.draft(key, values)
    return try await bench.write { try $0.record(draft, reason: "导入") }
  }

  @Test(arguments: Engine.allCases)
  func `the same values in another order, or some of them, change nothing`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let key = try Bench.key("450000")
      let first = try await record(
        bench, key,
        ["gross_output": "810亿元", "export_delivery": "48亿元", "tax_paid": "2 3亿元"])
      let generation = try await bench.generation()
      let again: [KeyValuePairs<String, String>] = [
        ["tax_paid": "2 3亿元", "export_delivery": "48亿元", "gross_output": "810亿元"],
        ["export_delivery": "48亿元"], ["tax_paid": "2 3亿元"],
        ["export_delivery": "48亿元", "tax_paid": "2 3亿元"],
      ]
      for values in again {
        let change = try await record(bench, key, values)
        #expect(change.isUnchanged, "\(values)")
        #expect(change.report == first.report)
      }
      #expect(try await bench.generation() == generation)
      // A change of one value moves no other.
      let next = try await record(
        bench, key, ["sales_output": "790亿元", "export_delivery": "49亿元"])
      #expect(next.report.revision == 2)
      #expect(
        next.report.observations.map(\.quantity.text) == ["810亿", "49亿", "790亿"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `what is taken back is a doubt again where it was one`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let key = try Bench.key("450000", "2006", channel: "collective")
      let first = try await record(
        bench, key,
        ["gross_output": "2 3亿元", "export_delivery": "22亿元", "tax_paid": "1 1亿元"])
      let ids = first.items.map(\.item.id)
      // A clerk's decision that made no revision is nobody else's to undo.
      _ = try await bench.write { try $0.resolve(ids[1], .reject, reason: "核对") }
      let corrected = try await record(bench, key, ["gross_output": "2.3亿元"])
      #expect(corrected.items.map(\.item.state) == [.corrected])
      _ = try await bench.write { try $0.resolve(ids[2], .reject, reason: "核对") }
      let back = try await bench.write {
        try $0.restore(corrected.report.id, revision: 1, reason: "撤回导入") { _ in }
      }
      #expect(back.report.revision == 3 && back.report.observations.isEmpty)
      #expect(back.items.map(\.item.state) == [.open])
      let opened = try #require(back.items.first?.item)
      #expect(opened.doubt == first.items[0].item.doubt && !ids.contains(opened.id))
      let figure = try await bench.figure("total/450000/collective/gross_output/2006")
      #expect(figure.mark == .notRecorded && figure.quarantineIDs == [opened.id])
      // The file as it was first handed in says nothing new, and the doubt can be decided.
      let again = try await record(bench, key, ["gross_output": "2 3亿元"])
      #expect(again.isUnchanged)
      _ = try await bench.write {
        try $0.resolve(opened.id, .accept(candidateIndex: 1), reason: "核对")
      }
      #expect(
        try await bench.printed("total/450000/collective/gross_output/2006") == "2.3亿元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a doubt that came with what is taken back ends with it`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let key = try Bench.key("450000", "2006", channel: "collective")
      _ = try await record(bench, key, ["gross_output": "23亿元"])
      let doubtful = try await record(bench, key, ["gross_output": "2 3亿元"])
      #expect(doubtful.items.map(\.item.state) == [.open])
      let back = try await bench.write {
        try $0.restore(doubtful.report.id, revision: 1, reason: "撤回导入") { _ in }
      }
      #expect(back.items.map(\.item.state) == [.rejected])
      let figure = try await bench.figure("total/450000/collective/gross_output/2006")
      #expect(figure.quarantineIDs.isEmpty && figure.printed.number == "23")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a unit whose place was corrected since is the same unit`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let blank = try Bench.key("", "2013", .unit, unit: "u1")
      let first = try await record(bench, blank, ["gross_output": "3000万元"])
      #expect(first.report.key.placeCode == "450923")
      var register = Bench.register
      register.removeAll { $0.entity.id == "u1" }
      let moved = EnterpriseFact(creditCode: "", name: "示例编织厂", placeCode: "450126")
      register.append(RegisterChange(entity: .enterprise(id: "u1", [moved]), revision: 2))
      try await bench.install(register, cursor: "c1")
      for place in ["", "450923", "450126"] {
        var key = blank
        key.placeCode = place
        let change = try await record(bench, key, ["gross_output": "3000万元"])
        #expect(change.isUnchanged && change.report == first.report, "\(place)")
      }
      let next = try await record(bench, blank, ["gross_output": "3100万元"])
      #expect(next.report.id == first.report.id && next.report.revision == 2)
      #expect(next.report.key == first.report.key)
      #expect(
        try await bench.printed("total/450923/bureau/gross_output/2013") == "3100万元")
      var elsewhere = blank
      elsewhere.placeCode = "450100"
      let draft = Bench.draft(elsewhere, ["gross_output": "3000万元"])
      let error = await #expect(throws: StatisticsError.self) {
        _ = try await bench.write { try $0.record(draft, reason: "导入") }
      }
      #expect(error?.violations.map(\.rule) == ["report.unit_place"])
    }
  }
}
