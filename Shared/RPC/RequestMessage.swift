// The one message of a request, and how its answer is to be written.

internal import Synchronization
internal import Wire

/// The message of a request after decompression.
struct RequestMessage: Sendable {
  /// The bytes, and whether they go with the first reading.
  enum Bytes: Sendable {
    case kept([UInt8])
    case once(OneReading)
  }

  let bytes: Bytes
  let record: CallRecord
  let server: RPCServer

  /// The codec that both directions use.
  private var codec: Codec { record.shape.contentType.codec }

  /// The same for a handler that may take its time.
  var readOnce: RequestMessage {
    guard case .kept(let bytes) = bytes else { return self }
    return RequestMessage(bytes: .once(OneReading(bytes)), record: record, server: server)
  }

  func decode<Message: WireMessage>(_ type: Message.Type) throws(RPCError) -> Message {
    let bytes: [UInt8]
    switch self.bytes {
    case .kept(let kept): bytes = kept
    case .once(let reading): bytes = try reading.take()
    }
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

/// Bytes that are let go of when they are read. A stream may run for days, and a call for its deadline:
/// what they were asked with shall not wait in memory for their end.
final class OneReading: Sendable {
  private let bytes: Mutex<[UInt8]?>

  init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }

  func take() throws(RPCError) -> [UInt8] {
    let taken = bytes.withLock { bytes in
      defer { bytes = nil }
      return bytes
    }
    guard let taken else { throw RPCError(.internal, "the request was read twice") }
    return taken
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
