// Sums, products and quotients. A sum and a product are exact or an error; only a quotient and
// `rounded` lose digits, and they are told how many to keep and which way to go.

/// Which way a number goes when digits are cut.
package enum RoundingRule: Sendable, Hashable, CaseIterable {
  /// To the nearest; a half goes away from zero: the rule of printed figures.
  case halfAwayFromZero
  /// Towards minus infinity: the rule of lower bounds.
  case down
  /// Towards plus infinity: the rule of upper bounds.
  case up
}

extension ExactDecimal {
  package func adding(_ other: ExactDecimal) throws(MeasureError) -> ExactDecimal {
    let common = max(scale, other.scale)
    return try Self.storing(wide(atScale: common) + other.wide(atScale: common), scale: common)
  }

  package func subtracting(_ other: ExactDecimal) throws(MeasureError) -> ExactDecimal {
    let common = max(scale, other.scale)
    return try Self.storing(wide(atScale: common) - other.wide(atScale: common), scale: common)
  }

  package func negated() throws(MeasureError) -> ExactDecimal {
    try Self.storing(-Int128(unscaled), scale: scale)
  }

  /// The exact product; its scale is the sum of both scales where that fits: 810 × 1.1 is 891.0.
  package func multiplied(by other: ExactDecimal) throws(MeasureError) -> ExactDecimal {
    try Self.storing(Int128(unscaled) * Int128(other.unscaled), scale: scale + other.scale)
  }

  /// The number × 10^exponent, exactly. A positive exponent first uses up the decimals.
  package func multiplied(byPowerOfTen exponent: Int) throws(MeasureError) -> ExactDecimal {
    guard (-36...36).contains(exponent) else {
      throw MeasureError(.overflow, "10^\(exponent) is outside the range")
    }
    if exponent <= scale {
      return try Self.storing(Int128(unscaled), scale: scale - exponent)
    }
    let factor = Self.powerOfTen(exponent - scale)
    let (product, overflow) = Int128(unscaled).multipliedReportingOverflow(by: factor)
    guard !overflow else { throw MeasureError(.overflow, "the product does not fit 64 bits") }
    return try Self.storing(product, scale: 0)
  }

  /// The quotient with `scale` decimals, rounded once.
  package func divided(
    by other: ExactDecimal,
    scale target: Int,
    rounding: RoundingRule = .halfAwayFromZero
  ) throws(MeasureError) -> ExactDecimal {
    try Self.quotient(
      Int128(unscaled), Int128(other.unscaled), shift: target - scale + other.scale,
      scale: target, rounding: rounding)
  }

  /// The number with at most `scale` decimals, rounded once. More decimals are not added.
  package func rounded(
    toScale target: Int,
    _ rounding: RoundingRule = .halfAwayFromZero
  ) throws(MeasureError) -> ExactDecimal {
    guard target < scale else { return self }
    return try Self.quotient(
      Int128(unscaled), 1, shift: target - scale, scale: target, rounding: rounding)
  }

  /// The same number with exactly `scale` decimals, as storage wants it.
  ///
  /// - Throws: `inexact` where digits would be lost, `overflow` where it does not fit.
  package func rescaled(to target: Int) throws(MeasureError) -> ExactDecimal {
    guard (0...Self.maximumScale).contains(target) else {
      throw MeasureError(.scaleOutOfRange, "scale \(target) is outside 0…\(Self.maximumScale)")
    }
    let normal = normalized
    guard normal.scale <= target else {
      throw MeasureError(.inexact, "\(self) has more than \(target) decimals")
    }
    guard let unscaled = Int64(exactly: normal.wide(atScale: target)) else {
      throw MeasureError(.overflow, "\(self) does not fit 64 bits with \(target) decimals")
    }
    return try ExactDecimal(unscaled: unscaled, scale: target)
  }

  /// numerator ÷ denominator × 10^shift, rounded to an integer that is stored at `scale`.
  static func quotient(
    _ numerator: Int128,
    _ denominator: Int128,
    shift: Int,
    scale: Int,
    rounding: RoundingRule
  ) throws(MeasureError) -> ExactDecimal {
    guard (0...maximumScale).contains(scale) else {
      throw MeasureError(.scaleOutOfRange, "scale \(scale) is outside 0…\(maximumScale)")
    }
    guard denominator != 0 else {
      throw MeasureError(.divisionByZero, "division by zero")
    }
    guard abs(shift) <= 37 else { throw MeasureError(.overflow, "the quotient is out of range") }
    let up = powerOfTen(shift)
    let down = powerOfTen(-shift)
    let (top, topOverflow) = numerator.multipliedReportingOverflow(by: up)
    let (bottom, bottomOverflow) = denominator.multipliedReportingOverflow(by: down)
    guard !topOverflow, !bottomOverflow else {
      throw MeasureError(.overflow, "the quotient needs more than 128 bits")
    }
    let rounded = roundedQuotient(top, bottom, rounding)
    guard let unscaled = Int64(exactly: rounded) else {
      throw MeasureError(.overflow, "the quotient does not fit 64 bits")
    }
    return try ExactDecimal(unscaled: unscaled, scale: scale)
  }

  private static func roundedQuotient(
    _ top: Int128, _ bottom: Int128, _ rounding: RoundingRule
  ) -> Int128 {
    let (whole, rest) = top.quotientAndRemainder(dividingBy: bottom)
    guard rest != 0 else { return whole }
    let isNegative = (top < 0) != (bottom < 0)
    switch rounding {
    case .down: return isNegative ? whole - 1 : whole
    case .up: return isNegative ? whole : whole + 1
    case .halfAwayFromZero:
      let restSize = rest.magnitude
      // rest ≥ bottom − rest avoids doubling, which could overflow.
      guard restSize >= bottom.magnitude - restSize else { return whole }
      return isNegative ? whole - 1 : whole + 1
    }
  }
}
