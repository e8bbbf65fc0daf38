// What generated enums have in common.

/// An open enum: a number that the sender knows and we do not survives reading and writing.
public protocol WireEnum: Sendable, Hashable {
  /// The case of a number, or the case for unrecognized numbers with it.
  init(rawValue: Int32)
  /// The number on the wire.
  var rawValue: Int32 { get }
  /// The name in the proto file, `PLACE_LEVEL_COUNTY`; nil for an unrecognized number.
  var protoName: String? { get }
  /// Every case that has a name, in the order of the proto file.
  static var allKnownCases: [Self] { get }
}
