// How many calls of a channel may be sent again. Without this, clients that repeat their calls give
// a server that is in trouble several times its load.

internal import RPC

/// Every call brings a share of a token, every repetition and every hedge takes a whole one.
///
/// So over any time there are at most `reserve` repetitions more than that share of the calls. What
/// calls have brought is forgotten after `window`: a long quiet time does not pay for a storm.
struct RetryBudget: Sendable {
  /// Tokens are counted in hundredths, so that a percent of a call is a whole number.
  private static let token = 100

  private let percent: Int
  private let fullReserve: Int
  /// What is left of the reserve. Calls fill it up first.
  private var reserve: Int
  private var earned: RollingSum

  init(percent: Int, reserve: Int, window: Duration, start: CallInstant) {
    self.percent = min(max(0, percent), Self.token)
    fullReserve = min(max(0, reserve), 1_000_000) * Self.token
    self.reserve = fullReserve
    earned = RollingSum(span: window, start: start)
  }

  /// A call is made, for the first time.
  mutating func called(now: CallInstant) {
    let missing = min(percent, fullReserve - reserve)
    reserve += missing
    if missing < percent { earned.add(percent - missing, now: now) }
  }

  /// Takes a token.
  ///
  /// - Returns: false when there is none, so that the call must not be sent again.
  mutating func take(now: CallInstant) -> Bool {
    if earned.take(Self.token, now: now) { return true }
    guard earned.sum + reserve >= Self.token else { return false }
    reserve -= Self.token - earned.sum
    earned.clear()
    return true
  }

  /// Whole tokens that are there.
  func tokens(now: CallInstant) -> Int {
    var earned = earned
    earned.advance(to: now)
    return (earned.sum + reserve) / Self.token
  }
}
