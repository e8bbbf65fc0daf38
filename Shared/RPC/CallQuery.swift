// A call by GET: its whole request stands in the query of its path.

/// The parameters of a call by GET. Their order is free, and others beside them are no concern of
/// the protocol.
///
/// A parameter that is given twice is refused: a cache on the way might go by the one and this
/// server by the other.
struct CallQuery {
  enum Parameter: String, CaseIterable {
    case message, encoding, base64, compression, connect
  }

  /// Decoded; nil for a value whose escapes are broken.
  private var values: [Parameter: [UInt8]?] = [:]
  private var repeated: Parameter?

  /// Reads what follows the `?` of a path.
  init(_ query: some Collection<UInt8>) {
    for part in query.split(separator: UInt8(ascii: "&")) {
      let name = part.prefix { $0 != UInt8(ascii: "=") }
      guard let decoded = PercentCoding.decode(name),
        let parameter = Parameter(rawValue: String(decoding: decoded, as: UTF8.self))
      else { continue }
      if values[parameter] != nil { repeated = parameter }
      let value = PercentCoding.decode(part.dropFirst(name.count + 1))
      values.updateValue(value, forKey: parameter)
    }
  }

  init(path: String) {
    self.init(path.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst())
  }

  /// The codec that `encoding` names; nil when it is missing or not known here.
  var codec: Codec? { text(.encoding).flatMap(Codec.init) }

  /// - Throws: `invalid_argument` for a parameter given twice, or one that is not as it must be.
  func check() throws(RPCError) {
    if let repeated {
      throw RPCError(.invalidArgument, "the parameter \(repeated.rawValue) is given twice")
    }
    if let connect = values[.connect], connect.map({ $0.elementsEqual("v1".utf8) }) != true {
      throw RPCError(.invalidArgument, "the parameter connect must be \"v1\"")
    }
  }

  /// The name of the message's compression; nil for none.
  func compression() throws(RPCError) -> String? {
    guard let value = values[.compression] else { return nil }
    guard value != nil else { throw .malformed(.compression) }
    return text(.compression)
  }

  /// The bytes of the message, still compressed.
  ///
  /// - Throws: `invalid_argument` when there is none, or when it cannot be read.
  func message() throws(RPCError) -> [UInt8] {
    guard let value = values[.message] else {
      throw RPCError(.invalidArgument, "the parameter message is missing")
    }
    guard let bytes = value else { throw .malformed(.message) }
    guard values[.base64] != nil else { return bytes }
    switch text(.base64) {
    case "0": return bytes
    case "1":
      // The standard alphabet has a plus sign, which a query turns into a space when it stands
      // there as it is; nothing else in base64 could have become one.
      let text = bytes.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }
      guard let decoded = Base64.decode(text) else {
        throw RPCError(.invalidArgument, "the parameter message is not base64")
      }
      return decoded
    default: throw RPCError(.invalidArgument, "the parameter base64 must be \"1\"")
    }
  }

  private func text(_ parameter: Parameter) -> String? {
    guard let value = values[parameter], let value else { return nil }
    return String(decoding: value, as: UTF8.self)
  }
}

extension CallQuery {
  /// The path of a call by GET.
  ///
  /// - Parameter message: as it is sent, so compressed where `coding` says so. Text that is JSON
  ///   stands there readable, everything else as base64.
  static func path(_ path: String, _ message: [UInt8], _ codec: Codec, _ coding: ContentCoding)
    -> String
  {
    let head = "\(path)?connect=v1&encoding=\(codec.rawValue)"
    if codec == .json, coding == .identity {
      return "\(head)&message=\(PercentCoding.encode(message))"
    }
    let compression = coding == .identity ? "" : "&compression=\(coding.rawValue)"
    return "\(head)\(compression)&base64=1&message=\(Base64.encodeForURL(message))"
  }
}

extension RPCError {
  fileprivate static func malformed(_ parameter: CallQuery.Parameter) -> RPCError {
    RPCError(.invalidArgument, "the parameter \(parameter.rawValue) has a broken escape")
  }
}
