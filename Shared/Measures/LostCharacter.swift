// What a printed number becomes when one character of it was lost or added in print.

package enum LostCharacter {
  /// The readings of a text in which a decimal point was lost: 22亿 → 2.2亿, 140万 → 1.40万, 14.0万.
  package static func points(in quantity: Quantity) -> [Reading.Candidate] {
    guard let run = DigitRun(quantity.text), !run.hasPoint, run.digits.count > 1 else { return [] }
    return (1..<run.digits.count).reversed().compactMap { index in
      let number = run.digits.prefix(index) + "." + run.digits.dropFirst(index)
      return candidate(
        run.replacing(with: String(number)), like: quantity,
        ("漏印小数点，应为\(number)", "a decimal point was lost: \(number)"))
    }
  }

  /// The readings in which a point was added or a zero lost: 2.3亿 → 23亿, 81亿 → 810亿.
  package static func zeros(in quantity: Quantity) -> [Reading.Candidate] {
    guard let run = DigitRun(quantity.text) else { return [] }
    var number = run.digits + "0"
    var words = ("漏印末位0，应为\(number)", "a final zero was lost: \(number)")
    if run.hasPoint {
      guard let point = run.digits.firstIndex(of: "."),
        run.digits.distance(from: point, to: run.digits.endIndex) == 2
      else { return [] }
      number = run.digits.filter { $0 != "." }
      words = ("小数点是误印，应为\(number)", "the decimal point is a misprint of \(number)")
    }
    return candidate(run.replacing(with: number), like: quantity, words).map { [$0] } ?? []
  }

  /// The reading with the other of the large multipliers: 85万 → 85亿, or 85亿 → 85万.
  package static func multipliers(in quantity: Quantity, isTooLarge: Bool) -> [Reading.Candidate] {
    let (printed, meant) = isTooLarge ? ("亿", "万") : ("万", "亿")
    guard quantity.text.count(where: { String($0) == printed }) == 1,
      !quantity.text.contains(meant)
    else { return [] }
    return candidate(
      quantity.text.replacing(printed, with: meant), like: quantity,
      ("“\(printed)”是“\(meant)”之误", "\(printed) is a misprint of \(meant)")
    ).map { [$0] } ?? []
  }

  private static func candidate(
    _ text: String, like quantity: Quantity, _ words: (String, String)
  ) -> Reading.Candidate? {
    Quantity.read(text, unit: quantity.unit, nature: quantity.nature).quantity.map {
      Reading.Candidate(quantity: $0, rationaleChinese: words.0, rationaleEnglish: words.1)
    }
  }
}

/// The one run of digits in a printed number; nil where there are several.
private struct DigitRun {
  let head: Substring
  let digits: String
  let tail: Substring

  var hasPoint: Bool { digits.contains(".") }

  init?(_ text: String) {
    let isDigit: (Character) -> Bool = { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let start = text.firstIndex(where: isDigit) else { return nil }
    let run = text[start...].prefix(while: isDigit)
    head = text[..<start]
    digits = String(run)
    tail = text[run.endIndex...]
    guard !tail.contains(where: isDigit) else { return nil }
  }

  func replacing(with number: String) -> String { head + number + tail }
}
