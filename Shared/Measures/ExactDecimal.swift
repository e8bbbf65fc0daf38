// Money, counts and rates are exact decimals: a 64-bit integer and the number of its decimals.
// Intermediate results use 128 bits, so only a result that cannot be stored is an overflow.

/// An exact decimal: `unscaled` × 10^-`scale`. 8.10 is (810, 2).
///
/// Equality, order and hash are those of the number: 8.10 equals 8.1. The scale is kept as it came,
/// so `description` gives back the decimals that were written.
package struct ExactDecimal: Sendable {
  package let unscaled: Int64
  /// Number of decimals, 0…18.
  package let scale: Int

  /// 10^18 is the largest power of ten that 64 bits hold.
  package static let maximumScale = 18
  package static let zero = ExactDecimal(0)
  package static let one = ExactDecimal(1)
  package static let hundred = ExactDecimal(100)

  /// - Throws: `scaleOutOfRange` outside 0…18.
  package init(unscaled: Int64, scale: Int) throws(MeasureError) {
    guard (0...Self.maximumScale).contains(scale) else {
      throw MeasureError(.scaleOutOfRange, "scale \(scale) is outside 0…\(Self.maximumScale)")
    }
    self.unscaled = unscaled
    self.scale = scale
  }

  package init(_ integer: Int64) {
    unscaled = integer
    scale = 0
  }

  private init(unchecked unscaled: Int64, scale: Int) {
    self.unscaled = unscaled
    self.scale = scale
  }

  package var isZero: Bool { unscaled == 0 }
  package var isNegative: Bool { unscaled < 0 }
  package var isPositive: Bool { unscaled > 0 }
  /// True where no fraction is left: 8.0 is an integer.
  package var isInteger: Bool { normalized.scale == 0 }

  /// The same number with the fewest decimals.
  package var normalized: ExactDecimal {
    var unscaled = unscaled
    var scale = scale
    while scale > 0, unscaled % 10 == 0 {
      unscaled /= 10
      scale -= 1
    }
    return ExactDecimal(unchecked: unscaled, scale: scale)
  }

  /// The number as an integer at `scale`; 0 ≤ scale ≤ 36 fits 128 bits for any value of ours.
  func wide(atScale target: Int) -> Int128 {
    Int128(unscaled) * Self.powerOfTen(target - scale)
  }

  /// Stores an exact 128-bit result, dropping trailing zeros only where it would not fit.
  static func storing(_ wide: Int128, scale: Int) throws(MeasureError) -> ExactDecimal {
    var wide = wide
    var scale = scale
    while scale > 0, scale > maximumScale || Int64(exactly: wide) == nil {
      guard wide % 10 == 0 else {
        let code: MeasureError.Code = Int64(exactly: wide) == nil ? .overflow : .inexact
        throw MeasureError(code, "the exact result does not fit 64 bits with 18 decimals")
      }
      wide /= 10
      scale -= 1
    }
    guard let unscaled = Int64(exactly: wide) else {
      throw MeasureError(.overflow, "the exact result does not fit 64 bits")
    }
    return ExactDecimal(unchecked: unscaled, scale: scale)
  }

  /// 10^exponent for 0…37; one for a negative exponent.
  static func powerOfTen(_ exponent: Int) -> Int128 {
    var result: Int128 = 1
    var left = min(exponent, 37)
    while left > 0 {
      result *= 10
      left -= 1
    }
    return result
  }
}

extension ExactDecimal: Comparable {
  package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    left.wide(atScale: maximumScale) == right.wide(atScale: maximumScale)
  }

  package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    left.wide(atScale: maximumScale) < right.wide(atScale: maximumScale)
  }
}

extension ExactDecimal: Hashable {
  package func hash(into hasher: inout Hasher) {
    let normal = normalized
    hasher.combine(normal.unscaled)
    hasher.combine(normal.scale)
  }
}

extension ExactDecimal: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int64) { self.init(value) }
}
