// "Approximate" is a type: the interval in which the true value lies.

/// A non-empty set of numbers between two ends; an absent end is unbounded.
package struct Interval: Sendable, Hashable {
  package let low: ExactDecimal?
  package let high: ExactDecimal?
  /// True where the lower end itself is not possible; true for an unbounded end.
  package let lowOpen: Bool
  package let highOpen: Bool

  /// - Throws: `invalidInterval` where nothing lies between the ends.
  package init(
    low: ExactDecimal?, high: ExactDecimal?, lowOpen: Bool = false, highOpen: Bool = false
  ) throws(MeasureError) {
    if let low, let high {
      let isEmpty = low > high || (low == high && (lowOpen || highOpen))
      guard !isEmpty else {
        throw MeasureError(.invalidInterval, "no number lies between \(low) and \(high)")
      }
    }
    self.init(unchecked: low, high, lowOpen: lowOpen, highOpen: highOpen)
  }

  private init(
    unchecked low: ExactDecimal?, _ high: ExactDecimal?, lowOpen: Bool, highOpen: Bool
  ) {
    self.low = low
    self.high = high
    self.lowOpen = low == nil || lowOpen
    self.highOpen = high == nil || highOpen
  }

  /// Exactly this number.
  package init(point value: ExactDecimal) {
    self.init(unchecked: value, value, lowOpen: false, highOpen: false)
  }

  package static let unbounded = Interval(unchecked: nil, nil, lowOpen: true, highOpen: true)

  /// [value, ∞) or, open, (value, ∞).
  package static func atLeast(_ value: ExactDecimal, open: Bool = false) -> Interval {
    Interval(unchecked: value, nil, lowOpen: open, highOpen: true)
  }

  /// (−∞, value] or, open, (−∞, value).
  package static func atMost(_ value: ExactDecimal, open: Bool = false) -> Interval {
    Interval(unchecked: nil, value, lowOpen: true, highOpen: open)
  }

  /// Every number that rounds to `value` at a printed digit worth `step`, a half going away from
  /// zero: [v − step/2, v + step/2) above zero, mirrored below, open on both sides at zero.
  package static func rounding(
    _ value: ExactDecimal, step: ExactDecimal
  ) throws(MeasureError) -> Interval {
    let half = try step.multiplied(by: ExactDecimal(unscaled: 5, scale: 1))
    return try Interval(
      low: value.subtracting(half), high: value.adding(half),
      lowOpen: !value.isPositive, highOpen: !value.isNegative)
  }

  package var isPoint: Bool { low != nil && low == high }
  package var isBounded: Bool { low != nil && high != nil }

  package func contains(_ value: ExactDecimal) -> Bool {
    if let low, value < low || (lowOpen && value == low) { return false }
    if let high, value > high || (highOpen && value == high) { return false }
    return true
  }

  /// True where every number of `other` lies in this interval too.
  package func contains(_ other: Interval) -> Bool {
    if let low {
      guard let otherLow = other.low, otherLow >= low else { return false }
      if otherLow == low, lowOpen, !other.lowOpen { return false }
    }
    if let high {
      guard let otherHigh = other.high, otherHigh <= high else { return false }
      if otherHigh == high, highOpen, !other.highOpen { return false }
    }
    return true
  }
}

extension Interval: CustomStringConvertible {
  /// "[144.5, 145.5)", "(−∞, 5]".
  package var description: String {
    let left = lowOpen ? "(" : "["
    let right = highOpen ? ")" : "]"
    return "\(left)\(low?.description ?? "−∞"), \(high?.description ?? "∞")\(right)"
  }
}
