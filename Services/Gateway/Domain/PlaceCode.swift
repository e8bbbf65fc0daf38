// What the gateway must know of codes and years before it asks anyone.

internal import Measures

/// GB/T 2260 codes: 450000 a province, 450900 a prefecture, 450923 a county.
package enum PlaceCode {
  /// Six ASCII digits.
  package static func isValid(_ code: some StringProtocol) -> Bool {
    code.utf8.count == 6
      && code.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// True where the second code lies below the first by their digits: pairs of zeros at the end of
  /// a code stand for everything below it.
  package static func isBelow(_ code: String, _ ancestor: String) -> Bool {
    guard isValid(code), isValid(ancestor), code != ancestor else { return false }
    var prefix = Substring(ancestor)
    while prefix.hasSuffix("00") { prefix = prefix.dropLast(2) }
    return code.hasPrefix(prefix)
  }

  /// True for the place itself and what its code begins: codes of townships and villages are longer
  /// than six digits.
  package static func isWithin(_ code: String, _ ancestor: String) -> Bool {
    var prefix = Substring(ancestor)
    while prefix.hasSuffix("00") { prefix = prefix.dropLast(2) }
    return !ancestor.isEmpty && code.hasPrefix(prefix)
  }

  package static func isSameOrBelow(_ code: String, _ ancestor: String) -> Bool {
    code == ancestor || isBelow(code, ancestor)
  }
}

/// The year of a report: four digits.
package struct ReportYear: Sendable, Hashable {
  package let value: Int

  /// Nil for anything but four digits of a year that a period may lie in.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == 4,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let value = Int(text), Period.years.contains(value)
    else { return nil }
    self.value = value
  }

  /// December 31.
  package var lastDay: String { "\(value)-12-31" }
}
