// Documents know many dates only to the month or the year.

/// YYYY, YYYY-MM or YYYY-MM-DD. A short date counts from its first day.
package struct PartialDate: Sendable, Hashable {
  package let year: Int
  package let month: Int?
  package let day: Int?

  /// - Throws: `malformed` for a date that does not exist, or a day without a month.
  package init(year: Int, month: Int? = nil, day: Int? = nil) throws(MeasureError) {
    guard month != nil || day == nil else {
      throw MeasureError(.malformed, "a day needs its month")
    }
    _ = try CalendarDate(year: year, month: month ?? 1, day: day ?? 1)
    self.year = year
    self.month = month
    self.day = day
  }

  package init(_ date: CalendarDate) {
    year = date.year
    month = date.month
    day = date.day
  }

  /// Reads 2013, 2013-05, 2013-05-31 and 2013年, 2013年5月, 2013年5月31日.
  package init(parsing text: some StringProtocol) throws(MeasureError) {
    if text.contains("年") {
      try self.init(chinese: text)
      return
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let widths = [4, 2, 2]
    var numbers: [Int] = []
    for (part, width) in zip(parts, widths) {
      guard let number = DigitField.value(part, length: width) else { break }
      numbers.append(number)
    }
    guard !parts.isEmpty, parts.count <= 3, numbers.count == parts.count else {
      throw MeasureError(.malformed, "\"\(text)\" is not YYYY, YYYY-MM or YYYY-MM-DD")
    }
    try self.init(
      year: numbers[0], month: numbers.count > 1 ? numbers[1] : nil,
      day: numbers.count > 2 ? numbers[2] : nil)
  }

  private init(chinese text: some StringProtocol) throws(MeasureError) {
    var numbers: [Int] = []
    var rest = Substring(text)
    for word in ["年", "月", "日"] where !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, digits.count <= 4, let number = Int(digits),
        rest.dropFirst(digits.count).hasPrefix(word)
      else { throw MeasureError(.malformed, "\"\(text)\" is not a date") }
      numbers.append(number)
      rest = rest.dropFirst(digits.count + 1)
    }
    guard rest.isEmpty, let year = numbers.first, year >= 1000 else {
      throw MeasureError(.malformed, "\"\(text)\" is not a date")
    }
    try self.init(
      year: year, month: numbers.count > 1 ? numbers[1] : nil,
      day: numbers.count > 2 ? numbers[2] : nil)
  }

  /// The first day that the date can mean; by it the date is ordered and stored.
  package var firstDay: CalendarDate { exact(month ?? 1, day ?? 1) }

  /// The last day that the date can mean.
  package var lastDay: CalendarDate {
    let month = month ?? 12
    return exact(month, day ?? CalendarDate.days(ofMonth: month, year: year))
  }

  /// The initialiser has checked year, month and day, so the day exists; the first day of the
  /// calendar is never used.
  private func exact(_ month: Int, _ day: Int) -> CalendarDate {
    (try? CalendarDate(year: year, month: month, day: day)) ?? .earliest
  }
}

extension CalendarDate {
  /// 0001-01-01.
  package static let earliest = CalendarDate(checkedYear: 1, month: 1, day: 1)
}

extension PartialDate: Comparable {
  /// By the first day; a shorter date comes before a longer one that starts with it.
  package static func < (left: PartialDate, right: PartialDate) -> Bool {
    (left.year, left.month ?? 0, left.day ?? 0) < (right.year, right.month ?? 0, right.day ?? 0)
  }
}

extension PartialDate: CustomStringConvertible {
  package var description: String {
    var text = DigitField.text(year, length: 4)
    if let month { text += "-" + DigitField.text(month, length: 2) }
    if let day { text += "-" + DigitField.text(day, length: 2) }
    return text
  }

  /// "2013年", "2013年5月", "2013年5月31日".
  package var chinese: String {
    var text = "\(year)年"
    if let month { text += "\(month)月" }
    if let day { text += "\(day)日" }
    return text
  }
}
