// When something happened, as exactly as the source says: a year, a month, a span, a day.

package import Measures

/// A period or a date.
package struct EntryTime: Sendable, Hashable {
  /// Canonical text: `2013`, `2013-12`, `2013-H1`, `2013-12-25`.
  package let text: String
  package let firstDay: CalendarDate
  package let lastDay: CalendarDate

  /// Nil for a text that is neither.
  package init?(_ text: String) {
    if let period = try? Period(parsing: text) {
      self.text = period.description
      firstDay = period.firstDay
      lastDay = period.lastDay
    } else if let date = try? PartialDate(parsing: text) {
      self.text = date.description
      firstDay = date.firstDay
      lastDay = date.lastDay
    } else {
      return nil
    }
  }

  package func contains(_ other: EntryTime) -> Bool {
    firstDay <= other.firstDay && other.lastDay <= lastDay
  }
}

/// The time that a figure asks about.
package enum TimeScope: Sendable, Hashable {
  /// Everything within a period or date.
  case within(EntryTime)
  /// Everything up to the end of one: `..2016`.
  case through(EntryTime)
  case all

  package init?(_ text: String) {
    if text == "all" {
      self = .all
    } else if text.hasPrefix("..") {
      guard let time = EntryTime(String(text.dropFirst(2))) else { return nil }
      self = .through(time)
    } else {
      guard let time = EntryTime(text) else { return nil }
      self = .within(time)
    }
  }

  package var text: String {
    switch self {
    case .within(let time): time.text
    case .through(let time): "..\(time.text)"
    case .all: "all"
    }
  }

  /// First and last day that an entry may have; nil for no bound.
  package var days: (first: CalendarDate?, last: CalendarDate?) {
    switch self {
    case .within(let time): (time.firstDay, time.lastDay)
    case .through(let time): (nil, time.lastDay)
    case .all: (nil, nil)
    }
  }

  /// "2013年", "截至2016年".
  package var chinese: String {
    switch self {
    case .within(let time): Self.chinese(time)
    case .through(let time): "截至\(Self.chinese(time))"
    case .all: "历年"
    }
  }

  private static func chinese(_ time: EntryTime) -> String {
    (try? Period(parsing: time.text))?.chinese ?? (try? PartialDate(parsing: time.text))?.chinese
      ?? time.text
  }
}
