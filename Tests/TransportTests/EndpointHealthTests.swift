// When an endpoint is left out and when it comes back; which of several gets a call. The clock is
// the test's own.

internal import RPC
internal import Testing

@testable internal import Transport

struct EndpointHealthTests {
  private let start = CallInstant.now
  private var random = SeededRandom(1)

  private func after(_ duration: Duration) -> CallInstant { start.advanced(by: duration) }

  private func health(_ change: (inout EjectionPolicy) -> Void = { _ in }) -> EndpointHealth {
    var policy = EjectionPolicy()
    change(&policy)
    return EndpointHealth(policy: policy, start: start)
  }

  private mutating func record(
    _ health: inout EndpointHealth, _ outcomes: [CallOutcome], at time: Duration = .zero,
    mayEject: Bool = true
  ) -> [EndpointHealth.Change] {
    outcomes.compactMap { outcome in
      health.record(outcome, mayEject: mayEject, now: after(time), using: &random)
    }
  }

  /// How long an ejection lasts from now on.
  private mutating func ejected(
    _ health: inout EndpointHealth, at time: Duration
  ) throws -> Duration {
    let changes = record(&health, Array(repeating: .failure, count: 5), at: time)
    guard case .ejected(let length) = try #require(changes.first) else {
      throw IllegalMove("eject", of: "\(changes)")
    }
    return length
  }

  @Test mutating func fiveFailuresInARowEject() {
    var health = health()
    let four = record(&health, Array(repeating: .failure, count: 4))
    #expect(four.isEmpty)
    let afterSuccess = record(&health, [.success] + Array(repeating: .failure, count: 4))
    #expect(afterSuccess.isEmpty)
    let fifth = record(&health, [.failure])
    #expect(fifth.count == 1)
    #expect(!health.isServing)
  }

  @Test mutating func whatSaysNothingNeitherEjectsNorMends() {
    var health = health()
    let changes = record(
      &health,
      Array(repeating: .neutral, count: 50) + Array(repeating: .failure, count: 4)
        + [.neutral, .failure])
    #expect(changes.count == 1)
  }

  @Test mutating func halfOfTwentyCallsEject() {
    var health = health { $0.consecutiveFailures = 0 }
    let nineteen = record(&health, Array(repeating: .failure, count: 19))
    #expect(nineteen.isEmpty)
    let twentieth = record(&health, [.failure])
    #expect(twentieth.count == 1)

    var mixed = self.health { $0.consecutiveFailures = 0 }
    let half = record(
      &mixed, Array(repeating: .success, count: 11) + Array(repeating: .failure, count: 10))
    #expect(half.isEmpty)
    let more = record(&mixed, [.failure])
    #expect(more.count == 1)
  }

  @Test mutating func failuresOfLongAgoDoNotCount() {
    var health = health { $0.consecutiveFailures = 0 }
    _ = record(&health, Array(repeating: .failure, count: 19))
    let later = record(
      &health, Array(repeating: .success, count: 10) + [.failure], at: .seconds(11))
    #expect(later.isEmpty)
  }

  @Test mutating func nothingIsEjectedWhenTooManyAre() {
    var health = health()
    let changes = record(&health, Array(repeating: .failure, count: 100), mayEject: false)
    #expect(changes.isEmpty)
    let last = record(&health, [.failure])
    #expect(last.count == 1)
  }

  @Test mutating func afterItsTimeOneCallTriesIt() throws {
    var health = health()
    let length = try ejected(&health, at: .zero)
    #expect(length >= .seconds(1) && length <= .milliseconds(1_200))
    #expect(!health.isDue(now: after(length - .milliseconds(1))))
    #expect(throws: IllegalMove.self) {
      try health.beginProbe(now: after(length - .milliseconds(1)))
    }
    #expect(health.isDue(now: after(length)))
    try health.beginProbe(now: after(length))
    #expect(!health.isDue(now: after(length)))
    let twice = #expect(throws: IllegalMove.self) { try health.beginProbe(now: after(length)) }
    #expect(twice?.description == "probe of an endpoint that is probing")
    // Calls from before say nothing.
    let old = health.record(.success, mayEject: true, now: after(length), using: &random)
    #expect(old == nil)
    #expect(!health.isServing)
    let change = health.record(
      .success, isProbe: true, mayEject: true, now: after(length), using: &random)
    #expect(change == .returned)
    #expect(health.isServing)
    #expect(throws: IllegalMove.self) { try health.beginProbe(now: after(length)) }
  }

  @Test mutating func aProbeThatSaysNothingIsFollowedByAnother() throws {
    var health = health()
    let length = try ejected(&health, at: .zero)
    try health.beginProbe(now: after(length))
    let change = health.record(
      .neutral, isProbe: true, mayEject: true, now: after(length), using: &random)
    #expect(change == nil)
    #expect(health.isDue(now: after(length)))
  }

  @Test mutating func ejectionsGrowToTheirBound() throws {
    var health = health()
    var now = Duration.zero
    var length = try ejected(&health, at: now)
    for base in [1, 2, 4, 8, 16, 20, 20] {
      #expect(length >= .seconds(base) && length <= .milliseconds(base * 1_200))
      now += length
      try health.beginProbe(now: after(now))
      let change = health.record(
        .failure, isProbe: true, mayEject: true, now: after(now), using: &random)
      guard case .ejected(let next) = change else {
        Issue.record("\(String(describing: change))")
        return
      }
      length = next
    }
  }

  @Test mutating func serviceForLongEnoughMakesTheNextEjectionShort() throws {
    for (service, expected) in [
      (.milliseconds(1_900), .seconds(2)), (.milliseconds(2_100), .seconds(1)),
    ] as [(Duration, Duration)] {
      var health = health()
      let length = try ejected(&health, at: .zero)
      try health.beginProbe(now: after(length))
      _ = health.record(.success, isProbe: true, mayEject: true, now: after(length), using: &random)
      let next = try ejected(&health, at: length + service)
      #expect(next >= expected && next <= expected * 1.2)
    }
  }
}

struct LoadPickerTests {
  private typealias Cost = LoadPicker.Cost

  @Test func equalsTakeTheirTurn() {
    var picker = LoadPicker()
    let picks = (0..<7).map { _ in picker.pick(among: 3) { _ in Cost(standing: 0, load: 4) } }
    #expect(picks == [0, 1, 2, 0, 1, 2, 0])
  }

  @Test func theLeastLoadedIsTaken() {
    var picker = LoadPicker()
    let loads = [5, 2, 9, 3]
    for _ in 0..<4 {
      let pick = picker.pick(among: 4) { Cost(standing: 0, load: loads[$0]) }
      #expect(pick == 1)
    }
  }

  @Test func theStandingCountsBeforeTheLoad() {
    var picker = LoadPicker()
    let pick = picker.pick(among: 2) { Cost(standing: $0 == 0 ? 1 : 0, load: $0 * 1_000) }
    #expect(pick == 1)
  }

  @Test func whatCannotBeChosenIsNot() {
    var picker = LoadPicker()
    let only = picker.pick(among: 3) { $0 == 2 ? Cost(standing: 9, load: 9) : nil }
    let none = picker.pick(among: 3) { _ in nil }
    let empty = picker.pick(among: 0) { _ in Cost(standing: 0, load: 0) }
    #expect(only == 2)
    #expect(none == nil)
    #expect(empty == nil)
  }

  /// Calls of unequal length, each to the picker's choice: no endpoint has two more than another
  /// at the moment of a choice.
  @Test(arguments: 0..<5 as Range<UInt64>)
  func loadStaysEven(seed: UInt64) {
    var random = SeededRandom(seed)
    var picker = LoadPicker()
    var loads = [0, 0, 0, 0, 0]
    for _ in 0..<2_000 {
      guard let pick = picker.pick(among: 5, cost: { Cost(standing: 0, load: loads[$0]) }) else {
        Issue.record("nothing was chosen")
        return
      }
      #expect(loads[pick] == loads.min())
      loads[pick] += 1
      let done = Int.random(in: 0..<5, using: &random)
      if loads[done] > 0, Bool.random(using: &random) { loads[done] -= 1 }
    }
  }
}

struct NameResolutionTests {
  private let start = CallInstant.now

  private func name() throws -> NameResolution {
    NameResolution(
      endpoint: try Endpoint("dns:service:1"), interval: .seconds(30),
      minimumInterval: .seconds(1))
  }

  private func ask(_ name: inout NameResolution, at time: Duration) -> Bool {
    name.ask(now: start.advanced(by: time))
  }

  @Test func aNameIsAskedForAtItsInterval() throws {
    var name = try name()
    let first = ask(&name, at: .zero)
    let meanwhile = ask(&name, at: .seconds(100))
    try name.resolved()
    let early = ask(&name, at: .milliseconds(29_999))
    let due = ask(&name, at: .seconds(30))
    #expect([first, meanwhile, early, due] == [true, false, false, true])
  }

  @Test func aDoubtBringsTheQuestionForward() throws {
    var name = try name()
    _ = ask(&name, at: .zero)
    try name.resolved()
    name.doubt()
    let early = ask(&name, at: .milliseconds(999))
    let due = ask(&name, at: .seconds(1))
    try name.resolved()
    let settled = ask(&name, at: .seconds(3))
    #expect([early, due, settled] == [false, true, false])
  }

  @Test func withoutAnAnswerItIsAskedForSoonAgain() throws {
    var name = try name()
    _ = ask(&name, at: .zero)
    try name.failed()
    let early = ask(&name, at: .milliseconds(999))
    let due = ask(&name, at: .seconds(1))
    #expect([early, due] == [false, true])
  }

  @Test func answersThatNobodyAskedForAreErrors() throws {
    var name = try name()
    #expect(throws: IllegalMove.self) { try name.resolved() }
    #expect(throws: IllegalMove.self) { try name.failed() }
  }
}
