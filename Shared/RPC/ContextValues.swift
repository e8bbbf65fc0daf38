// Typed values that interceptors leave for handlers: who calls, which tenant, and so on.

/// Names a value that can be kept in a `CallContext`. The conforming type itself is the key.
public protocol ContextKey: Sendable {
  associatedtype Value: Sendable
}

/// A small typed dictionary, copied with the context that holds it.
public struct ContextValues: Sendable {
  private var entries: [(key: ObjectIdentifier, value: any Sendable)] = []

  public init() {}

  /// The value of a key; nil when nothing was set.
  public subscript<Key: ContextKey>(key: Key.Type) -> Key.Value? {
    get {
      let id = ObjectIdentifier(key)
      return entries.first { $0.key == id }?.value as? Key.Value
    }
    set {
      let id = ObjectIdentifier(key)
      entries.removeAll { $0.key == id }
      if let newValue { entries.append((id, newValue)) }
    }
  }
}
