// What each proto type is in Swift, and which calls of `MessageReader` and `MessageWriter` it needs.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// The Swift side of a field's type, without its being repeated or optional.
enum FieldKind {
  /// A number or a boolean: the Swift type, its default, the name of the reader's and the ending of
  /// the writer's function.
  case scalar(type: String, initial: String, read: String, write: String)
  case string
  case bytes
  case enumeration(type: String, initial: String)
  case message(type: String)

  init(_ field: FieldDescriptor, types: SwiftTypes) {
    func number(_ type: String, _ read: String) -> FieldKind {
      .scalar(type: types.outside(type), initial: "0", read: read, write: type)
    }
    switch field.type {
    case .int32, .sint32, .sfixed32: self = number("Int32", "int32")
    case .int64, .sint64, .sfixed64: self = number("Int64", "int64")
    case .uint32, .fixed32: self = number("UInt32", "uint32")
    case .uint64, .fixed64: self = number("UInt64", "uint64")
    case .float: self = number("Float", "float")
    case .double: self = number("Double", "double")
    case .bool:
      self = .scalar(type: types.outside("Bool"), initial: "false", read: "bool", write: "Bool")
    case .string: self = .string
    case .bytes: self = .bytes
    case .enum:
      let enumeration: EnumDescriptor = field.enumType
      // proto3 has the first value be the one of number 0.
      let initial = enumeration.values.first.map(EnumGenerator.caseName) ?? "unrecognized(0)"
      self = .enumeration(type: types.name(of: enumeration), initial: ".\(initial)")
    case .group, .message:
      self = .message(type: types.name(of: field.messageType))
    }
  }

  func type(_ types: SwiftTypes) -> String {
    switch self {
    case .scalar(let type, _, _, _), .enumeration(let type, _), .message(let type): type
    case .string: types.outside("String")
    case .bytes: "[\(types.outside("UInt8"))]"
    }
  }

  /// What a field of this kind holds when nothing was set; a message field holds nothing.
  var initial: String {
    switch self {
    case .scalar(_, let initial, _, _), .enumeration(_, let initial): initial
    case .string: "\"\""
    case .bytes: "[]"
    case .message: "nil"
    }
  }

  /// An expression for the value at a place. A message is an optional.
  func read(_ reader: String, _ index: Int) -> String {
    switch self {
    case .scalar(_, _, let read, _): "\(reader).\(read)(\(index))"
    case .string: "\(reader).string(\(index))"
    case .bytes: "\(reader).bytes(\(index))"
    case .enumeration(let type, _): "\(reader).enumeration(\(index), as: \(type).self)"
    case .message(let type): "try \(reader).message(\(index), as: \(type).self)"
    }
  }

  /// The same where the value is known to be there.
  func readPresent(_ reader: String, _ index: Int) -> String {
    if case .message(let type) = self { return "\(read(reader, index)) ?? \(type)()" }
    return read(reader, index)
  }

  func readAll(_ reader: String, _ index: Int) -> String {
    switch self {
    case .scalar(_, _, let read, _): "\(reader).\(read)s(\(index))"
    case .string: "\(reader).strings(\(index))"
    case .bytes: "\(reader).bytesList(\(index))"
    case .enumeration(let type, _): "\(reader).enumerations(\(index), as: \(type).self)"
    case .message(let type): "try \(reader).messages(\(index), as: \(type).self)"
    }
  }

  func write(_ writer: String, _ index: Int, _ value: String) -> String {
    switch self {
    case .scalar(_, _, _, let write): "\(writer).set\(write)(\(index), \(value))"
    case .string: "try \(writer).setString(\(index), \(value))"
    case .bytes: "try \(writer).setBytes(\(index), \(value))"
    case .enumeration: "\(writer).setEnumeration(\(index), \(value))"
    case .message: "try \(writer).setMessage(\(index), \(value))"
    }
  }

  func writeAll(_ writer: String, _ index: Int, _ value: String) -> String {
    switch self {
    case .scalar(_, _, _, let write): "try \(writer).set\(write)s(\(index), \(value))"
    case .string: "try \(writer).setStrings(\(index), \(value))"
    case .bytes: "try \(writer).setBytesList(\(index), \(value))"
    case .enumeration: "try \(writer).setEnumerations(\(index), \(value))"
    case .message: "try \(writer).setMessages(\(index), \(value))"
    }
  }
}
