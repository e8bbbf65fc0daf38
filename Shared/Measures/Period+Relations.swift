// How periods stand to each other: what growth compares with, what a cumulative figure covers.

extension Period {
  package var firstDay: CalendarDate {
    CalendarDate(checkedYear: firstMonth / 12, month: firstMonth % 12 + 1, day: 1)
  }

  package var lastDay: CalendarDate {
    let month = lastMonth % 12 + 1
    return CalendarDate(
      checkedYear: year, month: month, day: CalendarDate.days(ofMonth: month, year: year))
  }

  /// The same period of the year before: the base of 同比.
  ///
  /// - Throws: `malformed` before the first year that a period may lie in.
  package func previousYear() throws(MeasureError) -> Period {
    try Period(firstMonth: firstMonth - 12, lastMonth: lastMonth - 12)
  }

  /// The same period of the year after.
  package func nextYear() throws(MeasureError) -> Period {
    try Period(firstMonth: firstMonth + 12, lastMonth: lastMonth + 12)
  }

  /// The period of the same length just before: the base of 环比.
  package func previous() throws(MeasureError) -> Period {
    try Period(firstMonth: firstMonth - monthCount, lastMonth: firstMonth - 1)
  }

  /// From January of its year to its last month.
  ///
  /// - Throws: `undefined` for a span that starts in an earlier year.
  package func yearToDate() throws(MeasureError) -> Period {
    guard firstMonth / 12 == year else {
      throw MeasureError(.undefined, "\(self) lies in more than one year")
    }
    return try Period(firstMonth: year * 12, lastMonth: lastMonth)
  }

  /// The whole year in which it ends.
  package func wholeYear() throws(MeasureError) -> Period { try Period(year: year) }

  package func contains(_ other: Period) -> Bool {
    firstMonth <= other.firstMonth && other.lastMonth <= lastMonth
  }

  package func overlaps(_ other: Period) -> Bool {
    firstMonth <= other.lastMonth && other.firstMonth <= lastMonth
  }

  package func contains(_ date: CalendarDate) -> Bool {
    firstDay <= date && date <= lastDay
  }

  /// Its parts of one kind, in order; empty where they do not fill it exactly.
  package func parts(of kind: Kind) -> [Period] {
    let length: Int
    switch kind {
    case .month: length = 1
    case .quarter: length = 3
    case .half: length = 6
    case .year: length = 12
    case .span: return []
    }
    guard firstMonth % length == 0, monthCount % length == 0 else { return [] }
    return stride(from: firstMonth, through: lastMonth, by: length).compactMap {
      try? Period(firstMonth: $0, lastMonth: $0 + length - 1)
    }
  }
}
