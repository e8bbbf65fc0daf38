// Reads the test of a claim: the words before the bar.

internal import Measures

/// Reads one claim.
struct ClaimReader {
  let context: TemplateContext
  let line: Int

  private static let forms = [
    "record KEY", "first KEY", "streak KEY N..M", "rank R KEY N..M", "equal KEY = KEY + KEY",
    "ratio KEY / KEY = 10%", "at-most KEY <= KEY",
  ]

  func test(_ text: Substring) throws(TemplateProblem) -> ClaimTest {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let name = words.first else { throw malformed(text) }
    let rest = Array(words.dropFirst())
    switch name {
    case "record": return .record(try years(rest, text))
    case "first": return .first(try years(rest, text))
    case "streak":
      guard rest.count == 2 else { throw malformed(text) }
      return .streak(try numbers(rest[0], try range(rest[1])))
    case "rank": return try rank(rest, text)
    case "equal": return try equal(rest, text)
    case "ratio": return try ratio(rest, text)
    case "at-most":
      guard rest.count == 3, ["<=", "≤"].contains(rest[1]) else { throw malformed(text) }
      return .atMost(try key(rest[0]), try key(rest[2]))
    default: throw malformed(text)
    }
  }

  private func malformed(_ text: some StringProtocol) -> TemplateProblem {
    let forms = Self.forms.joined(separator: "; ")
    return problem(
      "claim", text, zh: "不认识的检验；有 \(forms)", en: "an unknown test; there are \(forms)")
  }

  private func problem(
    _ rule: String, _ value: some StringProtocol, zh: String, en: String
  ) -> TemplateProblem {
    TemplateProblem(line, rule, String(value.prefix(200)), zh: zh, en: en)
  }

  // MARK: Keys

  private func key(
    _ text: String, in context: TemplateContext? = nil, keeping kept: Set<String> = []
  ) throws(TemplateProblem) -> String {
    // Braces around a key are allowed here too: people copy keys from sentences.
    var text = text
    if text.hasPrefix("{{"), text.hasSuffix("}}") { text = String(text.dropFirst(2).dropLast(2)) }
    do throws(UnknownPlaceholder) {
      return try (context ?? self.context).expanded(text, keeping: kept)
    } catch {
      throw problem(
        "placeholder", error.text, zh: "没有占位符\(error.text)；有\(TemplateContext.names)",
        en: "there is no placeholder \(error.text); there are \(TemplateContext.names)")
    }
  }

  /// The key in the report's year and the years before it, oldest first.
  private func years(
    _ words: [String], _ text: Substring
  ) throws(TemplateProblem) -> [ClaimPeriod] {
    guard words.count == 1 else { throw malformed(text) }
    guard words[0].contains("{year}") else {
      throw problem(
        "claim.year", words[0], zh: "逐年比较的键要有{year}",
        en: "the key of a comparison over years holds {year}")
    }
    let first = max(context.year - TemplateLimits.earlierYears, Period.years.lowerBound)
    var periods: [ClaimPeriod] = []
    for year in first...max(first, context.year) {
      let key = try key(words[0], in: context.of(year: year))
      periods.append(ClaimPeriod(label: "\(year)年", key: key))
    }
    return periods
  }

  private func range(_ text: String) throws(TemplateProblem) -> ClosedRange<Int> {
    let expanded = try key(text)
    guard let dots = expanded.firstRange(of: ".."),
      let low = Self.number(expanded[..<dots.lowerBound]),
      let high = Self.number(expanded[dots.upperBound...]), low <= high,
      high - low < TemplateLimits.range
    else {
      throw problem(
        "claim.range", text, zh: "范围应写作 N..M，N不大于M，至多\(TemplateLimits.range)个数",
        en: "a range is N..M with N not above M and at most \(TemplateLimits.range) numbers")
    }
    return low...high
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  /// The key with `{n}` replaced by every number of a range.
  private func numbers(
    _ pattern: String, _ range: ClosedRange<Int>
  ) throws(TemplateProblem) -> [ClaimPeriod] {
    let expanded = try key(pattern, keeping: ["n"])
    guard expanded.contains("{n}") else {
      throw problem(
        "claim.number", pattern, zh: "逐个检验的键要有{n}",
        en: "the key of a test over numbers holds {n}")
    }
    // Numbers that are years read as years; others are editions and the like.
    let areYears = Period.years.contains(range.lowerBound)
    return range.map { number in
      ClaimPeriod(
        label: areYears ? "\(number)年" : "第\(number)",
        key: expanded.replacing("{n}", with: "\(number)"))
    }
  }

  // MARK: Forms

  private func rank(_ words: [String], _ text: Substring) throws(TemplateProblem) -> ClaimTest {
    guard words.count == 3, let rank = Self.number(Substring(words[0])), rank > 0 else {
      throw malformed(text)
    }
    let periods = try numbers(words[1], try range(words[2]))
    guard rank <= periods.count, let last = periods.last else {
      throw problem(
        "claim.range", words[0], zh: "名次大于所比的个数", en: "the rank is greater than the range")
    }
    return .rank(rank, of: last, among: Array(periods.dropLast()))
  }

  private func equal(_ words: [String], _ text: Substring) throws(TemplateProblem) -> ClaimTest {
    guard words.count >= 3, words.count % 2 == 1, words[1] == "=" else { throw malformed(text) }
    var parts: [String] = []
    for (index, word) in words.dropFirst(2).enumerated() {
      if index % 2 == 0 {
        parts.append(try key(word))
      } else if word != "+" {
        throw malformed(text)
      }
    }
    guard parts.count <= TemplateLimits.terms else {
      throw problem(
        "claim.terms", text, zh: "相加的数字多于\(TemplateLimits.terms)个",
        en: "more than \(TemplateLimits.terms) figures are added")
    }
    return .equal(try key(words[0]), parts)
  }

  private func ratio(_ words: [String], _ text: Substring) throws(TemplateProblem) -> ClaimTest {
    guard words.count == 5, words[1] == "/", words[3] == "=" else { throw malformed(text) }
    guard let share = try? Quantity(parsing: words[4]), share.unit == .percent else {
      throw problem(
        "claim.percent", words[4], zh: "比重应写作 10% 或 10.5%", en: "a ratio is 10% or 10.5%")
    }
    return .ratio(try key(words[0]), try key(words[2]), share)
  }
}
