// Places nest by the digits of GB/T 2260: two of the province, two of the prefecture, two of the
// county. A service that keeps no copy of the register needs no more, and a recoded county stays in
// its prefecture.

/// The code of a place.
package struct EntryPlace: Sendable, Hashable {
  package let code: String

  /// Nil where the text is not six digits.
  package init?(_ code: String) {
    guard code.utf8.count == 6, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    self.code = code
  }

  /// The digits that the codes of all places below share; empty for the nation.
  package var digits: String {
    if code == "000000" { return "" }
    if code.hasSuffix("0000") { return String(code.prefix(2)) }
    return code.hasSuffix("00") ? String(code.prefix(4)) : code
  }

  /// The place itself and everything below it.
  package func contains(_ other: EntryPlace) -> Bool { other.code.hasPrefix(digits) }

  /// Lowest and highest code of the place and those below.
  package var range: (low: String, high: String) {
    let missing = 6 - digits.count
    return (
      digits + String(repeating: "0", count: missing),
      digits + String(repeating: "9", count: missing)
    )
  }

  /// Whether it is a province or the nation.
  package var isProvinceOrAbove: Bool { digits.count <= 2 }

  /// A place's code and those of the places that hold it, itself first; the code alone where it is
  /// none.
  package static func chain(_ code: String) -> [String] {
    guard EntryPlace(code) != nil else { return [code] }
    var chain = [code]
    for digits in [4, 2, 0] {
      let outer = String(code.prefix(digits)) + String(repeating: "0", count: 6 - digits)
      if chain.last != outer { chain.append(outer) }
    }
    return chain
  }

  /// Whether `inner` is the place of code `outer` or below it; no when either is no code.
  package static func contains(_ outer: String, _ inner: String) -> Bool {
    guard let outer = EntryPlace(outer), let inner = EntryPlace(inner) else { return false }
    return outer.contains(inner)
  }
}
