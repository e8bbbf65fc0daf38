// The last words to a peer that cannot be talked to, in a language that it may understand.

enum SecurityFarewell {
  /// A whole answer of HTTP/1.1.
  static func http1(status: String, _ text: String) -> [UInt8] {
    let body = "\(text)\n"
    return Array(
      ("HTTP/1.1 \(status)\r\ncontent-type: text/plain; charset=utf-8\r\n"
        + "content-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n\(body)").utf8)
  }

  /// An empty SETTINGS, without which no HTTP/2 peer listens, and GOAWAY with INADEQUATE_SECURITY
  /// (RFC 9113, sections 6.5, 6.8 and 7): no stream was looked at.
  static func http2(_ text: String) -> [UInt8] {
    let reason = Array(text.utf8.prefix(256))
    let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    let length = UInt16(8 + reason.count)
    let goAway: [UInt8] =
      [0, UInt8(length >> 8), UInt8(length & 0xFF), 7, 0, 0, 0, 0, 0]
      + [0, 0, 0, 0] + [0, 0, 0, 0x0C]
    return settings + goAway + reason
  }
}
