// Sums add the ends. Where a quotient has endless decimals, its ends move outward, so the result
// always contains every exact result.

extension Interval {
  package func adding(_ other: Interval) throws(MeasureError) -> Interval {
    try Interval(
      low: Self.sum(low, other.low), high: Self.sum(high, other.high),
      lowOpen: lowOpen || other.lowOpen, highOpen: highOpen || other.highOpen)
  }

  package func negated() throws(MeasureError) -> Interval {
    try Interval(
      low: Self.negated(high), high: Self.negated(low), lowOpen: highOpen, highOpen: lowOpen)
  }

  package func subtracting(_ other: Interval) throws(MeasureError) -> Interval {
    try adding(other.negated())
  }

  /// Every number of the interval × an exact factor.
  package func multiplied(by factor: ExactDecimal) throws(MeasureError) -> Interval {
    if factor.isZero { return Interval(point: .zero) }
    if factor.isNegative { return try negated().multiplied(by: factor.negated()) }
    return try Interval(
      low: Self.product(low, factor), high: Self.product(high, factor),
      lowOpen: lowOpen, highOpen: highOpen)
  }

  /// The quotients by a divisor that is known to be positive, with ends at `scale` decimals.
  ///
  /// - Throws: `undefined` where the divisor may be zero or negative.
  package func divided(
    by divisor: Interval, scale: Int
  ) throws(MeasureError) -> Interval {
    guard let smallest = divisor.low, smallest.isPositive else {
      throw MeasureError(.undefined, "the divisor may be zero or less")
    }
    let lower = try Self.lowerQuotient(self, smallest, divisor, scale)
    let upper = try Self.upperQuotient(self, smallest, divisor, scale)
    return try Interval(
      low: lower?.value, high: upper?.value,
      lowOpen: lower?.open ?? true, highOpen: upper?.open ?? true)
  }

  /// The smallest interval around this one whose ends have at most `scale` decimals.
  package func outward(toScale scale: Int) throws(MeasureError) -> Interval {
    let newLow = try Self.rounded(low, scale, .down)
    let newHigh = try Self.rounded(high, scale, .up)
    return try Interval(
      low: newLow, high: newHigh,
      lowOpen: newLow == low ? lowOpen : true, highOpen: newHigh == high ? highOpen : true)
  }

  /// The smallest interval that holds both.
  package func hull(_ other: Interval) throws(MeasureError) -> Interval {
    let lowest = Self.lowest(self, other)
    let highest = Self.highest(self, other)
    return try Interval(
      low: lowest.low, high: highest.high, lowOpen: lowest.lowOpen, highOpen: highest.highOpen)
  }

  private typealias End = (value: ExactDecimal, open: Bool)

  private static func lowerQuotient(
    _ dividend: Interval, _ smallest: ExactDecimal, _ divisor: Interval, _ scale: Int
  ) throws(MeasureError) -> End? {
    guard let low = dividend.low else { return nil }
    if low.isNegative {
      let value = try low.divided(by: smallest, scale: scale, rounding: .down)
      let isExact = try value == low.divided(by: smallest, scale: scale, rounding: .up)
      return (value, dividend.lowOpen || divisor.lowOpen || !isExact)
    }
    guard let largest = divisor.high else {
      // Nothing bounds the divisor: the quotient comes as near to zero as one likes.
      return (.zero, !(low.isZero && !dividend.lowOpen))
    }
    let value = try low.divided(by: largest, scale: scale, rounding: .down)
    let isExact = try value == low.divided(by: largest, scale: scale, rounding: .up)
    // Zero divided by anything is zero, whether or not the divisor's end is possible.
    let open = low.isZero ? dividend.lowOpen : dividend.lowOpen || divisor.highOpen
    return (value, open || !isExact)
  }

  private static func upperQuotient(
    _ dividend: Interval, _ smallest: ExactDecimal, _ divisor: Interval, _ scale: Int
  ) throws(MeasureError) -> End? {
    let mirrored = try dividend.negated()
    guard let end = try lowerQuotient(mirrored, smallest, divisor, scale) else { return nil }
    return (try end.value.negated(), end.open)
  }

  private static func sum(
    _ left: ExactDecimal?, _ right: ExactDecimal?
  ) throws(MeasureError) -> ExactDecimal? {
    guard let left, let right else { return nil }
    return try left.adding(right)
  }

  private static func negated(_ end: ExactDecimal?) throws(MeasureError) -> ExactDecimal? {
    guard let end else { return nil }
    return try end.negated()
  }

  private static func product(
    _ end: ExactDecimal?, _ factor: ExactDecimal
  ) throws(MeasureError) -> ExactDecimal? {
    guard let end else { return nil }
    return try end.multiplied(by: factor)
  }

  private static func rounded(
    _ end: ExactDecimal?, _ scale: Int, _ rule: RoundingRule
  ) throws(MeasureError) -> ExactDecimal? {
    guard let end else { return nil }
    return try end.rounded(toScale: scale, rule)
  }

  private static func lowest(_ left: Interval, _ right: Interval) -> Interval {
    guard let a = left.low, let b = right.low else { return left.low == nil ? left : right }
    if a == b { return left.lowOpen ? right : left }
    return a < b ? left : right
  }

  private static func highest(_ left: Interval, _ right: Interval) -> Interval {
    guard let a = left.high, let b = right.high else { return left.high == nil ? left : right }
    if a == b { return left.highOpen ? right : left }
    return a > b ? left : right
  }
}
