internal import GatewayDomain
internal import GatewayStorage
internal import Storage
internal import TestSupport
internal import Testing

/// A fresh, migrated database, and a clock that moves with every change.
private func withBooks(
  _ engine: Engine, _ body: (Database, ManualClock) async throws -> Void
) async throws {
  let clock = ManualClock()
  var options = DatabaseOptions()
  options.clock = clock.storage
  // A busy machine is no failure of these tests.
  options.leaseTimeout = .seconds(120)
  try await withTestDatabase(engine, migrations: GatewayMigrations.all, options: options) {
    try await body($0, clock)
  }
}

extension Database {
  fileprivate func change<T: Sendable>(
    _ body: @escaping @Sendable (WriteTransaction) throws -> T
  ) async throws -> T {
    try await write(as: Actor(subject: "zhang.san", organisation: "450000"), body)
  }
}

struct TemplateTableTests {
  private static func template(_ text: String, _ code: String = "450000", _ year: Int = 2016)
    -> StoredTemplate
  {
    StoredTemplate(federationCode: code, year: year, text: text)
  }

  @Test(arguments: Engine.allCases)
  func aTemplateIsKeptWithItsRevisions(_ engine: Engine) async throws {
    try await withBooks(engine) { database, clock in
      let first = try await database.change {
        try TemplateTable.put(Self.template("甲"), expected: 0, $0)
      }
      #expect(first.revision == 1 && first.recordedBy == "zhang.san")
      #expect(first.recordTime >= clock.now)
      clock.advance(by: 1_000_000)
      let second = try await database.change {
        try TemplateTable.put(Self.template("乙"), expected: 1, $0)
      }
      #expect(second.revision == 2)
      let (then, now) = try await database.read { transaction in
        (
          try TemplateTable.known("450000", 2016, at: first.recordTime, transaction),
          try TemplateTable.known("450000", 2016, transaction)
        )
      }
      #expect(then == first && now == second)
    }
  }

  @Test(arguments: Engine.allCases)
  func whoHasNotReadItCannotChangeIt(_ engine: Engine) async throws {
    try await withBooks(engine) { database, _ in
      _ = try await database.change {
        try TemplateTable.put(Self.template("甲"), expected: 0, $0)
      }
      await #expect(
        throws: GatewayStoreError.exists(type: "report_template", name: "450000/2016")
      ) {
        try await database.change { try TemplateTable.put(Self.template("乙"), expected: 0, $0) }
      }
      await #expect(throws: GatewayStoreError.stale(type: "report_template", name: "450000/2016")) {
        try await database.change { try TemplateTable.put(Self.template("乙"), expected: 7, $0) }
      }
      await #expect(
        throws: GatewayStoreError.notFound(type: "report_template", name: "450000/2015")
      ) {
        try await database.change {
          try TemplateTable.put(Self.template("乙", "450000", 2015), expected: 1, $0)
        }
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aRemovedTemplateStaysReadableByItsTimeAndItsETagNeverFitsAgain(
    _ engine: Engine
  ) async throws {
    try await withBooks(engine) { database, clock in
      let first = try await database.change {
        try TemplateTable.put(Self.template("甲"), expected: 0, $0)
      }
      clock.advance(by: 1_000_000)
      try await database.change { try TemplateTable.remove("450000", 2016, expected: 1, $0) }
      let (then, now) = try await database.read { transaction in
        (
          try TemplateTable.known("450000", 2016, at: first.recordTime, transaction),
          try TemplateTable.known("450000", 2016, transaction)
        )
      }
      #expect(then == first && now == nil)
      clock.advance(by: 1_000_000)
      let again = try await database.change {
        try TemplateTable.put(Self.template("丙"), expected: 0, $0)
      }
      #expect(again.revision == 2)
      await #expect(throws: GatewayStoreError.stale(type: "report_template", name: "450000/2016")) {
        try await database.change { try TemplateTable.remove("450000", 2016, expected: 1, $0) }
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func templatesAreListedInOrderAfterAPosition(_ engine: Engine) async throws {
    try await withBooks(engine) { database, _ in
      for (code, year) in [("450900", 2013), ("450000", 2016), ("450000", 2013)] {
        _ = try await database.change {
          try TemplateTable.put(Self.template("甲", code, year), expected: 0, $0)
        }
      }
      let all = try await database.read {
        try TemplateTable.list(federation: "", after: nil, limit: 10, $0)
      }
      #expect(all.map(\.year) == [2013, 2016, 2013])
      let rest = try await database.read {
        try TemplateTable.list(federation: "", after: ("450000", 2013), limit: 1, $0)
      }
      #expect(rest == [all[1]])
      let own = try await database.read {
        try TemplateTable.list(federation: "450900", after: nil, limit: 10, $0)
      }
      #expect(own == [all[2]])
    }
  }

  @Test(arguments: Engine.allCases)
  func everyChangeIsAudited(_ engine: Engine) async throws {
    try await withBooks(engine) { database, _ in
      _ = try await database.change {
        try TemplateTable.put(Self.template("说“甲”\n"), expected: 0, $0)
      }
      try await database.change { try TemplateTable.remove("450000", 2016, expected: 1, $0) }
      let entries = try await database.read {
        try $0.auditEntries(entity: "report_template", id: "450000/2016")
      }
      #expect(entries.map(\.action) == ["create", "remove"])
      #expect(entries.first?.after?.contains(#""content":"说“甲”\n""#) == true)
    }
  }
}

struct NarrativeTableTests {
  private static func narrative(_ id: String, _ text: String) -> StoredNarrative {
    StoredNarrative(
      federationCode: "450000", year: 2016, id: id, title: "题", text: text, document: "文件",
      sentence: "句", note: "注")
  }

  @Test(arguments: Engine.allCases)
  func narrativesAreKeptWithTheirSource(_ engine: Engine) async throws {
    try await withBooks(engine) { database, clock in
      let stored = try await database.change {
        try NarrativeTable.put(Self.narrative("b", "一\n二"), expected: 0, $0)
      }
      _ = try await database.change {
        try NarrativeTable.put(Self.narrative("a", "三"), expected: 0, $0)
      }
      let listed = try await database.read { try NarrativeTable.list("450000", 2016, $0) }
      #expect(listed.map(\.id) == ["a", "b"])
      #expect(listed.last == stored && stored.document == "文件" && stored.text == "一\n二")
      clock.advance(by: 1_000_000)
      let revised = try await database.change {
        try NarrativeTable.put(Self.narrative("b", "四"), expected: 1, $0)
      }
      clock.advance(by: 1_000_000)
      try await database.change {
        try NarrativeTable.remove("450000", 2016, "b", expected: 2, $0)
      }
      let (first, second, last) = try await database.read { transaction in
        (
          try NarrativeTable.known("450000", 2016, "b", at: stored.recordTime, transaction),
          try NarrativeTable.known("450000", 2016, "b", at: revised.recordTime, transaction),
          try NarrativeTable.known("450000", 2016, "b", transaction)
        )
      }
      #expect(first == stored && second == revised && last == nil)
      await #expect(throws: GatewayStoreError.self) {
        try await database.change {
          try NarrativeTable.remove("450000", 2016, "b", expected: 2, $0)
        }
      }
    }
  }

  @Test func aReportHasSoManyNarrativesAndNoMore() async throws {
    try await withBooks(.sqlite) { database, _ in
      try await database.change { transaction in
        for number in 1...NarrativeTable.maximumPerReport {
          _ = try NarrativeTable.put(Self.narrative("n\(number)", "文"), expected: 0, transaction)
        }
      }
      await #expect(
        throws: GatewayStoreError.tooMany(
          type: "narrative", limit: NarrativeTable.maximumPerReport)
      ) {
        try await database.change {
          try NarrativeTable.put(Self.narrative("more", "文"), expected: 0, $0)
        }
      }
    }
  }
}

struct PublicationTableTests {
  private static func publication(_ year: Int, _ note: String = "") -> Publication {
    Publication(
      federationCode: "450000", year: year, title: "报告", note: note, missingServices: "talent")
  }

  @Test(arguments: Engine.allCases)
  func everyPublicationHasTheNextNumberAndKeepsItsBytes(_ engine: Engine) async throws {
    try await withBooks(engine) { database, clock in
      let bytes = (0..<5_000).map { UInt8($0 % 256) }
      let first = try await database.change {
        try PublicationTable.insert(Self.publication(2016, "首次"), report: bytes, $0)
      }
      #expect(first.number == 1 && first.publisher == "zhang.san" && first.publishTime >= clock.now)
      clock.advance(by: 1_000_000)
      let second = try await database.change {
        try PublicationTable.insert(Self.publication(2016), report: [1], $0)
      }
      let other = try await database.change {
        try PublicationTable.insert(Self.publication(2013), report: [2], $0)
      }
      #expect(second.number == 2 && other.number == 1)
      let (old, latest, none, all, one) = try await database.read { transaction in
        (
          try PublicationTable.find("450000", 2016, number: 1, transaction),
          try PublicationTable.find("450000", 2016, number: 0, transaction),
          try PublicationTable.find("450000", 2016, number: 9, transaction),
          try PublicationTable.list("450000", year: nil, transaction),
          try PublicationTable.list("450000", year: 2013, transaction)
        )
      }
      #expect(old?.publication == first && old?.report == bytes)
      #expect(latest?.publication == second && latest?.report == [1])
      #expect(none == nil)
      #expect(all == [second, first, other] && one == [other])
    }
  }
}
