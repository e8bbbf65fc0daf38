// How much of what a caller has sent an error says again.

extension RPCError {
  /// Bytes of one name or value of a caller that an error repeats.
  public static let excerptBytes = 600

  /// A text up to its last whole scalar within `bytes`, with "…" where something is missing. By bytes,
  /// because a single character may be megabytes of combining marks.
  package static func excerpt(of text: String, bytes: Int = excerptBytes) -> String {
    guard text.utf8.count > bytes else { return text }
    // A scalar that would be cut in two is left out: its bytes after the first begin with 10.
    var end = text.utf8.index(text.startIndex, offsetBy: bytes)
    while end > text.startIndex, text.utf8[end] & 0xc0 == 0x80 { text.utf8.formIndex(before: &end) }
    return String(text[..<end]) + "…"
  }
}
