// The values of fields: each JSON form that a proto type may have.

internal import CProtobufC
internal import CWireFacts

extension JSONReader {
  /// The bytes of a string token with its escapes replaced.
  func plain(_ string: JSONString) throws(WireError) -> UnsafeRawBufferPointer {
    guard string.hasEscapes else { return string.raw }
    let memory = UnsafeMutableRawBufferPointer(
      start: try allocate(string.raw.count), count: string.raw.count)
    let count = string.decode(into: memory)
    return UnsafeRawBufferPointer(rebasing: memory[..<count])
  }

  /// A string token as the C library wants it, with a NUL at its end.
  func terminated(_ string: JSONString) throws(WireError) -> UnsafeMutableRawPointer {
    let memory = try allocate(string.raw.count + 1)
    let room = UnsafeMutableRawBufferPointer(start: memory, count: string.raw.count)
    var count = string.raw.count
    if string.hasEscapes {
      count = string.decode(into: room)
    } else {
      room.copyMemory(from: string.raw)
    }
    memory.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
    return memory
  }

  /// Reads one value of a field's type to where an element of that type belongs.
  mutating func readValue(
    _ field: FieldSchema, into room: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    switch field.type {
    case PROTOBUF_C_TYPE_MESSAGE:
      guard let schema = field.message else {
        throw WireError(.unsupported, "the message type of the field is not known")
      }
      let message = try readMessage(schema, depth: depth + 1)
      room.storeBytes(of: message, as: UnsafeMutableRawPointer.self)
    case PROTOBUF_C_TYPE_STRING:
      guard try text.peek() == UInt8(ascii: "\"") else { throw Self.expected("a string") }
      let string = try terminated(try text.readString())
      room.storeBytes(of: string, as: UnsafeMutableRawPointer.self)
    case PROTOBUF_C_TYPE_BYTES:
      room.storeBytes(of: try readBytes(), as: ProtobufCBinaryData.self)
    case PROTOBUF_C_TYPE_BOOL:
      room.storeBytes(of: try readBool() ? 1 : 0, as: protobuf_c_boolean.self)
    case PROTOBUF_C_TYPE_ENUM:
      room.storeBytes(of: try readEnumeration(field), as: Int32.self)
    case PROTOBUF_C_TYPE_FLOAT:
      room.storeBytes(of: try readFloatingPoint(as: Float.self), as: Float.self)
    case PROTOBUF_C_TYPE_DOUBLE:
      room.storeBytes(of: try readFloatingPoint(as: Double.self), as: Double.self)
    default:
      try store(integer: try readNumberToken(), of: field.type, into: room)
    }
  }

  static func expected(_ what: String) -> WireError {
    WireError(.wrongType, "JSON: \(what) is expected")
  }

  // MARK: - Numbers

  /// A number, or a string that is one.
  private mutating func readNumberToken() throws(WireError) -> JSONNumber {
    switch try text.peek() {
    case UInt8(ascii: "\""):
      guard let number = JSONNumber(try plain(try text.readString())) else {
        throw Self.expected("a number")
      }
      return number
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return try text.readNumber()
    default:
      throw Self.expected("a number")
    }
  }

  private func store(
    integer number: JSONNumber, of type: ProtobufCType, into room: UnsafeMutableRawPointer
  ) throws(WireError) {
    func store<Value: FixedWidthInteger & BitwiseCopyable>(
      _ type: Value.Type
    ) throws(WireError) {
      guard let value = number.integer(as: type) else {
        throw WireError(.outOfRange, "the number is not an integer that the field can hold")
      }
      room.storeBytes(of: value, as: type)
    }
    switch type {
    case PROTOBUF_C_TYPE_INT32, PROTOBUF_C_TYPE_SINT32, PROTOBUF_C_TYPE_SFIXED32:
      try store(Int32.self)
    case PROTOBUF_C_TYPE_UINT32, PROTOBUF_C_TYPE_FIXED32:
      try store(UInt32.self)
    case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64:
      try store(Int64.self)
    case PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_FIXED64:
      try store(UInt64.self)
    default:
      throw WireError(.unsupported, "the type of the field has no form in JSON")
    }
  }

  mutating func readFloatingPoint<Value: BinaryFloatingPoint & LosslessStringConvertible>(
    as type: Value.Type
  ) throws(WireError) -> Value {
    let number: JSONNumber
    if try text.peek() == UInt8(ascii: "\"") {
      let string = try plain(try text.readString())
      if string.elementsEqual("NaN".utf8) { return .nan }
      if string.elementsEqual("Infinity".utf8) { return .infinity }
      if string.elementsEqual("-Infinity".utf8) { return -.infinity }
      guard let quoted = JSONNumber(string) else { throw Self.expected("a number") }
      number = quoted
    } else {
      number = try readNumberToken()
    }
    guard let value = number.floatingPoint(as: type) else {
      throw WireError(.outOfRange, "the number is larger than the field can hold")
    }
    return value
  }

  private mutating func readEnumeration(_ field: FieldSchema) throws(WireError) -> Int32 {
    if field.isNullValue, text.take(literal: "null") { return 0 }
    guard try text.peek() == UInt8(ascii: "\"") else {
      guard let number = try readNumberToken().integer(as: Int32.self) else {
        throw WireError(.outOfRange, "the number is not an integer that the field can hold")
      }
      return number
    }
    let name = try terminated(try text.readString()).assumingMemoryBound(to: CChar.self)
    guard let enumeration = field.enumeration,
      let value = protobuf_c_enum_descriptor_get_value_by_name(enumeration, name)
    else {
      throw WireError(.outOfRange, "“\(String(cString: name))” is not a name of the enum")
    }
    return Int32(value.pointee.value)
  }

  // MARK: - Booleans and bytes

  mutating func readBool() throws(WireError) -> Bool {
    if text.take(literal: "true") { return true }
    if text.take(literal: "false") { return false }
    throw Self.expected("true or false")
  }

  private mutating func readBytes() throws(WireError) -> ProtobufCBinaryData {
    guard try text.peek() == UInt8(ascii: "\"") else { throw Self.expected("a string") }
    let encoded = try plain(try text.readString())
    let room = UnsafeMutableRawBufferPointer(
      start: try allocate(encoded.count), count: encoded.count)
    guard let count = Base64.decode(encoded, into: room) else {
      throw WireError(.malformed, "the string is not base64")
    }
    // A null pointer is how the C library knows that nothing is there.
    guard count > 0 else { return ProtobufCBinaryData(len: 0, data: nil) }
    return ProtobufCBinaryData(
      len: count, data: room.baseAddress?.assumingMemoryBound(to: UInt8.self))
  }

  // MARK: - Keys of maps

  mutating func readKey(
    _ name: JSONString, of field: FieldSchema, into room: UnsafeMutableRawPointer
  ) throws(WireError) -> JSONMapKey {
    switch field.type {
    case PROTOBUF_C_TYPE_STRING:
      let string = try terminated(name)
      room.storeBytes(of: string, as: UnsafeMutableRawPointer.self)
      return .text(name.plainBytes)
    case PROTOBUF_C_TYPE_BOOL:
      let text = String(decoding: try plain(name), as: UTF8.self)
      guard let value = Bool(text) else { throw Self.expected("a key that is true or false") }
      room.storeBytes(of: value ? 1 : 0, as: protobuf_c_boolean.self)
      return .number(value ? 1 : 0)
    default:
      guard let number = JSONNumber(try plain(name)) else {
        throw Self.expected("a key that is a number")
      }
      try store(integer: number, of: field.type, into: room)
      return .number(
        elementSize(of: field.type) == 8
          ? room.load(as: UInt64.self) : UInt64(room.load(as: UInt32.self)))
    }
  }
}

/// A key of a map, to find it again.
enum JSONMapKey: Hashable {
  case text([UInt8])
  case number(UInt64)
}
