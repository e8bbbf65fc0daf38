// Headers as HTTP carries them, before anyone has said which of them are metadata.

/// The fields of one header block, in order. Names are lower case and may repeat.
public struct HeaderFields: Sendable, Equatable {
  public struct Field: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }

    /// Whether this is the field of a name. The length tells most names apart.
    func isNamed(_ name: String) -> Bool {
      self.name.utf8.count == name.utf8.count && self.name == name
    }
  }

  public var fields: [Field]

  public init(_ fields: [Field] = []) { self.fields = fields }

  public mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name, value))
  }

  /// The first value of a name.
  public func first(_ name: String) -> String? {
    fields.first { $0.isNamed(name) }?.value
  }

  /// Removes every field of a name.
  public mutating func remove(_ name: String) {
    fields.removeAll { $0.name == name }
  }
}

extension HeaderFields: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Field...) { self.init(elements) }
}

extension Metadata {
  /// What a peer sent, without the fields that belong to HTTP or to the protocol. Nothing is
  /// refused here: keys and values were checked by HTTP, and a server that answers a header it
  /// does not know with an error helps nobody.
  init(received fields: HeaderFields) {
    self.init(
      unchecked: fields.fields.compactMap { field in
        guard !field.name.hasPrefix(":"), !Self.isReserved(field.name) else { return nil }
        return Entry(key: field.name, value: field.value)
      })
  }
}
