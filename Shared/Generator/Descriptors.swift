// Questions about descriptors that the plugin library does not answer itself.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

extension Descriptor {
  /// Whether it was made by protoc for the entries of a `map` field.
  var isEntryOfMap: Bool { options.mapEntry }
}

extension FieldDescriptor {
  /// Whether it is declared `optional`: protoc then puts it alone into a oneof of its own.
  var isDeclaredOptional: Bool { containingOneof != nil && realContainingOneof == nil }
}

extension EnumDescriptor {
  /// The values that give their number its name; the others are aliases (`allow_alias`).
  var primaryValues: [EnumValueDescriptor] {
    var numbers: Set<Int32> = []
    return values.filter { numbers.insert($0.number).inserted }
  }

  /// The alias values with the value that each stands for.
  var aliasValues: [(alias: EnumValueDescriptor, original: EnumValueDescriptor)] {
    let primary = primaryValues
    return values.compactMap { value in
      guard let original = primary.first(where: { $0.number == value.number }),
        original !== value
      else { return nil }
      return (value, original)
    }
  }
}
