// How generated code names types: as short as it can without being misread.

internal import SwiftProtobufPluginLibrary

/// The type names of one package, and where they come from.
struct SwiftTypes {
  let package: ProtoPackage
  let modules: Modules
  /// The simple names of the types that the package declares, at any level.
  private let declared: Set<String>
  /// The same, of nested types only.
  private let nested: Set<String>

  init(package: ProtoPackage, modules: Modules) {
    self.package = package
    self.modules = modules
    var nested: Set<String> = []
    for message in package.allMessages {
      nested.formUnion(message.messages.map { Self.simpleName(of: $0) })
      nested.formUnion(message.enums.map { Self.simpleName(of: $0) })
      nested.formUnion(message.realOneofs.map { Self.simpleName(of: $0) })
    }
    var declared = nested
    for file in package.files {
      declared.formUnion(file.messages.map { Self.simpleName(of: $0) })
      declared.formUnion(file.enums.map { Self.simpleName(of: $0) })
    }
    self.nested = nested
    self.declared = declared
  }

  static func simpleName(of message: Descriptor) -> String {
    SwiftNames.type(message.name, reservedEnding: "Message")
  }

  static func simpleName(of enumeration: EnumDescriptor) -> String {
    SwiftNames.type(enumeration.name, reservedEnding: "Enum")
  }

  /// The enum of a oneof: `Kind` for `kind`, unless the message has another type of that name.
  static func simpleName(of oneof: OneofDescriptor) -> String {
    let name = SwiftNames.upperCamel(oneof.name)
    let message: Descriptor = oneof.containingType
    let taken =
      message.messages.map { simpleName(of: $0) } + message.enums.map { simpleName(of: $0) }
      + [simpleName(of: message)]
    return taken.contains(name) || SwiftNames.type(name, reservedEnding: "_") != name
      ? "\(name)Oneof" : name
  }

  /// A type of the standard library, `Wire` or `RPC`.
  func outside(_ name: String, in module: String = "Swift") -> String {
    declared.contains(name) ? "\(module).\(name)" : name
  }

  func name(of message: Descriptor) -> String {
    var parts = [Self.simpleName(of: message)]
    var outer = message.containingType
    while let type = outer {
      parts.append(Self.simpleName(of: type))
      outer = type.containingType
    }
    return qualified(parts, file: message.file)
  }

  func name(of enumeration: EnumDescriptor) -> String {
    var parts = [Self.simpleName(of: enumeration)]
    var outer = enumeration.containingType
    while let type = outer {
      parts.append(Self.simpleName(of: type))
      outer = type.containingType
    }
    return qualified(parts, file: enumeration.file)
  }

  /// - Parameter parts: the simple names, innermost first.
  private func qualified(_ parts: [String], file: FileDescriptor) -> String {
    let name = parts.reversed().joined(separator: ".")
    if file.package != package.protoName {
      guard let other = try? modules.package(of: file) else { return name }
      return "\(other.module).\(name)"
    }
    // A nested type of another message would hide a type at the top.
    return nested.contains(parts[parts.count - 1]) ? "\(package.module).\(name)" : name
  }
}
