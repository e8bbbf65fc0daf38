// Which imports of a proto file the generated code needs. Protos of others import much that only
// protoc has a use for: options, annotations, and google/protobuf/descriptor.proto to declare them.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

extension FileDescriptor {
  /// The files of google.protobuf whose messages the channel has: those of `Protos/`.
  private static let wellKnownFiles: Set<String> = [
    "google/protobuf/any.proto", "google/protobuf/duration.proto", "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto", "google/protobuf/struct.proto",
    "google/protobuf/timestamp.proto", "google/protobuf/wrappers.proto",
  ]

  /// Whether messages and enums of the file can be generated.
  var isCarried: Bool {
    edition == .proto3 && (package != "google.protobuf" || Self.wellKnownFiles.contains(name))
  }

  /// Whether the file holds nothing to generate: declarations of extensions at most.
  var isEmpty: Bool { messages.isEmpty && enums.isEmpty && services.isEmpty }

  /// The other files whose messages and enums the fields and methods of this one name, imported
  /// directly or through a public import.
  private var filesUsed: [FileDescriptor] {
    var used: [FileDescriptor?] = []
    for field in messages.flatMap(ProtoPackage.withNested).flatMap(\.fields) {
      used += [field.messageType?.file, field.enumType?.file]
    }
    for method in services.flatMap(\.methods) {
      used += [method.inputType.file, method.outputType.file]
    }
    return used.compactMap { $0 }.filter { $0.name != name }
  }

  /// The imports that generated code keeps, each once and by name: what is used, and what may be
  /// meant for `google.protobuf.Any`. Files that declare extensions are imported for their options,
  /// which no generated code has a use for.
  var importsKept: [FileDescriptor] {
    let unused = dependencies.filter { $0.isCarried && !$0.isEmpty && $0.extensions.isEmpty }
    var names: Set<String> = []
    return (filesUsed + unused).filter { names.insert($0.name).inserted }
      .sorted { $0.name < $1.name }
  }
}
