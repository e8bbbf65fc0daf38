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
