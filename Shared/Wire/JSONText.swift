// RFC 8259, strictly: what a token is and where it ends. What it means is for `JSONReader`.

/// A string token between its quotes. Its escapes have been checked, not yet replaced.
struct JSONString {
  let raw: UnsafeRawBufferPointer
  let hasEscapes: Bool

  /// Replaces the escapes. The result is never longer than the token.
  ///
  /// - Returns: how many bytes were written.
  func decode(into output: UnsafeMutableRawBufferPointer) -> Int {
    var written = 0
    func put(_ byte: UInt8) {
      output[written] = byte
      written += 1
    }
    var index = 0
    while index < raw.count {
      let byte = raw[index]
      guard byte == UInt8(ascii: "\\") else {
        put(byte)
        index += 1
        continue
      }
      let escape = raw[index + 1]
      index += 2
      guard escape == UInt8(ascii: "u") else {
        put(Self.simpleEscape(escape) ?? escape)
        continue
      }
      var scalar = Self.hexadecimal(raw, at: index) ?? 0
      index += 4
      if scalar & 0xFC00 == 0xD800 {
        let low = Self.hexadecimal(raw, at: index + 2) ?? 0
        scalar = 0x1_0000 + (scalar & 0x3FF) << 10 + low & 0x3FF
        index += 6
      }
      // The lexer has seen to it that the halves make a scalar.
      guard let scalar = Unicode.Scalar(scalar), let encoded = UTF8.encode(scalar) else { continue }
      encoded.forEach(put)
    }
    return written
  }

  /// The byte that a backslash and a letter stand for; nil when they stand for none.
  static func simpleEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// The value of four hexadecimal digits; nil when there are not four.
  static func hexadecimal(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for index in start..<start + 4 {
      let digit = bytes[index]
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit & 0xF)
      case UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "a")...UInt8(ascii: "f"):
        value = value << 4 | UInt32(digit & 0xF) + 9
      default: return nil
      }
    }
    return value
  }
}

/// JSON text and a place in it.
struct JSONText {
  /// In bytes, so that a place fits into 32 bits where many are kept.
  static let maximumSize = Int(UInt32.max)

  private let bytes: UnsafeRawBufferPointer
  private(set) var place = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  private func malformed(_ what: String) -> WireError {
    WireError(.malformed, "JSON: \(what) at byte \(place)")
  }

  // MARK: - Structure

  /// The first byte of the next token, which is not consumed.
  mutating func peek() throws(WireError) -> UInt8 {
    skipSpace()
    guard place < bytes.count else { throw malformed("the text ends too early") }
    return bytes[place]
  }

  /// Consumes a byte of structure if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(WireError) {
    guard take(character) else { throw malformed("expected \(Self.name(of: character))") }
  }

  /// In words: a mark within marks cannot be read.
  private static func name(of character: Unicode.Scalar) -> String {
    switch character {
    case "\"": "a text in double quotes"
    case ":": "a colon (:)"
    case ",": "a comma (,)"
    case "{": "an object ({)"
    case "}": "the end of the object (})"
    case "[": "a list ([)"
    case "]": "the end of the list (])"
    default: "\(character)"
    }
  }

  /// Consumes a literal if it comes next.
  mutating func take(literal: StaticString) -> Bool {
    skipSpace()
    let count = literal.utf8CodeUnitCount
    guard bytes.count - place >= count else { return false }
    for index in 0..<count where bytes[place + index] != literal.utf8Start[index] { return false }
    place += count
    return true
  }

  mutating func expectEnd() throws(WireError) {
    skipSpace()
    guard place == bytes.count else { throw malformed("something follows the value") }
  }

  private mutating func skipSpace() {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      default: return
      }
    }
  }

  // MARK: - Strings

  mutating func readString() throws(WireError) -> JSONString {
    try expect("\"")
    let start = place
    var hasEscapes = false
    while true {
      guard place < bytes.count else { throw malformed("a string does not end") }
      switch bytes[place] {
      case UInt8(ascii: "\""):
        let raw = UnsafeRawBufferPointer(rebasing: bytes[start..<place])
        if let fault = fault(inString: raw) { throw fault.error }
        place += 1
        return JSONString(raw: raw, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        try checkEscape()
      case 0..<0x20:
        throw malformed("a control character in a string")
      default:
        place += 1
      }
    }
  }

  private mutating func checkEscape() throws(WireError) {
    guard place + 1 < bytes.count else { throw malformed("a string does not end") }
    let letter = bytes[place + 1]
    guard letter == UInt8(ascii: "u") else {
      guard JSONString.simpleEscape(letter) != nil else { throw malformed("an unknown escape") }
      place += 2
      return
    }
    guard let scalar = JSONString.hexadecimal(bytes, at: place + 2) else {
      throw malformed("\\u without four hexadecimal digits")
    }
    guard scalar != 0 else { throw StringFault.nul.error }
    place += 6
    guard scalar & 0xF800 == 0xD800 else { return }
    // The second half of the pair must follow at once.
    guard scalar < 0xDC00, place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"),
      bytes[place + 1] == UInt8(ascii: "u"),
      let low = JSONString.hexadecimal(bytes, at: place + 2), low & 0xFC00 == 0xDC00
    else {
      throw WireError(.invalidUTF8, "JSON: a lone surrogate before byte \(place)")
    }
    place += 6
  }

  // MARK: - Numbers

  mutating func readNumber() throws(WireError) -> JSONNumber {
    skipSpace()
    let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
    guard let number = JSONNumber(prefixOf: rest) else { throw malformed("no number") }
    place += number.text.count
    return number
  }

  // MARK: - Values that nobody wants

  /// Passes over a value of any kind. It is held to the same rules as a value that is wanted.
  ///
  /// - Parameters:
  ///   - depth: how many levels of arrays and objects may still be opened.
  ///   - elements: pays for the keys of objects, which are remembered to find duplicates.
  ///   - marks: where the types that objects name are noted.
  mutating func skipValue(
    depth: Int, elements: inout ElementBudget, marks: inout JSONTypeMarks
  ) throws(WireError) {
    switch try peek() {
    case UInt8(ascii: "\""):
      _ = try readString()
    case UInt8(ascii: "{"):
      guard depth > 0 else { throw WireError(.tooDeep, "JSON is nested too deep") }
      try expect("{")
      if take("}") { return }
      try skipMembers(depth: depth - 1, elements: &elements, marks: &marks)
    case UInt8(ascii: "["):
      guard depth > 0 else { throw WireError(.tooDeep, "JSON is nested too deep") }
      try skipArray(depth: depth - 1, elements: &elements, marks: &marks)
    case UInt8(ascii: "t") where take(literal: "true"): return
    case UInt8(ascii: "f") where take(literal: "false"): return
    case UInt8(ascii: "n") where take(literal: "null"): return
    default:
      _ = try readNumber()
    }
  }

  private mutating func skipArray(
    depth: Int, elements: inout ElementBudget, marks: inout JSONTypeMarks
  ) throws(WireError) {
    try expect("[")
    if take("]") { return }
    repeat {
      try skipValue(depth: depth, elements: &elements, marks: &marks)
    } while take(",")
    try expect("]")
  }

  /// Passes over the members of an object and its closing brace; there is at least one.
  mutating func skipMembers(
    depth: Int, elements: inout ElementBudget, marks: inout JSONTypeMarks
  ) throws(WireError) {
    let start = place
    var keys = JSONKeys()
    repeat {
      try elements.spend()
      let before = place
      let key = try readString()
      keys.insert(key, readFrom: before)
      try expect(":")
      if key.means(JSONTypeMarks.key), try peek() == UInt8(ascii: "\"") {
        marks[start] = place
      }
      try skipValue(depth: depth, elements: &elements, marks: &marks)
    } while take(",")
    try expect("}")
    try keys.check(in: self)
  }

  /// The string that was read from a place.
  func string(from place: Int) throws(WireError) -> JSONString {
    var again = self
    again.place = place
    return try again.readString()
  }
}

/// Counts elements against their limit.
struct ElementBudget {
  private let limit: Int
  private var spent = 0

  init(_ limits: DecodingLimits) { limit = limits.maximumElements }

  mutating func spend() throws(WireError) {
    spent += 1
    guard spent <= limit else {
      throw WireError(.tooManyElements, "more than \(limit) elements")
    }
  }
}
