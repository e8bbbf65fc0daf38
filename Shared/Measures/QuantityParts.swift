// The parts of a printed number, in the order in which they stand.

/// 不超过 | 50 | 至 | 80万 | 元 | 左右, cut into its parts.
struct QuantityParts {
  private(set) var text: String
  private(set) var prefix = ""
  /// 百分之 or 千分之, which stands before its number.
  private(set) var fraction = ""
  private(set) var first: Numeral
  private(set) var separator = ""
  private(set) var second: Numeral?
  private(set) var unit: MeasureUnit?
  private(set) var suffix = ""
  private(set) var bound: Bound?

  private var characters: [Character]
  private var index = 0

  /// Cuts a normalised text without spaces.
  init(_ text: String) throws {
    self.text = text
    characters = Array(text)
    first = Numeral(
      text: "", value: 0, extent: .plain, lastDigit: 0, lastNonZeroDigit: 0,
      hasLargeMultiplier: false, hasMultiplier: false, hasFraction: false)
    let before = try takePrefix()
    takeFraction()
    first = try takeNumeral()
    let inner = takeUnit()
    if try takeRange() {
      unit = takeUnit() ?? inner
      guard inner == nil || inner == unit else {
        throw Reading.Reason.unitMismatch(inner?.symbol ?? "", unit?.symbol ?? "")
      }
    } else {
      unit = inner
    }
    if !fraction.isEmpty {
      guard unit == nil else { throw Reading.Reason.notANumber(text) }
      unit = fraction == "百分之" ? .percent : MeasureUnit("‰")
    }
    let behind = try takeSuffix()
    guard index == characters.count else {
      let rest = String(characters[index...])
      throw unit == nil
        ? Reading.Reason.unknownUnit(rest) : Reading.Reason.notANumber(text)
    }
    guard let both = Bound.combined(before, behind) else {
      throw Reading.Reason.conflictingWords(text)
    }
    bound = both
  }

  var hasLargeMultiplier: Bool {
    first.hasLargeMultiplier || (second?.hasLargeMultiplier ?? false)
  }

  /// The text again, with a multiplier behind each number and a unit before the last words.
  func spelled(multiplier: String, unit: String) -> String {
    let range = second.map { separator + $0.text + multiplier } ?? ""
    return prefix + fraction + first.text + multiplier + range + unit + suffix
  }

  // MARK: Cutting

  private mutating func takePrefix() throws -> Bound? {
    var bound: Bound?
    while let word = PrefixWord.all.first(where: { matches($0) }) {
      guard let both = Bound.combined(bound, word.bound) else {
        throw Reading.Reason.conflictingWords(text)
      }
      bound = both
      prefix += word.text
      index += word.text.count
    }
    return bound
  }

  private func matches(_ word: PrefixWord) -> Bool {
    guard isAhead(word.text) else { return false }
    guard word.needsMultiplier else { return true }
    let after = index + word.text.count
    guard after < characters.count else { return false }
    return (Multiplier.exponent(of: characters[after]) ?? 0) >= 2
  }

  private mutating func takeFraction() {
    for word in ["百分之", "千分之"] where isAhead(word) {
      fraction = word
      index += word.count
      return
    }
  }

  private mutating func takeNumeral() throws -> Numeral {
    var reader = NumeralReader(characters, at: index)
    guard let numeral = try reader.take() else { throw Reading.Reason.notANumber(text) }
    index = reader.index
    return numeral
  }

  private mutating func takeRange() throws -> Bool {
    guard let sign = ["——", "至", "到", "~", "—", "–", "-"].first(where: { isAhead($0) }) else {
      return false
    }
    separator = sign
    index += sign.count
    second = try takeNumeral()
    return true
  }

  private mutating func takeUnit() -> MeasureUnit? {
    // 6个多月: 多 stands between 个 and what is counted.
    for base in MeasureUnit.basesLongestFirst where base.count > 1 && base.hasPrefix("个") {
      let spelled = "个多" + base.dropFirst()
      guard isAhead(spelled), first.extent == .plain, second == nil else { continue }
      index += spelled.count
      addMore()
      return MeasureUnit(base)
    }
    for base in MeasureUnit.basesLongestFirst where isAhead(base) {
      index += base.count
      takeMoreBehindUnit()
      return MeasureUnit(base)
    }
    return nil
  }

  /// 8亿元多 is 8亿多元.
  private mutating func takeMoreBehindUnit() {
    guard isAhead("多") || isAhead("余"), second == nil, first.extent == .plain else { return }
    index += 1
    addMore()
  }

  private mutating func addMore() {
    first.extent = .more(step: first.lastDigit)
    first.text += "多"
  }

  private mutating func takeSuffix() throws -> Bound? {
    var bound: Bound?
    while let word = SuffixWord.all.first(where: { isAhead($0.text) }) {
      guard let both = Bound.combined(bound, word.bound) else {
        throw Reading.Reason.conflictingWords(text)
      }
      bound = both
      suffix += word.text
      index += word.text.count
    }
    return bound
  }

  private func isAhead(_ word: String) -> Bool {
    var at = index
    for character in word {
      guard at < characters.count, characters[at] == character else { return false }
      at += 1
    }
    return true
  }
}
