// Validators of answers to GET: whoever has an answer already is told so, instead of getting it
// again.

enum EntityTag {
  /// A tag of a message's uncompressed bytes. It is weak, because one message may travel in several
  /// compressions; the same message of the same bytes has the same tag in every process.
  static func weak(of message: [UInt8], _ codec: Codec) -> String {
    var lanes: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F)
    mix(&lanes, UInt64(truncatingIfNeeded: message.count))
    mix(&lanes, codec == .json ? 1 : 0)
    var word: UInt64 = 0
    var count = 0
    for byte in message {
      word = word << 8 | UInt64(byte)
      count += 1
      if count == 8 {
        mix(&lanes, word)
        (word, count) = (0, 0)
      }
    }
    if count > 0 { mix(&lanes, word) }
    mix(&lanes, 0)
    return "W/\"\(hexadecimal(lanes.0))\(hexadecimal(lanes.1))\""
  }

  /// Whether a list of tags, as `if-none-match` has it, names a tag. Weak and strong ones are equal
  /// here; `*` is any; from the first thing that is no tag on, the list says nothing.
  static func list(_ list: String, contains tag: String) -> Bool {
    let wanted = opaque(tag)
    var rest = Substring(list).utf8
    while true {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      if rest.first == UInt8(ascii: ",") {
        rest = rest.dropFirst()
        continue
      }
      if rest.elementsEqual("*".utf8) { return true }
      if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
      guard rest.first == UInt8(ascii: "\"") else { return false }
      let value = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
      guard value.endIndex != rest.endIndex else { return false }
      if value.elementsEqual(wanted) { return true }
      rest = rest[value.endIndex...].dropFirst()
    }
  }

  /// What stands between the quotes.
  private static func opaque(_ tag: String) -> Substring.UTF8View {
    let quoted = Substring(tag).utf8.drop { $0 != UInt8(ascii: "\"") }
    return quoted.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
  }

  /// The two halves of a full product, folded: every bit of the word reaches every bit of a lane.
  private static func mix(_ lanes: inout (UInt64, UInt64), _ word: UInt64) {
    let first = (lanes.0 ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    let second = (lanes.1 ^ word).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    lanes.0 = first.high ^ first.low &+ 0x8EBC_6AF0_9C88_C6E3
    lanes.1 = second.high ^ second.low &+ 0x5899_65CC_7537_4CC3
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
