// A Swift struct cannot hold itself. Fields that lead back to their own message type are kept here.

/// An optional value on the heap, for a field of a recursive message.
///
/// Generated code wraps it in a computed property. It is no property wrapper: Swift 6.3.1 crashes when
/// it optimises an initialiser that assigns to one.
public struct Indirect<Value: Sendable & Equatable>: Sendable, Equatable {
  private final class Box: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private let box: Box?

  public init(_ value: Value? = nil) {
    box = value.map(Box.init)
  }

  public var value: Value? { box?.value }

  public static func == (left: Indirect, right: Indirect) -> Bool {
    left.box === right.box || left.value == right.value
  }
}
