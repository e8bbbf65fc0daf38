// The pre-scan's eye: tags, varints and lengths as protobuf-c reads them. Nothing else in the project
// takes a varint apart, and nothing puts one together: packing is the C library's.

/// The number and the wire type in front of a field.
struct WireTag {
  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case lengthPrefixed = 2
    case fixed32 = 5
  }

  var number: UInt32
  var type: WireType
}

/// A place in bytes that are still to be read.
struct WireCursor {
  private var place: UnsafeRawPointer?
  private(set) var remaining: Int

  init(_ bytes: UnsafeRawBufferPointer) {
    place = bytes.baseAddress
    remaining = bytes.count
  }

  var isAtEnd: Bool { remaining == 0 }

  private static let truncated = WireError(.malformed, "the message ends in the middle of a field")

  private mutating func readByte() throws(WireError) -> UInt8 {
    guard remaining > 0, let place else { throw Self.truncated }
    let byte = place.load(as: UInt8.self)
    self.place = place + 1
    remaining -= 1
    return byte
  }

  mutating func readTag() throws(WireError) -> WireTag {
    var value = UInt32(try readByte())
    if value >= 0x80 {
      value &= 0x7F
      var shift: UInt32 = 7
      while true {
        let byte = try readByte()
        // A tag has 32 bits: five bytes, the last of them with four.
        guard shift < 28 || byte <= 0x0F else {
          throw WireError(.malformed, "a field number is longer than 29 bits")
        }
        value |= UInt32(byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
    }
    guard value >> 3 != 0 else { throw WireError(.malformed, "field number 0") }
    guard let type = WireTag.WireType(rawValue: UInt8(value & 7)) else {
      let type = value & 7
      throw type == 3 || type == 4
        ? WireError(.unsupported, "groups are not accepted")
        : WireError(.malformed, "wire type \(type) does not exist")
    }
    return WireTag(number: value >> 3, type: type)
  }

  /// Reads a length and makes sure that so many bytes follow.
  mutating func readLength() throws(WireError) -> Int {
    var length = 0
    var shift = 0
    while true {
      let byte = try readByte()
      length |= Int(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
      // protobuf-c reads lengths of up to five bytes.
      guard shift < 35 else { throw WireError(.malformed, "a length is longer than five bytes") }
    }
    guard length <= remaining else { throw Self.truncated }
    return length
  }

  /// The bytes that `readLength` has promised.
  mutating func take(_ length: Int) -> UnsafeRawBufferPointer {
    let body = UnsafeRawBufferPointer(start: place, count: length)
    place = place.map { $0 + length }
    remaining -= length
    return body
  }

  /// Passes over a value that has no length of its own.
  mutating func skip(_ type: WireTag.WireType) throws(WireError) {
    switch type {
    case .varint: try skipVarint()
    case .fixed32: try skip(4)
    case .fixed64: try skip(8)
    case .lengthPrefixed: try skip(try readLength())
    }
  }

  mutating func skipVarint() throws(WireError) {
    for _ in 0..<10 {
      if try readByte() < 0x80 { return }
    }
    throw WireError(.malformed, "a varint is longer than ten bytes")
  }

  private mutating func skip(_ count: Int) throws(WireError) {
    guard count <= remaining else { throw Self.truncated }
    _ = take(count)
  }
}
