internal import Entries
internal import EntryStorage
internal import Measures
internal import Storage
internal import TestSupport
internal import Testing

/// Doubts within an entry, and what clerks decide.
struct EntryDoubtsTests {
  static let tally = ["place": "450000", "period": "2006", "debts": "2 3亿元"]
  static let key = "test/restructuring/debts/450000/2006"

  @Test(arguments: Engine.allCases)
  func `a number that cannot be read waits, and the entry is in no figure`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.create(Kinds.restructuring, Self.tally)
      let item = try #require(change.opened.first)
      #expect(change.record.content.quantity(Kinds.debts) == nil)
      #expect(change.record.doubtIDs == [item.id])
      #expect(try await bench.get(change.record.id).doubtIDs == [item.id])
      let stored = try await bench.doubt(item.id)
      #expect(stored == item)
      #expect(stored.state == .open && stored.kind == "restructuring" && stored.varying.isEmpty)
      #expect(stored.place == "450000" && stored.period == "2006")
      #expect(stored.source.sentence == "示例句" && stored.entryID == change.record.id)
      #expect(stored.doubt.rule == .unreadable && stored.doubt.printed == "2 3亿元")
      #expect(stored.doubt.candidates.map(\.quantity.printed) == ["23亿元", "2.3亿元"])
      let figure = try await bench.figure(Self.key)
      #expect(figure.quantity == nil && figure.doubtIDs == [item.id])
      // The same file again tells nothing new.
      let again = try await bench.enter(Kinds.restructuring, Self.tally)
      #expect(again.effect == .unchanged && again.opened.isEmpty)
      #expect(again.record.doubtIDs == [item.id])
      #expect(try await bench.doubts(nil).count == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `an accepted value stays when the same file comes again`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let first = try await bench.create(Kinds.restructuring, Self.tally)
      let item = try #require(first.opened.first)
      let change = try await bench.resolve(item.id, .accept(1))
      #expect(change.effect == .revised && change.record.revision == 2)
      #expect(change.record.doubtIDs.isEmpty)
      #expect(try await bench.printed(Self.key) == "2.3亿元")
      let decided = try await bench.doubt(item.id)
      #expect(decided.state == .accepted && decided.revision == 2)
      #expect(decided.resolution?.quantity?.printed == "2.3亿元")
      #expect(decided.resolution?.reason == "核对原件" && decided.resolution?.by == "clerk.450000")
      let again = try await bench.enter(Kinds.restructuring, Self.tally)
      #expect(again.effect == .unchanged)
      #expect(try await bench.printed(Self.key) == "2.3亿元")
      #expect(try await bench.doubts().isEmpty)
      // As it was known before the decision.
      let then = try await bench.figure(Self.key, at: first.record.recordTime)
      #expect(then.quantity == nil && then.doubtIDs == [item.id])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a corrected value stays when the same file comes again`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let item = try #require(
        try await bench.create(Kinds.restructuring, Self.tally).opened.first)
      try await bench.resolve(item.id, .correct("2.03亿元"))
      #expect(try await bench.doubt(item.id).state == .corrected)
      let again = try await bench.enter(Kinds.restructuring, Self.tally)
      #expect(again.effect == .unchanged)
      #expect(try await bench.printed(Self.key) == "2.03亿元")
      // Another printed value is another matter.
      let other = try await bench.enter(
        Kinds.restructuring, Self.tally.merging(["debts": "2 5亿元"]) { $1 })
      #expect(other.opened.map(\.doubt.printed) == ["2 5亿元"])
      #expect(try await bench.printed(Self.key) == "未统计")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a rejected value stays out`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let item = try #require(
        try await bench.create(Kinds.restructuring, Self.tally).opened.first)
      let change = try await bench.resolve(item.id, .reject)
      #expect(change.record.doubtIDs.isEmpty)
      #expect(try await bench.doubt(item.id).state == .rejected)
      let again = try await bench.enter(Kinds.restructuring, Self.tally)
      #expect(again.effect == .unchanged && again.opened.isEmpty)
      let figure = try await bench.figure(Self.key)
      #expect(figure.quantity == nil && figure.doubtIDs.isEmpty)
      #expect(try await bench.printed("test/restructuring/entries/450000/2006") == "1个")
      // A value that can be read is entered nevertheless.
      try await bench.enter(Kinds.restructuring, Self.tally.merging(["debts": "23亿元"]) { $1 })
      #expect(try await bench.printed(Self.key) == "23亿元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a corrected file ends the doubt`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let item = try #require(
        try await bench.create(Kinds.restructuring, Self.tally).opened.first)
      // Another field is corrected: the doubt remains, the same one.
      let half = try await bench.enter(
        Kinds.restructuring, Self.tally.merging(["workers": "3000多人"]) { $1 })
      #expect(half.effect == .revised && half.record.doubtIDs == [item.id])
      let whole = try await bench.enter(
        Kinds.restructuring, Self.tally.merging(["debts": "2.3亿元"]) { $1 })
      #expect(whole.record.doubtIDs.isEmpty)
      let settled = try await bench.doubt(item.id)
      #expect(settled.state == .settled && settled.resolution?.quantity == nil)
      #expect(try await bench.printed(Self.key) == "2.3亿元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a decision needs a reason, a candidate and an open doubt`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.create(Kinds.restructuring, Self.tally)
      let id = try #require(change.opened.first).id
      func broken(_ decision: EntryDecision, _ reason: String = "核对") async throws -> [String]? {
        let error = try await refusal { try await bench.resolve(id, decision, reason: reason) }
        return error?.broken
      }
      for reason in ["", " \u{3000}\n", String(repeating: "字", count: 501)] {
        #expect(try await broken(.reject, reason) == ["reason required"])
      }
      for index in [-1, 2, Int.max, Int.min] {
        #expect(
          try await broken(.accept(index)) == ["candidate_number quarantine.candidate"], "\(index)")
      }
      for (text, rule) in [
        ("2 3亿元", "quantity.unreadable"), ("23", "quantity.unit_missing"),
        ("2l亿元", "quantity.letter_in_number"), ("", "quantity.unreadable"),
        ("23人", "quantity.unit_mismatch"),
      ] {
        #expect(try await broken(.correct(text)) == ["corrected_text \(rule)"], "\(text)")
      }
      #expect(
        try await refusal { try await bench.resolve(id, .reject, as: "450100") }?.code
          == .permissionDenied)
      for etag in ["\"r2\"", "r1", "x"] {
        let stale = try await refusal {
          try await bench.write {
            _ = try $0.resolve(id, etag: etag, .reject, reason: "核对", $1)
          }
        }
        #expect(stale?.code == .stale, "\(etag)")
      }
      let unknown = try await refusal { try await bench.resolve("x", .reject) }
      #expect(unknown?.code == .notFound && unknown?.type == "quarantine_item")
      // Nothing of this left a trace.
      #expect(try await bench.doubts().map(\.id) == [id])
      #expect(try await bench.get(change.record.id).revision == 1)
      try await bench.resolve(id, .reject)
      #expect(
        try await refusal { try await bench.resolve(id, .accept(0)) }?.code == .failedPrecondition)
    }
  }

  @Test(arguments: Engine.allCases)
  func `deciding one of two doubts leaves the other as it is`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.create(
        Kinds.promotion,
        [
          "name": "晋级", "place": "450000", "entered": "500件", "promoted": "600件",
          "commended": "700件",
        ])
      #expect(change.opened.map(\.doubt.field.name) == ["promoted", "commended"])
      let (promoted, commended) = (change.opened[0], change.opened[1])
      try await bench.resolve(commended.id, .accept(0))
      #expect(try await bench.doubts().map(\.id) == [promoted.id])
      #expect(try await bench.get(change.record.id).doubtIDs == [promoted.id])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a decision that changes what another doubt says replaces it`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.create(
        Kinds.promotion,
        [
          "name": "晋级", "place": "450000", "entered": "500件", "promoted": "600件",
          "commended": "700件",
        ])
      try await bench.resolve(change.opened[0].id, .correct("400件"))
      let open = try await bench.doubts()
      #expect(open.map(\.doubt.zh) == ["优秀700件大于晋级400件"])
      #expect(try await bench.doubt(change.opened[1].id).state == .settled)
      let last = try await bench.resolve(try #require(open.first).id, .correct("60件"))
      #expect(last.record.doubtIDs.isEmpty)
      #expect(try await bench.doubts().isEmpty)
      #expect(try await bench.printed("test/promotion/commended/450000/all") == "60件")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a doubt within an entry outlives a change of something else`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let cells = ["name": "晋级", "place": "450000", "entered": "500件", "promoted": "600件"]
      let change = try await bench.create(Kinds.promotion, cells)
      let id = try #require(change.opened.first).id
      let next = try await bench.update(
        change.record, cells.merging(["commended": "60件"]) { $1 })
      #expect(next.opened.isEmpty && next.record.doubtIDs == [id])
      // Accepted as printed, it stays so; with other numbers it is another doubt.
      try await bench.resolve(id, .accept(0))
      let again = try await bench.enter(
        Kinds.promotion, cells.merging(["commended": "61件"]) { $1 })
      #expect(again.record.doubtIDs.isEmpty)
      let other = try await bench.enter(
        Kinds.promotion, cells.merging(["entered": "501件"]) { $1 })
      #expect(other.opened.map(\.doubt.zh) == ["晋级600件大于预展501件"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `doubts are listed by state, kind, place and period`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      var ids: [String] = []
      for place in ["450100", "450923", "460000"] {
        let change = try await bench.create(
          Kinds.restructuring, Self.tally.merging(["place": place]) { $1 }, as: "000000")
        ids += change.opened.map(\.id)
      }
      let work = try await bench.create(
        Kinds.promotion, ["name": "甲", "place": "450923", "promoted": "6 0件"])
      ids += work.opened.map(\.id)
      try await bench.resolve(ids[0], .reject)
      func list(
        _ change: @Sendable (inout DoubtQuery) -> Void, after: String = "", limit: Int = 10
      ) async throws -> String {
        var query = DoubtQuery()
        change(&query)
        let answer = try await bench.database.read { [query] in
          try Bench.book.listDoubts(query, after: after, limit: limit, $0)
        }
        let numbers = answer.items.compactMap { ids.firstIndex(of: $0.id) }
        return "\(numbers) of \(answer.total)"
      }
      #expect(try await list { _ in } == "[0, 1, 2, 3] of 4")
      #expect(try await list { $0.state = .open } == "[1, 2, 3] of 3")
      #expect(try await list { $0.state = .rejected } == "[0] of 1")
      #expect(try await list { $0.kind = "promotion" } == "[3] of 1")
      #expect(try await list { $0.place = EntryPlace("450000") } == "[0, 1, 3] of 3")
      #expect(try await list { $0.place = EntryPlace("450900") } == "[1, 3] of 2")
      #expect(try await list { $0.place = EntryPlace("000000") } == "[0, 1, 2, 3] of 4")
      #expect(try await list { $0.period = "2006" } == "[0, 1, 2] of 3")
      #expect(try await list({ _ in }, after: ids[1], limit: 1) == "[2] of 4")
    }
  }
}
