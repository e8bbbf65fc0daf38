// Header fields on their way into and out of nghttp2. The C types in these signatures go no further
// than Nghttp2Engine.swift.

internal import CNghttp2
internal import Glibc

/// Fields that many messages share, laid out once: nghttp2 reads them where they are instead of
/// copying them for each message. Immutable, and not bound to a session; keep one per method.
public final class PreparedFields: @unchecked Sendable {
  // Unchecked because of the pointers; nothing is written after `init`.
  fileprivate let storage: UnsafeMutablePointer<UInt8>
  fileprivate let pairs: [nghttp2_nv]
  /// Sum of name + value + 32, as RFC 9113, 6.5.2 counts.
  let bytes: Int

  /// Names must be lower case, pseudo-header fields first.
  public init(_ fields: [HeaderField]) {
    let text = fields.reduce(into: [UInt8]()) { text, field in
      text.append(contentsOf: field.name.utf8)
      text.append(contentsOf: field.value.utf8)
    }
    storage = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, text.count))
    storage.initialize(from: text, count: text.count)
    var next = storage
    let flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
    pairs = fields.map { field in
      let name = next
      let value = name + field.name.utf8.count
      next = value + field.value.utf8.count
      return nghttp2_nv(
        name: name, value: value, namelen: value - name, valuelen: next - value,
        flags: UInt8(flags))
    }
    bytes = text.count + 32 * fields.count
  }

  deinit {
    storage.deallocate()
  }
}

/// Lays names and values side by side in one buffer that is used again, so that handing a block to
/// nghttp2 allocates nothing on our side.
struct FieldBuilder: ~Copyable {
  private var bytes: [UInt8] = []
  private var pairs: [nghttp2_nv] = []

  /// Lends nghttp2 an array of pairs: the prepared ones as they are, then those that point into
  /// the buffer.
  mutating func withPairs(
    _ prepared: PreparedFields?, _ fields: [HeaderField],
    _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Int32
  ) -> Int32 {
    bytes.removeAll(keepingCapacity: true)
    pairs.removeAll(keepingCapacity: true)
    if let prepared { pairs.append(contentsOf: prepared.pairs) }
    let firstOwn = pairs.count
    for field in fields {
      let start = bytes.count
      append(field.name)
      let middle = bytes.count
      append(field.value)
      pairs.append(
        nghttp2_nv(
          name: nil, value: nil, namelen: middle - start, valuelen: bytes.count - middle,
          flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
    }
    // An empty buffer may have no address, and nghttp2 takes none for zero bytes.
    if bytes.isEmpty { bytes.append(0) }
    return bytes.withUnsafeMutableBufferPointer { bytes in
      pairs.withUnsafeMutableBufferPointer { pairs in
        var next = bytes.baseAddress
        for index in firstOwn..<pairs.count {
          pairs[index].name = next
          next = next.map { $0 + pairs[index].namelen }
          pairs[index].value = next
          next = next.map { $0 + pairs[index].valuelen }
        }
        return body(UnsafePointer(pairs.baseAddress), pairs.count)
      }
    }
  }

  private mutating func append(_ text: String) {
    let isAppended: Void? = text.utf8.withContiguousStorageIfAvailable {
      bytes.append(contentsOf: $0)
    }
    if isAppended == nil { bytes.append(contentsOf: text.utf8) }
  }
}

/// Remembers the Swift strings of nghttp2's reference-counted buffers. Names of the static table
/// and entries of HPACK's dynamic table come as the same buffer each time, so a field that a peer
/// repeats costs one look-up here: no allocation, no UTF-8 check. A cached buffer is kept alive,
/// so its address cannot come to mean anything else.
struct BufferStrings: ~Copyable {
  private static let bits = 6
  /// Shorter strings need no memory of their own, and would take the places of longer ones.
  private static let minLength = 16
  /// As long as an entry of the table may be; longer values come once.
  private static let maxLength = 4_096
  /// What all strings may have together: with one more they are forgotten. A string of bytes that are
  /// not UTF-8 has three times as many.
  private static let maxBytes = 16_384

  private var entries: [(buffer: OpaquePointer?, string: String)]
  private var bytes = 0

  init() {
    entries = Array(repeating: (nil, ""), count: 1 << Self.bits)
  }

  mutating func string(_ buffer: OpaquePointer, _ view: nghttp2_vec) -> String {
    if view.len < Self.minLength { return Self.decode(view) }
    // Fibonacci hashing; heap addresses differ in their middle bits.
    let hash = UInt(bitPattern: buffer) &* 0x9E37_79B9_7F4A_7C15
    let index = Int(hash >> UInt(UInt.bitWidth - Self.bits))
    if entries[index].buffer == buffer { return entries[index].string }
    let string = Self.decode(view)
    guard view.len <= Self.maxLength else { return string }
    if bytes + string.utf8.count > Self.maxBytes { removeAll() }
    nghttp2_rcbuf_incref(buffer)
    if let old = entries[index].buffer {
      bytes -= entries[index].string.utf8.count
      nghttp2_rcbuf_decref(old)
    }
    bytes += string.utf8.count
    entries[index] = (buffer, string)
    return string
  }

  private static func decode(_ view: nghttp2_vec) -> String {
    String(decoding: UnsafeBufferPointer(start: view.base, count: view.len), as: UTF8.self)
  }

  mutating func removeAll() {
    for index in entries.indices {
      if let buffer = entries[index].buffer { nghttp2_rcbuf_decref(buffer) }
      entries[index] = (nil, "")
    }
    bytes = 0
  }
}

/// Remembers strings by what they say: for the values of fields that clients do not put into HPACK's
/// table, so that they come in a new buffer each time. All connections of a thread share one cache,
/// so no secrets belong here.
public final class PathCache {
  private static let bits = 8
  /// Shorter strings need no memory of their own.
  private static let minLength = 16
  /// The cache holds at most 256 × 128 bytes.
  private static let maxLength = 128

  private var strings = [String](repeating: "", count: 1 << bits)

  public init() {}

  /// Whether the values of a field are seldom the same buffer: `:path` and `content-length`, told by a
  /// glance. It does no harm to mistake another for one of them.
  static func isFor(_ name: nghttp2_vec) -> Bool {
    switch (name.len, name.base?.pointee) {
    case (5, UInt8(ascii: ":")), (14, UInt8(ascii: "c")): true
    default: false
    }
  }

  func string(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard bytes.count >= Self.minLength, bytes.count <= Self.maxLength else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let index = Self.index(of: UnsafeRawBufferPointer(bytes))
    let isSame = strings[index].utf8.withContiguousStorageIfAvailable { known in
      guard known.count == bytes.count, let old = known.baseAddress, let new = bytes.baseAddress
      else { return false }
      return memcmp(old, new, known.count) == 0
    }
    if isSame == true { return strings[index] }
    let string = String(decoding: bytes, as: UTF8.self)
    strings[index] = string
    return string
  }

  /// Fibonacci hashing of the length and of both ends, which is where paths and types differ.
  private static func index(of bytes: UnsafeRawBufferPointer) -> Int {
    let first = bytes.loadUnaligned(as: UInt64.self)
    let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
    let sum = first &+ last &* 31 &+ UInt64(bytes.count)
    return Int(truncatingIfNeeded: (sum &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - bits))
  }
}
