// A day of the Gregorian calendar, without time zone and without Foundation.

/// A day: "2013-12-31".
package struct CalendarDate: Sendable, Hashable {
  /// 1…9999.
  package let year: Int
  package let month: Int
  package let day: Int

  /// - Throws: `malformed` for a day that does not exist.
  package init(year: Int, month: Int, day: Int) throws(MeasureError) {
    guard (1...9999).contains(year), (1...12).contains(month),
      (1...Self.days(ofMonth: month, year: year)).contains(day)
    else { throw MeasureError(.malformed, "there is no day \(year)-\(month)-\(day)") }
    self.year = year
    self.month = month
    self.day = day
  }

  init(checkedYear year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads YYYY-MM-DD.
  package init(parsing text: some StringProtocol) throws(MeasureError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3,
      let year = DigitField.value(parts[0], length: 4),
      let month = DigitField.value(parts[1], length: 2),
      let day = DigitField.value(parts[2], length: 2)
    else { throw MeasureError(.malformed, "\"\(text)\" is not a date YYYY-MM-DD") }
    try self.init(year: year, month: month, day: day)
  }

  /// The day so many days later, or earlier.
  ///
  /// - Throws: `overflow` outside the years 1…9999.
  package func adding(days: Int) throws(MeasureError) -> CalendarDate {
    let (number, overflow) = dayNumber.addingReportingOverflow(days)
    guard !overflow, let date = Self(dayNumber: number) else {
      throw MeasureError(.overflow, "\(self) and \(days) days is outside the calendar")
    }
    return date
  }

  /// Days since 0000-03-01; only differences mean anything.
  package var dayNumber: Int {
    // Years start in March, so the leap day is the last of its year.
    let shiftedYear = month > 2 ? year : year - 1
    let shiftedMonth = (month + 9) % 12
    let leaps = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
    return shiftedYear * 365 + leaps + (shiftedMonth * 153 + 2) / 5 + day - 1
  }

  private init?(dayNumber: Int) {
    guard dayNumber >= 0, dayNumber <= 3_652_059 else { return nil }
    let era = dayNumber / 146_097
    let dayOfEra = dayNumber % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    try? self.init(year: year, month: month, day: day)
  }

  package static func days(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: return isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  package static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}

extension CalendarDate: Comparable {
  package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

extension CalendarDate: CustomStringConvertible {
  package var description: String {
    DigitField.text(year, length: 4) + "-" + DigitField.text(month, length: 2) + "-"
      + DigitField.text(day, length: 2)
  }

  /// "2013年12月31日".
  package var chinese: String { "\(year)年\(month)月\(day)日" }
}

/// Fields of fixed width, as ISO 8601 has them.
enum DigitField {
  static func value(_ text: some StringProtocol, length: Int) -> Int? {
    guard text.utf8.count == length,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(text)
  }

  static func text(_ value: Int, length: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, length - digits.count)) + digits
  }
}
