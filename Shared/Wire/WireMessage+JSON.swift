// Messages as canonical proto3 JSON.

extension WireMessage {
  /// Reads a message from JSON in UTF-8. Unknown members are ignored, but no JSON that is malformed,
  /// ambiguous or over a limit is accepted.
  public init(
    jsonUTF8 bytes: UnsafeRawBufferPointer, limits: DecodingLimits = .default
  ) throws(WireError) {
    let schema = Self.schema
    // What a struct needs is about what its text takes.
    let arena = Arena(expected: 1024 + bytes.count, maximum: limits.maximumAllocation)
    var reader = try JSONReader(bytes, limits: limits, arena: arena.state)
    try self.init(reading: try reader.readDocument(schema))
  }

  /// Reads a message from JSON in UTF-8.
  public init(jsonUTF8 bytes: [UInt8], limits: DecodingLimits = .default) throws(WireError) {
    self = try bytes.withUnsafeBufferPointer { (bytes) throws(WireError) in
      try Self(jsonUTF8: UnsafeRawBufferPointer(bytes), limits: limits)
    }
  }

  /// The message as JSON in UTF-8, without white space. Equal messages have equal texts.
  public func jsonUTF8(limits: EncodingLimits = .default) throws(WireError) -> [UInt8] {
    var bytes: [UInt8] = []
    try appendJSONUTF8(to: &bytes, limits: limits)
    return bytes
  }

  /// Appends the message as JSON. The buffer is unchanged when an error is thrown.
  public func appendJSONUTF8(
    to buffer: inout [UInt8], limits: EncodingLimits = .default
  ) throws(WireError) {
    let memory = EncodingMemory(limits: limits)
    let message = try memory.build(self)
    let count = buffer.count
    var writer = JSONWriter(appendingTo: buffer, limits: limits)
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
