// Schemas in Swift terms, for whoever describes messages instead of encoding them: the OpenAPI
// document of the gateway, the help of a tool.

internal import CProtobufC
internal import CWireFacts

/// One field of a message, as canonical JSON has it.
package struct FieldDescription: Sendable {
  package enum Kind: Sendable {
    case bool
    /// 32 bits; a number in JSON.
    case integer(isSigned: Bool)
    /// 64 bits; a text in JSON.
    case longInteger(isSigned: Bool)
    case floatingPoint
    case string
    case bytes
    /// The full name of the enum and the names of its values.
    case enumeration(name: String, values: [String])
    case message(MessageSchema)
  }

  /// The name in JSON.
  package let jsonName: String
  /// The name in the proto file.
  package let protoName: String
  package let kind: Kind
  package let isRepeated: Bool
  /// True for a map; its kind is then the entry message with `key` and `value`.
  package let isMap: Bool
}

extension MessageSchema {
  /// The fields in the order of their numbers.
  package var describedFields: [FieldDescription] {
    (0..<fieldCount).map { index in
      let field = field(index)
      return FieldDescription(
        jsonName: String(cString: field.facts.pointee.json_name), protoName: field.name,
        kind: field.describedKind, isRepeated: field.isRepeated, isMap: field.isMap)
    }
  }
}

extension FieldSchema {
  fileprivate var describedKind: FieldDescription.Kind {
    if let message { return .message(message) }
    if let enumeration {
      let values = (0..<Int(enumeration.pointee.n_values)).map { index in
        String(cString: enumeration.pointee.values[index].name)
      }
      return .enumeration(name: String(cString: enumeration.pointee.name), values: values)
    }
    switch type {
    case PROTOBUF_C_TYPE_BOOL: return .bool
    case PROTOBUF_C_TYPE_STRING: return .string
    case PROTOBUF_C_TYPE_BYTES: return .bytes
    case PROTOBUF_C_TYPE_FLOAT, PROTOBUF_C_TYPE_DOUBLE: return .floatingPoint
    case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64:
      return .longInteger(isSigned: true)
    case PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_FIXED64: return .longInteger(isSigned: false)
    case PROTOBUF_C_TYPE_UINT32, PROTOBUF_C_TYPE_FIXED32: return .integer(isSigned: false)
    default: return .integer(isSigned: true)
    }
  }
}
