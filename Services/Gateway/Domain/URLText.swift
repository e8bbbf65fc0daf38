// Figure keys hold Chinese and the signs of URLs; both need escaping inside a query.

/// Escapes text for URLs (RFC 3986).
package enum URLText {
  /// The text as the value of a query parameter. Slashes stay readable, as the RFC allows.
  package static func queryValue(_ text: String) -> String {
    escaped(text) { isUnreserved($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
  }

  /// The text as one segment of a path.
  package static func pathSegment(_ text: String) -> String { escaped(text, keeping: isUnreserved) }

  private static func escaped(_ text: String, keeping: (UInt8) -> Bool) -> String {
    var result = ""
    for byte in text.utf8 {
      if keeping(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
