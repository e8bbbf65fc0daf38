// JSON schemas of messages, as canonical proto3 JSON writes them: 64-bit integers are texts, defaults
// are left out, so no member is required.

internal import Wire

/// Collects the schemas that a document refers to.
struct SchemaComponents {
  private var schemas: [String: JSONValue] = [:]

  /// A reference to a message's schema, which is added with all that it needs.
  mutating func reference(to message: MessageSchema) -> JSONValue {
    let name = message.name
    if schemas[name] == nil {
      // Set first, so that a message that holds itself ends.
      schemas[name] = .null
      var members: [JSONValue.Member] = []
      for field in message.describedFields {
        members.append(JSONValue.Member(name: field.jsonName, value: schema(of: field)))
      }
      schemas[name] = .object(["type": "object", "properties": .object(members)])
    }
    return .object(["$ref": .string("#/components/schemas/" + name)])
  }

  /// Every schema, by name.
  var json: JSONValue {
    .object(
      schemas.sorted { $0.key < $1.key }.map { JSONValue.Member(name: $0.key, value: $0.value) })
  }

  private mutating func schema(of field: FieldDescription) -> JSONValue {
    if field.isMap, case .message(let entry) = field.kind {
      let value = entry.describedFields.first { $0.protoName == "value" }
      let values = value.map { schema(of: $0) } ?? .object([])
      return .object(["type": "object", "additionalProperties": values])
    }
    let one = schema(of: field.kind)
    return field.isRepeated ? .object(["type": "array", "items": one]) : one
  }

  private mutating func schema(of kind: FieldDescription.Kind) -> JSONValue {
    switch kind {
    case .bool: return .object(["type": "boolean"])
    case .string: return .object(["type": "string"])
    case .bytes: return .object(["type": "string", "contentEncoding": "base64"])
    case .floatingPoint: return .object(["type": "number"])
    case .integer(let isSigned):
      return .object(["type": "integer", "minimum": isSigned ? nil : 0])
    case .longInteger(let isSigned):
      return .object(["type": "string", "pattern": isSigned ? "^-?[0-9]+$" : "^[0-9]+$"])
    case .enumeration(_, let values):
      return .object(["type": "string", "enum": .strings(values)])
    case .message(let message): return reference(to: message)
    }
  }
}
