// Sums, differences, growth targets. Units and natures must agree; nothing is converted silently.

extension Quantity {
  /// The sum of at least one quantity: values and ends add up. The value is nil where any is.
  ///
  /// - Throws: `unitMismatch`, also for a mix of natures; `undefined` for nothing at all.
  package static func sum(
    _ quantities: [Quantity], style: PrintStyle = .exact
  ) throws(MeasureError) -> Quantity {
    guard let first = quantities.first else {
      throw MeasureError(.undefined, "the sum of nothing has no unit")
    }
    if quantities.count == 1 { return first }
    var value: ExactDecimal? = first.value
    var interval = first.interval
    for quantity in quantities.dropFirst() {
      try first.requireSameKind(as: quantity)
      value = try Self.added(value, quantity.value)
      interval = try interval.adding(quantity.interval)
    }
    return try Quantity(
      computed: value, interval: interval, unit: first.unit, nature: first.nature, style: style)
  }

  /// This quantity less another. The difference of two rates in % is in 个百分点.
  package func subtracting(
    _ other: Quantity, style: PrintStyle = .exact
  ) throws(MeasureError) -> Quantity {
    try requireSameKind(as: other)
    var difference: ExactDecimal?
    if let value, let otherValue = other.value {
      difference = try value.subtracting(otherValue)
    }
    return try Quantity(
      computed: difference, interval: interval.subtracting(other.interval),
      unit: unit == .percent ? .percentagePoint : unit, nature: nature, style: style)
  }

  /// What this base becomes when it grows by an exact rate in per cent: 810亿 by 10 is 891.0亿.
  ///
  /// The text keeps the largest multiplier of the base and shows as many decimals as the base
  /// needs there and the factor has, so that no digit of the exact product is lost. The nature is
  /// plan.
  package func grown(byPercent rate: ExactDecimal) throws(MeasureError) -> Quantity {
    let factor = try ExactDecimal.one.adding(rate.multiplied(byPowerOfTen: -2)).normalized
    var grown: ExactDecimal?
    if let value { grown = try value.multiplied(by: factor).normalized }
    let shape = PrintStyle.shape(of: text)
    var decimals = shape.decimals
    for number in value.map({ [$0] }) ?? [interval.low, interval.high].compactMap(\.self) {
      // 1亿2000万 prints no decimals and is 1.2亿.
      let shown = try number.multiplied(byPowerOfTen: -shape.exponent).normalized
      decimals = max(decimals, shown.scale)
    }
    let style = PrintStyle(
      exponent: shape.exponent, decimals: .exactly(decimals + factor.scale))
    return try Quantity(
      computed: grown, interval: interval.multiplied(by: factor), unit: unit, nature: .plan,
      style: style)
  }

  private func requireSameKind(as other: Quantity) throws(MeasureError) {
    guard unit.isCompatible(with: other.unit) else {
      throw MeasureError(.unitMismatch, "\(unit) and \(other.unit) cannot be put together")
    }
    guard nature == other.nature else {
      throw MeasureError(
        .unitMismatch, "natures \(nature.rawValue) and \(other.nature.rawValue) do not mix")
    }
  }

  private static func added(
    _ left: ExactDecimal?, _ right: ExactDecimal?
  ) throws(MeasureError) -> ExactDecimal? {
    guard let left, let right else { return nil }
    return try left.adding(right)
  }
}
