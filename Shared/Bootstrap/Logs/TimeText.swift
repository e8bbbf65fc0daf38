// The time of a log line, RFC 3339 in UTC with microseconds, without a formatter's cost.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Microseconds since 1970 in UTC, as `2026-11-21T09:00:00.123456Z`.
struct TimeText {
  let microseconds: Int64

  init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  static var now: TimeText {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return TimeText(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  func append(to bytes: inout [UInt8]) {
    let (seconds, fraction) = Self.divide(microseconds, 1_000_000)
    let (days, secondOfDay) = Self.divide(seconds, 86_400)
    let (year, month, day) = Self.civil(days)
    Self.digits(year, 4, &bytes)
    bytes.append(UInt8(ascii: "-"))
    Self.digits(month, 2, &bytes)
    bytes.append(UInt8(ascii: "-"))
    Self.digits(day, 2, &bytes)
    bytes.append(UInt8(ascii: "T"))
    Self.digits(secondOfDay / 3_600, 2, &bytes)
    bytes.append(UInt8(ascii: ":"))
    Self.digits(secondOfDay / 60 % 60, 2, &bytes)
    bytes.append(UInt8(ascii: ":"))
    Self.digits(secondOfDay % 60, 2, &bytes)
    bytes.append(UInt8(ascii: "."))
    Self.digits(fraction, 6, &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  private static func divide(_ value: Int64, _ by: Int64) -> (quotient: Int64, remainder: Int64) {
    let remainder = (value % by + by) % by
    return ((value - remainder) / by, remainder)
  }

  /// The Gregorian date of a day counted from 1970-01-01. Years are counted from March, so that the
  /// leap day is the last of its year; 146 097 days make 400 years.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = divide(days + 719_468, 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func digits(_ value: Int64, _ count: Int, _ bytes: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<count { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
