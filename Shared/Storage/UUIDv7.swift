// Identifiers: UUID version 7 (RFC 9562, section 5.7), sortable by the time they were made.

internal import Synchronization

package enum UUIDv7 {
  /// Milliseconds of the last one in the upper 48 bits, a 12-bit counter in the lower ones
  /// (RFC 9562, section 6.2, method 1): ids of one process rise strictly.
  private static let last = Mutex<UInt64>(0)

  /// A new identifier in lower case with hyphens.
  package static func next() -> String {
    next(microseconds: StorageClock.system.now())
  }

  /// `microseconds` since 1970 UTC.
  package static func next(microseconds: Int64) -> String {
    let milliseconds = UInt64(max(0, microseconds) / 1_000) & 0xFFFF_FFFF_FFFF
    let stamp = last.withLock { last in
      // A random start leaves the counter room to rise and makes ids hard to guess.
      let fresh = milliseconds << 12 | UInt64.random(in: 0..<0x800)
      last = fresh > last ? fresh : last + 1
      return last
    }
    let high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xFFF)
    let low = UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return text(high, low)
  }

  /// True for the text form of a version 7 identifier, in lower case.
  package static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 36, bytes[14] == UInt8(ascii: "7"),
      [UInt8(ascii: "8"), 0x39, UInt8(ascii: "a"), UInt8(ascii: "b")].contains(bytes[19])
    else { return false }
    return bytes.enumerated().allSatisfy { index, byte in
      switch index {
      case 8, 13, 18, 23: byte == UInt8(ascii: "-")
      default: (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
      }
    }
  }

  private static func text(_ high: UInt64, _ low: UInt64) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in 0..<32 {
      if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
      let word = index < 16 ? high : low
      text.append(digits[Int(word >> UInt64(60 - 4 * (index % 16)) & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
