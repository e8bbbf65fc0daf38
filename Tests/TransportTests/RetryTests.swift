// When a call is sent again: budget and plan, on a clock that the test moves.

internal import RPC
internal import Testing

@testable internal import Transport

/// Chance that is the same in every run.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var mixed = state
    mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
    return mixed ^ (mixed >> 33)
  }
}

struct RollingSumTests {
  private let start = CallInstant.now

  private func after(_ milliseconds: Int) -> CallInstant {
    start.advanced(by: .milliseconds(milliseconds))
  }

  @Test func whatIsOlderThanTheSpanIsForgotten() {
    var sum = RollingSum(span: .seconds(10), start: start)
    sum.add(5, now: after(0))
    sum.add(7, now: after(4_500))
    sum.advance(to: after(9_999))
    #expect(sum.sum == 12)
    sum.advance(to: after(10_000))
    #expect(sum.sum == 7)
    sum.advance(to: after(14_000))
    #expect(sum.sum == 0)
  }

  @Test func aLongSilenceForgetsAll() {
    var sum = RollingSum(span: .seconds(10), start: start)
    for second in 0..<10 { sum.add(1, now: after(second * 1_000)) }
    #expect(sum.sum == 10)
    sum.advance(to: after(100_000_000))
    #expect(sum.sum == 0)
  }

  @Test func theOldestIsTakenFirst() {
    var sum = RollingSum(span: .seconds(10), start: start)
    sum.add(3, now: after(0))
    sum.add(3, now: after(5_000))
    let taken = sum.take(4, now: after(6_000))
    let tooMuch = sum.take(3, now: after(6_000))
    #expect(taken)
    #expect(!tooMuch)
    sum.advance(to: after(10_500))
    #expect(sum.sum == 2)
  }

  @Test func aClockThatGoesBackStandsStill() {
    var sum = RollingSum(span: .seconds(10), start: start)
    sum.add(3, now: after(9_000))
    sum.add(3, now: after(1_000))
    #expect(sum.sum == 6)
  }

  /// Against a list of everything that was added.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func itIsASumOverTheLatestSlots(seed: UInt64) {
    var random = SeededRandom(seed)
    var sum = RollingSum(span: .seconds(10), start: start)
    var added: [(slot: Int, count: Int)] = []
    var time = 0
    for _ in 0..<2_000 {
      time += Int.random(in: 0...2_500, using: &random)
      let count = Int.random(in: 0...9, using: &random)
      sum.add(count, now: after(time))
      added.append((time / 1_000, count))
      let expected = added.filter { $0.slot > time / 1_000 - 10 }.reduce(0) { $0 + $1.count }
      #expect(sum.sum == expected)
    }
  }
}

struct RetryBudgetTests {
  private let start = CallInstant.now

  private func budget() -> RetryBudget {
    RetryBudget(percent: 20, reserve: 3, window: .seconds(10), start: start)
  }

  @Test func aNewChannelMayRepeatThreeCalls() {
    var budget = budget()
    let taken = (0..<4).map { _ in budget.take(now: start) }
    #expect(taken == [true, true, true, false])
  }

  @Test func fiveCallsPayForOneRepetition() {
    var budget = budget()
    while budget.take(now: start) {}
    for _ in 0..<4 { budget.called(now: start) }
    let early = budget.take(now: start)
    budget.called(now: start)
    let paid = budget.take(now: start)
    let again = budget.take(now: start)
    #expect([early, paid, again] == [false, true, false])
  }

  @Test func whatCallsHaveBroughtIsForgottenAndTheReserveIsNot() {
    var budget = budget()
    for _ in 0..<1_000 { budget.called(now: start) }
    #expect(budget.tokens(now: start) == 203)
    #expect(budget.tokens(now: start.advanced(by: .seconds(11))) == 3)
  }

  @Test func shareAndReserveAreHeldWithinReason() {
    var none = RetryBudget(percent: -5, reserve: -1, window: .zero, start: start)
    none.called(now: start)
    let taken = none.take(now: start)
    #expect(!taken)
    var all = RetryBudget(percent: .max, reserve: .max, window: .seconds(1), start: start)
    all.called(now: start)
    #expect(all.tokens(now: start) == 1_000_001)
  }

  /// However calls and failures come, a backend sees at most a fifth more, and three.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func aBackendSeesAtMostAFifthMoreAndThree(seed: UInt64) {
    var random = SeededRandom(seed)
    var budget = budget()
    var (calls, repetitions) = (0, 0)
    var now = start
    for _ in 0..<5_000 {
      now = now.advanced(by: .milliseconds(Int.random(in: 0...400, using: &random)))
      budget.called(now: now)
      calls += 1
      for _ in 0..<2 where Int.random(in: 0..<3, using: &random) > 0 {
        if budget.take(now: now) { repetitions += 1 }
      }
      #expect(repetitions * 5 <= calls + 15)
    }
    #expect(repetitions * 10 > calls, "the budget gave next to nothing")
  }
}

struct CallPlanTests {
  private let start = CallInstant.now
  private var random = SeededRandom(1)
  private var budget: RetryBudget

  init() {
    budget = RetryBudget(percent: 20, reserve: 10_000, window: .seconds(10), start: start)
  }

  private func plan(
    _ idempotency: MethodInfo.Idempotency, deadline: Duration? = nil,
    _ change: (inout RetryPolicy) -> Void = { _ in }
  ) -> CallPlan {
    var policy = RetryPolicy()
    change(&policy)
    return CallPlan(
      policy: policy, idempotency: idempotency,
      deadline: deadline.map { start.advanced(by: $0) })
  }

  private mutating func fail(
    _ plan: inout CallPlan, _ failure: AttemptFailure, pushback: Duration? = nil
  ) throws -> CallPlan.Decision {
    try plan.failed(failure, pushback: pushback, budget: &budget, now: start, using: &random)
  }

  @Test(
    arguments: [.unknown, .noSideEffects, .idempotent] as [MethodInfo.Idempotency],
    [.unprocessed, .unavailable, .timedOut, .final] as [AttemptFailure])
  mutating func onlyWhatIsSafeIsSentAgain(
    idempotency: MethodInfo.Idempotency, failure: AttemptFailure
  ) throws {
    var plan = plan(idempotency)
    try plan.begin()
    let decision = try fail(&plan, failure)
    let isSafe = failure == .unprocessed || (idempotency != .unknown && failure != .final)
    if isSafe {
      guard case .retry = decision else {
        Issue.record("\(decision)")
        return
      }
    } else {
      #expect(decision == .giveUp(.notRepeatable))
    }
  }

  @Test mutating func thereAreThreeAttempts() throws {
    var plan = plan(.idempotent)
    for number in 1...3 {
      try plan.begin()
      #expect(plan.started == number)
      let decision = try fail(&plan, .unavailable)
      #expect((decision == .giveUp(.attempts)) == (number == 3))
    }
    #expect(throws: IllegalMove.self) { try plan.begin() }
  }

  @Test mutating func aPolicyOfOneAttemptRepeatsNothing() throws {
    var plan = CallPlan(policy: .never, idempotency: .noSideEffects, deadline: nil)
    try plan.begin()
    let decision = try fail(&plan, .unprocessed)
    #expect(decision == .giveUp(.attempts))
  }

  @Test mutating func whatWasNotProcessedGoesElsewhereAtOnceTheFirstTime() throws {
    var plan = plan(.unknown)
    try plan.begin()
    let first = try fail(&plan, .unprocessed)
    #expect(first == .retry(after: .zero))
  }

  @Test mutating func pausesDoubleWithinTheirBounds() throws {
    var longest = [Duration](repeating: .zero, count: 8)
    for _ in 0..<300 {
      var plan = plan(.idempotent) { $0.maximumAttempts = 9 }
      for number in 0..<8 {
        try plan.begin()
        guard case .retry(let pause) = try fail(&plan, .unavailable) else {
          Issue.record("no retry \(number)")
          return
        }
        longest[number] = max(longest[number], pause)
      }
    }
    for (number, pause) in longest.enumerated() {
      let bound = min(.seconds(1), Duration.milliseconds(25 << number))
      #expect(pause <= bound)
      #expect(pause > bound * 0.8)
    }
  }

  @Test mutating func nothingIsSentAgainThatCannotFinish() throws {
    var late = plan(.idempotent, deadline: .milliseconds(9)) { $0.minimumPause = .zero }
    try late.begin()
    let refused = try fail(&late, .unavailable)
    #expect(refused == .giveUp(.deadline))
    var early = plan(.idempotent, deadline: .milliseconds(10)) { $0.minimumPause = .zero }
    try early.begin()
    let allowed = try fail(&early, .unavailable)
    #expect(allowed == .retry(after: .zero))
  }

  @Test mutating func aServerMayAskForAPause() throws {
    var short = plan(.idempotent)
    try short.begin()
    let paused = try fail(&short, .unavailable, pushback: .milliseconds(900))
    #expect(paused == .retry(after: .milliseconds(900)))
    var long = plan(.idempotent)
    try long.begin()
    let refused = try fail(&long, .unavailable, pushback: .seconds(2))
    #expect(refused == .giveUp(.pushback))
  }

  @Test mutating func withoutTokensNothingIsSentAgain() throws {
    while budget.take(now: start) {}
    var plan = plan(.noSideEffects)
    try plan.begin()
    let decision = try fail(&plan, .unavailable)
    #expect(decision == .giveUp(.budget))
  }

  @Test mutating func whatCannotBeSentAgainTakesNoToken() throws {
    let before = budget.tokens(now: start)
    for (idempotency, failure) in [
      (.unknown, .unavailable), (.idempotent, .final),
    ] as [(MethodInfo.Idempotency, AttemptFailure)] {
      var plan = plan(idempotency)
      try plan.begin()
      _ = try fail(&plan, failure)
    }
    #expect(budget.tokens(now: start) == before)
  }

  // MARK: Hedges

  @Test func onlyReadsAreHedged() {
    for (idempotency, expected) in [
      (.noSideEffects, .milliseconds(50)), (.idempotent, nil), (.unknown, nil),
    ] as [(MethodInfo.Idempotency, Duration?)] {
      #expect(plan(idempotency) { $0.hedgeDelay = .milliseconds(50) }.hedgeDelay == expected)
    }
    #expect(plan(.noSideEffects).hedgeDelay == nil)
  }

  @Test mutating func aHedgeTakesATokenAndTheFirstFailureWaitsForTheOther() throws {
    let before = budget.tokens(now: start)
    var plan = plan(.noSideEffects) { $0.hedgeDelay = .milliseconds(50) }
    let early = plan.hedge(budget: &budget, now: start)
    try plan.begin()
    let due = plan.hedge(budget: &budget, now: start)
    let second = plan.hedge(budget: &budget, now: start)
    #expect([early, due, second] == [false, true, false])
    #expect(budget.tokens(now: start) == before - 1)
    #expect(plan.running == 2)
    let first = try fail(&plan, .unavailable)
    #expect(first == .wait)
    guard case .retry = try fail(&plan, .unavailable) else {
      Issue.record("the third attempt was not made")
      return
    }
    try plan.begin()
    let last = try fail(&plan, .unavailable)
    #expect(last == .giveUp(.attempts))
  }

  @Test mutating func nothingIsHedgedWithoutTimeOrTokens() throws {
    var late = plan(.noSideEffects, deadline: .milliseconds(9)) {
      $0.hedgeDelay = .milliseconds(1)
    }
    try late.begin()
    let inTime = late.hedge(budget: &budget, now: start)
    #expect(!inTime)
    while budget.take(now: start) {}
    var poor = plan(.noSideEffects) { $0.hedgeDelay = .milliseconds(1) }
    try poor.begin()
    let paid = poor.hedge(budget: &budget, now: start)
    #expect(!paid)
  }

  @Test mutating func theLastAttemptHasAllTheTime() throws {
    var plan = plan(.idempotent) { $0.attemptTimeout = .seconds(1) }
    var timeouts: [Duration?] = []
    for _ in 1...3 {
      try plan.begin()
      timeouts.append(plan.attemptTimeout)
      _ = try fail(&plan, .timedOut)
    }
    #expect(timeouts == [.seconds(1), .seconds(1), nil])
    var write = self.plan(.unknown) { $0.attemptTimeout = .seconds(1) }
    try write.begin()
    #expect(write.attemptTimeout == nil)
  }

  // MARK: Illegal moves

  @Test mutating func movesThatTheStateDoesNotAllowAreErrors() throws {
    var plan = plan(.idempotent)
    let early = #expect(throws: IllegalMove.self) { try fail(&plan, .unavailable) }
    #expect(early?.description == "fail of a call that is idle")
    try plan.begin()
    let twice = #expect(throws: IllegalMove.self) { try plan.begin() }
    #expect(twice?.description == "begin of a call that is running")
    plan.answered()
    #expect(throws: IllegalMove.self) { try fail(&plan, .unavailable) }
    #expect(throws: IllegalMove.self) { try plan.begin() }
    let hedged = plan.hedge(budget: &budget, now: start)
    #expect(!hedged)
  }
}
