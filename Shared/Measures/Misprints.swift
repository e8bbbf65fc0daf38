// The misprints that scanning leaves: a letter for a digit, something between two digits.

/// A Latin letter inside a number.
struct LookalikeLetter {
  let letter: Character
  /// The digit it resembles, if any.
  let digit: Character?

  /// The first letter of a text that has digits; nil where there is none.
  static func first(in text: String) -> LookalikeLetter? {
    guard let letter = text.first(where: { $0.isASCII && $0.isLetter || $0 == "|" }) else {
      return nil
    }
    guard text.contains(where: { $0.isASCII && $0.isNumber }) else { return nil }
    let digit: Character? =
      switch letter {
      case "l", "I", "i", "|": "1"
      case "O", "o", "Q", "D": "0"
      case "Z", "z": "2"
      case "S", "s": "5"
      case "b", "G": "6"
      case "B": "8"
      case "g", "q": "9"
      default: nil
      }
    return LookalikeLetter(letter: letter, digit: digit)
  }
}

/// Places where something other than one decimal point or a thousands separator stands between two
/// digits, as in `2 3亿`.
struct DigitGaps {
  /// More gaps than this are no misprint but no number either; the text gets no candidates.
  static let maximumGaps = 3

  private let runs: [String]
  private let head: String
  private let tail: String

  /// Nil where every digit run is whole.
  init?(in text: String) {
    let characters = Array(text)
    guard let start = characters.firstIndex(where: Self.isDigit) else { return nil }
    var runs: [String] = [""]
    var index = start
    var sawGap = false
    while index < characters.count {
      if Self.isDigit(characters[index]) {
        runs[runs.count - 1].append(characters[index])
        index += 1
        continue
      }
      let gap = characters[index...].prefix { Self.gapSigns.contains($0) }
      let after = index + gap.count
      guard !gap.isEmpty, after < characters.count, Self.isDigit(characters[after]) else { break }
      if Self.isRegular(gap, runs: runs, characters, after) {
        runs[runs.count - 1].append(contentsOf: gap.filter { $0 == "." })
      } else {
        sawGap = true
        runs.append("")
      }
      index = after
    }
    guard sawGap else { return nil }
    self.runs = runs
    head = String(characters[..<start])
    tail = String(characters[index...])
  }

  /// The readings that remain when the gaps are closed, or one of them was a decimal point.
  func candidates(reading: (String) -> Reading) -> [Reading.Candidate] {
    guard runs.count <= Self.maximumGaps + 1 else { return [] }
    var found: [Reading.Candidate] = []
    let joined = runs.joined()
    if let quantity = reading(whole(joined)).quantity {
      found.append(
        Reading.Candidate(
          quantity: quantity, rationaleChinese: "数字中间的间隔是误印，应连写为\(joined)",
          rationaleEnglish: "what separates the digits is a misprint of \(joined)"))
    }
    for gap in 1..<runs.count {
      let number = runs[..<gap].joined() + "." + runs[gap...].joined()
      if let quantity = reading(whole(number)).quantity {
        found.append(
          Reading.Candidate(
            quantity: quantity, rationaleChinese: "间隔处漏印小数点，应为\(number)",
            rationaleEnglish: "the decimal point of \(number) was lost in the gap"))
      }
    }
    return found
  }

  private func whole(_ number: String) -> String {
    (head + number + tail).filter { !$0.isWhitespace }
  }

  /// One point that is the only one, or a comma before a group of three.
  private static func isRegular(
    _ gap: ArraySlice<Character>, runs: [String], _ characters: [Character], _ after: Int
  ) -> Bool {
    guard gap.count == 1, runs.count == 1, let run = runs.last else { return false }
    if gap.first == "." { return !run.contains(".") }
    guard gap.first == "," else { return false }
    return characters[after...].prefix(while: isDigit).count == 3 && !run.contains(".")
      && isGroupedSoFar(characters, after - 1)
  }

  /// True where the digits before a comma are one to three, or full groups behind another comma.
  private static func isGroupedSoFar(_ characters: [Character], _ comma: Int) -> Bool {
    let before = characters[..<comma].reversed().prefix(while: isDigit)
    let lead = comma - before.count - 1
    if lead >= 0, characters[lead] == "," { return before.count == 3 }
    return (1...3).contains(before.count)
  }

  private static let gapSigns: Set<Character> = [
    " ", ",", ".", "·", "。", "、", ";", ":", "'", "`", "_",
  ]

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }
}
