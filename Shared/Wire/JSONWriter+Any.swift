// google.protobuf.Any: bytes that become an object with the name of their type.

internal import CProtobufC
internal import CWireFacts

extension JSONWriter {
  /// Writes `{"@type":"type.googleapis.com/x.Y",…}`, or the payload as `value` where its type has a
  /// form of its own; `{}` where there is neither type nor payload.
  mutating func writeAny(
    _ message: UnsafeRawPointer, _ schema: MessageSchema
  ) throws(WireError) {
    let data = message.load(fromByteOffset: schema.field(1).offset, as: ProtobufCBinaryData.self)
    let bytes = UnsafeRawBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len)
    let url = message.load(
      fromByteOffset: schema.field(0).offset, as: UnsafePointer<CChar>?.self)
    guard let url, url.pointee != 0 else {
      guard bytes.isEmpty else {
        throw WireError(.unsupported, "a google.protobuf.Any holds bytes of no type")
      }
      return write("{}")
    }
    let type = try types.schema(
      ofTypeURL: UnsafeRawBufferPointer(start: url, count: String(cString: url).utf8.count))
    let payload = try open(bytes, type)
    write("{\"@type\":")
    writeString(url)
    if type.facts.pointee.shape == WIRE_SHAPE_OBJECT {
      depth += 1
      try writeMembers(payload, type, isFirst: false)
      depth -= 1
    } else {
      write(",\"value\":")
      try writeMessage(payload, type)
    }
    write("}")
  }

  /// Unpacks what an Any holds. It may be foreign bytes that nobody has looked at yet, so they go
  /// the way of every message: pre-scan, and memory that was projected.
  private mutating func open(
    _ bytes: UnsafeRawBufferPointer, _ type: MessageSchema
  ) throws(WireError) -> UnsafeRawPointer {
    let before = scan.projected
    try scan.scan(bytes, schema: type, depth: depth + 1)
    guard scan.projected - before <= arena.pointee.allowance else {
      throw WireError(.tooMuchMemory, "encoding needs more memory than its limit")
    }
    return try unpack(bytes, schema: type, arena: arena)
  }
}
