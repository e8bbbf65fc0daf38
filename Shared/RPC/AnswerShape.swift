// How an answer looks on the wire: everything that follows from the request's head alone.

/// A complete answer.
public struct Answer: Sendable, Equatable {
  public var head: ResponseHead
  public var body: [UInt8]

  public init(head: ResponseHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}

/// The framing, codec and compression that the answer to one request uses.
struct AnswerShape: Sendable {
  let contentType: ContentType
  /// What the caller accepts.
  var coding: ContentCoding = .identity
  /// HTTP gives no body to the answer of a HEAD request, whatever it says.
  var omitsBody = false
  /// Whether the call came by GET, so that its answer may be kept on the way.
  var isCacheable = false

  /// The successful answer of a unary call.
  ///
  /// - Parameter request: where a caller by GET says which answers it has already.
  func success(
    _ message: [UInt8], metadata: (headers: Metadata, trailers: Metadata)?, limits: RPCLimits,
    request: HeaderFields
  ) throws(RPCError) -> Answer {
    var fields = Self.plainFields(contentType)
    var body = message
    if isCacheable {
      let own = metadata?.headers["etag"]
      let tag = own ?? EntityTag.weak(of: message, contentType.codec)
      var validators: HeaderFields = [Self.vary]
      if own == nil { validators.append("etag", tag) }
      if request.fields.contains(where: {
        $0.name == "if-none-match" && EntityTag.list($0.value, contains: tag)
      }) {
        if let metadata {
          validators.append(headers: metadata.headers, trailers: metadata.trailers)
        }
        return Answer(head: ResponseHead(status: 304, fields: validators), body: [])
      }
      fields.fields += validators.fields
    }
    if coding == .gzip, message.count >= limits.compressionThresholdBytes {
      body = try ContentCoding.deflate(message)
      fields.append("content-encoding", coding.rawValue)
    }
    if let metadata { fields.append(headers: metadata.headers, trailers: metadata.trailers) }
    return Answer(head: ResponseHead(status: 200, fields: fields), body: omitsBody ? [] : body)
  }

  /// The head of a streamed answer, which is the same whether the call will fail or not.
  func streamHead(headers: Metadata) -> ResponseHead {
    var fields = Self.plainFields(contentType)
    if coding != .identity { fields.append("connect-content-encoding", coding.rawValue) }
    fields.append(headers: headers, trailers: Metadata())
    return ResponseHead(status: 200, fields: fields)
  }

  /// The last envelope of a streamed answer.
  func streamEnd(error: RPCError?, trailers: Metadata) -> [UInt8] {
    Envelope.frame(
      flags: Envelope.endFlag, ErrorJSON.endOfStream(error: error, trailers: trailers))
  }

  /// The complete answer of a call that failed before any part of it was sent.
  func failure(
    _ error: RPCError, metadata: (headers: Metadata, trailers: Metadata)? = nil
  ) -> Answer {
    let (headers, trailers) = metadata ?? (Metadata(), Metadata())
    var answer: Answer
    switch contentType.framing {
    case .unary:
      answer = Answer.refusal(error, fields: isCacheable ? [Self.vary] : [])
      answer.head.fields.append(headers: headers, trailers: trailers)
    case .stream:
      answer = Answer(
        head: streamHead(headers: headers), body: streamEnd(error: error, trailers: trailers))
    }
    if omitsBody { answer.body = [] }
    return answer
  }

  private static func plainFields(_ type: ContentType) -> HeaderFields {
    switch (type.framing, type.codec) {
    case (.unary, .proto): unaryProto
    case (.unary, .json): unaryJSON
    case (.stream, _): [HeaderFields.Field("content-type", type.text)]
    }
  }

  private static let vary = HeaderFields.Field("vary", "accept-encoding")
  private static let unaryProto: HeaderFields = [.init("content-type", "application/proto")]
  private static let unaryJSON: HeaderFields = [.init("content-type", "application/json")]
}

extension Answer {
  /// An error as JSON, with the status of its code or the one it insists on.
  package static func refusal(_ error: RPCError, fields extra: HeaderFields = []) -> Answer {
    var fields: HeaderFields = [.init("content-type", "application/json")]
    fields.fields += extra.fields
    fields.append(headers: error.metadata, trailers: Metadata())
    return Answer(
      head: ResponseHead(status: error.httpStatus, fields: fields), body: ErrorJSON.body(error))
  }
}

extension HeaderFields {
  /// Adds what a handler set; trailers of unary calls travel as headers with a prefix.
  mutating func append(headers: Metadata, trailers: Metadata) {
    for entry in headers { append(entry.key, entry.value) }
    for entry in trailers { append("trailer-" + entry.key, entry.value) }
  }
}
