// Swift structs of proto messages, with the code that moves values to and from C structs.

internal import SwiftProtobufPluginLibrary

/// Writes one message and the types nested in it.
struct MessageGenerator {
  private let message: Descriptor
  private let types: SwiftTypes
  private let members: [Member]

  init(message: Descriptor, types: SwiftTypes) {
    self.message = message
    self.types = types
    members = Member.members(of: message, types: types)
  }

  func generate(_ printer: inout CodePrinter) {
    printer.print(message.protoSourceComments(), newlines: false)
    let name = SwiftTypes.simpleName(of: message)
    printer.print("public struct \(name): \(types.outside("WireMessage", in: "Wire")) {")
    printer.withIndentation { printer in
      for member in members { member.declare(&printer) }
      if !members.isEmpty { printer.print("") }
      printer.print("public init() {}", "")
      generateMemberwiseInit(&printer)
      generateSchema(&printer)
      generateReading(&printer)
      generateWriting(&printer)
      for enumeration in message.enums {
        printer.print("")
        EnumGenerator(enumeration: enumeration, types: types).generate(&printer)
      }
      for oneof in message.realOneofs {
        printer.print("")
        generateOneof(oneof, &printer)
      }
      for nested in message.messages where !nested.isEntryOfMap {
        printer.print("")
        MessageGenerator(message: nested, types: types).generate(&printer)
      }
    }
    printer.print("}")
  }

  private func generateMemberwiseInit(_ printer: inout CodePrinter) {
    guard !members.isEmpty else { return }
    printer.print("public init(")
    for (place, member) in members.enumerated() {
      let comma = place == members.count - 1 ? "" : ","
      printer.print("  \(member.name): \(member.type) = \(member.initial)\(comma)")
    }
    printer.print(") {")
    for member in members { printer.print("  self.\(member.name) = \(member.name)") }
    printer.print("}", "")
  }

  private func generateSchema(_ printer: inout CodePrinter) {
    let schema = types.outside("MessageSchema", in: "Wire")
    printer.print("public static var schema: \(schema) {")
    printer.print("  \(schema)(facts: \(CNames.factsAddress(of: message))())", "}", "")
  }

  private func generateReading(_ printer: inout CodePrinter) {
    let error = types.outside("WireError", in: "Wire")
    let pointer = types.outside("UnsafeRawPointer")
    printer.print("public init(reading message: \(pointer)) throws(\(error)) {")
    printer.withIndentation { printer in
      printer.print("self.init()")
      if !members.isEmpty {
        printer.print("let reader = \(types.outside("MessageReader", in: "Wire"))(message)")
      }
      for member in members { member.read(&printer) }
    }
    printer.print("}", "")
  }

  private func generateWriting(_ printer: inout CodePrinter) {
    let error = types.outside("WireError", in: "Wire")
    let pointer = types.outside("UnsafeMutableRawPointer")
    let arena = types.outside("EncodingArena", in: "Wire")
    printer.print(
      "public func write(to message: \(pointer), arena: \(arena)) throws(\(error)) {")
    printer.withIndentation { printer in
      if !members.isEmpty {
        let writer = types.outside("MessageWriter", in: "Wire")
        printer.print("let writer = \(writer)(message, arena: arena)")
      }
      for member in members { member.write(&printer) }
    }
    printer.print("}")
  }

  private func generateOneof(_ oneof: OneofDescriptor, _ printer: inout CodePrinter) {
    printer.print(oneof.protoSourceComments(), newlines: false)
    let protocols = "\(types.outside("Sendable")), \(types.outside("Equatable"))"
    printer.print("public enum \(SwiftTypes.simpleName(of: oneof)): \(protocols) {")
    printer.withIndentation { printer in
      for field in oneof.fields {
        printer.print(field.protoSourceComments(), newlines: false)
        let indirect = Recursion.isRecursive(field) ? "indirect " : ""
        let type = FieldKind(field, types: types).type(types)
        printer.print("\(indirect)case \(SwiftNames.oneofCase(field.name))(\(type))")
      }
    }
    printer.print("}")
  }
}
