// How a computed number becomes text. The multiplier is chosen as a reader expects it (亿 from 10^8,
// 万 from 10^4), digits are cut once, at the end, and a half goes away from zero.

/// The form in which a value is printed.
package struct PrintStyle: Sendable, Hashable {
  package enum Decimals: Sendable, Hashable {
    /// As many as the exact value has.
    case exact
    /// This many at most, without trailing zeros.
    case atMost(Int)
    /// Just this many.
    case exactly(Int)
  }

  /// Power of ten of the multiplier: 8 for 亿; nil chooses by size.
  package var exponent: Int?
  package var decimals: Decimals

  package init(exponent: Int? = nil, decimals: Decimals = .exact) {
    self.exponent = exponent
    self.decimals = decimals
  }

  /// The multiplier by size, every digit.
  package static let exact = PrintStyle()
  /// The multiplier by size, two decimals at most.
  package static let brief = PrintStyle(decimals: .atMost(2))

  /// The text of a value in a base unit: "8.1亿", "600", "33.3".
  ///
  /// - Parameter isExact: says that the value is a point. An exact count is written out, because
  ///   28万人 says rounded.
  package func text(
    _ value: ExactDecimal, unit: MeasureUnit, isExact: Bool = false
  ) throws(MeasureError) -> String {
    let power = exponent ?? Self.exponent(for: value, unit: unit, isExact: isExact)
    return try number(value, power) + Multiplier.word(forExponent: power)
  }

  /// The text of an interval, where no value is named: "8亿多", "超过15亿", "10.5亿至12.5亿".
  package func text(
    _ interval: Interval, unit: MeasureUnit
  ) throws(MeasureError) -> String {
    switch (interval.low, interval.high) {
    case (nil, nil): return "不详"
    case (let low?, nil):
      let number = try text(low, unit: unit)
      return interval.lowOpen ? "超过" + number : number + "以上"
    case (nil, let high?):
      let number = try text(high, unit: unit)
      return interval.highOpen ? "不足" + number : number + "以下"
    case (let low?, let high?):
      if low == high { return try text(low, unit: unit) }
      return try rangeText(interval, low, high, unit)
    }
  }

  private func rangeText(
    _ interval: Interval, _ low: ExactDecimal, _ high: ExactDecimal, _ unit: MeasureUnit
  ) throws(MeasureError) -> String {
    if unit.kind == .count, low.isZero, !interval.lowOpen, interval.highOpen {
      return try "不足" + text(high, unit: unit)
    }
    if let more = try textOfMore(interval, low, high, unit) { return more }
    return try text(low, unit: unit) + "至" + text(high, unit: unit)
  }

  /// "8亿多" where the text reads back as just this interval.
  private func textOfMore(
    _ interval: Interval, _ low: ExactDecimal, _ high: ExactDecimal, _ unit: MeasureUnit
  ) throws(MeasureError) -> String? {
    guard low.isPositive, !interval.lowOpen, interval.highOpen else { return nil }
    let number = try text(low, unit: unit)
    let power = exponent ?? Self.exponent(for: low, unit: unit, isExact: false)
    let word = Multiplier.word(forExponent: power)
    let digits = number.dropLast(word.count)
    for candidate in ["\(digits)多\(word)", "\(number)多"] {
      if case .readable(let read) = Quantity.read(candidate, unit: unit.baseUnit),
        read.interval == interval
      {
        return candidate
      }
    }
    return nil
  }

  private func number(_ value: ExactDecimal, _ power: Int) throws(MeasureError) -> String {
    let shown = try value.multiplied(byPowerOfTen: -power)
    switch decimals {
    case .exact: return shown.normalized.description
    case .atMost(let count): return try shown.rounded(toScale: count).normalized.description
    case .exactly(let count): return try shown.text(decimals: count)
    }
  }

  /// 亿 from 10^8, 万 from 10^4 for measures; for counts only where they are whole 万 and not exact.
  static func exponent(for value: ExactDecimal, unit: MeasureUnit, isExact: Bool) -> Int {
    let size = value.isNegative ? (try? value.negated()) ?? value : value
    switch unit.kind {
    case .rate: return 0
    case .measure:
      if size >= ExactDecimal(100_000_000) { return 8 }
      return size >= ExactDecimal(10_000) ? 4 : 0
    case .count:
      let isTenThousands = (try? value.multiplied(byPowerOfTen: -4).isInteger) ?? false
      guard !isExact, isTenThousands, size >= ExactDecimal(10_000) else { return 0 }
      let isHundredMillions = (try? value.multiplied(byPowerOfTen: -8).isInteger) ?? false
      return isHundredMillions && size >= ExactDecimal(100_000_000) ? 8 : 4
    }
  }

  /// The largest multiplier and the number of decimals that a printed number shows: "48.5亿" is
  /// (8, 1), "1亿2000万" is (8, 0), "十五万" is (4, 0).
  ///
  /// 十, 百 and 千 belong to the digits: nobody prints a value in 十亿. 万亿 is a multiplier of its
  /// own.
  package static func shape(of text: String) -> (exponent: Int, decimals: Int) {
    var exponent = 0
    var decimals = 0
    var afterPoint = false
    var isBehindTenThousand = false
    for character in text {
      let power = Multiplier.exponent(of: character)
      if let power {
        if power >= 4 { exponent = max(exponent, isBehindTenThousand ? power + 4 : power) }
        afterPoint = false
      } else if character == "." || character == "点" {
        afterPoint = true
      } else if afterPoint, character.isWholeNumber || ChineseDigit.value(of: character) != nil {
        decimals += 1
      }
      isBehindTenThousand = power == 4
    }
    return (min(exponent, MeasureUnit.maximumExponent), decimals)
  }
}
