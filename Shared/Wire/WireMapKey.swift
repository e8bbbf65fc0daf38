// What may be the key of a map, and in which order entries are written.

/// A type that keys of `map` fields have.
public protocol WireMapKey: Hashable, Sendable {
  /// The entries of a map in the order in which they are written: numbers by value, false before
  /// true, strings by their bytes.
  static func inOrder<Value>(_ values: [Self: Value]) -> [(key: Self, value: Value)]
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
  public static func inOrder<Value>(_ values: [String: Value]) -> [(key: String, value: Value)] {
    values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
