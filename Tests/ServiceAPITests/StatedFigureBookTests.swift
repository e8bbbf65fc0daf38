internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct StatedFigureBookTests {
  static func row(_ code: String, text: String = "82个") -> StatedFigureRow {
    var violations: [Violation] = []
    return StatedFigureRow.reading(
      StatedFigure(
        code: code, label: "联社个数", placeCode: "450000", period: "2006", kind: .value,
        quantity: Quantity(text: text), provenance: Provenance(document: "某文")),
      path: "figure", violations: &violations)
  }

  static func etag(_ figure: StatedFigure) -> String { figure.etag }

  @Test(arguments: Engine.allCases)
  func everyRevisionIsKeptAndReadable(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      let book = StatedFigureBook(database: fixture.database)
      let database = fixture.database
      let first = try await database.write(as: .system("t")) {
        try book.create(Self.row("a"), $0)
      }
      let between = try await database.write(as: .system("t")) { $0.now }
      let second = try await database.write(as: .system("t")) {
        try book.update(Self.row("a", text: "83个"), etag: first.etag, $0)
      }
      #expect(second.revision == 2)
      #expect(second.id == first.id)
      #expect(second.createTime == first.createTime)
      try await database.write(as: .system("t")) {
        try book.delete("a", etag: second.etag, $0)
      }
      let texts = try await database.read { transaction in
        (
          try StatedFigures.list(StatedFigureFilter(asOf: between), limit: 9, transaction)
            .map(\.text),
          try StatedFigures.list(StatedFigureFilter(), limit: 9, transaction).map(\.text)
        )
      }
      #expect(texts.0 == ["82个"] || texts.0 == ["82"])
      #expect(texts.1.isEmpty)
      let actions = try await database.read {
        try $0.auditEntries(entity: "stated_figure", id: first.id).map(\.action)
      }
      #expect(actions == ["create", "update", "delete"])
    }
  }

  @Test(arguments: Engine.allCases)
  func anUpdateThatSaysTheSameIsNoRevision(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      let book = StatedFigureBook(database: fixture.database)
      let figure = try await fixture.database.write(as: .system("t")) { transaction in
        let first = try book.create(Self.row("a"), transaction)
        return try book.update(Self.row("a"), etag: first.etag, transaction)
      }
      #expect(figure.revision == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func theServicesOwnRulesAndEventsAreAsked(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      let book = StatedFigureBook(
        database: fixture.database,
        check: { row, _ in
          row.placeCode == "450000"
            ? [] : [Violation(path: "figure.place_code", rule: "place.unknown", zh: "", en: "")]
        },
        event: { figure, action in
          ChangeEvent(
            entity: "stated_figure", id: figure.id, revision: figure.revision, action: action,
            payload: [])
        })
      let cursor = try await fixture.database.read { try $0.feedCursor() }
      try await fixture.database.write(as: .system("t")) { transaction in
        let figure = try book.create(Self.row("a"), transaction)
        try book.delete("a", etag: figure.etag, transaction)
      }
      let events = try await fixture.changes(after: cursor, count: 2)
      #expect(events.map(\.action) == [.put, .remove])
      #expect(events.map(\.revision) == [1, 2])
      let error = await #expect(throws: RPCError.self) {
        try await fixture.database.write(as: .system("t")) { transaction in
          var elsewhere = Self.row("b")
          elsewhere.placeCode = "459999"
          return try book.create(elsewhere, transaction)
        }
      }
      #expect(error?.violations.map(\.rule) == ["place.unknown"])
    }
  }

  @Test func limitsAreToldByPath() {
    var violations: [Violation] = []
    _ = StatedFigureRow.reading(
      StatedFigure(
        code: String(repeating: "a", count: 81), label: String(repeating: "标", count: 201),
        placeCode: "450000", period: "2006", sector: String(repeating: "行", count: 201),
        kind: .share, quantity: Quantity(text: "78%"),
        provenance: Provenance(
          document: String(repeating: "文", count: 201),
          sentence: String(repeating: "句", count: 2_001),
          note: String(repeating: "注", count: 2_001))),
      path: "f", violations: &violations)
    #expect(
      violations.map(\.path) == [
        "f.code", "f.label", "f.sector", "f.provenance.document", "f.provenance.sentence",
        "f.provenance.note",
      ])
    #expect(violations.allSatisfy { $0.rule == "text.length" })
  }
}
