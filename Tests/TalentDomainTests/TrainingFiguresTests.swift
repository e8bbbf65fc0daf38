internal import Entries
internal import Measures
internal import TalentDomain
internal import Testing

/// Person-times, people who qualified, people who were trained and people who met are four things.
struct TrainingFiguresTests {
  private static func fact(
    _ id: String, _ kind: String, _ cells: [String: String]
  ) throws -> EntryFact {
    let kind = try #require(TalentEntries.register.kind(kind))
    var content = EntryContent()
    for (name, cell) in cells.merging(
      ["place": "450000", "period": "2013"], uniquingKeysWith: { a, _ in a })
    {
      let field = try #require(kind.field(name))
      guard case .value(let value) = field.read(cell: cell) else {
        Issue.record("\(name) \(cell)")
        continue
      }
      content[field] = value
    }
    return EntryFact(
      id: id, revision: 1, content: content, source: EntrySource(document: "示例文件"),
      recordedBy: "li.si", recordTime: 1, doubtIDs: [])
  }

  private static func figure(_ key: String, _ facts: [EntryFact]) throws -> EntryFigure {
    let register = TalentEntries.register
    return EntryFigureEngine.figure(
      try EntryFigureKey(parsing: key, in: register), facts, register: register)
  }

  @Test func `no key adds what is counted differently`() throws {
    let trainings = [
      try Self.fact(
        "a", "training", ["organiser": "联社", "name": "甲", "person_times": "634人次"]),
      try Self.fact("b", "training", ["organiser": "联社", "name": "乙", "qualified": "4119人"]),
      try Self.fact("c", "training", ["organiser": "联社", "name": "丙", "people": "185名"]),
    ]
    let meetings = [try Self.fact("d", "meeting", ["name": "座谈会", "attendees": "187人"])]
    var values: Set<String> = []
    for (kind, facts) in [(TrainingKinds.training, trainings), (TrainingKinds.meeting, meetings)] {
      for field in kind.fields where field.unit != nil {
        let figure = try Self.figure("talent/\(kind.name)/\(field.name)/450000/2013", facts)
        if let value = figure.quantity?.value { values.insert(value.description) }
      }
    }
    #expect(values == ["634", "4119", "185", "187"])
  }

  /// Whoever came to both is counted once, and nobody knows who did.
  @Test func `people of two trainings are not added`() throws {
    let facts = [
      try Self.fact("a", "training", ["organiser": "联社", "name": "甲", "people": "185名"]),
      try Self.fact("b", "training", ["organiser": "联社", "name": "乙", "people": "187人"]),
    ]
    let figure = try Self.figure("talent/training/people/450000/2013", facts)
    #expect(figure.quantity == nil)
    #expect(figure.notes.contains { $0.contains("不能相加") })
    // The money of both is.
    let money = try [("a", "甲", "200万元"), ("b", "乙", "29万元")].map {
      try Self.fact($0.0, "training", ["organiser": "联社", "name": $0.1, "income": $0.2])
    }
    let income = try Self.figure("talent/training/income/450000/2013", money)
    #expect(income.quantity?.printed == "229万元")
  }

  @Test func `those who hold titles are counted once each`() throws {
    let facts = try [
      ("a", "master", "li-si"), ("b", "expert", "li-si"), ("c", "master", "wang-wu"),
    ]
    .map {
      try Self.fact(
        $0.0, "grant", ["title": $0.1, "person": $0.2, "state": "有效"])
    }
    #expect(
      try Self.figure("talent/grant/entries/450000/2013", facts).quantity?.printed == "3个")
    #expect(
      try Self.figure("talent/grant/distinct-person/450000/2013", facts).quantity?.printed
        == "2人")
    #expect(
      try Self.figure("talent/grant/distinct-person/450000/2013?title=expert", facts)
        .quantity?.printed == "1人")
  }
}
