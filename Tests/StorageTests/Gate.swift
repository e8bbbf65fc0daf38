// Points at which a test and a database body wait for each other.

internal import Foundation
internal import Synchronization

/// A body on a worker thread arrives and blocks until the test lets it go.
final class Gate: Sendable {
  private let arrived = DispatchSemaphore(value: 0)
  private let released = DispatchSemaphore(value: 0)

  func arrive() { arrived.signal() }

  func waitForRelease() { released.wait() }

  func release() { released.signal() }

  struct NobodyArrived: Error {}

  /// Waits off the cooperative threads; a body that failed before it arrived is an error.
  func arrival() async throws {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { [arrived] in
        switch arrived.wait(timeout: .now() + 60) {
        case .success: continuation.resume()
        case .timedOut: continuation.resume(throwing: NobodyArrived())
        }
      }
    }
  }
}

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
