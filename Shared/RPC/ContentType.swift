// The four content types of the protocol.

/// Whether a body is one bare message or a run of envelopes.
public enum Framing: Sendable, Hashable {
  case unary
  case stream
}

/// A content type that this protocol speaks.
struct ContentType: Hashable {
  let framing: Framing
  let codec: Codec

  init(_ framing: Framing, _ codec: Codec) {
    self.framing = framing
    self.codec = codec
  }

  /// Reads a header value without regard to case and parameters; nil for every other type.
  init?(_ value: String) {
    if let known = Self.exact(value) {
      self = known
      return
    }
    let bare = value.utf8.prefix { $0 != UInt8(ascii: ";") }
    var text = String(Substring(bare)).lowercased()
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    guard let known = Self.exact(text) else { return nil }
    self = known
  }

  private static func exact(_ value: String) -> ContentType? {
    switch value {
    case "application/proto": ContentType(.unary, .proto)
    case "application/json": ContentType(.unary, .json)
    case "application/connect+proto": ContentType(.stream, .proto)
    case "application/connect+json": ContentType(.stream, .json)
    default: nil
    }
  }

  var text: String {
    switch (framing, codec) {
    case (.unary, .proto): "application/proto"
    case (.unary, .json): "application/json"
    case (.stream, .proto): "application/connect+proto"
    case (.stream, .json): "application/connect+json"
    }
  }

  /// What a method of one framing takes, for `Accept-Post`.
  static func accepted(_ framing: Framing) -> String {
    Codec.allCases.map { ContentType(framing, $0).text }.joined(separator: ", ")
  }
}

extension MethodInfo.Kind {
  var framing: Framing {
    switch self {
    case .unary: .unary
    case .serverStreaming: .stream
    }
  }
}
