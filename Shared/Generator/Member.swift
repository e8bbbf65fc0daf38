// The stored properties of a generated struct: one for each field, and one for each oneof at the
// place of its first field.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// One property.
struct Member {
  private enum Shape {
    case implicit
    case optional
    case message
    case repeated
    case map(key: FieldKind, value: FieldKind)
    case oneof([FieldDescriptor])
  }

  let name: String
  let type: String
  let initial: String
  private let shape: Shape
  private let field: FieldDescriptor
  private let kind: FieldKind
  /// The place of the field among the message's fields by number.
  private let index: Int
  private let places: [Int32: Int]
  private let comments: String
  private let types: SwiftTypes

  static func members(of message: Descriptor, types: SwiftTypes) -> [Member] {
    let numbers = message.fields.map(\.number).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(numbers, numbers.indices))
    var oneofs: Set<String> = []
    return message.fields.compactMap { field in
      guard let oneof = field.realContainingOneof else {
        return Member(field, places: places, types: types)
      }
      guard oneofs.insert(oneof.name).inserted else { return nil }
      return Member(oneof, first: field, places: places, types: types)
    }
  }

  private init(_ field: FieldDescriptor, places: [Int32: Int], types: SwiftTypes) {
    self.field = field
    self.places = places
    self.types = types
    index = places[field.number] ?? 0
    name = SwiftNames.property(field.name)
    comments = field.protoSourceComments()
    kind = FieldKind(field, types: types)
    let element = kind.type(types)
    if field.isMap, let entry = field.messageType.mapKeyAndValue {
      let key = FieldKind(entry.key, types: types)
      let value = FieldKind(entry.value, types: types)
      shape = .map(key: key, value: value)
      (type, initial) = ("[\(key.type(types)): \(value.type(types))]", "[:]")
    } else if field.isRepeated {
      shape = .repeated
      (type, initial) = ("[\(element)]", "[]")
    } else if field.type == .message {
      shape = field.isDeclaredOptional ? .optional : .message
      (type, initial) = ("\(element)?", "nil")
    } else if field.isDeclaredOptional {
      shape = .optional
      (type, initial) = ("\(element)?", "nil")
    } else {
      shape = .implicit
      (type, initial) = (element, kind.initial)
    }
  }

  private init(
    _ oneof: OneofDescriptor, first: FieldDescriptor, places: [Int32: Int], types: SwiftTypes
  ) {
    field = first
    kind = FieldKind(first, types: types)
    self.places = places
    self.types = types
    index = places[first.number] ?? 0
    name = SwiftNames.property(oneof.name)
    comments = oneof.protoSourceComments()
    type = "\(SwiftTypes.simpleName(of: oneof))?"
    initial = "nil"
    shape = .oneof(oneof.fields)
  }

  func declare(_ printer: inout CodePrinter) {
    printer.print(comments, newlines: false)
    guard isRecursive else {
      printer.print("public var \(name): \(type) = \(initial)")
      return
    }
    let storage = "_\(SwiftNames.lowerCamel(field.name))"
    let indirect = types.outside("Indirect", in: "Wire")
    printer.print("public var \(name): \(type) {")
    printer.print("  get { self.\(storage).value }")
    printer.print("  set { self.\(storage) = \(indirect)(newValue) }", "}")
    printer.print("private var \(storage) = \(indirect)<\(kind.type(types))>()")
  }

  /// Whether the value cannot lie in the struct. A oneof keeps it elsewhere by an indirect case.
  private var isRecursive: Bool {
    if case .oneof = shape { return false }
    return Recursion.isRecursive(field)
  }

  func read(_ printer: inout CodePrinter) {
    let target = "self.\(name)"
    switch shape {
    case .implicit, .message:
      printer.print("\(target) = \(kind.read("reader", index))")
    case .optional:
      printer.print("if reader.has(\(index)) { \(target) = \(kind.read("reader", index)) }")
    case .repeated:
      printer.print("\(target) = \(kind.readAll("reader", index))")
    case .map(let key, let value):
      let error = types.outside("WireError", in: "Wire")
      let pair = "(\(key.type(types)), \(value.type(types)))"
      printer.print(
        "\(target) = try reader.map(\(index)) { (entry) throws(\(error)) -> \(pair) in",
        "  (\(key.read("entry", 0)), \(value.readPresent("entry", 1)))", "}")
    case .oneof(let fields):
      printer.print("switch reader.oneofCase(\(index)) {")
      for field in fields {
        let value = FieldKind(field, types: types).readPresent("reader", place(of: field))
        let name = SwiftNames.oneofCase(field.name)
        printer.print("case \(field.number): \(target) = .\(name)(\(value))")
      }
      printer.print("default: break", "}")
    }
  }

  func write(_ printer: inout CodePrinter) {
    let source = "self.\(name)"
    switch shape {
    case .implicit:
      printer.print(kind.write("writer", index, source))
    case .message:
      printer.print("if let value = \(source) { \(kind.write("writer", index, "value")) }")
    case .optional:
      printer.print("if let value = \(source) {")
      printer.print("  \(kind.write("writer", index, "value"))")
      printer.print("  writer.setPresent(\(index))", "}")
    case .repeated:
      printer.print(kind.writeAll("writer", index, source))
    case .map(let key, let value):
      let error = types.outside("WireError", in: "Wire")
      printer.print(
        "try writer.setMap(\(index), \(source)) { (entry, key, value) throws(\(error)) in",
        "  \(key.write("entry", 0, "key"))", "  \(value.write("entry", 1, "value"))", "}")
    case .oneof(let fields):
      printer.print("switch \(source) {")
      for field in fields {
        let place = place(of: field)
        printer.print("case .\(SwiftNames.oneofCase(field.name))(let value):")
        printer.print("  \(FieldKind(field, types: types).write("writer", place, "value"))")
        printer.print("  writer.setPresent(\(place))")
      }
      printer.print("case nil: break", "}")
    }
  }

  private func place(of field: FieldDescriptor) -> Int { places[field.number] ?? 0 }
}
