internal import Measures
internal import RegistryDomain
internal import Testing

struct MembershipTests {
  static let table: [(MembershipState, MembershipStep, MembershipState)] = [
    (.applied, .admit, .admitted), (.admitted, .suspend, .suspended),
    (.suspended, .reinstate, .admitted), (.applied, .withdraw, .withdrawn),
    (.admitted, .withdraw, .withdrawn), (.suspended, .withdraw, .withdrawn),
  ]

  @Test(arguments: MembershipState.allCases, MembershipStep.allCases)
  func onlyTheMovesOfTheTableArePossible(state: MembershipState, step: MembershipStep) throws {
    if let move = Self.table.first(where: { $0.0 == state && $0.1 == step }) {
      #expect(try state.transition(step) == move.2)
    } else {
      let error = #expect(throws: RegistryError.self) { try state.transition(step) }
      #expect(error?.code == .failedPrecondition)
      #expect(error?.en.contains(state.name) == true)
      #expect(error?.en.contains(step.rawValue) == true)
    }
  }

  static func event(_ state: MembershipState, _ date: String) throws -> MembershipEvent {
    MembershipEvent(state: state, date: try PartialDate(parsing: date))
  }

  static func membership(
    _ state: MembershipState = .applied, _ date: String = "2013-03"
  ) throws -> Membership {
    try Membership(
      id: "m", federationCode: "450100", enterpriseID: "e", first: try event(state, date),
      today: try TimelineTests.day("2024-05-01"))
  }

  func step(
    _ membership: Membership, _ step: MembershipStep, _ date: String, _ reason: String = ""
  ) throws -> Membership {
    try membership.taking(
      step, on: try PartialDate(parsing: date), reason: reason,
      today: try TimelineTests.day("2024-05-01"))
  }

  @Test func aLifeIsToldStepByStep() throws {
    var membership = try Self.membership()
    membership = try step(membership, .admit, "2013")
    membership = try step(membership, .suspend, "2015-01-01", "欠缴会费")
    membership = try step(membership, .reinstate, "2016")
    membership = try step(membership, .withdraw, "2020-07", "注销")
    #expect(
      membership.events.map(\.state) == [
        .applied, .admitted, .suspended, .admitted, .withdrawn,
      ])
    #expect(membership.state(on: try TimelineTests.day("2015-06-01")) == .suspended)
    #expect(membership.state(on: try TimelineTests.day("2012-06-01")) == nil)
  }

  @Test func aHistoryMayBeginWithAnAdmission() throws {
    #expect(try Self.membership(.admitted).state == .admitted)
    #expect(throws: RegistryError.self) { try Self.membership(.withdrawn) }
  }

  @Test func datesGoForwardAndNotIntoTheFuture() throws {
    let membership = try Self.membership(.admitted, "2013-03-05")
    for (date, rule) in [
      ("2013-03-04", "membership.date_order"), ("2012", "membership.date_order"),
      ("2024-05-02", "membership.date_future"),
    ] {
      let error = #expect(throws: RegistryError.self) {
        try step(membership, .suspend, date, "原因")
      }
      #expect(error?.violations.map(\.rule) == [rule])
    }
    // 2013 may be any day of the year, so also one after 5 March.
    #expect(try step(membership, .suspend, "2013", "原因").state == .suspended)
  }

  @Test func takingSomethingAwayNeedsAReason() throws {
    let membership = try Self.membership(.admitted)
    for move in [MembershipStep.suspend, .withdraw] {
      let error = #expect(throws: RegistryError.self) { try step(membership, move, "2014") }
      #expect(error?.violations.map(\.path) == ["reason"])
    }
  }

  @Test func stepsAreLimited() throws {
    var membership = try Self.membership(.admitted)
    while membership.events.count < RegistryLimits.membershipEvents {
      let move: MembershipStep = membership.state == .admitted ? .suspend : .reinstate
      membership = try step(membership, move, "2014", "原因")
    }
    let last = membership
    let error = #expect(throws: RegistryError.self) {
      try step(last, last.state == .admitted ? .suspend : .reinstate, "2014", "原因")
    }
    #expect(error?.violations.map(\.rule) == ["membership.events"])
  }
}
