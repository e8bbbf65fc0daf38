// Back to correct Chinese: the unit stands before 以上, 以下, 以内, 左右 and 上下, and behind all else.

extension Quantity {
  /// The number with its unit, as a Chinese sentence has it: "1.2万余件", "15亿元以上", "6个多月",
  /// "百分之七十八".
  package var printed: String { Self.printed(text, unit: unit) }

  /// The number and the unit apart: ("810", "亿元"). An approximate number takes its unit inside, and
  /// the second part is empty: ("15亿元以上", "").
  package var printedParts: (number: String, unit: String) {
    let multipliers: Set<Character> = ["十", "百", "千", "万", "亿"]
    let word = String(text.reversed().prefix { multipliers.contains($0) }.reversed())
    let number = text.dropLast(word.count)
    guard (try? ExactDecimal(parsing: number)) != nil else { return (printed, "") }
    return (String(number), word + unit.symbol)
  }

  /// Puts the unit where it belongs.
  package static func printed(_ text: String, unit: MeasureUnit) -> String {
    // 百分之 says the unit already.
    if text.contains("百分之") || text.contains("千分之") { return text }
    var number = Substring(text)
    var suffix = ""
    while let word = SuffixWord.all.first(where: { number.hasSuffix($0.text) }) {
      suffix = word.text + suffix
      number = number.dropLast(word.text.count)
    }
    if let inner = innerMore(number, unit: unit) { return inner + suffix }
    return number + unit.symbol + suffix
  }

  /// 6个多月, but 10多个月: below ten, 多 stands behind 个.
  private static func innerMore(_ number: Substring, unit: MeasureUnit) -> String? {
    guard unit.base.count > 1, unit.base.hasPrefix("个"), number.last == "多" else { return nil }
    let digits = number.dropLast()
    guard digits.count == 1, digits != "十" else { return nil }
    return "\(digits)个多\(unit.base.dropFirst())"
  }
}
