// What the channel cannot carry is refused here, where the author of the proto can still read why.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// The rules that proto files keep.
enum Rules {
  static func check(_ package: ProtoPackage) throws {
    var stems: [String: String] = [:]
    for file in package.files {
      if let other = stems.updateValue(file.name, forKey: SwiftFileGenerator.stem(of: file)) {
        throw GeneratorError(
          "\(other) and \(file.name) are in one package; their file names must differ")
      }
      guard file.edition == .proto3 else {
        throw GeneratorError("\(file.name): only syntax = \"proto3\" is supported")
      }
      guard !file.dependencies.contains(where: { $0.name == "protobuf-c/protobuf-c.proto" }) else {
        throw GeneratorError("\(file.name): options of protobuf-c would change the C names")
      }
      for service in file.services { try check(service) }
    }
    for message in package.allMessages {
      guard message.fields.count <= Int(UInt16.max) else {
        throw GeneratorError("\(message.fullName): more than 65,535 fields")
      }
      for field in message.fields { try check(field) }
    }
    try checkNames(of: package)
  }

  private static func check(_ field: FieldDescriptor) throws {
    guard field.type != .group else {
      throw GeneratorError("\(field.fullName): groups are not supported")
    }
    try check([field.messageType?.file, field.enumType?.file], usedBy: field.fullName)
  }

  /// Whether the types that something uses can be generated.
  private static func check(_ files: [FileDescriptor?], usedBy user: String) throws {
    for case .some(let file) in files where !file.isCarried {
      throw GeneratorError(
        "\(user) uses a type of \(file.name), which the channel does not have: it is not proto3, "
          + "or none of the well-known types")
    }
  }

  /// What is written for a service has names that a message could have too.
  private static func checkNames(of package: ProtoPackage) throws {
    var owners = ["\(package.name)Files": "the package"]
    for service in package.files.flatMap(\.services) {
      let name = SwiftNames.upperCamel(service.name)
      for name in ["\(name)Methods", "\(name)Handler", "\(name)Client"] {
        owners[name] = "service \(service.fullName)"
      }
    }
    let names =
      package.files.flatMap(\.messages).map { ($0.fullName, SwiftTypes.simpleName(of: $0)) }
      + package.files.flatMap(\.enums).map { ($0.fullName, SwiftTypes.simpleName(of: $0)) }
    for (fullName, name) in names {
      if let owner = owners[name] {
        throw GeneratorError("\(fullName): \(name) is the name of what is written for \(owner)")
      }
    }
  }

  private static func check(_ service: ServiceDescriptor) throws {
    for method in service.methods {
      let files = [method.inputType.file, method.outputType.file]
      try check(files, usedBy: "\(service.fullName).\(method.name)")
      guard method.clientStreaming else { continue }
      throw GeneratorError(
        "\(service.fullName).\(method.name): the channel streams from the server only; "
          + "send the parts in calls of their own")
    }
  }
}
