// The number itself: Arabic and Chinese digits, multipliers, 几, 多 and 余. It tracks what its last
// digit is worth, because that decides how far the true value may be away.

/// A number as written, without unit and without words around it.
struct Numeral: Hashable {
  enum Extent: Hashable {
    /// Just the number.
    case plain
    /// 8亿多: from the number up to one more `10^step`.
    case more(step: Int)
    /// 十几, 30几万: more than the number by 1…9 tenths of `10^step`.
    case few(step: Int)
    /// 几十, 数百: 2…9 times the multiplier.
    case several
    /// 三四十: between two neighbouring digits.
    case between(ExactDecimal)
  }

  var text: String
  var value: ExactDecimal
  var extent: Extent
  /// Power of ten that the last printed digit is worth.
  var lastDigit: Int
  /// Power of ten that the last digit other than zero is worth.
  var lastNonZeroDigit: Int
  /// True where 万 or 亿 multiplies the number.
  var hasLargeMultiplier: Bool
  var hasMultiplier: Bool
  var hasFraction: Bool

  /// The interval of the words alone; nil for a plain number, which depends on the unit.
  func extentInterval() throws(MeasureError) -> Interval? {
    switch extent {
    case .plain: return nil
    case .more(let step):
      return try Interval(
        low: value, high: value.adding(Self.worth(step)), highOpen: true)
    case .few(let step):
      return try Interval(
        low: value.adding(Self.worth(step - 1)), high: value.adding(Self.worth(step)),
        highOpen: true)
    case .several:
      return try Interval(
        low: value.multiplied(by: 2), high: value.multiplied(by: 10), highOpen: true)
    case .between(let high):
      return try Interval(low: value, high: high)
    }
  }

  /// What 近 and 约 allow: one unit of the last digit other than zero, a tenth of the number itself
  /// for 10, 100, 万 and the like.
  func tolerance() throws(MeasureError) -> ExactDecimal {
    let worth = try Self.worth(lastNonZeroDigit)
    return try worth == value ? worth.multiplied(byPowerOfTen: -1) : worth
  }

  /// 10^exponent.
  static func worth(_ exponent: Int) throws(MeasureError) -> ExactDecimal {
    try ExactDecimal.one.multiplied(byPowerOfTen: exponent)
  }
}
