// Metadata is what callers and handlers see of HTTP headers: an ordered multi-map whose keys are
// checked once, where they enter, so that nothing unsendable can be stored.

/// Ordered key–value pairs that travel beside a message. Keys are lower case and may repeat; keys
/// that end in `-bin` carry bytes as base64.
public struct Metadata: Sendable, Equatable {
  /// One pair, in its form on the wire.
  public struct Entry: Sendable, Equatable {
    public let key: String
    public let value: String
  }

  public private(set) var entries: [Entry]

  public init() { entries = [] }

  package init(unchecked entries: [Entry]) { self.entries = entries }

  public var isEmpty: Bool { entries.isEmpty }

  /// The first value under a key, or nil.
  public subscript(key: String) -> String? {
    let key = key.lowercased()
    return entries.first { $0.key == key }?.value
  }

  /// Every value under a key, in the order received.
  public func values(for key: String) -> [String] {
    let key = key.lowercased()
    return entries.compactMap { $0.key == key ? $0.value : nil }
  }

  /// The first value under a `-bin` key, decoded; nil when absent or not base64.
  public func bytes(for key: String) -> [UInt8]? {
    self[key].flatMap { Base64.decode($0.utf8) }
  }

  /// Adds a value after those already there. Upper-case letters of the key become lower case.
  ///
  /// - Throws: `internal` when the key is not `[0-9a-z_.-]+`, is reserved for the protocol, or the
  ///   value is not printable ASCII: it is this program that tried to send it.
  public mutating func add(_ value: String, for key: String) throws(RPCError) {
    let key = key.lowercased()
    guard Self.isValidKey(key.utf8), !Self.isReserved(key) else {
      throw RPCError(.internal, "the metadata key \"\(key)\" cannot be sent")
    }
    guard Self.isValidValue(value.utf8) else {
      throw RPCError(.internal, "the metadata value of \"\(key)\" is not printable ASCII")
    }
    entries.append(Entry(key: key, value: value))
  }

  /// Adds bytes under a key that ends in `-bin`.
  public mutating func add(bytes: [UInt8], for key: String) throws(RPCError) {
    guard key.lowercased().hasSuffix("-bin") else {
      throw RPCError(.internal, "the key \"\(key)\" of binary metadata does not end in -bin")
    }
    try add(Base64.encode(bytes), for: key)
  }

  /// Replaces every value under a key.
  public mutating func set(_ value: String, for key: String) throws(RPCError) {
    let lowered = key.lowercased()
    entries.removeAll { $0.key == lowered }
    try add(value, for: key)
  }

  /// Removes every value under a key.
  public mutating func remove(_ key: String) {
    let key = key.lowercased()
    entries.removeAll { $0.key == key }
  }

  mutating func append(contentsOf other: Metadata) {
    entries.append(contentsOf: other.entries)
  }
}

extension Metadata: Sequence {
  public func makeIterator() -> IndexingIterator<[Entry]> { entries.makeIterator() }
}

extension Metadata {
  static func isValidKey(_ key: some Collection<UInt8>) -> Bool {
    !key.isEmpty
      && key.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  static func isValidValue(_ value: some Collection<UInt8>) -> Bool {
    value.allSatisfy { (0x20...0x7E).contains($0) }
  }

  /// Names that belong to HTTP or to the protocol, so never to an application.
  static func isReserved(_ key: String) -> Bool {
    if key.hasPrefix("connect-") || key.hasPrefix("trailer-") { return true }
    return reservedKeys.contains(key)
  }

  private static let reservedKeys: Set<String> = [
    "accept-encoding", "allow", "accept-post", "connection", "content-encoding", "content-length",
    "content-type", "host", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
  ]
}
