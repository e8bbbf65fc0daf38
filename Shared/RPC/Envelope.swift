// The envelope of a streamed message: a flag byte, four bytes of length, then the message.

internal import Compression

enum Envelope {
  static let prefixBytes = 5
  static let compressedFlag: UInt8 = 1
  static let endFlag: UInt8 = 2

  /// One envelope around a message; compressed when asked for and worth it.
  static func wrap(
    _ message: [UInt8], coding: ContentCoding, compressingFrom threshold: Int
  ) throws(RPCError) -> [UInt8] {
    if coding == .gzip, message.count >= threshold {
      return frame(flags: compressedFlag, try ContentCoding.deflate(message))
    }
    return frame(flags: 0, message)
  }

  /// The flags and the length at the start of some bytes; nil while they are not all there.
  static func prefix(of bytes: some Collection<UInt8>) -> (flags: UInt8, count: Int)? {
    var iterator = bytes.makeIterator()
    guard let flags = iterator.next(), bytes.count >= prefixBytes else { return nil }
    var count = 0
    for _ in 1..<prefixBytes {
      guard let byte = iterator.next() else { return nil }
      count = count << 8 | Int(byte)
    }
    return (flags, count)
  }

  static func frame(flags: UInt8, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(prefixBytes + payload.count)
    let count = UInt32(clamping: payload.count)
    bytes.append(flags)
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: count >> shift))
    }
    bytes.append(contentsOf: payload)
    return bytes
  }
}
