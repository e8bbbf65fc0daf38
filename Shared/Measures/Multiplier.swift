// 十 百 千 万 亿: the words that multiply the number in front of them.

/// The powers of ten that Chinese writes as one character.
enum Multiplier {
  static func exponent(of character: Character) -> Int? {
    switch character {
    case "十", "拾": 1
    case "百", "佰": 2
    case "千", "仟": 3
    case "万", "萬": 4
    case "亿", "億": 8
    default: nil
    }
  }

  /// The powers of ten that a number may lend to the one before it in a range, best first:
  /// 五千 lends 千, 五百万 lends 百万 or 万, 十五万 and 1亿2000万 lend only 万 and 亿. 十五 lends nothing,
  /// because its 十 belongs to the digits.
  ///
  /// - Parameter isOnlyLarge: the other number has a 十, 百 or 千 of its own: 二十至三十万.
  static func shared(by text: String, isOnlyLarge: Bool) -> [Int] {
    let large = PrintStyle.shape(of: text).exponent
    let largeOnly = large > 0 ? [large] : []
    let powers = text.map { exponent(of: $0) }
    let end = powers.reversed().prefix { $0 != nil }.reduce(0) { $0 + ($1 ?? 0) }
    guard !isOnlyLarge, end > 0 else { return largeOnly }
    let first = powers.drop { $0 == nil }
    guard first.allSatisfy({ $0 != nil }) else {
      return large > 0 ? largeOnly : first.first.flatMap(\.self).map { [$0] } ?? []
    }
    return end == large ? [end] : [end] + largeOnly
  }

  /// The word for a power of ten, as put in front of a unit: 8 → 亿, 6 → 百万, 12 → 万亿, 0 → "".
  static func word(forExponent exponent: Int) -> String {
    let small = ["", "十", "百", "千"]
    return switch exponent {
    case 1...3: small[exponent]
    case 4...7: small[exponent - 4] + "万"
    case 8...11: small[exponent - 8] + "亿"
    case 12...: "万亿"
    default: ""
    }
  }
}
