// The schema of a message: protobuf-c's descriptor and the facts that our generator adds to it.
// Both are constant tables in C; the types here are one pointer each.

internal import CProtobufC
internal import CWireFacts

/// The shape of a message type, for the pre-scan and for JSON.
public struct MessageSchema: @unchecked Sendable, Equatable {
  // @unchecked: the tables are constant data that lives as long as the process.
  private let address: UnsafeRawPointer

  /// - Parameter facts: the address of a `WireMessageFacts` that the generator wrote.
  public init(facts address: UnsafeRawPointer) {
    self.address = address
  }

  /// The full name of the message, `lianshe.registry.v1.Place`.
  public var name: String { String(cString: descriptor.pointee.name) }

  var facts: UnsafePointer<WireMessageFacts> {
    address.assumingMemoryBound(to: WireMessageFacts.self)
  }

  var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    facts.pointee.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
  }

  var fieldCount: Int { Int(descriptor.pointee.n_fields) }

  /// The field at a place in the order of field numbers.
  func field(_ index: Int) -> FieldSchema {
    FieldSchema(
      descriptor: descriptor.pointee.fields + index, facts: facts.pointee.fields + index)
  }

  /// The place of a field number, or nil when the message has no such field.
  ///
  /// - Parameter previous: the place of the field before it on the wire, where the search begins:
  ///   writers mostly repeat a field or go on with the next one.
  func index(ofNumber number: UInt32, after previous: Int) -> Int? {
    let count = fieldCount
    guard count > 0, let fields = descriptor.pointee.fields else { return nil }
    if previous < count, fields[previous].id == number { return previous }
    if previous + 1 < count, fields[previous + 1].id == number { return previous + 1 }
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let id = fields[middle].id
      if id == number { return middle }
      if id < number { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}

/// One field of a message.
struct FieldSchema {
  let descriptor: UnsafePointer<ProtobufCFieldDescriptor>
  let facts: UnsafePointer<WireFieldFacts>

  /// The name in the proto file.
  var name: String { String(cString: descriptor.pointee.name) }
  /// The name in canonical JSON.
  var jsonName: String { String(cString: facts.pointee.json_name) }
  var number: UInt32 { descriptor.pointee.id }
  var type: ProtobufCType { descriptor.pointee.type }
  var offset: Int { Int(descriptor.pointee.offset) }
  /// Where the element count, or the number of the oneof's present member, is kept.
  var quantifierOffset: Int { Int(descriptor.pointee.quantifier_offset) }
  var isRepeated: Bool { descriptor.pointee.label == PROTOBUF_C_LABEL_REPEATED }
  var isMap: Bool { facts.pointee.flags & WIRE_FIELD_MAP != 0 }
  /// Whether C keeps it in a union: a member of a oneof, or an `optional` field.
  var isInUnion: Bool {
    descriptor.pointee.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0
  }
  var isNullValue: Bool { facts.pointee.flags & WIRE_FIELD_NULL_VALUE != 0 }

  /// The schema of the field's message type; nil for every other type.
  var message: MessageSchema? { facts.pointee.message.map { MessageSchema(facts: $0) } }

  /// The enum type; nil for every other type.
  var enumeration: UnsafePointer<ProtobufCEnumDescriptor>? {
    guard type == PROTOBUF_C_TYPE_ENUM else { return nil }
    return descriptor.pointee.descriptor?
      .assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
  }
}

/// Bytes of one element of a type in a C array.
func elementSize(of type: ProtobufCType) -> Int {
  switch type {
  case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64,
    PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_DOUBLE:
    8
  case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_MESSAGE:
    MemoryLayout<UnsafeRawPointer>.size
  case PROTOBUF_C_TYPE_BYTES:
    MemoryLayout<ProtobufCBinaryData>.size
  default:
    4
  }
}
