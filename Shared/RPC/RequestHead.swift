// The head of a request as the transport hands it in, and what the protocol reads from it.

/// The first part of a request. `fields` has no pseudo-headers.
public struct RequestHead: Sendable, Equatable {
  public var verb: String
  /// The path with its query, as it stood in `:path`.
  public var path: String
  public var fields: HeaderFields

  public init(verb: String, path: String, fields: HeaderFields) {
    self.verb = verb
    self.path = path
    self.fields = fields
  }
}

/// The fields that the protocol itself reads, found in one pass. Of a field that repeats, the first
/// counts.
struct ProtocolFields {
  var contentType: String?
  var contentLength: String?
  var contentEncoding: String?
  var acceptEncoding: String?
  var connectContentEncoding: String?
  var connectAcceptEncoding: String?
  var connectTimeout: String?
  var connectVersion: String?

  init(_ fields: HeaderFields) {
    for field in fields.fields {
      // The length tells most names apart, so that few strings are compared.
      switch field.name.utf8.count {
      case 12 where field.name == "content-type": Self.set(&contentType, field)
      case 14 where field.name == "content-length": Self.set(&contentLength, field)
      case 15 where field.name == "accept-encoding": Self.set(&acceptEncoding, field)
      case 16 where field.name == "content-encoding": Self.set(&contentEncoding, field)
      case 18 where field.name == "connect-timeout-ms": Self.set(&connectTimeout, field)
      case 23 where field.name == "connect-accept-encoding":
        Self.set(&connectAcceptEncoding, field)
      case 24 where field.name == "connect-protocol-version": Self.set(&connectVersion, field)
      case 24 where field.name == "connect-content-encoding":
        Self.set(&connectContentEncoding, field)
      default: break
      }
    }
  }

  private static func set(_ slot: inout String?, _ field: HeaderFields.Field) {
    if slot == nil { slot = field.value }
  }

  /// The caller's timeout: one to ten digits of milliseconds.
  func timeout() throws(RPCError) -> Duration? {
    guard let connectTimeout else { return nil }
    let digits = connectTimeout.utf8
    guard (1...10).contains(digits.count),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let milliseconds = Int64(connectTimeout)
    else {
      throw RPCError(
        .invalidArgument, "connect-timeout-ms must be 1 to 10 digits, not \"\(connectTimeout)\"")
    }
    return .milliseconds(milliseconds)
  }

  func checkVersion() throws(RPCError) {
    guard let connectVersion, connectVersion != "1" else { return }
    throw RPCError(
      .invalidArgument, "connect-protocol-version must be \"1\", not \"\(connectVersion)\"")
  }

  /// How many bytes the head promises; nil when it does not say or makes no sense, which HTTP has
  /// then already refused.
  var declaredBytes: Int? { contentLength.flatMap { Int($0) } }
}
