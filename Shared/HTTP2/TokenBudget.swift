// A rate limit as a value: no clock of its own, no timer, two words of state.

/// How much of one kind of frame a peer may send: `burst` at once, then `perSecond`.
public struct RateLimit: Hashable, Sendable {
  public var burst: UInt32
  public var perSecond: UInt32

  public init(burst: UInt32, perSecond: UInt32) {
    self.burst = burst
    self.perSecond = perSecond
  }
}

/// A token bucket over `RateLimit`. Starts full.
struct TokenBudget {
  /// Tokens are counted in billionths, so that a refill of nanoseconds × tokens per second is
  /// exact integer arithmetic.
  private static let scale: UInt64 = 1_000_000_000

  private let limit: RateLimit
  private var tokens: UInt64
  private var refilled: HTTP2Instant?

  init(_ limit: RateLimit) {
    self.limit = limit
    self.tokens = UInt64(limit.burst) * Self.scale
  }

  private var capacity: UInt64 { UInt64(limit.burst) * Self.scale }

  /// Takes `count` tokens; false when the budget is spent, and then nothing is taken.
  mutating func spend(_ count: UInt64 = 1, now: HTTP2Instant) -> Bool {
    let (cost, costOverflow) = count.multipliedReportingOverflow(by: Self.scale)
    if costOverflow { return false }
    if tokens < cost { refill(now: now) }
    guard tokens >= cost else { return false }
    tokens -= cost
    if refilled == nil { refilled = now }
    return true
  }

  /// Gives tokens back, up to the burst: the peer earned them by an answer that we caused.
  mutating func earn(_ count: UInt64) {
    let (gain, overflow) = count.multipliedReportingOverflow(by: Self.scale)
    tokens = overflow ? capacity : min(capacity, tokens + min(gain, capacity))
  }

  private mutating func refill(now: HTTP2Instant) {
    guard let last = refilled else {
      refilled = now
      return
    }
    let elapsed = now.nanoseconds(since: last)
    let (gain, overflow) = elapsed.multipliedReportingOverflow(by: UInt64(limit.perSecond))
    tokens = overflow ? capacity : min(capacity, tokens + min(gain, capacity))
    refilled = max(last, now)
  }
}
