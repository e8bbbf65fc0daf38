// Where the header fields of HTTP/2 and of RPC meet. Pseudo-headers stop here.

internal import HTTP2
internal import RPC

extension RequestHead {
  init(_ fields: [HeaderField]) {
    var verb = ""
    var path = ""
    var others: [HeaderFields.Field] = []
    others.reserveCapacity(fields.count)
    for field in fields {
      if field.name.utf8.first != UInt8(ascii: ":") {
        others.append(HeaderFields.Field(field.name, field.value))
      } else if field.name == ":path" {
        path = field.value
      } else if field.name == ":method" {
        verb = field.value
      }
    }
    self.init(verb: verb, path: path, fields: HeaderFields(others))
  }
}

extension ResponseHead {
  /// A head as it came. nghttp2 has checked that the status is there and has three digits.
  init(_ fields: [HeaderField]) {
    self.init(status: 0, fields: [])
    self.fields.fields.reserveCapacity(fields.count)
    for field in fields {
      if field.name.utf8.first != UInt8(ascii: ":") {
        self.fields.append(field.name, field.value)
      } else if field.name == ":status" {
        status = Int(field.value) ?? 0
      }
    }
  }

  var http2: [HeaderField] {
    var fields: [HeaderField] = []
    fields.reserveCapacity(self.fields.fields.count + 1)
    fields.append(HeaderField(":status", status == 200 ? "200" : String(status)))
    for field in self.fields.fields { fields.append(HeaderField(field.name, field.value)) }
    return fields
  }
}

extension RawRequest {
  func http2(to endpoint: Endpoint) -> [HeaderField] {
    var fields: [HeaderField] = []
    fields.reserveCapacity(self.fields.fields.count + 4)
    fields.append(HeaderField(":method", verb))
    fields.append(HeaderField(":scheme", endpoint.isSecure ? "https" : "http"))
    fields.append(HeaderField(":path", path))
    fields.append(HeaderField(":authority", endpoint.authority))
    for field in self.fields.fields { fields.append(HeaderField(field.name, field.value)) }
    return fields
  }
}

/// The heads of nearly all answers, laid out once.
enum PreparedHeads {
  private static let unaryProto = prepare("application/proto")
  private static let unaryJSON = prepare("application/json")

  private static func prepare(_ contentType: String) -> PreparedFields {
    PreparedFields([HeaderField(":status", "200"), HeaderField("content-type", contentType)])
  }

  /// The prepared form of a head; nil when it says more than its type.
  static func find(_ head: ResponseHead) -> PreparedFields? {
    guard head.status == 200, head.fields.fields.count == 1, let field = head.fields.fields.first,
      field.name == "content-type"
    else { return nil }
    return switch field.value {
    case "application/proto": unaryProto
    case "application/json": unaryJSON
    default: nil
    }
  }
}

/// The head that a connection brought last, and what it says. Most clients send the same one with each
/// call, and the session then gives the same array.
struct LastHead {
  /// A longer head is not kept when its stream has gone.
  private static let maximumBytes = 8_192

  private var last: (fields: [HeaderField], read: ReadHead)?

  /// What a head says, and the memory that it takes: none where it is the one before.
  mutating func read(_ fields: [HeaderField], _ server: RPCServer) -> (ReadHead, bytes: Int) {
    if let last, Self.areSame(last.fields, fields) { return (last.read, 0) }
    // Short strings stand in the array itself, which takes 32 bytes a field.
    let bytes = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
    let read = server.read(RequestHead(fields))
    last = read.isForAll && bytes <= Self.maximumBytes ? (fields, read) : nil
    return (read, bytes)
  }

  /// Whether both are one array in memory.
  private static func areSame(_ one: [HeaderField], _ other: [HeaderField]) -> Bool {
    one.withUnsafeBufferPointer { one in
      other.withUnsafeBufferPointer { one.baseAddress == $0.baseAddress && one.count == $0.count }
    }
  }
}
