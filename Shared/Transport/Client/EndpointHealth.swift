// Whether an endpoint gets calls, judged by what became of those it got: outlier detection as a
// value.

internal import RPC

/// When an endpoint whose calls fail is left out for a while.
public struct EjectionPolicy: Sendable, Hashable {
  /// Failures in a row that eject; 0 for never by this.
  public var consecutiveFailures = 5

  /// Failures in a hundred that eject, among the calls of `window`; over 100 for never by this.
  public var failurePercent = 50

  /// Calls within `window` below which no percentage is taken.
  public var minimumCalls = 20

  /// The time over which failures are counted.
  public var window: Duration = .seconds(10)

  /// How long a first ejection lasts, up to a fifth more by chance. Each further one lasts twice as
  /// long, until the endpoint has served well for twice its latest ejection.
  public var minimumTime: Duration = .seconds(1)

  /// What the time of an ejection grows to.
  public var maximumTime: Duration = .seconds(20)

  /// Endpoints in a hundred that may be left out at a time, rounded down: of one, none.
  public var maximumPercent = 50

  public init() {}
}

/// What became of a call, as far as it speaks for or against the endpoint.
enum CallOutcome: Sendable, Hashable {
  case success
  case failure
  /// The caller gave up, or the error is not the endpoint's.
  case neutral
}

/// One endpoint's standing.
///
///   serving ──failures──▶ ejected ──time──▶ probing ──success──▶ serving
///                            ▲                 └──failure──┐
///                            └─────────────────────────────┘
struct EndpointHealth: Sendable {
  enum State: Sendable, Hashable {
    case serving
    case ejected(until: CallInstant)
    /// One call, or one question for its health, is under way.
    case probing
  }

  enum Change: Sendable, Hashable {
    case ejected(Duration)
    case returned
  }

  private static let jitter = 0.2

  private let policy: EjectionPolicy
  private(set) var state = State.serving
  private var failuresInARow = 0
  private var calls: RollingSum
  private var failures: RollingSum
  private var time: Duration
  private var returned: CallInstant?

  init(policy: EjectionPolicy, start: CallInstant) {
    self.policy = policy
    calls = RollingSum(span: policy.window, start: start)
    failures = RollingSum(span: policy.window, start: start)
    time = policy.minimumTime
  }

  var isServing: Bool { state == .serving }

  /// Whether the time has come to try the endpoint again.
  func isDue(now: CallInstant) -> Bool {
    if case .ejected(let until) = state { return now >= until }
    return false
  }

  /// The endpoint is tried again, once.
  ///
  /// - Throws: when it is not ejected, or not for long enough.
  mutating func beginProbe(now: CallInstant) throws(IllegalMove) {
    guard isDue(now: now) else { throw IllegalMove("probe", of: "an endpoint that is \(state)") }
    state = .probing
  }

  /// A call has ended.
  ///
  /// - Parameters:
  ///   - isProbe: whether it is the one that tries the endpoint again.
  ///   - mayEject: whether few enough others are ejected.
  mutating func record(
    _ outcome: CallOutcome, isProbe: Bool = false, mayEject: Bool, now: CallInstant,
    using random: inout some RandomNumberGenerator
  ) -> Change? {
    switch state {
    case .serving: return count(outcome, mayEject: mayEject, now: now, using: &random)
    // Calls from before the ejection say nothing new.
    case .ejected: return nil
    case .probing:
      guard isProbe else { return nil }
      switch outcome {
      case .success:
        state = .serving
        returned = now
        forget()
        return .returned
      case .failure: return eject(now: now, using: &random)
      case .neutral:
        state = .ejected(until: now)
        return nil
      }
    }
  }

  private mutating func count(
    _ outcome: CallOutcome, mayEject: Bool, now: CallInstant,
    using random: inout some RandomNumberGenerator
  ) -> Change? {
    guard outcome != .neutral else { return nil }
    calls.add(1, now: now)
    guard outcome == .failure else {
      failuresInARow = 0
      return nil
    }
    failures.add(1, now: now)
    failuresInARow += 1
    guard mayEject, isOutlier else { return nil }
    if let returned, returned.duration(to: now) > time { time = policy.minimumTime }
    return eject(now: now, using: &random)
  }

  private var isOutlier: Bool {
    if policy.consecutiveFailures > 0, failuresInARow >= policy.consecutiveFailures { return true }
    guard calls.sum >= max(1, policy.minimumCalls) else { return false }
    return failures.sum * 100 >= calls.sum * policy.failurePercent
  }

  private mutating func eject(
    now: CallInstant, using random: inout some RandomNumberGenerator
  ) -> Change {
    let length = time * Double.random(in: 1...1 + Self.jitter, using: &random)
    state = .ejected(until: now.advanced(by: length))
    time = min(policy.maximumTime, time * 2)
    forget()
    return .ejected(length)
  }

  private mutating func forget() {
    failuresInARow = 0
    calls.clear()
    failures.clear()
  }
}
