// Times as people in China read them. Machines get RFC 3339.

internal import Foundation

package enum BeijingTime {
  private static let format = Date.VerbatimFormatStyle(
    format:
      "\(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)",
    timeZone: TimeZone(secondsFromGMT: 8 * 3_600) ?? .gmt,
    calendar: Calendar(identifier: .gregorian))

  /// "2026-11-22 00:46（北京时间）" of an RFC 3339 time; what cannot be read stays as it is.
  package static func text(_ time: String) -> String {
    let styles = [
      Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true),
    ]
    guard let date = styles.lazy.compactMap({ try? Date(time, strategy: $0) }).first else {
      return time
    }
    return date.formatted(format) + "（北京时间）"
  }
}
