// A unit is its printed word and two facts: the power of ten in front of the base unit (亿元 is
// 10^8 元), and whether it counts things, because a printed count is exact and a measure is rounded.

/// A unit of a quantity: 元, 亿元, %, 家, 人次 ….
package struct MeasureUnit: Sendable, Hashable {
  /// What an interval is made of when nothing but the number is printed.
  package enum Kind: Sendable, Hashable {
    /// Whole things: 家, 人, 个. Printed without a multiplier, the number is exact.
    case count
    /// Money, weights, lengths: the number is rounded at its last digit.
    case measure
    /// Per cent and points of it: rounded at the last digit.
    case rate
  }

  /// The base unit: "元" for 亿元.
  package let base: String
  /// The unit's multiplier as a power of ten: 8 for 亿元.
  package let exponent: Int
  package let kind: Kind

  private init(base: String, exponent: Int, kind: Kind) {
    self.base = base
    self.exponent = exponent
    self.kind = kind
  }

  package static let yuan = MeasureUnit(base: "元", exponent: 0, kind: .measure)
  package static let percent = MeasureUnit(base: "%", exponent: 0, kind: .rate)
  /// 个百分点: what the difference of two rates is measured in.
  package static let percentagePoint = MeasureUnit(base: "个百分点", exponent: 0, kind: .rate)
  /// A bare number.
  package static let none = MeasureUnit(base: "", exponent: 0, kind: .measure)

  /// "元", "亿元", "万人次", "％" ….
  ///
  /// - Returns: nil for a unit that nobody entered in the table.
  package init?(_ symbol: String) {
    let symbol = HalfWidth.normalized(symbol)
    if let kind = Self.kinds[symbol] {
      self.init(base: symbol, exponent: 0, kind: kind)
      return
    }
    var rest = Substring(symbol)
    var exponent = 0
    while let first = rest.first, let power = Multiplier.exponent(of: first) {
      exponent += power
      rest.removeFirst()
    }
    guard exponent > 0, exponent <= Self.maximumExponent, !rest.isEmpty,
      let kind = Self.kinds[String(rest)], kind != .rate
    else { return nil }
    self.init(base: String(rest), exponent: exponent, kind: kind)
  }

  /// 万亿: no larger multiplier is printed in front of a unit.
  package static let maximumExponent = 12

  /// As printed: "亿元".
  package var symbol: String { Multiplier.word(forExponent: exponent) + base }

  /// The unit without its multiplier: 元 for 亿元.
  package var baseUnit: MeasureUnit { MeasureUnit(base: base, exponent: 0, kind: kind) }

  /// The same base unit with another multiplier.
  package func scaled(toExponent exponent: Int) -> MeasureUnit {
    MeasureUnit(base: base, exponent: max(0, min(exponent, Self.maximumExponent)), kind: kind)
  }

  /// True where numbers of both may be compared and added once brought to the base unit. 人, 名 and
  /// 位 all count people.
  package func isCompatible(with other: MeasureUnit) -> Bool {
    Self.canonical(base) == Self.canonical(other.base)
  }

  private static func canonical(_ base: String) -> String {
    base == "名" || base == "位" ? "人" : base
  }

  /// Every base unit that can be read, longest first, so that 人次 is not taken for 人.
  static let basesLongestFirst = kinds.keys.sorted {
    ($0.count, $0) > ($1.count, $1)
  }

  private static let kinds: [String: Kind] = {
    let counts =
      "家 户 人 名 位 人次 次 个 件 种 批 项 条 所 间 处 套 台 份 期 场 届 支 辆 张 本 篇 "
      + "户次 家次 件次 批次 人份 台套"
    let measures =
      "元 美元 欧元 港元 日元 人民币元 吨 公斤 千克 克 米 公里 平方米 平方公里 立方米 亩 公顷 升 "
      + "千瓦时 千瓦 度 吨标准煤 倍 分 天 日 月 年 个月 小时 个小时 课时 学时"
    let rates = "% ‰ 个百分点"
    var table: [String: Kind] = [:]
    for word in counts.split(separator: " ") { table[String(word)] = .count }
    for word in measures.split(separator: " ") { table[String(word)] = .measure }
    for word in rates.split(separator: " ") { table[String(word)] = .rate }
    return table
  }()
}

extension MeasureUnit: CustomStringConvertible {
  package var description: String { symbol }
}
