// Whether a call that failed is sent again, and when: the decisions for one call as a value.

internal import RPC

/// How one attempt failed, as far as it matters for another one.
enum AttemptFailure: Sendable, Hashable {
  /// The server provably did nothing: it refused the stream, or said so in its GOAWAY.
  case unprocessed
  /// The connection was lost, or the server answered that it cannot serve now. It may have done
  /// everything, part of it, or nothing.
  case unavailable
  /// No answer came in the time of one attempt.
  case timedOut
  /// Another attempt would end the same way.
  case final
}

/// The attempts of one call.
///
///   idle ──begin──▶ running ──answered, failed for good──▶ over
///                    │   ▲
///             failed │   │ begin, after the pause
///                    ▼   │
///                   pausing
///
/// With a hedge two attempts run, and the failure of one waits for the other.
struct CallPlan: Sendable {
  enum Refusal: Sendable, Hashable {
    /// Another attempt may do harm, or would change nothing.
    case notRepeatable
    /// `RetryPolicy.maximumAttempts` were made.
    case attempts
    /// No time is left for another one.
    case deadline
    /// The server asks for a longer pause than the policy allows.
    case pushback
    /// The channel has repeated enough calls.
    case budget
  }

  enum Decision: Sendable, Hashable {
    case retry(after: Duration)
    /// The other attempt is still under way.
    case wait
    case giveUp(Refusal)
  }

  private enum Phase { case idle, running, pausing, over }

  let policy: RetryPolicy
  private let idempotency: MethodInfo.Idempotency
  private let deadline: CallInstant?
  private var phase = Phase.idle
  private(set) var started = 0
  private(set) var running = 0
  private var hasHedged = false

  init(policy: RetryPolicy, idempotency: MethodInfo.Idempotency, deadline: CallInstant?) {
    self.policy = policy
    self.idempotency = idempotency
    self.deadline = deadline
  }

  /// An attempt starts.
  ///
  /// - Throws: when the call is over or already has its attempt.
  mutating func begin() throws(IllegalMove) {
    guard phase == .idle || phase == .pausing else {
      throw IllegalMove("begin", of: "a call that is \(phase)")
    }
    phase = .running
    started += 1
    running += 1
  }

  /// How long the attempt that has begun may take; nil for as long as the call.
  var attemptTimeout: Duration? {
    idempotency != .unknown && started < policy.maximumAttempts ? policy.attemptTimeout : nil
  }

  /// When to send the call to a second server as well; nil for never.
  var hedgeDelay: Duration? {
    idempotency == .noSideEffects && policy.maximumAttempts > 1 ? policy.hedgeDelay : nil
  }

  /// The time of the hedge has come.
  ///
  /// - Returns: whether to start it; it counts as begun then.
  mutating func hedge(budget: inout RetryBudget, now: CallInstant) -> Bool {
    guard phase == .running, !hasHedged, hedgeDelay != nil, started < policy.maximumAttempts,
      hasTime(now), budget.take(now: now)
    else { return false }
    hasHedged = true
    started += 1
    running += 1
    return true
  }

  /// An answer has come; attempts that still run are of no interest any more.
  mutating func answered() { phase = .over }

  /// An attempt has failed.
  ///
  /// - Parameter pushback: how long the server asks to be left alone.
  /// - Throws: when no attempt was under way.
  mutating func failed(
    _ failure: AttemptFailure, pushback: Duration? = nil, budget: inout RetryBudget,
    now: CallInstant, using random: inout some RandomNumberGenerator
  ) throws(IllegalMove) -> Decision {
    guard phase == .running, running > 0 else {
      throw IllegalMove("fail", of: "a call that is \(phase)")
    }
    running -= 1
    guard mayRepeat(failure) else { return giveUp(.notRepeatable) }
    guard running == 0 else { return .wait }
    guard started < policy.maximumAttempts else { return giveUp(.attempts) }
    let asked = pushback ?? .zero
    guard asked <= policy.maximumPause else { return giveUp(.pushback) }
    let pause = max(asked, pause(after: failure, using: &random))
    guard hasTime(now.advanced(by: pause)) else { return giveUp(.deadline) }
    guard budget.take(now: now) else { return giveUp(.budget) }
    phase = .pausing
    return .retry(after: pause)
  }

  private mutating func giveUp(_ refusal: Refusal) -> Decision {
    phase = .over
    return .giveUp(refusal)
  }

  private func mayRepeat(_ failure: AttemptFailure) -> Bool {
    switch failure {
    case .unprocessed: true
    case .unavailable, .timedOut: idempotency != .unknown
    case .final: false
    }
  }

  private func hasTime(_ now: CallInstant) -> Bool {
    deadline.map { now.advanced(by: policy.minimumRemaining) <= $0 } ?? true
  }

  /// Chance over the whole pause: callers that failed together do not come back together. Who was
  /// told that nothing was done goes elsewhere at once.
  private func pause(
    after failure: AttemptFailure, using random: inout some RandomNumberGenerator
  ) -> Duration {
    guard failure != .unprocessed || started > 1 else { return .zero }
    var longest = max(.zero, policy.minimumPause)
    for _ in 1..<max(started, 1) where longest < policy.maximumPause { longest = longest * 2 }
    return min(longest, policy.maximumPause) * Double.random(in: 0...1, using: &random)
  }
}

/// A move that the state of something does not allow. Whoever gets it gives that thing up.
struct IllegalMove: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ move: String, of state: String) { description = "\(move) of \(state)" }
}
