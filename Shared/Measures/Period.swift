// A statistical period is whole months: a year, a half, a quarter, a month, or a span of months,
// because 1–2月 is reported as one.

/// 2013 · 2013-H1 · 2013-Q1 · 2013-05 · 2018-01/2018-02.
///
/// A span that is just a month, quarter, half or year is that period: every period has one text.
package struct Period: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case month, quarter, half, year, span
  }

  /// Months since January of year 0.
  let firstMonth: Int
  let lastMonth: Int

  /// Years that a period may lie in.
  package static let years = 1000...2999

  init(firstMonth: Int, lastMonth: Int) throws(MeasureError) {
    guard firstMonth <= lastMonth, Self.years.contains(firstMonth / 12),
      Self.years.contains(lastMonth / 12)
    else {
      throw MeasureError(
        .malformed,
        "a period lies in \(Self.years.lowerBound)…\(Self.years.upperBound) and does not end"
          + " before it starts")
    }
    self.firstMonth = firstMonth
    self.lastMonth = lastMonth
  }

  /// A whole year.
  package init(year: Int) throws(MeasureError) {
    guard Self.years.contains(year) else {
      throw MeasureError(.malformed, "\(year) is not a year of \(Self.years)")
    }
    try self.init(firstMonth: year * 12, lastMonth: year * 12 + 11)
  }

  package init(year: Int, month: Int) throws(MeasureError) {
    let index = try Self.monthIndex(year, month)
    try self.init(firstMonth: index, lastMonth: index)
  }

  /// From a month to a month, both included.
  package init(from first: Period, through last: Period) throws(MeasureError) {
    try self.init(firstMonth: first.firstMonth, lastMonth: last.lastMonth)
  }

  /// Reads any of the forms above.
  package init(parsing text: some StringProtocol) throws(MeasureError) {
    let ends = text.split(separator: "/", omittingEmptySubsequences: false)
    switch ends.count {
    case 1: self = try Self.single(ends[0], in: text)
    case 2:
      let first = try Self.single(ends[0], in: text)
      let last = try Self.single(ends[1], in: text)
      guard first.kind == .month, last.kind == .month else {
        throw Self.malformed(text)
      }
      try self.init(from: first, through: last)
    default: throw Self.malformed(text)
    }
  }

  package var monthCount: Int { lastMonth - firstMonth + 1 }

  package var kind: Kind {
    let startsAt = firstMonth % 12
    switch monthCount {
    case 1: return .month
    case 3 where startsAt % 3 == 0: return .quarter
    case 6 where startsAt % 6 == 0: return .half
    case 12 where startsAt == 0: return .year
    default: return .span
    }
  }

  /// The year of its last month.
  package var year: Int { lastMonth / 12 }

  private static func single(
    _ part: some StringProtocol, in text: some StringProtocol
  ) throws(MeasureError) -> Period {
    let fields = part.split(separator: "-", omittingEmptySubsequences: false)
    guard let first = fields.first, let year = DigitField.value(first, length: 4) else {
      throw malformed(text)
    }
    if fields.count == 1 { return try Period(year: year) }
    guard fields.count == 2 else { throw malformed(text) }
    switch String(fields[1]) {
    case "H1", "H2", "Q1", "Q2", "Q3", "Q4":
      let number = (fields[1].last?.wholeNumberValue ?? 1) - 1
      let length = fields[1].hasPrefix("H") ? 6 : 3
      let start = try monthIndex(year, number * length + 1)
      return try Period(firstMonth: start, lastMonth: start + length - 1)
    default:
      guard let month = DigitField.value(fields[1], length: 2) else { throw malformed(text) }
      return try Period(year: year, month: month)
    }
  }

  private static func monthIndex(_ year: Int, _ month: Int) throws(MeasureError) -> Int {
    guard years.contains(year), (1...12).contains(month) else {
      throw MeasureError(.malformed, "\(year)-\(month) is not a month")
    }
    return year * 12 + month - 1
  }

  private static func malformed(_ text: some StringProtocol) -> MeasureError {
    MeasureError(
      .malformed,
      "\"\(text)\" is not a period: 2013, 2013-H1, 2013-Q1, 2013-05, 2018-01/2018-02")
  }
}

extension Period: Comparable {
  /// By start; of two that start together the longer comes first, as a year before its months.
  package static func < (left: Period, right: Period) -> Bool {
    (left.firstMonth, -left.lastMonth) < (right.firstMonth, -right.lastMonth)
  }
}

extension Period: CustomStringConvertible {
  package var description: String {
    let year = firstMonth / 12
    let prefix = DigitField.text(year, length: 4)
    switch kind {
    case .year: return prefix
    case .half: return "\(prefix)-H\(firstMonth % 12 / 6 + 1)"
    case .quarter: return "\(prefix)-Q\(firstMonth % 12 / 3 + 1)"
    case .month: return Self.monthText(firstMonth)
    case .span: return Self.monthText(firstMonth) + "/" + Self.monthText(lastMonth)
    }
  }

  /// "2013年", "2013年上半年", "2013年第一季度", "2013年5月", "2018年1—2月".
  package var chinese: String {
    let year = firstMonth / 12
    let month = firstMonth % 12
    switch kind {
    case .year: return "\(year)年"
    case .half: return "\(year)年\(month == 0 ? "上" : "下")半年"
    case .quarter: return "\(year)年第\(["一", "二", "三", "四"][month / 3])季度"
    case .month: return "\(year)年\(month + 1)月"
    case .span:
      let last = lastMonth % 12 + 1
      guard lastMonth / 12 != year else { return "\(year)年\(month + 1)—\(last)月" }
      return "\(year)年\(month + 1)月—\(lastMonth / 12)年\(last)月"
    }
  }

  private static func monthText(_ index: Int) -> String {
    DigitField.text(index / 12, length: 4) + "-" + DigitField.text(index % 12 + 1, length: 2)
  }
}
