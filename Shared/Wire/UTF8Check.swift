// Whether bytes are a string that the C library can carry: UTF-8 without U+0000.
// Eight bytes are looked at together: (w − 0x01…) & ~w has a high bit where a byte of w is zero.

/// The verdict on the bytes of a string.
enum StringFault {
  case invalidUTF8
  case nul

  var error: WireError {
    switch self {
    case .invalidUTF8: WireError(.invalidUTF8, "string is not UTF-8")
    case .nul: WireError(.nulInString, "string holds U+0000")
    }
  }
}

/// Checks a string; nil when nothing is wrong with it.
func fault(inString bytes: UnsafeRawBufferPointer) -> StringFault? {
  guard let base = bytes.baseAddress else { return nil }
  let count = bytes.count
  var index = 0
  while index < count {
    // ASCII: no high bit, and no byte that is zero.
    while index + 8 <= count {
      let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let zeroes = (word &- 0x0101_0101_0101_0101) & ~word
      guard (word | zeroes) & 0x8080_8080_8080_8080 == 0 else { break }
      index += 8
    }
    guard index < count else { return nil }
    let first = base.load(fromByteOffset: index, as: UInt8.self)
    if first == 0 { return .nul }
    if first < 0x80 {
      index += 1
      continue
    }
    guard let length = sequenceLength(at: base + index, available: count - index) else {
      return .invalidUTF8
    }
    index += length
  }
  return nil
}

/// Whether a byte is zero.
func containsNul(_ bytes: UnsafeRawBufferPointer) -> Bool {
  var index = 0
  while index + 8 <= bytes.count {
    let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
    index += 8
  }
  return bytes[index...].contains(0)
}

/// The length of the well-formed sequence of two to four bytes at a place (Unicode, table 3-7), or
/// nil when there is none.
private func sequenceLength(at place: UnsafeRawPointer, available: Int) -> Int? {
  let first = place.load(as: UInt8.self)
  let length: Int
  // The second byte has the narrower range where a wider one would allow overlong forms,
  // surrogates or more than U+10FFFF.
  let second: ClosedRange<UInt8>
  switch first {
  case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
  case 0xE0: (length, second) = (3, 0xA0...0xBF)
  case 0xED: (length, second) = (3, 0x80...0x9F)
  case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
  case 0xF0: (length, second) = (4, 0x90...0xBF)
  case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
  case 0xF4: (length, second) = (4, 0x80...0x8F)
  default: return nil
  }
  guard length <= available, second.contains(place.load(fromByteOffset: 1, as: UInt8.self)) else {
    return nil
  }
  for offset in 2..<max(2, length)
  where place.load(fromByteOffset: offset, as: UInt8.self) & 0xC0 != 0x80 {
    return nil
  }
  return length
}
