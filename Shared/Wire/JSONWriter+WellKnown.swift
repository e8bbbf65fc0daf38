// The types of google.protobuf whose JSON is not an object of their fields.

internal import CProtobufC

extension JSONWriter {
  /// google.protobuf.Value is written as what it holds.
  mutating func writeAnyValue(
    _ message: UnsafeRawPointer, _ schema: MessageSchema
  ) throws(WireError) {
    for index in 0..<schema.fieldCount {
      let member = schema.field(index)
      let number = message.load(fromByteOffset: member.quantifierOffset, as: UInt32.self)
      guard member.number == number else { continue }
      if member.type == PROTOBUF_C_TYPE_DOUBLE {
        let value = message.load(fromByteOffset: member.offset, as: Double.self)
        guard value.isFinite else {
          throw WireError(.unsupported, "a number of google.protobuf.Value is not finite")
        }
      }
      return try writeValue(message + member.offset, member)
    }
    throw WireError(.unsupported, "google.protobuf.Value holds nothing")
  }

  mutating func writeTime(
    _ message: UnsafeRawPointer, _ schema: MessageSchema,
    _ form: KeyPath<TimeText, String?>, _ problem: String
  ) throws(WireError) {
    let time = TimeText(
      seconds: message.load(fromByteOffset: schema.field(0).offset, as: Int64.self),
      nanoseconds: message.load(fromByteOffset: schema.field(1).offset, as: Int32.self))
    guard let text = time[keyPath: form] else { throw WireError(.outOfRange, problem) }
    write("\"")
    write(text: text)
    write("\"")
  }

  mutating func writeFieldMask(
    _ message: UnsafeRawPointer, _ schema: MessageSchema
  ) throws(WireError) {
    let (start, count) = array(message, schema.field(0))
    let paths = UnsafeBufferPointer(
      start: start.assumingMemoryBound(to: UnsafePointer<CChar>.self), count: count)
    var text: [UInt8] = []
    for (index, path) in paths.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      guard Self.appendJSONPath(path, to: &text) else {
        throw WireError(
          .unsupported, "path “\(String(cString: path))” of a field mask has no form in JSON")
      }
    }
    write("\"")
    write(text: String(decoding: text, as: UTF8.self))
    write("\"")
  }

  /// `user.display_name` as JSON has it, `user.displayName`; false when it could not be read back.
  private static func appendJSONPath(_ path: UnsafePointer<CChar>, to text: inout [UInt8]) -> Bool {
    var isAfterUnderscore = false
    var index = 0
    while path[index] != 0 {
      let byte = UInt8(bitPattern: path[index])
      index += 1
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"):
        text.append(isAfterUnderscore ? byte & ~0x20 : byte)
        isAfterUnderscore = false
      case UInt8(ascii: "_") where !isAfterUnderscore:
        isAfterUnderscore = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
        guard !isAfterUnderscore else { return false }
        text.append(byte)
      default:
        return false
      }
    }
    return index > 0 && !isAfterUnderscore
  }
}
