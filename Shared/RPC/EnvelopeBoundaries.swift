// Where a stream that is passed through undecoded may be ended: between two envelopes. Ended in the
// middle of one, it could only be reset, and the caller would not be told why.

/// Follows the envelopes in bytes that pass by.
package struct EnvelopeBoundaries: Sendable {
  private var flags: UInt8 = 0
  /// Bytes of the prefix seen so far.
  private var prefixCount = 0
  private var payloadLeft = 0
  /// Whether the envelope that ends the stream has passed whole.
  package private(set) var hasEnded = false

  /// Whether no envelope is open.
  package var isAtBoundary: Bool { prefixCount == 0 }

  /// Follows all of the bytes.
  package mutating func pass(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty { rest = rest.dropFirst(step(rest)) }
  }

  /// Follows the bytes up to the first boundary.
  ///
  /// - Returns: how many bytes lie before it; all of them when it is not among them.
  package mutating func passToBoundary(_ bytes: [UInt8]) -> Int {
    var rest = bytes[...]
    while !rest.isEmpty {
      rest = rest.dropFirst(step(rest))
      if isAtBoundary { break }
    }
    return bytes.count - rest.count
  }

  /// Takes one byte of a prefix, or what there is of a payload.
  private mutating func step(_ bytes: ArraySlice<UInt8>) -> Int {
    let count: Int
    if prefixCount < Envelope.prefixBytes {
      let byte = bytes[bytes.startIndex]
      if prefixCount == 0 {
        flags = byte
        payloadLeft = 0
      } else {
        payloadLeft = payloadLeft << 8 | Int(byte)
      }
      prefixCount += 1
      count = 1
    } else {
      count = min(payloadLeft, bytes.count)
      payloadLeft -= count
    }
    if prefixCount == Envelope.prefixBytes, payloadLeft == 0 {
      prefixCount = 0
      hasEnded = flags & Envelope.endFlag != 0
    }
    return count
  }
}
