// What may be the key of a map, and in which order entries are written.

/// A type that keys of `map` fields have.
public protocol WireMapKey: Hashable, Sendable {
  /// The entries of a map in the order in which they are written: numbers by value, false before
  /// true, strings by their bytes.
  static func inOrder<Value>(_ values: [Self: Value]) -> [(key: Self, value: Value)]

  /// Whether two keys that Swift calls equal are one key in protobuf too.
  func isIdentical(to other: Self) -> Bool
}

extension WireMapKey {
  public func isIdentical(to other: Self) -> Bool { true }
}

extension WireMapKey where Self: Comparable {
  public static func inOrder<Value>(_ values: [Self: Value]) -> [(key: Self, value: Value)] {
    values.sorted { $0.key < $1.key }
  }
}

extension Int32: WireMapKey {}
extension Int64: WireMapKey {}
extension UInt32: WireMapKey {}
extension UInt64: WireMapKey {}

extension Bool: WireMapKey {
  public static func inOrder<Value>(_ values: [Bool: Value]) -> [(key: Bool, value: Value)] {
    values.sorted { !$0.key && $1.key }
  }
}

extension String: WireMapKey {
  /// Strings of protobuf are equal when their bytes are; those of Swift also when Unicode calls them
  /// canonically equivalent.
  public func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  public static func inOrder<Value>(_ values: [String: Value]) -> [(key: String, value: Value)] {
    values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
