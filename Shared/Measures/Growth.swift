// Nominal growth: the current value over the base, less one, in per cent.

/// The growth of a value on its base.
package struct Growth: Sendable, Hashable {
  /// In %; the value and the ends have up to `Growth.scale` decimals.
  package let rate: Quantity
  /// The rate as a report prints it, rounded once from the exact quotient: "8.0", "-3.2".
  package let printed: String

  /// Decimals that a rate keeps beyond what is printed.
  package static let scale = 6

  /// Growth of `current` on `base`, printed with `decimals`.
  ///
  /// - Throws: `unitMismatch` for different units; `undefined` where a value is missing or the base
  ///   may be zero or less.
  package init(
    current: Quantity, base: Quantity, decimals: Int = 1
  ) throws(MeasureError) {
    guard current.unit.isCompatible(with: base.unit) else {
      throw MeasureError(.unitMismatch, "\(current.unit) does not grow on \(base.unit)")
    }
    guard let now = current.value, let before = base.value else {
      throw MeasureError(.undefined, "growth needs two named values")
    }
    guard before.isPositive else {
      throw MeasureError(.undefined, "growth on a base of \(before) has no meaning")
    }
    let value = try Self.percent(now, before, scale: Self.scale)
    let shown = try Self.percent(now, before, scale: decimals)
    printed = try shown.text(decimals: decimals)
    rate = try Quantity(
      text: printed, value: value,
      interval: Self.interval(current: current.interval, base: base.interval, holding: value),
      unit: .percent, nature: current.nature)
  }

  private static func percent(
    _ now: ExactDecimal, _ before: ExactDecimal, scale: Int
  ) throws(MeasureError) -> ExactDecimal {
    let common = max(now.scale, before.scale)
    let difference = now.wide(atScale: common) - before.wide(atScale: common)
    return try ExactDecimal.quotient(
      difference, before.wide(atScale: common), shift: scale + 2, scale: scale,
      rounding: .halfAwayFromZero)
  }

  /// Every rate that the two intervals allow. Unbounded where the base may be zero.
  private static func interval(
    current: Interval, base: Interval, holding value: ExactDecimal
  ) throws(MeasureError) -> Interval {
    guard let low = base.low, low.isPositive else { return .unbounded }
    let ratio = try current.divided(by: base, scale: scale + 2)
    let rate = try ratio.subtracting(Interval(point: .one)).multiplied(by: .hundred)
    // The value itself is rounded at the last kept decimal and may touch an open end.
    return rate.contains(value) ? rate : try rate.hull(Interval(point: value))
  }
}

extension Quantity {
  /// This part as a share of its whole, in %, with one decimal printed by default.
  ///
  /// - Throws: `unitMismatch`; `undefined` where a value is missing or the whole is not positive.
  package func share(
    of whole: Quantity, decimals: Int = 1
  ) throws(MeasureError) -> Quantity {
    guard unit.isCompatible(with: whole.unit) else {
      throw MeasureError(.unitMismatch, "\(unit) is no share of \(whole.unit)")
    }
    guard let part = value, let total = whole.value, total.isPositive else {
      throw MeasureError(.undefined, "a share needs a part and a positive whole")
    }
    let exact = try part.multiplied(byPowerOfTen: 2)
    let kept = try exact.divided(by: total, scale: Growth.scale)
    let shown = try exact.divided(by: total, scale: decimals)
    var bounds = Interval.unbounded
    if let low = whole.interval.low, low.isPositive {
      bounds = try interval.divided(by: whole.interval, scale: Growth.scale + 2)
        .multiplied(by: .hundred)
    }
    if !bounds.contains(kept) { bounds = try bounds.hull(Interval(point: kept)) }
    return try Quantity(
      text: shown.text(decimals: decimals), value: kept, interval: bounds, unit: .percent,
      nature: nature)
  }
}
