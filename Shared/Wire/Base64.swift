// Bytes in JSON: RFC 4648, written with the standard alphabet and padding, read with either alphabet
// and with or without padding.

/// The two directions of base64.
enum Base64 {
  private static let alphabet: StaticString =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var bits: UInt32 = 0
      for offset in 0..<3 {
        bits = bits << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0)
      }
      for sextet in 0..<4 {
        let digit = Int(bits >> UInt32(18 - 6 * sextet) & 0x3F)
        output.append(sextet <= count ? alphabet.utf8Start[digit] : UInt8(ascii: "="))
      }
    }
  }

  /// Reads text into room for at least three quarters of its length, rounded up.
  ///
  /// - Returns: how many bytes were written; nil when the text is not base64.
  static func decode(
    _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var end = text.count
    while end > 0, text.count - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    // Padding, where there is any, fills up to a multiple of four.
    guard end == text.count || text.count % 4 == 0, end % 4 != 1 else { return nil }
    var bits: UInt32 = 0
    var count = 0
    var written = 0
    for index in 0..<end {
      guard let value = value(of: text[index]) else { return nil }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        output[written] = UInt8(truncatingIfNeeded: bits >> UInt32(count))
        written += 1
      }
    }
    return written
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
