internal import Entries
internal import EntryStorage
internal import Measures
internal import Storage
internal import TestSupport
internal import Testing

/// Doubts between entries: wholes and parts, totals and grades, in whichever order they come.
struct EntryGroupsTests {
  static func debts(_ place: String, _ debts: String) -> [String: String] {
    ["place": place, "period": "2006", "debts": debts]
  }

  static func awards(
    _ grade: String, _ awards: String, editions: String = "fair-51"
  ) -> [String: String] {
    [
      "editions": editions, "place": "450000", "period": "2016", "grade": grade,
      "awards": awards,
    ]
  }

  static let total = awards("", "110个")
  static let grades = [
    awards("gold", "12个"), awards("silver", "23个"), awards("bronze", "27个"),
    awards("excellent", "47个"),
  ]

  static func withEditions(
    _ engine: Engine, _ body: (Bench) async throws -> Void
  ) async throws {
    try await Bench.run(engine) { bench in
      for code in ["fair-50", "fair-51"] {
        try await bench.create(Kinds.edition, ["code": code, "name": code])
      }
      try await body(bench)
    }
  }

  @Test(arguments: Engine.allCases, [false, true])
  func `a part greater than its whole is doubtful, whichever came first`(
    engine: Engine, partFirst: Bool
  ) async throws {
    try await Bench.run(engine) { bench in
      let entries = [Self.debts("450400", "14亿元"), Self.debts("450000", "8亿多元")]
      for cells in partFirst ? entries : entries.reversed() {
        try await bench.enter(Kinds.restructuring, cells)
      }
      let open = try await bench.doubts()
      let doubt = try #require(open.first)
      #expect(open.count == 1 && doubt.doubt.rule == .partExceedsWhole)
      #expect(doubt.place == "450400" && doubt.varying == "place")
      #expect(doubt.doubt.candidates.map(\.quantity.printed) == ["14亿元", "1.4亿元"])
      let whole = try await bench.figure("test/restructuring/debts/450000/2006")
      #expect(whole.quantity?.printed == "8亿多元" && whole.doubtIDs.isEmpty)
      let part = try await bench.figure("test/restructuring/debts/450400/2006")
      #expect(part.quantity == nil && part.doubtIDs == [doubt.id])
      // The part as it must have been printed.
      try await bench.resolve(doubt.id, .accept(1))
      #expect(try await bench.printed("test/restructuring/debts/450400/2006") == "1.4亿元")
      for cells in entries { try await bench.enter(Kinds.restructuring, cells) }
      #expect(try await bench.doubts().isEmpty)
      #expect(try await bench.printed("test/restructuring/debts/450400/2006") == "1.4亿元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a part accepted as printed stays so when the same files come again`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let entries = [Self.debts("450400", "14亿元"), Self.debts("450000", "8亿多元")]
      for cells in entries { try await bench.enter(Kinds.restructuring, cells) }
      let doubt = try #require(try await bench.doubts().first)
      let change = try await bench.resolve(doubt.id, .accept(0))
      #expect(change.effect == .unchanged && change.record.doubtIDs.isEmpty)
      for cells in entries + entries.reversed() {
        #expect(try await bench.enter(Kinds.restructuring, cells).effect == .unchanged)
      }
      #expect(try await bench.doubts().isEmpty)
      #expect(try await bench.printed("test/restructuring/debts/450400/2006") == "14亿元")
      // Another whole is another question.
      try await bench.enter(Kinds.restructuring, Self.debts("450000", "9亿元"))
      #expect(try await bench.doubts().map(\.doubt.relatedIDs.count) == [1])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a doubt ends with what caused it`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let part = try await bench.enter(Kinds.restructuring, Self.debts("450400", "14亿元")).record
      let whole = try await bench.enter(Kinds.restructuring, Self.debts("450000", "8亿多元")).record
      let first = try #require(try await bench.doubts().first)
      // The whole is corrected, and the part agrees.
      let larger = try await bench.update(whole, Self.debts("450000", "18亿元")).record
      #expect(try await bench.doubts().isEmpty)
      #expect(try await bench.doubt(first.id).state == .settled)
      // It is small again, and then gone.
      let small = try await bench.update(larger, Self.debts("450000", "8亿多元")).record
      #expect(try await bench.doubts().count == 1)
      try await bench.delete(small)
      #expect(try await bench.doubts().isEmpty)
      // It comes again for another year: nothing to compare.
      try await bench.enter(
        Kinds.restructuring, ["place": "450000", "period": "2007", "debts": "8亿多元"])
      #expect(try await bench.doubts().isEmpty)
      // The part moves to that year.
      let moved = try await bench.update(
        part, ["place": "450400", "period": "2007", "debts": "14亿元"])
      #expect(moved.opened.count == 1 && moved.record.doubtIDs == moved.opened.map(\.id))
      let back = try await bench.update(moved.record, Self.debts("450400", "14亿元"))
      #expect(back.record.doubtIDs.isEmpty)
      #expect(try await bench.doubts().isEmpty)
      // With the part, its doubts are gone.
      try await bench.enter(Kinds.restructuring, Self.debts("450000", "8亿多元"))
      #expect(try await bench.doubts().count == 1)
      try await bench.delete(try await bench.get(part.id))
      #expect(try await bench.doubts().isEmpty)
    }
  }

  @Test(arguments: Engine.allCases, 0..<5)
  func `a total that differs is doubtful, whenever it came`(
    engine: Engine, position: Int
  ) async throws {
    try await Self.withEditions(engine) { bench in
      var entries = Self.grades
      entries.insert(Self.total, at: position)
      for cells in entries { try await bench.enter(Kinds.awardTally, cells) }
      let open = try await bench.doubts()
      let doubt = try #require(open.first)
      #expect(open.count == 1 && doubt.doubt.rule == .totalDiffers)
      #expect(doubt.doubt.candidates.map(\.quantity.printed) == ["110个", "109个"])
      #expect(doubt.doubt.relatedIDs.count == 4)
      #expect(try await bench.printed("test/award_tally/awards/450000/2016") == "109个")
      try await bench.resolve(doubt.id, .accept(position.isMultiple(of: 2) ? 0 : 1))
      // The decided total counts, whatever its parts add up to.
      #expect(
        try await bench.printed("test/award_tally/awards/450000/2016")
          == (position.isMultiple(of: 2) ? "110个" : "109个"))
      for cells in entries {
        #expect(try await bench.enter(Kinds.awardTally, cells).effect == .unchanged)
      }
      #expect(try await bench.doubts().isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `an equal total is no doubt, and a changed grade opens one`(
    engine: Engine
  ) async throws {
    try await Self.withEditions(engine) { bench in
      for cells in [Self.awards("", "109个")] + Self.grades {
        try await bench.enter(Kinds.awardTally, cells)
      }
      #expect(try await bench.doubts().isEmpty)
      try await bench.enter(Kinds.awardTally, Self.awards("gold", "13个"))
      #expect(try await bench.doubts().map(\.doubt.zh) == ["合计109个不等于各等级之和110个"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a total and its parts may name their editions in another order`(
    engine: Engine
  ) async throws {
    try await Self.withEditions(engine) { bench in
      try await bench.enter(
        Kinds.awardTally, Self.awards("", "110个", editions: "fair-50、fair-51"))
      try await bench.enter(
        Kinds.awardTally, Self.awards("gold", "109个", editions: "fair-51、fair-50"))
      // Those of one edition alone are another group.
      try await bench.enter(Kinds.awardTally, Self.awards("silver", "9个"))
      #expect(try await bench.doubts().map(\.doubt.zh) == ["合计110个不等于各等级之和109个"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `totals and grades that come at once leave the right doubt`(
    engine: Engine
  ) async throws {
    try await Self.withEditions(engine) { bench in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for cells in Self.grades + [Self.total] {
          group.addTask { try await bench.enter(Kinds.awardTally, cells) }
        }
        try await group.waitForAll()
      }
      let open = try await bench.doubts()
      #expect(open.map(\.doubt.zh) == ["合计110个不等于各等级之和109个"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `the feed tells of the entry and of neighbours whose doubts change`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let cursor = try await bench.cursor()
      let part = try await bench.enter(Kinds.restructuring, Self.debts("450400", "14亿元")).record
      let whole = try await bench.enter(Kinds.restructuring, Self.debts("450000", "8亿多元")).record
      let doubt = try #require(try await bench.doubts().first)
      try await bench.resolve(doubt.id, .accept(1))
      try await bench.enter(Kinds.restructuring, Self.debts("450000", "8亿多元"))
      try await bench.delete(whole)
      let events = try await bench.changes(after: cursor, count: 5)
      func told(_ id: String) -> [String] {
        events.filter { $0.id == id }.map {
          "\($0.revision) \($0.action) \(String(decoding: $0.payload, as: UTF8.self))"
        }
      }
      #expect(
        told(part.id) == [
          "1 put restructuring r1 0 doubts", "2 put restructuring r1 1 doubts",
          "3 put restructuring r2 0 doubts",
        ])
      #expect(
        told(whole.id) == [
          "1 put restructuring r1 0 doubts",
          "2 \(ChangeEvent.Action.remove) restructuring r1 deleted",
        ])
      #expect(events.count == 5)
      let snapshot = try await bench.database.read { transaction in
        var events: [ChangeEvent] = []
        try Bench.book.snapshot(transaction) { event in events.append(event) }
        return events
      }
      #expect(snapshot.map(\.id) == [part.id] && snapshot.map(\.revision) == [3])
    }
  }
}
