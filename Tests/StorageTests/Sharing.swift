// What a test and the bodies of its transactions share.

internal import Synchronization

// @unchecked: the tests write it once, before they read it.
final class Leak<Value>: @unchecked Sendable {
  var value: Value?
}

/// Tells other tasks that something goes on.
final class Flag: Sendable {
  private let value: Atomic<Bool>

  init(_ isUp: Bool) { value = Atomic(isUp) }

  var isUp: Bool { value.load(ordering: .acquiring) }

  func lower() { value.store(false, ordering: .releasing) }
}
