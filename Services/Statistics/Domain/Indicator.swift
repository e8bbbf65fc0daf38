// What is measured, and in what its values are kept.

package import Measures

/// How the values of an indicator add up.
package enum IndicatorKind: String, Sendable, Hashable, CaseIterable {
  /// 流量: adds over time and over places.
  case flow
  /// 存量: adds over places only.
  case stock
  /// 比率: adds over nothing.
  case rate

  package var chinese: String {
    switch self {
    case .flow: "流量"
    case .stock: "存量"
    case .rate: "比率"
    }
  }

  /// From a name ("flow") or a Chinese word ("流量").
  package init?(named name: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == name || $0.chinese == name })
    else { return nil }
    self = kind
  }
}

/// An indicator (指标) of the catalogue.
package struct Indicator: Sendable, Hashable {
  package let code: String
  package let chinese: String
  package let english: String
  /// Unit of storage, without a multiplier: 元, 人, 家, %.
  package let unit: MeasureUnit
  /// Decimals kept of that unit.
  package let scale: Int
  package let kind: IndicatorKind
  /// Code of the indicator of which this one is a part; nil: none.
  package let partOf: String?
  /// Whether a value below zero is possible, as a loss is for a profit.
  package let mayBeNegative: Bool

  /// - Parameter mayBeNegative: of no account for rates, which may always be.
  package init(
    code: String, chinese: String, english: String, unit: MeasureUnit, scale: Int,
    kind: IndicatorKind, partOf: String? = nil, mayBeNegative: Bool = false
  ) {
    self.code = code
    self.chinese = chinese
    self.english = english
    self.unit = unit
    self.scale = scale
    self.kind = kind
    self.partOf = partOf
    self.mayBeNegative = mayBeNegative || kind == .rate
  }

  /// More decimals of a storage unit than any form asks for; they would cost range.
  package static let maximumScale = 4
  /// Longest name, in characters.
  package static let maximumNameLength = 60
  /// The largest value of one observation, in units of the last kept decimal. Nine hundred of
  /// them still add up within 64 bits; the sums themselves are checked.
  package static let maximumMagnitude: Int64 = 10_000_000_000_000_000

  /// Everything that is wrong with a new indicator, apart from what the catalogue holds.
  package static func violations(
    code: String, chinese: String, english: String, unit: String, scale: Int
  ) -> [RuleViolation] {
    var found: [RuleViolation] = []
    if !CodeRule.isCode(code, separator: "_") {
      found.append(
        RuleViolation(
          path: "code", value: code, rule: "indicator.code",
          chinese: "代码只能用小写字母、数字和下划线，以字母开头，最长\(CodeRule.maximumLength)个字符",
          english: "A code is lower-case letters, digits and _, starts with a letter and has at "
            + "most \(CodeRule.maximumLength) characters."))
    }
    for (path, name) in [("name_zh", chinese), ("name_en", english)]
    where name.isEmpty || name.count > maximumNameLength {
      found.append(
        RuleViolation(
          path: path, value: name, rule: "name.length",
          chinese: "名称须有1至\(maximumNameLength)个字符",
          english: "A name has 1 to \(maximumNameLength) characters."))
    }
    if MeasureUnit(unit)?.exponent != 0 {
      found.append(
        RuleViolation(
          path: "unit", value: unit, rule: "indicator.unit",
          chinese: "单位须是不带倍数的已知单位，如元、人、家、%",
          english: "The unit is a known unit without a multiplier: 元, 人, 家, %."))
    }
    if !(0...maximumScale).contains(scale) {
      found.append(
        RuleViolation(
          path: "scale", value: String(scale), rule: "indicator.scale",
          chinese: "小数位数须在0至\(maximumScale)之间",
          english: "The scale is 0 to \(maximumScale)."))
    }
    return found
  }
}

/// The form of codes in the catalogue.
package enum CodeRule {
  package static let maximumLength = 64

  package static func isCode(_ text: String, separator: Character) -> Bool {
    guard let first = text.first, first.isASCII, first.isLowercase, text.count <= maximumLength
    else { return false }
    return text.allSatisfy {
      $0 == separator || ($0.isASCII && ($0.isLowercase || $0.isNumber))
    }
  }
}
