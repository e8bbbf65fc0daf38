// How a client reads an answer: the client's half of the protocol, incoming.

internal import Wire

extension ClientCall {
  /// How much of the text of a foreign error answer is worth repeating.
  private static let foreignTextCharacters = 200

  /// The message of a complete unary answer.
  ///
  /// - Throws: the server's error, or `internal` when the answer breaks the protocol.
  func message<Message: WireMessage>(
    of answer: Answer, as type: Message.Type
  ) throws(RPCError) -> UnaryResponse<Message> {
    guard answer.head.status == 200 else { throw failure(of: answer) }
    try checkContentType(answer.head)
    let coding = try coding(answer.head, named: "content-encoding")
    let bytes = try inflate(answer.body, coding, limit: maximumMessageBytes)
    let (headers, trailers) = Metadata.split(answer.head.fields)
    return UnaryResponse(message: try decode(bytes), headers: headers, trailers: trailers)
  }

  /// The error that an unsuccessful answer stands for. Bodies that are not the protocol's own come
  /// from something in between, whose status is all there is to go by.
  func failure(of answer: Answer) -> RPCError {
    let status = answer.head.status
    let type = answer.head.fields.first("content-type") ?? ""
    let coding = try? ContentCoding(named: answer.head.fields.first("content-encoding"))
    let limit = max(maximumMessageBytes, RPCLimits.errorBytes)
    let body = coding.flatMap { try? inflate(answer.body, $0, limit: limit) } ?? []
    let (headers, trailers) = Metadata.split(answer.head.fields)
    var metadata = headers
    metadata.append(contentsOf: trailers)
    let fallback = RPCError.Code(foreignHTTPStatus: status)
    if ContentType(type) == ContentType(.unary, .json),
      var error = ErrorJSON.read(body: body, fallback: fallback)
    {
      error.metadata = metadata
      error.statusOverride = status
      return error
    }
    var text = "the server answered with HTTP status \(status)"
    if type.hasPrefix("text/plain"), !body.isEmpty {
      let said = String(decoding: body.prefix(4 * Self.foreignTextCharacters), as: UTF8.self)
      text += ": \(said.prefix(Self.foreignTextCharacters))"
    }
    var error = RPCError(fallback, text, metadata: metadata)
    error.isFromPeer = true
    error.statusOverride = status
    return error
  }

  func checkContentType(_ head: ResponseHead) throws(RPCError) {
    let type = head.fields.first("content-type") ?? ""
    guard ContentType(type) != contentType else { return }
    throw RPCError(
      type.hasPrefix("application/") ? .internal : .unknown,
      "the server answered with content-type \"\(type)\" instead of \(contentType.text)")
  }

  func coding(_ head: ResponseHead, named name: String) throws(RPCError) -> ContentCoding {
    do {
      return try ContentCoding(named: head.fields.first(name))
    } catch {
      throw RPCError(.internal, "the server answered with an \(error.message)", cause: error)
    }
  }

  func inflate(
    _ bytes: [UInt8], _ coding: ContentCoding, limit: Int
  ) throws(RPCError) -> [UInt8] {
    guard bytes.count <= limit else {
      throw .tooLarge(bytes.count, limit: limit, what: "the answer")
    }
    do {
      return try coding.inflate(bytes, limit: limit)
    } catch  where error.code == .invalidArgument {
      // The caller's arguments were fine: it is the server that sent garbage.
      throw RPCError(.internal, "the answer: \(error.message)", cause: error)
    }
  }

  func decode<Message: WireMessage>(_ bytes: [UInt8]) throws(RPCError) -> Message {
    do {
      return try options.codec.decode(
        Message.self, from: bytes, limit: maximumMessageBytes, types: types)
    } catch {
      throw RPCError(.internal, "the answer cannot be read: \(error)", cause: error)
    }
  }
}

extension Metadata {
  /// Tells the trailers of a unary answer from its headers by their prefix.
  static func split(_ fields: HeaderFields) -> (headers: Metadata, trailers: Metadata) {
    let prefix = "trailer-"
    let trailers = fields.fields.compactMap { field in
      field.name.hasPrefix(prefix)
        ? Entry(key: String(field.name.dropFirst(prefix.count)), value: field.value) : nil
    }
    return (Metadata(received: fields), Metadata(unchecked: trailers))
  }
}
