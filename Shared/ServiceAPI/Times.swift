// Instants travel as RFC 3339 text and are kept as microseconds since 1970 UTC; days as YYYY-MM-DD.

package import Measures

/// RFC 3339 text of an instant, and back.
package enum Instant {
  private static let second: Int64 = 1_000_000
  private static let day: Int64 = 86_400 * second
  private static let epoch = try? CalendarDate(year: 1970, month: 1, day: 1)

  /// 2013-12-31T16:00:00.000001Z; empty for 0, which means that there is no instant.
  package static func text(_ microseconds: Int64) -> String {
    guard microseconds != 0, let epoch else { return "" }
    let rest = ((microseconds % day) + day) % day
    guard let date = try? epoch.adding(days: Int((microseconds - rest) / day)) else { return "" }
    let seconds = rest / second
    let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    return "\(date)T\(clock.joined(separator: ":")).\(padded(rest % second, 6))Z"
  }

  /// Reads RFC 3339 with up to six decimals and any offset; nil for anything else.
  package static func microseconds(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 32, bytes[10] == UInt8(ascii: "T") || bytes[10] == 0x74,
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), let epoch,
      let date = try? CalendarDate(parsing: text.prefix(10)),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
      let second = number(bytes[17..<19]), hour < 24, minute < 60, second < 61
    else { return nil }
    var rest = bytes[19...]
    guard let fraction = fraction(&rest), let offset = offset(rest) else { return nil }
    let days = Int64(date.dayNumber - epoch.dayNumber)
    // A leap second counts as the one before it: the clock below does not know it either.
    let seconds = hour * 3_600 + minute * 60 + min(second, 59) - offset
    return days * day + seconds * Self.second + fraction
  }

  private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard rest.first == UInt8(ascii: ".") else { return 0 }
    let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty, digits.count <= 6, let value = number(digits) else { return nil }
    rest = rest.dropFirst(digits.count + 1)
    return (digits.count..<6).reduce(value) { value, _ in value * 10 }
  }

  /// Seconds east of UTC.
  private static func offset(_ rest: ArraySlice<UInt8>) -> Int64? {
    if rest.count == 1, let zone = rest.first, zone == UInt8(ascii: "Z") || zone == 0x7A {
      return 0
    }
    let bytes = Array(rest)
    guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
      bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
    else { return nil }
    let seconds = hours * 3_600 + minutes * 60
    return bytes[0] == UInt8(ascii: "+") ? seconds : -seconds
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// What a read asks of the two clocks.
package struct AsOf: Sendable, Hashable {
  /// Valid time: a day.
  package var day: CalendarDate
  /// Recorded time in microseconds; nil asks what is believed now.
  package var recordedTime: Int64?

  package init(day: CalendarDate, recordedTime: Int64? = nil) {
    self.day = day
    self.recordedTime = recordedTime
  }

  /// Reads `on_date` (empty: today; a short date counts from its first day) and `as_of` (empty:
  /// now). What cannot be read leaves a violation.
  package init(
    onDate: String, asOf: String, today: CalendarDate, violations: inout [Violation]
  ) {
    day = today
    if !onDate.isEmpty {
      if let date = try? PartialDate(parsing: onDate) {
        day = date.firstDay
      } else {
        violations.append(
          Violation(
            path: "on_date", value: onDate, rule: "date.format",
            zh: "日期应为 YYYY、YYYY-MM 或 YYYY-MM-DD", en: "a date is YYYY, YYYY-MM or YYYY-MM-DD"))
      }
    }
    if !asOf.isEmpty {
      recordedTime = Instant.microseconds(asOf)
      if recordedTime == nil {
        violations.append(
          Violation(
            path: "as_of", value: asOf, rule: "time.format",
            zh: "时间应为 RFC 3339 格式,如 2013-12-31T16:00:00Z",
            en: "a time is RFC 3339 text, such as 2013-12-31T16:00:00Z"))
      }
    }
  }
}

extension CalendarDate {
  /// Eight hours: China has one time zone and no summer time since 1991.
  private static let chinaOffsetMicroseconds: Int64 = 8 * 3_600 * 1_000_000
  private static let dayMicroseconds: Int64 = 86_400 * 1_000_000
  private static let unixEpoch = try? CalendarDate(year: 1970, month: 1, day: 1)

  /// The day in China at an instant, in microseconds since 1970 UTC.
  package static func inChina(atMicroseconds time: Int64) -> CalendarDate {
    let (local, overflow) = time.addingReportingOverflow(chinaOffsetMicroseconds)
    let shifted = overflow ? time : local
    let days = Int(shifted / dayMicroseconds) - (shifted % dayMicroseconds < 0 ? 1 : 0)
    return (try? unixEpoch?.adding(days: days)) ?? .earliest
  }
}
