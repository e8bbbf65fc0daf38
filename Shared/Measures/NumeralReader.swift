// Reads a numeral from the front of a text. Arabic and Chinese digits share one grammar: numbers,
// each followed by its multipliers, in falling order (1亿2000万, 三千二百, 十五亿, 1.2万).

/// A cursor over a text that takes one numeral from it.
struct NumeralReader {
  private let characters: [Character]
  private(set) var index: Int
  private let start: Int

  /// What 万 and 亿 have already multiplied.
  private var total: ExactDecimal = 0
  /// What stands since the last 万 or 亿.
  private var section: ExactDecimal = 0
  /// The number that no multiplier has followed yet.
  private var pending: ExactDecimal?
  private var lastDigit = 0
  private var lastNonZero = 0
  private var extent = Numeral.Extent.plain
  private var smallest = Int.max
  private var largest = Int.max
  private var hasFraction = false
  private var sawNumber = false
  private var sawZero = false

  init(_ characters: [Character], at index: Int) {
    self.characters = characters
    self.index = index
    self.start = index
  }

  private var next: Character? { index < characters.count ? characters[index] : nil }

  private func peek(_ offset: Int) -> Character? {
    index + offset < characters.count ? characters[index + offset] : nil
  }

  /// Takes the numeral, or gives nil where none stands here.
  mutating func take() throws(MeasureError) -> Numeral? {
    var isNegative = false
    if let sign = next, sign == "-" || sign == "+" || sign == "负" {
      isNegative = sign != "+"
      index += 1
    }
    if try takeSeveral() { return isNegative ? nil : try finish(isNegative: false) }
    while let character = next {
      guard try takeElement(character) else { break }
    }
    guard sawNumber else {
      index = start
      return nil
    }
    return try finish(isNegative: isNegative)
  }

  private mutating func takeElement(_ character: Character) throws(MeasureError) -> Bool {
    if character.isASCII, character.isNumber {
      guard pending == nil, extent == .plain else { return false }
      return try takeArabic()
    }
    if ChineseDigit.value(of: character) != nil || (character == "点" && sawNumber) {
      guard extent == .plain, pending == nil else { return false }
      return try takeChinese()
    }
    if let exponent = Multiplier.exponent(of: character) {
      guard try multiply(exponent) else { return false }
      index += 1
      return true
    }
    return takeMore(character)
  }

  // MARK: Digits

  private mutating func takeArabic() throws(MeasureError) -> Bool {
    let from = index
    var digits = ""
    var decimals = 0
    var afterPoint = false
    while let character = next {
      if character.isASCII, character.isNumber {
        digits.append(character)
        if afterPoint { decimals += 1 }
      } else if character == ".", !afterPoint, let following = peek(1), following.isASCII,
        following.isNumber
      {
        digits.append(".")
        afterPoint = true
      } else if character == ",", !afterPoint, isThousandsSeparator(from: from) {
        // A separator belongs to the printing, not to the number.
      } else {
        break
      }
      index += 1
    }
    if sawNumber {
      // 1万5000: what follows a multiplier fills all of its digits or has a multiplier of its own.
      let hasOwn = next.flatMap(Multiplier.exponent) != nil
      guard hasOwn || (decimals == 0 && digits.count == smallest) else {
        throw MeasureError(.malformed, "\(digits) does not fit behind the multiplier")
      }
    }
    setPending(try ExactDecimal(parsing: digits), digits: digits, decimals: decimals)
    return true
  }

  private func isThousandsSeparator(from: Int) -> Bool {
    let group = characters[(index + 1)...].prefix { $0.isASCII && $0.isNumber }
    guard group.count == 3 else { return false }
    let before = characters[from..<index]
    let lead = before.prefix { $0 != "," }
    return (1...3).contains(lead.count)
  }

  private mutating func takeChinese() throws(MeasureError) -> Bool {
    var run: [Int] = []
    var decimals: [Int] = []
    while let character = next, let digit = ChineseDigit.value(of: character) {
      run.append(digit)
      index += 1
    }
    if next == "点", peek(1).flatMap(ChineseDigit.value) != nil {
      index += 1
      while let character = next, let digit = ChineseDigit.value(of: character) {
        decimals.append(digit)
        index += 1
      }
    }
    guard !run.isEmpty || !decimals.isEmpty else { return false }
    // 一百零五: the zero only holds the place.
    if sawNumber, run.count > 1, run.first == 0 {
      run.removeFirst()
      sawZero = true
    }
    if decimals.isEmpty, try takeNeighbours(run) { return true }
    let digits = run.map(String.init).joined()
    let fraction = decimals.map(String.init).joined()
    let text = (digits.isEmpty ? "0" : digits) + (fraction.isEmpty ? "" : "." + fraction)
    let followed = next.flatMap(Multiplier.exponent) != nil
    let isShort = sawNumber && !followed && !sawZero && run.count == 1 && decimals.isEmpty
    let digitsOnly = digits + fraction
    setPending(try ExactDecimal(parsing: text), digits: digitsOnly, decimals: fraction.count)
    if isShort, smallest >= 2, smallest < Int.max { try shiftShortForm() }
    return true
  }

  /// 两万五 is 25000: a last digit without 零 stands one place below the multiplier before it.
  private mutating func shiftShortForm() throws(MeasureError) {
    guard let digit = pending else { return }
    pending = try digit.multiplied(byPowerOfTen: smallest - 1)
    lastDigit += smallest - 1
    lastNonZero += smallest - 1
  }

  /// 三四十, 七八百, 两三: two neighbouring digits are a range.
  private mutating func takeNeighbours(_ run: [Int]) throws(MeasureError) -> Bool {
    guard run.count == 2, !sawNumber, run[0] > 0, run[1] == run[0] + 1 || run == [3, 5] else {
      return false
    }
    setPending(ExactDecimal(Int64(run[0])), digits: String(run[0]), decimals: 0)
    extent = .between(ExactDecimal(Int64(run[1])))
    return true
  }

  private mutating func setPending(_ value: ExactDecimal, digits: String, decimals: Int) {
    pending = value
    sawNumber = true
    hasFraction = hasFraction || decimals > 0
    lastDigit = -decimals
    let zeros = digits.filter { $0 != "." }.reversed().prefix { $0 == "0" }.count
    lastNonZero = value.isZero ? -decimals : zeros - decimals
  }

  // MARK: Multipliers

  private mutating func multiply(_ exponent: Int) throws(MeasureError) -> Bool {
    let standsAlone = !sawNumber || (exponent < 4 && pending == nil)
    if standsAlone {
      // 十五, 万余 and the 百 of 百万: one is understood; but 三百百 is nothing.
      guard !sawNumber || (exponent == 1 && smallest > 1 && smallest != Int.max) else {
        return false
      }
      setPending(.one, digits: "1", decimals: 0)
    }
    if exponent < 4 {
      guard exponent < smallest else { return false }
      section = try section.adding((pending ?? .zero).multiplied(byPowerOfTen: exponent))
      pending = nil
      smallest = exponent
    } else {
      let part = try section.adding(pending ?? .zero)
      if exponent == 8 {
        guard largest > 4 || largest == 4 && section.isZero && pending == nil else { return false }
        guard largest != 8 else { return false }
        total = try total.adding(part).multiplied(byPowerOfTen: 8)
      } else {
        guard largest > 4 else { return false }
        total = try total.adding(part.multiplied(byPowerOfTen: 4))
      }
      section = 0
      pending = nil
      largest = exponent
      smallest = exponent
    }
    lastDigit += exponent
    lastNonZero += exponent
    try scaleExtent(by: exponent)
    sawZero = false
    return true
  }

  private mutating func scaleExtent(by exponent: Int) throws(MeasureError) {
    switch extent {
    case .plain, .several: break
    case .more(let step): extent = .more(step: step + exponent)
    case .few(let step): extent = .few(step: step + exponent)
    case .between(let high): extent = .between(try high.multiplied(byPowerOfTen: exponent))
    }
  }

  // MARK: 几, 多, 余

  private mutating func takeMore(_ character: Character) -> Bool {
    guard sawNumber, extent == .plain else { return false }
    let afterNumber = pending != nil
    switch character {
    case "多", "余":
      // 1个多月 and 多家 are not numbers with 多; here a digit or a multiplier stands before it.
      extent = .more(step: afterNumber ? lastNonZero : lastDigit)
    case "几":
      let step = afterNumber ? lastNonZero : lastDigit
      guard step >= 1 else { return false }
      extent = .few(step: step)
    default: return false
    }
    index += 1
    return true
  }

  private mutating func takeSeveral() throws(MeasureError) -> Bool {
    var length = 0
    if next == "好", peek(1) == "几" { length = 2 }
    if next == "几" || next == "数" { length = 1 }
    guard length > 0 else { return false }
    index += length
    setPending(.one, digits: "1", decimals: 0)
    while let character = next, let exponent = Multiplier.exponent(of: character) {
      let value = pending ?? .one
      pending = try value.multiplied(byPowerOfTen: exponent)
      if exponent >= 4 { largest = exponent }
      smallest = exponent
      index += 1
    }
    extent = .several
    return true
  }

  // MARK: Result

  private func finish(isNegative: Bool) throws(MeasureError) -> Numeral {
    let sum = try total.adding(section).adding(pending ?? .zero)
    let text = String(characters[start..<index].filter { $0 != "," })
    return Numeral(
      text: text, value: isNegative ? try sum.negated() : sum, extent: extent,
      lastDigit: lastDigit, lastNonZeroDigit: lastNonZero,
      hasLargeMultiplier: largest != Int.max, hasMultiplier: smallest != Int.max,
      hasFraction: hasFraction)
  }
}

/// The digits of Chinese numerals.
enum ChineseDigit {
  static func value(of character: Character) -> Int? {
    switch character {
    case "零", "〇", "○": 0
    case "一", "壹": 1
    case "二", "两", "贰": 2
    case "三", "叁": 3
    case "四", "肆": 4
    case "五", "伍": 5
    case "六", "陆": 6
    case "七", "柒": 7
    case "八", "捌": 8
    case "九", "玖": 9
    default: nil
    }
  }
}
