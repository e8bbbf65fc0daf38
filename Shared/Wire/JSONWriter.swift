// C structs into canonical proto3 JSON: fields in the order of their numbers, names in lowerCamelCase,
// what is at its default left out.

internal import CProtobufC
internal import CWireFacts

/// Writes one JSON text.
struct JSONWriter {
  private(set) var output: [UInt8]
  /// How long `output` may become.
  private let maximumCount: Int
  let limits: EncodingLimits
  /// What an Any may hold.
  let types: TypeRegistry
  /// Memory for what Anys hold. It outlives the writer.
  let arena: UnsafeMutablePointer<ArenaState>
  /// Checks what Anys hold, all of it under one set of limits.
  var scan: PreScan
  /// How many messages and map entries the message that is being written lies in.
  var depth = -1

  /// - Parameters:
  ///   - output: what the text is appended to.
  ///   - types: what an Any may hold.
  ///   - arena: memory for that.
  init(
    appendingTo output: [UInt8], limits: EncodingLimits, types: TypeRegistry,
    arena: UnsafeMutablePointer<ArenaState>
  ) {
    self.output = output
    self.limits = limits
    self.types = types
    self.arena = arena
    scan = PreScan(
      limits: DecodingLimits(
        maximumSize: limits.maximumSize, maximumDepth: limits.maximumDepth,
        maximumElements: limits.maximumAnyElements, maximumAllocation: limits.maximumAllocation))
    maximumCount = output.count + min(limits.maximumSize, Int.max - output.count)
  }

  /// Takes back what was written after the first bytes.
  mutating func truncate(to count: Int) {
    output.removeLast(max(0, output.count - count))
  }

  // MARK: - Messages

  mutating func writeMessage(
    _ message: UnsafeRawPointer, _ schema: MessageSchema
  ) throws(WireError) {
    depth += 1
    defer { depth -= 1 }
    switch schema.facts.pointee.shape {
    case WIRE_SHAPE_OBJECT:
      try writeObject(message, schema)
    case WIRE_SHAPE_WRAPPER:
      let field = schema.field(0)
      try writeValue(message + field.offset, field)
    case WIRE_SHAPE_STRUCT:
      try writeMap(message, schema.field(0))
    case WIRE_SHAPE_LIST_VALUE:
      try writeArray(message, schema.field(0))
    case WIRE_SHAPE_VALUE:
      try writeAnyValue(message, schema)
    case WIRE_SHAPE_TIMESTAMP:
      try writeTime(message, schema, \.timestampText, "time is outside years 1 to 9999")
    case WIRE_SHAPE_DURATION:
      try writeTime(message, schema, \.durationText, "duration is out of range")
    case WIRE_SHAPE_FIELD_MASK:
      try writeFieldMask(message, schema)
    case WIRE_SHAPE_ANY:
      try writeAny(message, schema)
    default:
      throw WireError(.unsupported, "\(schema.name) cannot be written as JSON")
    }
    guard output.count <= maximumCount else {
      throw WireError(.tooLarge, "JSON is over the limit of \(limits.maximumSize) bytes")
    }
  }

  private mutating func writeObject(
    _ message: UnsafeRawPointer, _ schema: MessageSchema
  ) throws(WireError) {
    write("{")
    try writeMembers(message, schema, isFirst: true)
    write("}")
  }

  /// Writes the fields of a message between braces that others write.
  mutating func writeMembers(
    _ message: UnsafeRawPointer, _ schema: MessageSchema, isFirst: Bool
  ) throws(WireError) {
    var isFirst = isFirst
    for index in 0..<schema.fieldCount {
      let field = schema.field(index)
      guard isPresent(field, in: message) else { continue }
      if !isFirst { write(",") }
      isFirst = false
      writeString(field.facts.pointee.json_name)
      write(":")
      do {
        if field.isMap {
          try writeMap(message, field)
        } else if field.isRepeated {
          try writeArray(message, field)
        } else {
          try writeValue(message + field.offset, field)
        }
      } catch {
        throw error.inside(field.name)
      }
    }
  }

  private func isPresent(_ field: FieldSchema, in message: UnsafeRawPointer) -> Bool {
    if field.isRepeated {
      return message.load(fromByteOffset: field.quantifierOffset, as: Int.self) > 0
    }
    if field.isInUnion {
      return message.load(fromByteOffset: field.quantifierOffset, as: UInt32.self) == field.number
    }
    let value = message + field.offset
    switch field.type {
    case PROTOBUF_C_TYPE_MESSAGE:
      return value.load(as: UnsafeRawPointer?.self) != nil
    case PROTOBUF_C_TYPE_STRING:
      return value.load(as: UnsafePointer<CChar>?.self).map { $0.pointee != 0 } ?? false
    case PROTOBUF_C_TYPE_BYTES:
      return value.load(as: ProtobufCBinaryData.self).len > 0
    default:
      // By bits, so that the negative zero of a float is not taken for its default.
      return elementSize(of: field.type) == 8
        ? value.load(as: UInt64.self) != 0 : value.load(as: UInt32.self) != 0
    }
  }

  // MARK: - Arrays and maps

  private mutating func writeArray(
    _ message: UnsafeRawPointer, _ field: FieldSchema
  ) throws(WireError) {
    let size = elementSize(of: field.type)
    let (start, count) = array(message, field)
    write("[")
    for index in 0..<count {
      if index > 0 { write(",") }
      try writeValue(start + index * size, field)
    }
    write("]")
  }

  private mutating func writeMap(
    _ message: UnsafeRawPointer, _ field: FieldSchema
  ) throws(WireError) {
    guard let schema = field.message else {
      throw WireError(.unsupported, "the message type of the field is not known")
    }
    let key = schema.field(0)
    let value = schema.field(1)
    let (start, count) = array(message, field)
    depth += 1
    defer { depth -= 1 }
    write("{")
    for index in 0..<count {
      if index > 0 { write(",") }
      let entry = (start + index * MemoryLayout<UnsafeRawPointer>.size)
        .load(as: UnsafeRawPointer.self)
      try writeKey(entry + key.offset, key)
      write(":")
      try writeValue(entry + value.offset, value)
    }
    write("}")
  }

  func array(
    _ message: UnsafeRawPointer, _ field: FieldSchema
  ) -> (start: UnsafeRawPointer, count: Int) {
    let start = message.load(fromByteOffset: field.offset, as: UnsafeRawPointer?.self)
    guard let start else { return (message, 0) }
    return (start, message.load(fromByteOffset: field.quantifierOffset, as: Int.self))
  }

  private mutating func writeKey(
    _ key: UnsafeRawPointer, _ field: FieldSchema
  ) throws(WireError) {
    switch field.type {
    case PROTOBUF_C_TYPE_STRING:
      try writeValue(key, field)
    case PROTOBUF_C_TYPE_BOOL:
      write("\"")
      try writeValue(key, field)
      write("\"")
    default:
      writeInteger(key, field.type, quoted: true)
    }
  }

  // MARK: - Values

  mutating func writeValue(
    _ value: UnsafeRawPointer, _ field: FieldSchema
  ) throws(WireError) {
    switch field.type {
    case PROTOBUF_C_TYPE_MESSAGE:
      guard let schema = field.message, let message = value.load(as: UnsafeRawPointer?.self) else {
        throw WireError(.unsupported, "a message is missing")
      }
      try writeMessage(message, schema)
    case PROTOBUF_C_TYPE_STRING:
      if let string = value.load(as: UnsafePointer<CChar>?.self) {
        writeString(string)
      } else {
        write("\"\"")
      }
    case PROTOBUF_C_TYPE_BYTES:
      let data = value.load(as: ProtobufCBinaryData.self)
      write("\"")
      Base64.append(
        UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len),
        to: &output)
      write("\"")
    case PROTOBUF_C_TYPE_BOOL:
      write(value.load(as: protobuf_c_boolean.self) == 0 ? "false" : "true")
    case PROTOBUF_C_TYPE_ENUM:
      writeEnumeration(value.load(as: Int32.self), field)
    case PROTOBUF_C_TYPE_FLOAT:
      writeFloatingPoint(value.load(as: Float.self))
    case PROTOBUF_C_TYPE_DOUBLE:
      writeFloatingPoint(value.load(as: Double.self))
    default:
      writeInteger(value, field.type, quoted: elementSize(of: field.type) == 8)
    }
  }

  private mutating func writeInteger(
    _ value: UnsafeRawPointer, _ type: ProtobufCType, quoted: Bool
  ) {
    if quoted { write("\"") }
    switch type {
    case PROTOBUF_C_TYPE_INT32, PROTOBUF_C_TYPE_SINT32, PROTOBUF_C_TYPE_SFIXED32:
      write(text: value.load(as: Int32.self).description)
    case PROTOBUF_C_TYPE_UINT32, PROTOBUF_C_TYPE_FIXED32:
      write(text: value.load(as: UInt32.self).description)
    case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64:
      write(text: value.load(as: Int64.self).description)
    default:
      write(text: value.load(as: UInt64.self).description)
    }
    if quoted { write("\"") }
  }

  private mutating func writeEnumeration(_ number: Int32, _ field: FieldSchema) {
    if field.isNullValue {
      write("null")
    } else if let enumeration = field.enumeration,
      let value = protobuf_c_enum_descriptor_get_value(enumeration, number)
    {
      writeString(value.pointee.name)
    } else {
      write(text: number.description)
    }
  }

  private mutating func writeFloatingPoint<Value: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: Value
  ) {
    if value.isFinite {
      // The shortest digits that read back as the same value; `1.0` is written `1`.
      let digits = value.description
      write(text: digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
    } else {
      write(value.isNaN ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"")
    }
  }

  // MARK: - Text

  mutating func write(_ text: StaticString) {
    output.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func write(text: String) {
    output.append(contentsOf: text.utf8)
  }

  /// A C string, which is UTF-8, between quotes.
  mutating func writeString(_ string: UnsafePointer<CChar>) {
    write("\"")
    var start = 0
    var index = 0
    // What needs no escape is copied in runs.
    func run(_ output: inout [UInt8]) {
      let bytes = UnsafeRawBufferPointer(start: string + start, count: index - start)
      output.append(contentsOf: bytes)
    }
    while true {
      let byte = UInt8(bitPattern: string[index])
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        index += 1
        continue
      }
      run(&output)
      if byte == 0 { break }
      writeEscape(byte)
      index += 1
      start = index
    }
    write("\"")
  }

  private mutating func writeEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): write("\\\"")
    case UInt8(ascii: "\\"): write("\\\\")
    case 0x08: write("\\b")
    case 0x0C: write("\\f")
    case 0x0A: write("\\n")
    case 0x0D: write("\\r")
    case 0x09: write("\\t")
    default:
      write("\\u00")
      write(text: byte < 16 ? "0" : "1")
      write(text: String(byte & 0xF, radix: 16))
    }
  }
}
