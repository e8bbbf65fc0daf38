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
      guard file.extensions.isEmpty else {
        throw GeneratorError("\(file.name): extensions are not supported")
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
      for field in message.fields where field.type == .group {
        throw GeneratorError("\(field.fullName): groups are not supported")
      }
    }
  }

  private static func check(_ service: ServiceDescriptor) throws {
    for method in service.methods where method.clientStreaming {
      throw GeneratorError(
        "\(service.fullName).\(method.name): the channel streams from the server only; "
          + "send the parts in calls of their own")
    }
  }
}
