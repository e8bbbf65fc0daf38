// What can stop a running operation: the caller's cancellation and the caller's deadline. The
// worker thread looks at it between statements, and the engines look at it inside long ones.

internal import Synchronization

final class OperationControl: Sendable {
  let deadline: ContinuousClock.Instant?
  /// Longest time of one statement.
  let statementTimeout: Duration
  private let cancelled = Atomic<Bool>(false)

  init(deadline: ContinuousClock.Instant?, statementTimeout: Duration) {
    self.deadline = deadline
    self.statementTimeout = statementTimeout
  }

  func cancel() { cancelled.store(true, ordering: .relaxed) }

  var shouldStop: Bool {
    if cancelled.load(ordering: .relaxed) { return true }
    guard let deadline else { return false }
    return ContinuousClock.now >= deadline
  }

  /// Why to stop, or nil to go on.
  var reason: StorageError? {
    if cancelled.load(ordering: .relaxed) {
      return StorageError(.cancelled, "The call was cancelled.")
    }
    guard let deadline, ContinuousClock.now >= deadline else { return nil }
    return StorageError(.deadlineExceeded, "The deadline passed.")
  }

  func check() throws(StorageError) {
    if let reason { throw reason }
  }
}
