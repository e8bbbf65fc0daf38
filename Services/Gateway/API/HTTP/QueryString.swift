// The query of a request, read strictly: an unknown, repeated or malformed parameter is an error, not
// something to be ignored, because a misspelt filter would silently give everything.

/// The decoded parameters of a query.
struct QueryString {
  struct Malformed: Error {
    let part: String
  }

  private(set) var parameters: [(name: String, value: String)] = []

  /// Reads "a=1&b=%E5%86%9C"; a plus is a space, as forms write it.
  init(_ query: String?) throws(Malformed) {
    guard let query, !query.isEmpty else { return }
    for part in query.split(separator: "&", omittingEmptySubsequences: true) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(pair[0]),
        let value = pair.count > 1 ? Self.decoded(pair[1]) : ""
      else { throw Malformed(part: String(part)) }
      parameters.append((name, value))
    }
  }

  func values(_ name: String) -> [String] {
    parameters.filter { $0.name == name }.map(\.value)
  }

  /// Percent-decodes; nil for a malformed escape or bytes that are not UTF-8.
  static func decoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(hexadecimal),
          let low = iterator.next().flatMap(hexadecimal)
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
