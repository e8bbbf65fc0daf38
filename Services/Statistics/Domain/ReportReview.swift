// The checks of a report: one engine, used at entry, at import and in the dry run. Invalid is an
// error that lists everything; doubtful goes into quarantine; odd is a warning.

internal import Measures

package struct ReportReview {
  /// What became of one entry.
  enum Outcome {
    case accepted(Quantity)
    case doubtful(Doubt)
  }

  let draft: ReportDraft
  let context: ReviewContext
  private let indicators: [Indicator]
  /// By indicator, as far as the review has come.
  var outcomes: [String: Outcome] = [:]
  var warnings: [String] = []

  /// - Parameter draft: one whose `violations` are empty.
  package init(
    _ draft: ReportDraft, catalogue: Catalogue, context: ReviewContext
  ) throws(StatisticsError) {
    self.draft = draft
    self.context = context
    var indicators: [Indicator] = []
    for entry in draft.entries { indicators.append(try catalogue.indicator(entry.indicatorCode)) }
    self.indicators = indicators
  }

  /// - Throws: `invalid` with every value that cannot be a value at all.
  package static func review(
    _ draft: ReportDraft, catalogue: Catalogue, context: ReviewContext
  ) throws(StatisticsError) -> ReviewedReport {
    var review = try ReportReview(draft, catalogue: catalogue, context: context)
    return try review.run()
  }

  private mutating func run() throws(StatisticsError) -> ReviewedReport {
    let readings = try read()
    for index in order() {
      let indicator = indicators[index]
      outcomes[indicator.code] = judge(readings[index], indicator, draft.entries[index])
    }
    warnings += PlausibilityWarnings.warnings(
      values: acceptedValues, period: draft.key.period)
    return ReviewedReport(
      observations: zip(draft.entries, indicators).compactMap { entry, indicator in
        guard case .accepted(let quantity) = outcomes[indicator.code] else { return nil }
        return Observation(
          indicatorCode: indicator.code, quantity: quantity, source: entry.source)
      },
      doubts: indicators.compactMap { indicator in
        guard case .doubtful(let doubt) = outcomes[indicator.code] else { return nil }
        return doubt
      },
      warnings: warnings)
  }

  private var acceptedValues: [String: Quantity] {
    outcomes.compactMapValues { outcome in
      if case .accepted(let quantity) = outcome { quantity } else { nil }
    }
  }

  /// Wholes before their parts, so that a part meets what became of its whole.
  private func order() -> [Int] {
    let byCode = Dictionary(
      zip(indicators.map(\.code), indicators), uniquingKeysWith: { first, _ in first })
    func depth(_ indicator: Indicator) -> Int {
      var depth = 0
      var current = indicator
      while depth < indicators.count, let next = current.partOf.flatMap({ byCode[$0] }) {
        depth += 1
        current = next
      }
      return depth
    }
    return indicators.indices.sorted { (depth(indicators[$0]), $0) < (depth(indicators[$1]), $1) }
  }

  // MARK: Reading

  private func read() throws(StatisticsError) -> [Reading] {
    var violations: [RuleViolation] = []
    var readings: [Reading] = []
    for (index, entry) in draft.entries.enumerated() {
      let reading = Quantity.read(
        entry.printed, unit: indicators[index].unit, nature: draft.key.nature)
      violations += ValueRules.violations(
        reading, entry.printed, indicators[index], path: "quantity"
      ).map { $0.under("observations[\(index)]") }
      readings.append(reading)
    }
    guard violations.isEmpty else { throw .invalid(violations) }
    return readings
  }

  // MARK: Judging

  private mutating func judge(
    _ reading: Reading, _ indicator: Indicator, _ entry: ReportDraft.Entry
  ) -> Outcome {
    switch reading {
    case .readable(let quantity):
      guard let doubt = doubt(about: quantity, indicator, entry) else { return .accepted(quantity) }
      return .doubtful(doubt)
    case .unreadable(let reason, let candidates):
      return .doubtful(
        Doubt(
          indicatorCode: indicator.code, printed: entry.printed, rule: .unreadable,
          chinese: reason.chinese, english: reason.english,
          candidates: candidates.map {
            Candidate(
              quantity: $0.quantity, rationaleChinese: $0.rationaleChinese,
              rationaleEnglish: $0.rationaleEnglish)
          }, source: entry.source))
    case .invalid:
      // `read` has refused these; an empty doubt would never be stored.
      return .doubtful(
        Doubt(
          indicatorCode: indicator.code, printed: entry.printed, rule: .unreadable, chinese: "",
          english: "", candidates: []))
    }
  }

  private mutating func doubt(
    about quantity: Quantity, _ indicator: Indicator, _ entry: ReportDraft.Entry
  ) -> Doubt? {
    shareDoubt(quantity, indicator, entry) ?? placeDoubt(quantity, indicator, entry)
      ?? jumpDoubt(quantity, indicator, entry)
  }

  /// The value as printed, and those of its misprints that would not be doubtful.
  func candidates(
    _ quantity: Quantity, _ misprints: [Candidate], isPlausible: (Quantity) -> Bool
  ) -> [Candidate] {
    let asPrinted = Candidate(
      quantity: quantity, rationaleChinese: "原文无误", rationaleEnglish: "it is as printed")
    return [asPrinted] + misprints.filter { isPlausible($0.quantity) }
  }
}

/// Comparisons that are certain: by the named values, otherwise by the whole intervals.
enum Certainly {
  /// Is the part more than `tenths` tenths of the whole?
  static func exceeds(_ part: Quantity, tenths: Int64, of whole: Quantity) -> Bool {
    let factor = ExactDecimal(tenths)
    if let part = part.value, let whole = whole.value {
      guard let left = try? part.multiplied(by: 10), let right = try? whole.multiplied(by: factor)
      else { return false }
      return left > right
    }
    guard let left = try? part.interval.multiplied(by: 10),
      let right = try? whole.interval.multiplied(by: factor)
    else { return false }
    return left.isGreater(than: right) == .yes
  }

  /// Is the first `factor` times the second, less 15 %, or more?
  static func isTimes(_ factor: Int64, _ large: Quantity, of small: Quantity) -> Bool {
    guard let large = large.value, let small = small.value, small.isPositive,
      let left = try? large.multiplied(by: 100),
      let right = try? small.multiplied(by: ExactDecimal(factor * 85))
    else { return false }
    return left >= right
  }
}
