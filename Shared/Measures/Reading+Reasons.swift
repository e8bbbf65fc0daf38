// The reasons in words, once, in both languages.

extension Reading.Reason {
  static let empty = Reading.Reason(
    rule: .empty, chinese: "没有填写数字", english: "there is no number")

  static func tooLong(_ text: String) -> Reading.Reason {
    Reading.Reason(
      rule: .tooLong, chinese: "数字文字超过\(Quantity.maximumTextLength)个字符",
      english: "the text is longer than \(Quantity.maximumTextLength) characters")
  }

  static func letterInNumber(_ letter: LookalikeLetter, _ text: String) -> Reading.Reason {
    let hintChinese = letter.digit.map { "，是否应为数字\($0)？" } ?? ""
    let hintEnglish = letter.digit.map { "; is it the digit \($0)?" } ?? ""
    return Reading.Reason(
      rule: .letterInNumber, chinese: "数字“\(text)”中有字母“\(letter.letter)”\(hintChinese)",
      english: "the letter \"\(letter.letter)\" stands in the number \"\(text)\"\(hintEnglish)")
  }

  static func notANumber(_ text: String) -> Reading.Reason {
    Reading.Reason(
      rule: .notANumber, chinese: "“\(text)”不是可以读取的数字",
      english: "\"\(text)\" cannot be read as a number")
  }

  static func unknownUnit(_ unit: String) -> Reading.Reason {
    Reading.Reason(
      rule: .unknownUnit, chinese: "不认识的单位“\(unit)”", english: "unknown unit \"\(unit)\"")
  }

  static func unitMismatch(_ own: String, _ expected: String) -> Reading.Reason {
    Reading.Reason(
      rule: .unitMismatch, chinese: "单位“\(own)”与应填单位“\(expected)”不符",
      english: "the unit \"\(own)\" is not the expected \"\(expected)\"")
  }

  static func conflictingWords(_ text: String) -> Reading.Reason {
    Reading.Reason(
      rule: .conflictingWords, chinese: "“\(text)”中的限定词互相矛盾",
      english: "the words around the number in \"\(text)\" contradict each other")
  }

  static func reversedRange(_ text: String) -> Reading.Reason {
    Reading.Reason(
      rule: .reversedRange, chinese: "“\(text)”的起点不小于终点",
      english: "the range \"\(text)\" does not rise")
  }

  static func overflow(_ text: String) -> Reading.Reason {
    Reading.Reason(
      rule: .overflow, chinese: "“\(text)”超出可以保存的范围",
      english: "\"\(text)\" is outside the range that can be kept")
  }

  static func unreadable(_ text: String) -> Reading.Reason {
    Reading.Reason(
      rule: .unreadable, chinese: "“\(text)”的数字中间有间隔，无法确定原意",
      english: "the digits of \"\(text)\" are separated; what was meant is not certain")
  }

  static func doubledMultiplier(_ unit: String) -> Reading.Reason {
    Reading.Reason(
      rule: .doubledMultiplier, chinese: "数字自带倍数，而单位已是“\(unit)”，无法确定是否重复",
      english: "the number has a multiplier and so has its unit \(unit)")
  }
}

extension Reading.Reason: CustomStringConvertible {
  package var description: String { "\(rule.rawValue): \(english)" }
}
