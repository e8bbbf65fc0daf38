// Chinese input methods produce full-width digits and signs; the documents mix both.

/// Turns full-width letters, digits and signs into their ASCII forms.
package enum HalfWidth {
  /// Full-width forms become half-width, the ideographic space a space, dashes of ranges and minus
  /// signs their common forms; spaces around the text go.
  package static func normalized(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      // The block FF01…FF5E repeats ASCII 21…7E in order.
      case 0xFF01...0xFF5E:
        result.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
      case 0x3000, 0x00A0, 0x2002...0x200A, 0x202F: result.append(" ")
      // Zero-width characters and the byte order mark are not seen, so they do not count.
      case 0x200B...0x200D, 0xFEFF: break
      case 0x2212: result.append("-")
      default: result.append(scalar)
      }
    }
    return trimmed(String(result))
  }

  /// True where normalising changed what a reader sees, so that an import can list it.
  package static func isChanged(_ text: String) -> Bool {
    trimmed(text).unicodeScalars.contains { (0xFF01...0xFF5E).contains($0.value) }
  }

  private static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0.isWhitespace }
    let head = text.drop(while: isBlank)
    guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(head[...last])
  }
}
