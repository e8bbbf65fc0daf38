// Moments as a clerk reads them. The services speak RFC 3339 in UTC, and JSON stays that; people in
// Guangxi live by Beijing time.

internal import Foundation

enum BeijingTime {
  /// UTC+8 all year; summer time ended in 1991, long before any record of ours.
  private static let secondsFromUTC = 8 * 3_600

  /// `2026-01-02 11:04:05 (北京时间)`, to the second; a text that is no time stays as it is.
  static func phrase(_ text: String) -> Phrase {
    guard let date = date(text) else { return Phrase(text, text) }
    return phrase(date)
  }

  static func phrase(_ date: Date) -> Phrase {
    guard let zone = TimeZone(secondsFromGMT: secondsFromUTC) else {
      let text = date.formatted(.iso8601)
      return Phrase(text, text)
    }
    let text = date.formatted(
      Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: zone).year().month().day()
        .time(includingFractionalSeconds: false))
    return Phrase("\(text) (北京时间)", "\(text) (Beijing time)")
  }

  /// The fraction is cut off, so that a moment never seems later than it was.
  private static func date(_ text: String) -> Date? {
    let whole = text.replacing(/\.[0-9]+/, with: "")
    return try? Date.ISO8601FormatStyle().parse(whole)
  }
}
