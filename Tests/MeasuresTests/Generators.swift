// Random values for property tests, from a seed that a failing test prints.

internal import Measures

/// SplitMix64: small, fast, and the same on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Small enough that sums and products of a few stay inside 64 bits.
  mutating func decimal(maximumScale: Int = 4) throws -> ExactDecimal {
    let size = Int64(10).power(Int.random(in: 0...9, using: &self))
    return try ExactDecimal(
      unscaled: Int64.random(in: -size...size, using: &self),
      scale: Int.random(in: 0...maximumScale, using: &self))
  }

  /// A bounded interval and a number inside it.
  mutating func intervalWithMember() throws -> (Interval, ExactDecimal) {
    let ends = try [decimal(), decimal(), decimal()].sorted()
    let interval = try Interval(low: ends[0], high: ends[2])
    return (interval, ends[1])
  }
}

extension Int64 {
  func power(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { value, _ in value * self }
  }
}

func decimal(_ text: String) throws -> ExactDecimal { try ExactDecimal(parsing: text) }

func unit(_ symbol: String) throws -> MeasureUnit {
  guard let unit = MeasureUnit(symbol) else {
    throw MeasureError(.malformed, "no unit \(symbol)")
  }
  return unit
}

/// "[8, 9)" with ends in 亿, 万 or as they are; "(-inf" and "inf)" for no end.
func interval(_ text: String) throws -> Interval {
  let inner = text.dropFirst().dropLast()
  let parts = inner.split(separator: ",").map { $0.filter { $0 != " " } }
  func end(_ part: String) throws -> ExactDecimal? {
    if part.hasSuffix("inf") { return nil }
    if part.hasSuffix("亿") {
      return try decimal(String(part.dropLast())).multiplied(byPowerOfTen: 8)
    }
    if part.hasSuffix("万") {
      return try decimal(String(part.dropLast())).multiplied(byPowerOfTen: 4)
    }
    return try decimal(part)
  }
  return try Interval(
    low: end(parts[0]), high: end(parts[1]), lowOpen: text.hasPrefix("("),
    highOpen: text.hasSuffix(")"))
}
