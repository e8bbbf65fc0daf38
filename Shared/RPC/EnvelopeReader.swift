// Cuts a streamed answer into its messages, however the network has cut it into pieces.

/// Collects bytes and gives envelopes.
struct EnvelopeReader {
  /// The largest payload of a message accepted, in bytes.
  let limit: Int
  private var bytes: [UInt8] = []
  private var start = 0

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { start == bytes.count }

  /// The largest payload accepted under some flags.
  func limit(_ flags: UInt8) -> Int {
    flags & Envelope.endFlag == 0 ? limit : max(limit, RPCLimits.errorBytes)
  }

  mutating func append(_ more: [UInt8]) {
    if start == bytes.count {
      bytes = more
    } else {
      bytes.removeFirst(start)
      bytes.append(contentsOf: more)
    }
    start = 0
  }

  /// The next complete envelope, or nil until more bytes come.
  ///
  /// - Throws: `resource_exhausted` as soon as a length over the limit is announced.
  mutating func next() throws(RPCError) -> (flags: UInt8, payload: [UInt8])? {
    guard let (flags, count) = Envelope.prefix(of: bytes[start...]) else { return nil }
    let limit = limit(flags)
    guard count <= limit else {
      throw .tooLarge(count, limit: limit, what: "a message of the stream")
    }
    let payload = start + Envelope.prefixBytes
    guard bytes.count - payload >= count else { return nil }
    start = payload + count
    return (flags, Array(bytes[payload..<start]))
  }
}
