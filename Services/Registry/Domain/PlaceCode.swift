// Codes of places (GB/T 2260): six digits, two each for province, prefecture and county. The digits
// say the level and, up to moves of a county, the places above.

/// A code of the form of GB/T 2260. Whether such a place exists, and when, is the register's matter.
package struct PlaceCode: Sendable, Hashable, Comparable {
  package let text: String

  package static let length = 6

  /// 中华人民共和国 in the lists of the Ministry of Civil Affairs; it stands above the provinces.
  package static let national = "100000"

  package init(_ text: String) throws(RegistryError.Violation) {
    let digits = Array(text.utf8)
    guard digits.count == Self.length, digits.allSatisfy(isDigit) else {
      throw RegistryError.Violation(
        path: "", value: text, rule: "place_code.format",
        zh: "行政区划代码应为6位数字(GB/T 2260)",
        en: "a place code has six digits (GB/T 2260)")
    }
    let first = Int(digits[0] - UInt8(ascii: "0"))
    // Provinces are 11 to 82.
    let known = text == Self.national || ((1...8).contains(first) && !text.hasPrefix("10"))
    let skipped = !text.hasSuffix("00") && Self.middle(text) == "00"
    guard known, !skipped else {
      throw RegistryError.Violation(
        path: "", value: text, rule: "place_code.structure",
        zh: "代码不符合 GB/T 2260 的结构:前两位省级、中两位地级、后两位县级",
        en: "the code has not the structure of GB/T 2260: two digits each for province, "
          + "prefecture and county")
    }
    self.text = text
  }

  /// The level that the digits speak of.
  package var level: PlaceLevel {
    if text == Self.national { return .national }
    if text.hasSuffix("0000") { return .province }
    return text.hasSuffix("00") ? .prefecture : .county
  }

  /// The first two digits.
  package var provinceDigits: String { String(text.prefix(2)) }

  /// The first four digits.
  package var prefectureDigits: String { String(text.prefix(4)) }

  private static func middle(_ text: String) -> String { String(text.dropFirst(2).prefix(2)) }

  package static func < (left: PlaceCode, right: PlaceCode) -> Bool { left.text < right.text }
}

extension PlaceCode: CustomStringConvertible {
  package var description: String { text }
}
