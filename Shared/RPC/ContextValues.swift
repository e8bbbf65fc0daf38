// Typed values that interceptors leave for handlers: who calls, which tenant, and so on.

/// Names a value that can be kept in a `CallContext`. The conforming type itself is the key.
public protocol ContextKey: Sendable {
  associatedtype Value: Sendable
}

/// A small typed dictionary, copied with the context that holds it.
public struct ContextValues: Sendable {
  private typealias Entry = (key: ObjectIdentifier, value: any Sendable)

  /// Most calls carry one value, which needs no array.
  private var first: Entry?
  private var others: [Entry] = []

  public init() {}

  /// The value of a key; nil when nothing was set.
  public subscript<Key: ContextKey>(key: Key.Type) -> Key.Value? {
    get {
      let id = ObjectIdentifier(key)
      if let first, first.key == id { return first.value as? Key.Value }
      return others.first { $0.key == id }?.value as? Key.Value
    }
    set {
      let id = ObjectIdentifier(key)
      if first == nil || first?.key == id {
        first = newValue.map { (id, $0) }
        others.removeAll { $0.key == id }
        return
      }
      others.removeAll { $0.key == id }
      if let newValue { others.append((id, newValue)) }
    }
  }
}
