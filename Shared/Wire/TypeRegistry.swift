// The message types by name: what JSON has to know to read or write google.protobuf.Any.

internal import CProtobufC
internal import CWireFacts

/// The message types that a `google.protobuf.Any` may hold in JSON.
///
/// Every generated package gives its own, with those of the packages it imports
/// (`RegistryFiles.types`). Its tables are constants of C, sorted by name: a registry costs nothing
/// to make, and a look-up is a binary search.
public struct TypeRegistry: Sendable, Hashable {
  /// The types of one proto package.
  private struct Table: @unchecked Sendable, Hashable {
    // @unchecked: the table is constant data that lives as long as the process.
    let types: UnsafeRawPointer
    let count: Int

    subscript(index: Int) -> MessageSchema? {
      let entry = types + index * MemoryLayout<UnsafeRawPointer>.stride
      return entry.load(as: UnsafeRawPointer?.self).map { MessageSchema(facts: $0) }
    }

    func schema(named name: UnsafeRawBufferPointer) -> MessageSchema? {
      var low = 0
      var high = count
      while low < high {
        let middle = low + (high - low) / 2
        guard let schema = self[middle] else { return nil }
        let order = MessageSchema.compare(name, schema.descriptor.pointee.name)
        if order == 0 { return schema }
        if order > 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  private var tables: [Table] = []

  /// No types: every `Any` that is not empty is refused.
  public static let empty = TypeRegistry()

  private init() {}

  /// The types of several registries.
  public init(_ registries: [TypeRegistry]) {
    for registry in registries { merge(registry) }
  }

  /// The types of one package and of those it imports. Generated.
  ///
  /// - Parameters:
  ///   - types: the address of pointers to `WireMessageFacts`, sorted by the bytes of the names.
  ///   - count: how many there are.
  public init(types: UnsafeRawPointer, count: Int, importing registries: [TypeRegistry]) {
    tables = [Table(types: types, count: count)]
    for registry in registries { merge(registry) }
  }

  /// Adds the types of another registry.
  public mutating func merge(_ other: TypeRegistry) {
    for table in other.tables where !tables.contains(table) { tables.append(table) }
  }

  public func merging(_ other: TypeRegistry) -> TypeRegistry {
    if tables.isEmpty { return other }
    var merged = self
    merged.merge(other)
    return merged
  }

  public var isEmpty: Bool { tables.allSatisfy { $0.count == 0 } }

  /// The full names of the types, package by package.
  public var names: [String] {
    tables.flatMap { table in (0..<table.count).compactMap { table[$0]?.name } }
  }

  /// The type of a full name, `lianshe.registry.v1.Place`.
  public func schema(named name: String) -> MessageSchema? {
    var name = name
    return name.withUTF8 { schema(named: UnsafeRawBufferPointer($0)) }
  }

  func schema(named name: UnsafeRawBufferPointer) -> MessageSchema? {
    for table in tables {
      if let schema = table.schema(named: name) { return schema }
    }
    return nil
  }

  /// The type that a `@type` names: what follows its last slash.
  func schema(ofTypeURL url: UnsafeRawBufferPointer) throws(WireError) -> MessageSchema {
    guard let slash = url.lastIndex(of: UInt8(ascii: "/")), slash + 1 < url.count else {
      throw WireError(
        .malformed,
        "“\(Self.shown(url))” is no type URL: it is a prefix, a slash and the name of a message")
    }
    let name = UnsafeRawBufferPointer(rebasing: url[(slash + 1)...])
    guard let schema = schema(named: name) else {
      throw WireError(.unknownType, "“\(Self.shown(name))” is no message type that is known here")
    }
    return schema
  }

  /// What an error repeats of a name that a peer has sent.
  private static func shown(_ name: UnsafeRawBufferPointer) -> String {
    let limit = 200
    let text = String(decoding: name.prefix(limit), as: UTF8.self)
    return name.count > limit ? text + "…" : text
  }
}
