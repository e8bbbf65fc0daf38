// Timestamps and durations as text. Foundation's formatters take neither nine digits nor year 1.

/// Seconds and nanoseconds, of a timestamp since 1970 or of a duration.
struct TimeText: Equatable {
  /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
  static let timestampSeconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
  /// 10,000 years to either side.
  static let durationSeconds: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

  var seconds: Int64
  var nanoseconds: Int32

  // MARK: - Reading

  /// `2018-05-01T08:00:00.5+08:00`; nil for anything that RFC 3339 with a capital T and Z, or the
  /// range of timestamps, does not allow.
  static func timestamp(_ text: UnsafeRawBufferPointer) -> TimeText? {
    var scanner = DigitScanner(text)
    guard let year = scanner.digits(4), scanner.take("-"),
      let month = scanner.digits(2), scanner.take("-"),
      let day = scanner.digits(2), scanner.take("T"),
      let hour = scanner.digits(2), scanner.take(":"),
      let minute = scanner.digits(2), scanner.take(":"),
      let second = scanner.digits(2),
      let nanoseconds = scanner.fraction()
    else { return nil }
    guard 1...12 ~= month, 1...daysInMonth(month, of: year) ~= day,
      hour < 24, minute < 60, second < 60
    else { return nil }
    var seconds = days(year: year, month: month, day: day) * 86_400
    seconds += Int64(hour * 3600 + minute * 60 + second)
    if !scanner.take("Z") {
      let isAhead = scanner.take("+")
      guard isAhead || scanner.take("-"), let hours = scanner.digits(2), scanner.take(":"),
        let minutes = scanner.digits(2), hours < 24, minutes < 60
      else { return nil }
      let offset = Int64(hours * 3600 + minutes * 60)
      seconds += isAhead ? -offset : offset
    }
    guard scanner.isAtEnd, timestampSeconds.contains(seconds) else { return nil }
    return TimeText(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// `-1.5s`; nil for anything else.
  static func duration(_ text: UnsafeRawBufferPointer) -> TimeText? {
    var scanner = DigitScanner(text)
    let isNegative = scanner.take("-")
    guard let seconds = scanner.number(), let nanoseconds = scanner.fraction(),
      scanner.take("s"), scanner.isAtEnd, seconds <= durationSeconds.upperBound,
      seconds < durationSeconds.upperBound || nanoseconds == 0
    else { return nil }
    return isNegative
      ? TimeText(seconds: -seconds, nanoseconds: -nanoseconds)
      : TimeText(seconds: seconds, nanoseconds: nanoseconds)
  }

  // MARK: - Writing

  /// The time in UTC; nil outside the range of timestamps.
  var timestampText: String? {
    guard Self.timestampSeconds.contains(seconds), 0...999_999_999 ~= nanoseconds else {
      return nil
    }
    let (days, second) = seconds.flooredDivision(by: 86_400)
    let (year, month, day) = Self.date(days: days)
    let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }
    return "\(date)T\(time.joined(separator: ":"))\(fractionText)Z"
  }

  /// The duration; nil outside its range or where seconds and nanoseconds differ in sign.
  var durationText: String? {
    guard Self.durationSeconds.contains(seconds), abs(Int64(nanoseconds)) <= 999_999_999,
      seconds.signum() * Int64(nanoseconds).signum() >= 0,
      seconds.magnitude < UInt64(Self.durationSeconds.upperBound) || nanoseconds == 0
    else { return nil }
    let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
    return "\(sign)\(seconds.magnitude)\(fractionText)s"
  }

  /// Nothing, or a point with three, six or nine digits.
  private var fractionText: String {
    let nanoseconds = Int64(nanoseconds.magnitude)
    if nanoseconds == 0 { return "" }
    if nanoseconds % 1_000_000 == 0 { return "." + Self.padded(nanoseconds / 1_000_000, 3) }
    if nanoseconds % 1000 == 0 { return "." + Self.padded(nanoseconds / 1000, 6) }
    return "." + Self.padded(nanoseconds, 9)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // MARK: - The Gregorian calendar

  private static func daysInMonth(_ month: Int, of year: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1970-01-01 to a date. Years are counted from March, so that the leap day is the last
  /// of its year and the months before it have lengths of a fixed pattern.
  private static func days(year: Int, month: Int, day: Int) -> Int64 {
    let marchYear = Int64(month > 2 ? year : year - 1)
    let (era, yearOfEra) = marchYear.flooredDivision(by: 400)
    let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * marchMonth + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (era * 400 + yearOfEra + (month > 2 ? 0 : 1), month, day)
  }
}

extension Int64 {
  /// The quotient rounded down, and what is left, which is not negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// Reads digits of fixed meaning.
private struct DigitScanner {
  private let text: UnsafeRawBufferPointer
  private var place = 0

  init(_ text: UnsafeRawBufferPointer) {
    self.text = text
  }

  var isAtEnd: Bool { place == text.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard place < text.count, text[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func digit() -> Int64? {
    guard place < text.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= text[place] else {
      return nil
    }
    defer { place += 1 }
    return Int64(text[place] & 0xF)
  }

  mutating func digits(_ count: Int) -> Int? {
    var value = 0
    for _ in 0..<count {
      guard let digit = digit() else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  /// A whole number of at most twelve digits.
  mutating func number() -> Int64? {
    guard var value = digit() else { return nil }
    var count = 1
    while let digit = digit() {
      count += 1
      guard count <= 12 else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Nanoseconds from a point and one to nine digits; zero where there is no point.
  mutating func fraction() -> Int32? {
    guard take(".") else { return 0 }
    var value: Int64 = 0
    var count = 0
    while let digit = digit() {
      count += 1
      guard count <= 9 else { return nil }
      value = value * 10 + digit
    }
    guard count > 0 else { return nil }
    for _ in count..<9 { value *= 10 }
    return Int32(value)
  }
}
