// How errors are written as JSON: the body of a failed unary call and the end of a stream.

enum ErrorJSON {
  /// `{"code":…,"message":…,"details":[…]}`; empty parts are left out.
  static func body(_ error: RPCError) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in write(error, to: &json) }
    return json.bytes
  }

  /// The payload of the last envelope: `{}` when all went well and no trailer was set.
  static func endOfStream(error: RPCError?, trailers: Metadata) -> [UInt8] {
    var metadata = trailers
    if let error { metadata.append(contentsOf: error.metadata) }
    var json = JSONWriter()
    json.object { json in
      if let error {
        json.key("error")
        json.object { json in write(error, to: &json) }
      }
      if !metadata.isEmpty {
        json.key("metadata")
        json.object { json in write(metadata, to: &json) }
      }
    }
    return json.bytes
  }

  /// Of a longer message the rest is left out: it may repeat what a caller has sent, and clients stop
  /// reading an error that is too long.
  static let messageBytes = 8_192

  private static func write(_ error: RPCError, to json: inout JSONWriter) {
    json.key("code")
    json.string(error.code.rawValue)
    if !error.message.isEmpty {
      json.key("message")
      json.string(RPCError.excerpt(of: error.message, bytes: messageBytes))
    }
    guard !error.details.isEmpty else { return }
    json.key("details")
    json.array { json in
      for detail in error.details {
        json.element()
        json.object { json in
          json.key("type")
          json.string(detail.typeName)
          json.key("value")
          json.string(Base64.encode(detail.value))
        }
      }
    }
  }

  /// Values of one key stand in one array, so a key is written once, where it first occurs.
  private static func write(_ metadata: Metadata, to json: inout JSONWriter) {
    var written: Set<String> = []
    for entry in metadata where written.insert(entry.key).inserted {
      json.key(entry.key)
      json.array { json in
        for value in metadata.values(for: entry.key) {
          json.element()
          json.string(value)
        }
      }
    }
  }
}

/// Writes JSON text. It puts the commas; the caller nests.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  mutating func object(_ body: (inout JSONWriter) -> Void) {
    nest(UInt8(ascii: "{"), body, UInt8(ascii: "}"))
  }

  mutating func array(_ body: (inout JSONWriter) -> Void) {
    nest(UInt8(ascii: "["), body, UInt8(ascii: "]"))
  }

  mutating func key(_ name: String) {
    element()
    string(name)
    bytes.append(UInt8(ascii: ":"))
  }

  /// Begins the next element of an array.
  mutating func element() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: byte < 0x10 ? "\\u000".utf8 : "\\u00".utf8)
        bytes.append(contentsOf: String(byte, radix: 16).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func nest(
    _ open: UInt8, _ body: (inout JSONWriter) -> Void, _ close: UInt8
  ) {
    bytes.append(open)
    let outer = needsComma
    needsComma = false
    body(&self)
    needsComma = outer
    bytes.append(close)
  }
}
