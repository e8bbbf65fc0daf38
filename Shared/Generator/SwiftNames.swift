// Swift identifiers of proto names.

internal import SwiftProtobufPluginLibrary

/// How proto names are spelled in Swift.
enum SwiftNames {
  /// Words that need backticks as a property or an enum case.
  private static let keywords: Set<String> = [
    "Any", "actor", "as", "associatedtype", "await", "break", "case", "catch", "class", "continue",
    "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
    "fileprivate", "for", "func", "guard", "if", "import", "in", "indirect", "inout", "internal",
    "is", "let", "nil", "open", "operator", "package", "precedencegroup", "private", "protocol",
    "public", "repeat", "rethrows", "return", "some", "static", "struct", "subscript", "super",
    "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while",
  ]

  /// Names that mean something else after a dot, even in backticks.
  private static let reservedMembers: Set<String> = ["init", "self", "Self", "Type", "Protocol"]

  /// Names that no type can have, or that would hide a type that every file needs.
  private static let reservedTypes: Set<String> = ["Any", "Self", "Type", "Protocol", "Swift"]

  static func isTypeName(_ name: String) -> Bool {
    guard let first = name.first, first.isASCII, first.isLetter else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      && !reservedTypes.contains(name)
  }

  /// `place_code` is `placeCode`; capitals inside a word are left alone.
  static func lowerCamel(_ name: String) -> String {
    let words = name.split(separator: "_").map(String.init)
    guard let first = words.first else { return name }
    let isShouted = !name.contains { $0.isLowercase }
    let rest = words.dropFirst().map { capitalized(isShouted ? $0.lowercased() : $0) }
    return uncapitalized(isShouted ? first.lowercased() : first) + rest.joined()
  }

  /// `place_code` is `PlaceCode`.
  static func upperCamel(_ name: String) -> String { capitalized(lowerCamel(name)) }

  static func property(_ field: String) -> String { member(lowerCamel(field)) }

  /// The case of a oneof's member. The enum is mostly met as an optional, which has cases too.
  static func oneofCase(_ field: String) -> String {
    let name = lowerCamel(field)
    return ["none", "some"].contains(name) ? "\(name)_" : property(field)
  }

  static func method(_ name: String) -> String { member(uncapitalized(name)) }

  static func type(_ name: String, reservedEnding: String) -> String {
    reservedTypes.contains(name) ? name + reservedEnding : name
  }

  /// The case of an enum value: the enum's own name in front is taken off.
  static func enumCase(_ value: String, of enumeration: String) -> String {
    let name = lowerCamel(stripped(value, of: enumeration) ?? value)
    // Beside the cases stand the one for other numbers and the list of all.
    if ["unrecognized", "allKnownCases"].contains(name) { return "\(name)_" }
    guard let first = name.first else { return member(value) }
    return member(first.isNumber ? "_\(name)" : name)
  }

  /// `PLACE_LEVEL_COUNTY` of `PlaceLevel` is `COUNTY`; nil when the name does not start so.
  private static func stripped(_ value: String, of enumeration: String) -> String? {
    var wanted = enumeration.filter { $0 != "_" }.uppercased()[...]
    var rest = value[...]
    while let next = wanted.first {
      guard let character = rest.popFirst() else { return nil }
      if character == "_" { continue }
      guard character.uppercased() == String(next) else { return nil }
      wanted = wanted.dropFirst()
    }
    guard rest.first == "_" else { return nil }
    let name = rest.drop { $0 == "_" }
    return name.isEmpty ? nil : String(name)
  }

  private static func member(_ name: String) -> String {
    if reservedMembers.contains(name) { return "\(name)_" }
    return keywords.contains(name) ? "`\(name)`" : name
  }

  static func capitalized(_ word: String) -> String {
    word.prefix(1).uppercased() + word.dropFirst()
  }

  /// `GetPlace` is `getPlace`, and `URLOf` is `urlOf`.
  static func uncapitalized(_ word: String) -> String {
    let capitals = word.prefix { $0.isUppercase }
    guard capitals.count > 1 else { return word.prefix(1).lowercased() + word.dropFirst() }
    if capitals.count == word.count { return word.lowercased() }
    // The last capital begins the next word, unless a digit follows.
    let isWordNext = word.dropFirst(capitals.count).first?.isLowercase == true
    let count = isWordNext ? capitals.count - 1 : capitals.count
    return word.prefix(count).lowercased() + word.dropFirst(count)
  }
}
