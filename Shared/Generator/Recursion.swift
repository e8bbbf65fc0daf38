// Which fields lead back to their own message: Swift structs cannot hold those in place.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// Finds circles of singular message fields. Arrays and dictionaries keep their elements elsewhere.
enum Recursion {
  static func isRecursive(_ field: FieldDescriptor) -> Bool {
    guard holdsInPlace(field), let type = field.messageType else { return false }
    var seen: Set<String> = []
    return reaches(field.containingType.fullName, from: type, &seen)
  }

  private static func reaches(
    _ name: String, from message: Descriptor, _ seen: inout Set<String>
  ) -> Bool {
    if message.fullName == name { return true }
    guard seen.insert(message.fullName).inserted else { return false }
    for field in message.fields where holdsInPlace(field) {
      if reaches(name, from: field.messageType, &seen) { return true }
    }
    return false
  }

  private static func holdsInPlace(_ field: FieldDescriptor) -> Bool {
    field.type == .message && !field.isRepeated
  }
}
