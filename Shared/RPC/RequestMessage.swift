// The one message of a request, and how its answer is to be written.

internal import Wire

/// The message of a request after decompression; its bytes are in the record.
struct RequestMessage: Sendable {
  let record: CallRecord
  let server: RPCServer

  /// The codec that both directions use.
  private var codec: Codec { record.shape.contentType.codec }

  /// - Parameter isLast: whether the bytes may go once they are decoded.
  func decode<Message: WireMessage>(
    _ type: Message.Type, isLast: Bool = true
  ) throws(RPCError) -> Message {
    let bytes = try record.message(isLast: isLast)
    do {
      return try codec.decode(
        type, from: consume bytes, limit: server.limits.maximumRequestBytes, types: server.types)
    } catch {
      if let limit = CallLimit(error) { server.reached.reach(limit) }
      throw RPCError(decoding: error)
    }
  }

  /// The bare bytes of a message, for a unary answer.
  func encode(_ message: some WireMessage) throws(RPCError) -> [UInt8] {
    let bytes = try codec.encode(message, types: server.types)
    let limit = server.limits.maximumResponseBytes
    guard bytes.count <= limit else {
      throw .tooLarge(bytes.count, limit: limit, what: "the answer")
    }
    return bytes
  }

  /// A message in its envelope, for a streamed answer.
  func envelope(_ message: some WireMessage) throws(RPCError) -> [UInt8] {
    try Envelope.wrap(
      try encode(message), coding: record.shape.coding,
      compressingFrom: server.limits.compressionThresholdBytes)
  }
}

extension Codec {
  /// - Parameter limit: what the message was already held to, so that no second and smaller limit
  ///   stands behind the one that is configured.
  func decode<Message: WireMessage>(
    _ type: Message.Type, from bytes: consuming [UInt8], limit: Int, types: TypeRegistry
  ) throws(WireError) -> Message {
    switch self {
    case .proto where bytes.isEmpty: Message()
    case .proto: try Message(protobuf: consume bytes, limits: DecodingLimits(maximumSize: limit))
    case .json where bytes.isEmpty: throw WireError(.malformed, "empty JSON is not a message")
    case .json:
      try Message(jsonUTF8: consume bytes, limits: DecodingLimits(maximumSize: limit), types: types)
    }
  }

  func encode(_ message: some WireMessage, types: TypeRegistry) throws(RPCError) -> [UInt8] {
    do {
      switch self {
      case .proto: return try message.protobufBytes()
      case .json: return try message.jsonUTF8(types: types)
      }
    } catch {
      throw RPCError(.internal, "a message could not be encoded", cause: error)
    }
  }
}
