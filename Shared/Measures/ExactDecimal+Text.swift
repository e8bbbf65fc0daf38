// The plain form: ASCII digits, one point, an optional minus. Chinese forms belong to `Quantity`.

extension ExactDecimal: CustomStringConvertible {
  /// Plain decimal text with all `scale` decimals: "-0.50", "891.0".
  package var description: String {
    let digits = String(unscaled.magnitude)
    let sign = isNegative ? "-" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
  }

  /// Text with exactly this many decimals, rounded half away from zero once.
  package func text(decimals: Int) throws(MeasureError) -> String {
    let cut = try rounded(toScale: decimals)
    return try cut.rescaled(to: decimals).description
  }
}

extension ExactDecimal {
  /// Reads plain decimal text: an optional sign, digits, and an optional point with digits after
  /// it. Nothing else: no spaces, separators or exponents.
  package init(parsing text: some StringProtocol) throws(MeasureError) {
    var isNegative = false
    var sawPoint = false
    var digits = 0
    var decimals = 0
    var wide: Int128 = 0
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "-") where index == 0: isNegative = true
      case UInt8(ascii: "+") where index == 0: break
      case UInt8(ascii: ".") where digits > 0 && !sawPoint: sawPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        // 10^37 fits 128 bits, and 37 digits are more than any value of ours has.
        guard digits < 37 else { throw MeasureError(.overflow, "the number is too long") }
        wide = wide * 10 + Int128(byte - UInt8(ascii: "0"))
        digits += 1
        if sawPoint { decimals += 1 }
      default:
        throw MeasureError(.malformed, "\"\(text)\" is not a decimal number")
      }
    }
    guard digits > 0, !sawPoint || decimals > 0 else {
      throw MeasureError(.malformed, "\"\(text)\" is not a decimal number")
    }
    self = try Self.storing(isNegative ? -wide : wide, scale: decimals)
  }
}
