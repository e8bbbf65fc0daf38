// Messages and their two encodings, as the rest of the world sees them.

internal import CProtobufC

/// A message of a proto file. Conformances are generated.
public protocol WireMessage: Sendable, Equatable {
  /// The shape of the message.
  static var schema: MessageSchema { get }

  /// The message with every field absent or at its default.
  init()

  /// Copies a C struct of this type into Swift values. Generated.
  ///
  /// - Parameter message: a struct that `protobuf_c_message_unpack` or the JSON reader has built.
  init(reading message: UnsafeRawPointer) throws(WireError)

  /// Fills a C struct of this type, which is initialised and otherwise empty. Generated.
  ///
  /// - Parameter arena: memory for what the struct points to.
  func write(to message: UnsafeMutableRawPointer, arena: EncodingArena) throws(WireError)
}

extension WireMessage {
  /// Reads a message in the binary encoding. No bytes are the empty message.
  public init(
    protobuf bytes: UnsafeRawBufferPointer, limits: DecodingLimits = .default
  ) throws(WireError) {
    let schema = Self.schema
    var scan = PreScan(limits: limits)
    try scan.scan(bytes, schema: schema)
    let arena = Arena(expected: scan.projected, maximum: limits.maximumAllocation)
    try self.init(reading: try unpack(bytes, schema: schema, arena: arena.state))
  }

  /// Reads a message in the binary encoding. No bytes are the empty message.
  ///
  /// - Parameter bytes: of which nothing is kept: where the caller gives them away, they are gone before
  ///   the Swift values are made, so that a long text is in memory twice at most.
  public init(
    protobuf bytes: consuming [UInt8], limits: DecodingLimits = .default
  ) throws(WireError) {
    let schema = Self.schema
    var scan = PreScan(limits: limits)
    try bytes.withUnsafeBufferPointer { (bytes) throws(WireError) in
      try scan.scan(UnsafeRawBufferPointer(bytes), schema: schema)
    }
    let arena = Arena(expected: scan.projected, maximum: limits.maximumAllocation)
    let state = arena.state
    let message = try bytes.withUnsafeBufferPointer { (bytes) throws(WireError) in
      try unpack(UnsafeRawBufferPointer(bytes), schema: schema, arena: state)
    }
    _ = consume bytes
    try self.init(reading: message)
    extendLifetime(arena)
  }

  /// The message in the binary encoding: fields by number, map entries by key, so that equal
  /// messages have equal bytes.
  public func protobufBytes(limits: EncodingLimits = .default) throws(WireError) -> [UInt8] {
    var bytes: [UInt8] = []
    try appendProtobuf(to: &bytes, limits: limits)
    return bytes
  }

  /// Appends the message in the binary encoding. The buffer is unchanged when an error is thrown.
  public func appendProtobuf(
    to buffer: inout [UInt8], limits: EncodingLimits = .default
  ) throws(WireError) {
    let memory = EncodingMemory(limits: limits)
    let message = try memory.build(self)
    try pack(message, into: &buffer, limits: limits)
  }
}

/// Has the C library read a message that the pre-scan has let through.
func unpack(
  _ bytes: UnsafeRawBufferPointer, schema: MessageSchema, arena: UnsafeMutablePointer<ArenaState>
) throws(WireError) -> UnsafeRawPointer {
  var allocator = Arena.allocator(over: arena)
  // The library wants an address even where there is nothing to read.
  let message = withUnsafePointer(to: UInt8(0)) { nothing in
    protobuf_c_message_unpack(
      schema.descriptor, &allocator, bytes.count,
      bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? nothing)
  }
  guard let message else {
    throw WireError(.malformed, "\(schema.name) cannot be decoded")
  }
  return UnsafeRawPointer(message)
}

/// Has the C library write a message into room reserved at the end of a buffer.
private func pack(
  _ message: UnsafeRawPointer, into buffer: inout [UInt8], limits: EncodingLimits
) throws(WireError) {
  let message = message.assumingMemoryBound(to: ProtobufCMessage.self)
  let size = protobuf_c_message_get_packed_size(message)
  guard size <= limits.maximumSize else {
    throw WireError(
      .tooLarge, "message of \(size) bytes is over the limit of \(limits.maximumSize)")
  }
  guard size > 0 else { return }
  buffer.append(addingCapacity: size) { output in
    output.withUnsafeMutableBufferPointer { room, count in
      count += protobuf_c_message_pack(message, room.baseAddress)
    }
  }
}
