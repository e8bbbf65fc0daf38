// Swift enums of proto enums.

internal import SwiftProtobufPluginLibrary

/// Writes one enum.
struct EnumGenerator {
  let enumeration: EnumDescriptor
  let types: SwiftTypes

  static func caseName(of value: EnumValueDescriptor) -> String {
    SwiftNames.enumCase(value.name, of: value.enumType.name)
  }

  func generate(_ printer: inout CodePrinter) {
    // The first name of a number is its case, further ones are constants.
    let values = enumeration.primaryValues
    let int32 = types.outside("Int32")
    let string = types.outside("String")
    let name = SwiftTypes.simpleName(of: enumeration)
    printer.print(enumeration.protoSourceComments(), newlines: false)
    printer.print("public enum \(name): \(types.outside("WireEnum", in: "Wire")) {")
    printer.withIndentation { printer in
      for value in values {
        printer.print(value.protoSourceComments(), newlines: false)
        printer.print("case \(Self.caseName(of: value))")
      }
      printer.print("/// A number that this version of the proto file does not name.")
      printer.print("case unrecognized(\(int32))")
      for (value, original) in enumeration.aliasValues {
        printer.print("")
        printer.print(value.protoSourceComments(), newlines: false)
        let alias = "public static let \(Self.caseName(of: value))"
        printer.print("\(alias) = \(name).\(Self.caseName(of: original))")
      }
      printer.print("", "public init(rawValue: \(int32)) {", "  switch rawValue {")
      for value in values {
        printer.print("  case \(value.number): self = .\(Self.caseName(of: value))")
      }
      printer.print("  default: self = .unrecognized(rawValue)", "  }", "}", "")
      printer.print("public var rawValue: \(int32) {", "  switch self {")
      for value in values {
        printer.print("  case .\(Self.caseName(of: value)): \(value.number)")
      }
      printer.print("  case .unrecognized(let rawValue): rawValue", "  }", "}", "")
      printer.print("public var protoName: \(string)? {", "  switch self {")
      for value in values {
        printer.print("  case .\(Self.caseName(of: value)): \"\(value.name)\"")
      }
      printer.print("  case .unrecognized: nil", "  }", "}", "")
      printer.print("public static let allKnownCases: [\(name)] = [")
      for value in values { printer.print("  .\(Self.caseName(of: value)),") }
      printer.print("]")
    }
    printer.print("}")
  }
}
