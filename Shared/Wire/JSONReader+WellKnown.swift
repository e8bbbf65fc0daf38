// The types of google.protobuf whose JSON is not an object of their fields.

internal import CProtobufC
internal import CWireFacts

extension JSONReader {
  // MARK: - Value

  /// Reads any JSON as google.protobuf.Value. Its members stand in the order of their numbers: null,
  /// number, string, boolean, struct, list.
  mutating func readAnyValue(
    _ schema: MessageSchema, into message: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    let index: Int
    switch try text.peek() {
    case UInt8(ascii: "n"): index = 0
    case UInt8(ascii: "\""): index = 2
    case UInt8(ascii: "t"), UInt8(ascii: "f"): index = 3
    case UInt8(ascii: "{"): index = 4
    case UInt8(ascii: "["): index = 5
    default: index = 1
    }
    let member = schema.field(index)
    message.storeBytes(of: member.number, toByteOffset: member.quantifierOffset, as: UInt32.self)
    if index == 0 {
      guard text.take(literal: "null") else { throw Self.expected("a value") }
      // The number of NULL_VALUE is what the struct holds already.
    } else {
      try readValue(member, into: message + member.offset, depth: depth)
    }
  }

  // MARK: - Times

  private mutating func readText(_ what: String) throws(WireError) -> UnsafeRawBufferPointer {
    guard try text.peek() == UInt8(ascii: "\"") else { throw Self.expected(what) }
    return try plain(try text.readString())
  }

  mutating func readTimestamp(
    _ schema: MessageSchema, into message: UnsafeMutableRawPointer
  ) throws(WireError) {
    let text = try readText("a time")
    guard let time = TimeText.timestamp(text) else {
      throw WireError(.outOfRange, "the string is not a time of RFC 3339 from year 1 to 9999")
    }
    store(time, schema, into: message)
  }

  mutating func readDuration(
    _ schema: MessageSchema, into message: UnsafeMutableRawPointer
  ) throws(WireError) {
    let text = try readText("a duration")
    guard let time = TimeText.duration(text) else {
      throw WireError(.outOfRange, "the string is not a duration in seconds, like 1.5s")
    }
    store(time, schema, into: message)
  }

  private func store(
    _ time: TimeText, _ schema: MessageSchema, into message: UnsafeMutableRawPointer
  ) {
    message.storeBytes(of: time.seconds, toByteOffset: schema.field(0).offset, as: Int64.self)
    message.storeBytes(of: time.nanoseconds, toByteOffset: schema.field(1).offset, as: Int32.self)
  }

  // MARK: - Field masks

  mutating func readFieldMask(
    _ schema: MessageSchema, into message: UnsafeMutableRawPointer
  ) throws(WireError) {
    let text = try readText("a field mask")
    guard !text.isEmpty else { return }
    var list = ArenaList(elementSize: elementSize(of: PROTOBUF_C_TYPE_STRING))
    // Each path is counted before the next is looked for: a mask of commas costs no more than its
    // limit.
    var start = text.startIndex
    while start <= text.endIndex {
      try countElement()
      let end = text[start...].firstIndex(of: UInt8(ascii: ",")) ?? text.endIndex
      let path = try protoPath(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      start = end + 1
      try list.append(allocate).storeBytes(of: path, as: UnsafeMutableRawPointer.self)
    }
    storeArray(list, of: schema.field(0), in: message)
  }

  /// `user.displayName` as the proto file has it, `user.display_name`.
  private func protoPath(
    _ path: UnsafeRawBufferPointer
  ) throws(WireError) -> UnsafeMutableRawPointer {
    // A capital becomes two characters.
    let memory = try allocate(2 * path.count + 1)
    var count = 0
    func put(_ byte: UInt8) {
      memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
      count += 1
    }
    for byte in path {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        put(UInt8(ascii: "_"))
        put(byte | 0x20)
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "."):
        put(byte)
      default:
        throw WireError(.malformed, "a path of a field mask is not in lowerCamelCase")
      }
    }
    guard count > 0 else { throw WireError(.malformed, "a path of a field mask is empty") }
    put(0)
    return memory
  }
}
