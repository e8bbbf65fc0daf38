// How long to leave a server alone that could not be reached.

/// Pauses that grow, with some chance in them so that many clients do not come back at once.
struct Backoff: Sendable {
  private static let factor = 1.6
  private static let jitter = 0.2

  private let minimum: Duration
  private let maximum: Duration
  private var next: Duration

  init(minimum: Duration, maximum: Duration) {
    self.minimum = minimum
    self.maximum = maximum
    next = minimum
  }

  /// The pause after another failure.
  mutating func failed(using random: inout some RandomNumberGenerator) -> Duration {
    let pause = next
    next = min(maximum, next * Self.factor)
    return pause * Double.random(in: 1 - Self.jitter...1 + Self.jitter, using: &random)
  }

  mutating func succeeded() { next = minimum }
}
