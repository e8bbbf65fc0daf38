// The one error of this module. Foreign bytes end in a value of this type, never in a trap.

/// Why a message could not be read or written.
public struct WireError: Error, Sendable, Equatable {
  /// The kind of a failure.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The bytes break the rules of the encoding.
    case malformed
    /// The input or the output is larger than the limit on its bytes.
    case tooLarge
    /// Messages are nested deeper than the limit.
    case tooDeep
    /// The message holds more elements than the limit.
    case tooManyElements
    /// Decoding or encoding would need more memory than the limit.
    case tooMuchMemory
    /// A string is not UTF-8, or is a lone surrogate in JSON.
    case invalidUTF8
    /// A string holds U+0000, which the C library cannot carry.
    case nulInString
    /// A singular message, a JSON key or a oneof is given more than once.
    case duplicate
    /// A field's wire type or JSON type is not the one of its declaration.
    case wrongType
    /// A number, time or enum name is outside what its field can hold.
    case outOfRange
    /// A `google.protobuf.Any` holds a message of a type that the registry does not have.
    case unknownType
    /// The value has no form in the encoding asked for.
    case unsupported
  }

  public let code: Code
  /// What is wrong, in words that are safe to send to the peer.
  public let message: String
  /// The names of the fields that lead to the fault, outermost first, as in the proto file.
  public private(set) var path: [String]

  public init(_ code: Code, _ message: String, path: [String] = []) {
    self.code = code
    self.message = message
    self.path = path
  }

  /// The same failure seen from the message that holds it in the field named.
  func inside(_ field: String) -> WireError {
    var error = self
    error.path.insert(field, at: 0)
    return error
  }
}

extension WireError: CustomStringConvertible {
  /// `federation.places.name: string is not UTF-8`. Safe to send.
  public var description: String {
    path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)"
  }
}
