// A sum that can be kept up to date: what one observation adds, its withdrawal takes away again.
// Ends and values are sums of integers in the indicator's last kept decimal, so no order of
// changes leaves a trace. What cannot be subtracted (is any end open?) is kept as a count.

package import Measures

package struct CellSum: Sendable, Hashable {
  /// Observations in the sum.
  package var count: Int64 = 0
  /// Sum of the named values, and how many observations name none (8亿多).
  package var value: Int64 = 0
  package var unvalued: Int64 = 0
  /// Sum of the lower ends that exist, how many do not, and how many are open.
  package var low: Int64 = 0
  package var lowUnbounded: Int64 = 0
  package var lowOpen: Int64 = 0
  package var high: Int64 = 0
  package var highUnbounded: Int64 = 0
  package var highOpen: Int64 = 0
  /// Observations printed in 万 and in 亿; the rest were printed in the unit itself.
  package var printedTenThousands: Int64 = 0
  package var printedHundredMillions: Int64 = 0

  package init() {}

  package static let zero = CellSum()

  /// What one observation contributes.
  ///
  /// - Throws: `invalid` for a value that the indicator's storage cannot hold exactly.
  package init(
    _ quantity: Quantity, of indicator: Indicator
  ) throws(StatisticsError) {
    count = 1
    do {
      let bounds = try quantity.interval.outward(toScale: indicator.scale)
      if let exact = quantity.value {
        value = try Self.stored(exact, indicator)
      } else {
        unvalued = 1
      }
      if let end = bounds.low { low = try Self.stored(end, indicator) } else { lowUnbounded = 1 }
      if let end = bounds.high { high = try Self.stored(end, indicator) } else { highUnbounded = 1 }
      lowOpen = bounds.lowOpen ? 1 : 0
      highOpen = bounds.highOpen ? 1 : 0
    } catch {
      throw Self.refusal(error, quantity, indicator)
    }
    switch PrintStyle.shape(of: quantity.text).exponent {
    case 8...: printedHundredMillions = 1
    case 4...: printedTenThousands = 1
    default: break
    }
  }

  private static func stored(
    _ number: ExactDecimal, _ indicator: Indicator
  ) throws(MeasureError) -> Int64 {
    let kept = try number.rescaled(to: indicator.scale).unscaled
    guard kept.magnitude <= Indicator.maximumMagnitude.magnitude else {
      throw MeasureError(.overflow, "\(number) is larger than what one observation may be")
    }
    return kept
  }

  private static func refusal(
    _ error: MeasureError, _ quantity: Quantity, _ indicator: Indicator
  ) -> StatisticsError {
    let unit = indicator.unit.symbol
    if error.code == .inexact {
      return .invalid([
        RuleViolation(
          path: "quantity", value: quantity.printed, rule: "quantity.scale",
          chinese: "“\(indicator.chinese)”保留\(indicator.scale)位小数(\(unit))，此值更精确",
          english: "\(indicator.code) is kept with \(indicator.scale) decimals of \(unit); this "
            + "value has more.")
      ])
    }
    return .invalid([
      RuleViolation(
        path: "quantity", value: quantity.printed, rule: "quantity.range",
        chinese: "数值超出可以保存的范围", english: "The value is outside the range that is kept.")
    ])
  }
}

extension CellSum {
  package func adding(_ other: CellSum) throws(StatisticsError) -> CellSum {
    try combined(with: other) { $0.addingReportingOverflow($1) }
  }

  package func subtracting(_ other: CellSum) throws(StatisticsError) -> CellSum {
    try combined(with: other) { $0.subtractingReportingOverflow($1) }
  }

  private func combined(
    with other: CellSum, _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) throws(StatisticsError) -> CellSum {
    var result = self
    var overflowed = false
    for field in Self.fields {
      let (number, overflow) = operation(self[keyPath: field], other[keyPath: field])
      result[keyPath: field] = number
      overflowed = overflowed || overflow
    }
    guard !overflowed else {
      throw StatisticsError(
        .overflow, chinese: "合计超出64位整数的范围", english: "A sum leaves the range of 64 bits.")
    }
    return result
  }

  /// Every number of the sum, in the order in which storage keeps them.
  package static var fields: [WritableKeyPath<CellSum, Int64>] {
    [
      \.count, \.value, \.unvalued, \.low, \.lowUnbounded, \.lowOpen, \.high, \.highUnbounded,
      \.highOpen, \.printedTenThousands, \.printedHundredMillions,
    ]
  }
}

extension CellSum {
  /// The exponent in which most of the observations were printed; of equals, the larger.
  package var printedExponent: Int {
    let plain = count - printedTenThousands - printedHundredMillions
    if printedHundredMillions > 0, printedHundredMillions >= max(printedTenThousands, plain) {
      return 8
    }
    return printedTenThousands > 0 && printedTenThousands >= plain ? 4 : 0
  }

  package func interval(of indicator: Indicator) throws(MeasureError) -> Interval {
    try Interval(
      low: lowUnbounded > 0 ? nil : Self.decimal(low, indicator),
      high: highUnbounded > 0 ? nil : Self.decimal(high, indicator),
      lowOpen: lowOpen > 0, highOpen: highOpen > 0)
  }

  private static func decimal(
    _ stored: Int64, _ indicator: Indicator
  ) throws(MeasureError) -> ExactDecimal {
    try ExactDecimal(unscaled: stored, scale: indicator.scale).normalized
  }

  /// The sum as a quantity, printed in the unit that the sources used.
  ///
  /// - Parameter text: the printed text, where the sum is one observation.
  package func quantity(
    of indicator: Indicator, nature: Nature, text: String? = nil
  ) throws(MeasureError) -> Quantity {
    let sum = unvalued > 0 ? nil : try Self.decimal(value, indicator)
    let bounds = try interval(of: indicator)
    if let text, count == 1 {
      return try Quantity(
        text: text, value: sum, interval: bounds, unit: indicator.unit, nature: nature)
    }
    return try Quantity(
      computed: sum, interval: bounds, unit: indicator.unit, nature: nature, style: style(sum))
  }

  /// A mixed sum may need more digits than anybody reads: 亿 and 万 are cut at the fourth decimal,
  /// which is 万元 and 元.
  private func style(_ sum: ExactDecimal?) -> PrintStyle {
    PrintStyle(
      exponent: printedExponent, decimals: printedExponent == 0 ? .exact : .atMost(4))
  }
}
