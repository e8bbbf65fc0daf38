// Messages as canonical proto3 JSON.

extension WireMessage {
  /// Reads a message from JSON in UTF-8. Unknown members are ignored, but no JSON that is malformed,
  /// ambiguous or over a limit is accepted.
  ///
  /// - Parameter types: what a `google.protobuf.Any` may hold.
  public init(
    jsonUTF8 bytes: UnsafeRawBufferPointer, limits: DecodingLimits = .default,
    types: TypeRegistry = .empty
  ) throws(WireError) {
    let schema = Self.schema
    // What a struct needs is about what its text takes.
    let arena = Arena(expected: 1024 + bytes.count, maximum: limits.maximumAllocation)
    var reader = try JSONReader(bytes, limits: limits, types: types, arena: arena.state)
    try self.init(reading: try reader.readDocument(schema))
  }

  /// Reads a message from JSON in UTF-8.
  ///
  /// - Parameter bytes: see `init(protobuf:limits:)`.
  public init(
    jsonUTF8 bytes: consuming [UInt8], limits: DecodingLimits = .default,
    types: TypeRegistry = .empty
  ) throws(WireError) {
    let schema = Self.schema
    let arena = Arena(expected: 1024 + bytes.count, maximum: limits.maximumAllocation)
    let state = arena.state
    let message = try bytes.withUnsafeBufferPointer { (bytes) throws(WireError) in
      var reader = try JSONReader(
        UnsafeRawBufferPointer(bytes), limits: limits, types: types, arena: state)
      return try reader.readDocument(schema)
    }
    _ = consume bytes
    try self.init(reading: message)
    extendLifetime(arena)
  }

  /// The message as JSON in UTF-8, without white space. Equal messages have equal texts.
  ///
  /// - Parameter types: what a `google.protobuf.Any` may hold.
  public func jsonUTF8(
    limits: EncodingLimits = .default, types: TypeRegistry = .empty
  ) throws(WireError) -> [UInt8] {
    var bytes: [UInt8] = []
    try appendJSONUTF8(to: &bytes, limits: limits, types: types)
    return bytes
  }

  /// Appends the message as JSON. The buffer is unchanged when an error is thrown.
  public func appendJSONUTF8(
    to buffer: inout [UInt8], limits: EncodingLimits = .default, types: TypeRegistry = .empty
  ) throws(WireError) {
    let memory = EncodingMemory(limits: limits)
    let message = try memory.build(self)
    let count = buffer.count
    var writer = JSONWriter(
      appendingTo: buffer, limits: limits, types: types, arena: memory.arena.state)
    // The writer alone holds the bytes, so that appending does not copy them.
    buffer = []
    defer { buffer = writer.output }
    do {
      try writer.writeMessage(message, Self.schema)
    } catch {
      writer.truncate(to: count)
      throw error
    }
  }
}
