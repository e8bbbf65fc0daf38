// A point at which a test and a database body wait for each other.

internal import Foundation

/// A body on a worker thread arrives and blocks until the test lets it go.
package final class Gate: Sendable {
  private let arrived = DispatchSemaphore(value: 0)
  private let released = DispatchSemaphore(value: 0)

  package init() {}

  package func arrive() { arrived.signal() }

  package func waitForRelease() { released.wait() }

  package func release() { released.signal() }

  struct NobodyArrived: Error {}

  /// Waits off the cooperative threads; a body that failed before it arrived is an error.
  package func arrival() async throws {
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
