// A comparison of two intervals is decided only where every pair of their numbers agrees.

/// The answer to a question about values that are known only roughly.
package enum Answer: String, Sendable, Hashable, CaseIterable {
  case yes
  case no
  /// Both are possible.
  case undecided

  /// The answer to the opposite question.
  package var negated: Answer {
    switch self {
    case .yes: .no
    case .no: .yes
    case .undecided: .undecided
    }
  }
}

extension Interval {
  /// Is this value less than the other? 14亿 < 8亿多 is no; 8亿 < 8亿多 is undecided.
  package func isLess(than other: Interval) -> Answer {
    if isWhollyBelow(other) { return .yes }
    if other.isWhollyAtMost(self) { return .no }
    return .undecided
  }

  /// Is this value the other one or less?
  package func isAtMost(_ other: Interval) -> Answer { other.isLess(than: self).negated }

  /// Is this value greater than the other?
  package func isGreater(than other: Interval) -> Answer { other.isLess(than: self) }

  /// Is this value the other one or more?
  package func isAtLeast(_ other: Interval) -> Answer { isLess(than: other).negated }

  /// Are both the same value? Yes only for two equal points.
  package func isEqual(to other: Interval) -> Answer {
    if isPoint, other.isPoint, low == other.low { return .yes }
    return overlaps(other) ? .undecided : .no
  }

  /// True where both may be the same value.
  package func overlaps(_ other: Interval) -> Bool {
    !isWhollyBelow(other) && !other.isWhollyBelow(self)
  }

  private func isWhollyBelow(_ other: Interval) -> Bool {
    guard let high, let otherLow = other.low else { return false }
    return high < otherLow || (high == otherLow && (highOpen || other.lowOpen))
  }

  private func isWhollyAtMost(_ other: Interval) -> Bool {
    guard let high, let otherLow = other.low else { return false }
    return high <= otherLow
  }
}
