internal import Entries
internal import EntryStorage
internal import Measures
internal import Storage
internal import TestSupport
internal import Testing

struct EntryQueriesTests {
  static let works: [[String: String]] = [
    [
      "title": "老山界", "makers": "李四、O'Hara \"Bob\"", "edition": "fair-5", "place": "450923",
      "period": "2013-05", "shown": "2013-06-01", "grade": "金奖",
    ],
    [
      "title": "100%", "makers": "a_b、ABC", "edition": "fair-51", "place": "450100",
      "period": "2013", "shown": "2013-H1",
    ],
    [
      "title": "a!b", "makers": "abc、张/李、反\\斜", "place": "451021", "period": "2014-01",
      "shown": "2013-11/2014-02", "grade": "银奖",
    ],
    ["title": "无处", "makers": "李四甲"],
    ["title": "外省", "place": "460000", "period": "2013-12-31", "shown": "2013-12-31"],
  ]

  private static func withWorks(
    _ engine: Engine, _ body: (Bench, [EntryRecord]) async throws -> Void
  ) async throws {
    try await Bench.run(engine) { bench in
      for code in ["fair-5", "fair-51"] {
        try await bench.create(Kinds.edition, ["code": code, "name": code])
      }
      var records: [EntryRecord] = []
      for cells in works {
        records.append(try await bench.create(Kinds.work, cells, as: "000000").record)
      }
      try await body(bench, records)
    }
  }

  private static func list(
    _ bench: Bench, _ change: (inout EntryQuery) throws -> Void
  ) async throws -> [String] {
    var query = EntryQuery(Kinds.work)
    try change(&query)
    let answer = try await bench.database.read { [query] in
      try Bench.book.list(query, after: "", limit: 100, $0)
    }
    #expect(answer.total == Int64(answer.records.count))
    return answer.records.map { Kinds.work.naming($0.content) }
  }

  @Test(arguments: Engine.allCases)
  func `places and times narrow a list`(engine: Engine) async throws {
    try await Self.withWorks(engine) { bench, _ in
      for (place, time, found) in [
        ("000000", "all", ["老山界", "100%", "a!b", "无处", "外省"]),
        ("450000", "all", ["老山界", "100%", "a!b"]), ("450900", "all", ["老山界"]),
        ("451000", "all", ["a!b"]), ("000000", "2013", ["老山界", "100%", "外省"]),
        ("000000", "2013-05", ["老山界"]), ("000000", "..2013", ["老山界", "100%", "外省"]),
        ("450000", "2014", ["a!b"]), ("450000", "2015", []),
      ] {
        let names = try await Self.list(bench) {
          $0.place = EntryPlace(place)
          $0.time = try #require(TimeScope(time))
        }
        #expect(names == found, "\(place) \(time)")
      }
    }
  }

  /// A list and a figure must find the same entries.
  @Test(arguments: Engine.allCases)
  func `filters mean the same in lists and in figures`(engine: Engine) async throws {
    try await Self.withWorks(engine) { bench, records in
      for filter in [
        "title=老山界", "title=老山", "title=100%", "title=a!b", "title=A!B", "edition=fair-5",
        "edition=fair-51", "grade=gold", "grade=银奖", "place=450000", "place=450900",
        "place=000000", "makers=李四", "makers=李", "makers=O'Hara \"Bob\"", "makers=a_b",
        "makers=axb",
        "makers=ABC", "makers=abc", "makers=%", "makers=张/李", "makers=反\\斜", "makers=,",
        "makers=[", "period=2013", "period=2013-H1", "period=2013-05", "period=2013-Q4",
        "period=2014", "period=2013-12", "shown=2013", "shown=2013-H1", "shown=2013-06",
        "shown=2013-06-01", "shown=2013-11/2014-02", "shown=2014", "shown=2013-12",
        "shown=2013-Q4", "shown=2013-11/2014-03", "title=100%&makers=ABC", "makers=ABC&grade=gold",
      ] {
        let filters = try EntryFigureKey.filters(filter, of: Kinds.work)
        let expected = records.filter { record in
          filters.allSatisfy { record.content.matches($0.field, $0.value) }
        }.map { Kinds.work.naming($0.content) }
        let found = try await Self.list(bench) { $0.filters = filters }
        #expect(found == expected, "\(filter)")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `any text is searched, and signs are only themselves`(engine: Engine) async throws {
    try await Self.withWorks(engine) { bench, _ in
      for (text, found) in [
        ("李四", ["老山界", "无处"]), ("%", ["100%"]), ("_", ["100%"]), ("!", ["a!b"]),
        ("o'hara", ["老山界"]), ("fair-51", ["100%"]), ("'; DROP TABLE entry_work; --", []),
      ] {
        let names = try await Self.list(bench) { $0.textContains = text }
        #expect(names == found, "\(text)")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `a list of then is what was known then`(engine: Engine) async throws {
    try await Self.withWorks(engine) { bench, records in
      let last = try #require(records.last)
      try await bench.update(records[0], ["title": "新山界"])
      try await bench.write(as: "000000") {
        try $0.delete(last.id, etag: ETag(revision: 1).description, $1)
      }
      #expect(try await Self.list(bench) { _ in } == ["新山界", "100%", "a!b", "无处"])
      #expect(
        try await Self.list(bench) { $0.asOf = last.recordTime }
          == ["老山界", "100%", "a!b", "无处", "外省"])
      #expect(try await Self.list(bench) { $0.asOf = records[1].recordTime } == ["老山界", "100%"])
      #expect(try await Self.list(bench) { $0.asOf = records[0].recordTime - 1 } == [])
    }
  }

  @Test(arguments: Engine.allCases)
  func `figures of then are those of what was known then`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let cells = ["place": "450000", "period": "2013", "workers": "3000多人"]
      let key = "test/restructuring/workers/450000/2013"
      let first = try await bench.create(Kinds.restructuring, cells).record
      let second = try await bench.update(
        first, cells.merging(["workers": "3100人"]) { $1 }
      ).record
      try await bench.delete(second)
      #expect(try await bench.printed(key, at: first.recordTime - 1) == "未统计")
      #expect(try await bench.printed(key, at: first.recordTime) == "3000多人")
      #expect(try await bench.printed(key, at: second.recordTime - 1) == "3000多人")
      #expect(try await bench.printed(key, at: second.recordTime) == "3100人")
      #expect(try await bench.printed(key) == "未统计")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a thousand entries are paged, and all are in the snapshot`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let drafts = try (1...1_001).map {
        try Bench.draft(
          Kinds.promotion, ["name": "作品\($0)", "place": "450000", "promoted": "1件"])
      }
      try await bench.write { book, transaction in
        for draft in drafts { _ = try book.create(Kinds.promotion, draft, transaction) }
      }
      var ids: [String] = []
      while true {
        let page = try await bench.database.read { [after = ids.last ?? ""] in
          try Bench.book.list(EntryQuery(Kinds.promotion), after: after, limit: 400, $0)
        }
        #expect(page.total == 1_001)
        ids += page.records.map(\.id)
        if page.records.count < 400 { break }
      }
      #expect(ids.count == 1_001 && ids == Set(ids).sorted())
      let snapshot = try await bench.database.read { transaction in
        var ids: [String] = []
        try Bench.book.snapshot(transaction) { event in ids.append(event.id) }
        return ids
      }
      #expect(snapshot == ids)
      #expect(try await bench.printed("test/promotion/promoted/450000/all") == "1001件")
    }
  }
}
