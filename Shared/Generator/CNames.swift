// The names that protoc-gen-c gives. They are an interface: generated C refers to them.

internal import SwiftProtobufPluginLibrary

/// C identifiers of protos.
enum CNames {
  /// `lianshe.registry.v1.PlaceLevel` is `lianshe__registry__v1__place_level`.
  static func lower(_ fullName: String) -> String {
    fullName.split(separator: ".").map { lower(part: String($0)) }.joined(separator: "__")
  }

  /// An underscore goes before each capital that does not follow another.
  private static func lower(part: String) -> String {
    var result = ""
    var afterCapital = true
    for character in part {
      let isCapital = character.isUppercase
      if isCapital, !afterCapital { result += "_" }
      result += character.lowercased()
      afterCapital = isCapital
    }
    return result
  }

  static func descriptor(of message: Descriptor) -> String {
    "\(lower(message.fullName))__descriptor"
  }
  static func facts(of message: Descriptor) -> String { "\(lower(message.fullName))__facts" }
  /// The function by which Swift gets the address of a message's facts.
  static func factsAddress(of message: Descriptor) -> String { "\(facts(of: message))_address" }

  /// The header that protoc-gen-c writes for a file.
  static func header(of file: FileDescriptor) -> String {
    let stem = file.name.hasSuffix(".proto") ? String(file.name.dropLast(6)) : file.name
    return "\(stem).pb-c.h"
  }
}
