internal import Measures
internal import StatisticsDomain
internal import Testing

struct LifeCycleTests {
  @Test(arguments: QuarantineState.allCases, QuarantineState.Decision.allCases)
  func `a quarantined value is decided once`(
    state: QuarantineState, decision: QuarantineState.Decision
  ) throws {
    guard state == .open else {
      let error = #expect(throws: StatisticsError.self) { try state.transition(decision) }
      #expect(error?.code == .failedPrecondition)
      #expect(error?.english.contains(state.rawValue) == true)
      return
    }
    let expected: [QuarantineState.Decision: QuarantineState] = [
      .accept: .accepted, .correct: .corrected, .reject: .rejected,
    ]
    #expect(try state.transition(decision) == expected[decision])
  }

  @Test func `a withdrawn report stays so`() throws {
    #expect(try ReportState.accepted.transition(.revise) == .accepted)
    #expect(try ReportState.accepted.transition(.withdraw) == .withdrawn)
    for event in ReportState.Event.allCases {
      #expect(throws: StatisticsError.self) { try ReportState.withdrawn.transition(event) }
    }
  }

  private func item() throws -> QuarantineItem {
    let draft = ReportDraft(
      key: try Fixture.key("450000", "2006", channel: "collective"),
      entries: [ReportDraft.Entry(indicatorCode: "gross_output", printed: "2 3亿元")])
    let doubt = try ReportReview.review(
      draft, catalogue: Fixture.catalogue, context: ReviewContext()
    ).doubts[0]
    return QuarantineItem(
      id: "q", reportID: "r", key: draft.key, doubt: doubt, state: .open, resolution: nil,
      revision: 1, createTime: 0)
  }

  @Test func `each decision gives its value`() throws {
    let item = try item()
    let indicator = try Fixture.indicator("gross_output")
    let accepted = try item.deciding(
      .accept(candidateIndex: 1), reason: "核对原稿", indicator: indicator)
    #expect(accepted.state == .accepted && accepted.quantity?.text == "2.3亿")
    let corrected = try item.deciding(
      .correct(text: "2.35亿元"), reason: "核对原稿", indicator: indicator)
    #expect(corrected.state == .corrected && corrected.quantity?.text == "2.35亿")
    let rejected = try item.deciding(.reject, reason: "查无此数", indicator: indicator)
    #expect(rejected.state == .rejected && rejected.quantity == nil)
  }

  @Test(arguments: [
    (QuarantineDecision.accept(candidateIndex: 2), "核对", "quarantine.candidate"),
    (.accept(candidateIndex: -1), "核对", "quarantine.candidate"),
    (.reject, "  ", "quarantine.reason"), (.correct(text: "2 3亿元"), "核对", "quantity.unreadable"),
    (.correct(text: "2.3亿人"), "核对", "quantity.unit_mismatch"),
    (.correct(text: "0.001元"), "核对", "quantity.scale"),
  ])
  func `a decision that is no decision is refused`(
    decision: QuarantineDecision, reason: String, rule: String
  ) throws {
    let item = try item()
    let indicator = try Fixture.indicator("gross_output")
    let error = #expect(throws: StatisticsError.self) {
      try item.deciding(decision, reason: reason, indicator: indicator)
    }
    #expect(error?.violations.map(\.rule) == [rule])
  }

  @Test(arguments: Coverage.allCases, Coverage.allCases)
  func `reports that exclude each other share a slot and say why`(
    mine: Coverage, other: Coverage
  ) throws {
    let unit = "u1"
    let left = try Fixture.key("450900", "2013", mine, unit: mine == .unit ? unit : "")
    let right = try Fixture.key("450900", "2013", other, unit: other == .unit ? unit : "")
    #expect((left.slot == right.slot) == ((mine == .unit) == (other == .unit)))
    let error = StatisticsError.overlap(left, with: "r1", other)
    #expect(error.code == .alreadyExists && error.resource?.name == "r1")
  }
}
