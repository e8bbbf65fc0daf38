// Wakes those who wait for changes: at once for commits of this process, and by one shared poll
// for commits of others. PostgreSQL's NOTIFY is not used: it serialises commits, and it would
// come before the change is deliverable anyway.

internal import Synchronization

/// The last deliverable place of a feed. Equal tips mean that a reader has nothing new to see.
struct FeedTip: Sendable, Equatable {
  /// A renewed feed is another one, also at the same place.
  let epoch: String
  let position: FeedPosition
}

final class FeedSignal: Sendable {
  private typealias Continuation = CheckedContinuation<Void, Never>

  /// One look at the feed; throws when it cannot be read.
  typealias Look = @Sendable () async throws -> FeedTip

  private struct Waiter {
    /// What its own read found, so that no change between that read and a look is missed.
    let seen: FeedTip
    /// nil while it has not fallen asleep.
    var continuation: Continuation?
  }

  private struct State {
    /// Rises with every wake-up; who looked before it need not sleep.
    var turn: UInt64 = 0
    var nextID: UInt64 = 0
    /// A waiter that is missing was told to leave.
    var waiting: [UInt64: Waiter] = [:]
    var isPolling = false
    var isClosed = false
  }

  private let state = Mutex(State())

  var turn: UInt64 { state.withLock { $0.turn } }

  /// Wakes everybody: there is something new, or the feed could not be read.
  func wake() {
    let woken = state.withLock { state -> [Continuation] in
      state.turn += 1
      // Those about to sleep see the new turn.
      return Self.take(&state) { _ in true }
    }
    for continuation in woken { continuation.resume() }
  }

  /// Wakes those whose own read found something else. One that is about to sleep is found by the
  /// next look.
  private func wake(unlessSeen tip: FeedTip) {
    let woken = state.withLock { state in Self.take(&state) { $0.seen != tip } }
    for continuation in woken { continuation.resume() }
  }

  private static func take(
    _ state: inout State, _ isWanted: (Waiter) -> Bool
  ) -> [Continuation] {
    var taken: [Continuation] = []
    for (id, waiter) in state.waiting where isWanted(waiter) {
      guard let continuation = waiter.continuation else { continue }
      taken.append(continuation)
      state.waiting[id] = nil
    }
    return taken
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wake()
  }

  /// Returns when the turn is past `turn`, when a look finds another tip than `seen`, at the
  /// deadline, or when the task is cancelled.
  ///
  /// - Parameter look: asked every `interval` as long as anybody waits; nil when there is nothing
  ///   to look at any more. All waiters of a signal give the same.
  func wait(
    after turn: UInt64, seen: FeedTip, until deadline: ContinuousClock.Instant,
    polling interval: Duration, _ look: @escaping @Sendable () -> Look?
  ) async throws {
    let (id, mustPoll) = state.withLock { state in
      state.nextID += 1
      state.waiting[state.nextID] = Waiter(seen: seen)
      let mustPoll = !state.isPolling && !state.isClosed
      if mustPoll { state.isPolling = true }
      return (state.nextID, mustPoll)
    }
    if mustPoll { poll(every: interval, look) }
    let timer = Task.detached { [self] in
      try? await Task.sleep(until: deadline, clock: .continuous)
      leave(id)
    }
    defer { timer.cancel() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { sleep($0, id, turn) }
    } onCancel: {
      leave(id)
    }
    try Task<Never, Never>.checkStorageCancellation()
    if state.withLock({ $0.isClosed }) {
      throw StorageError(.closed, "The database is closed.")
    }
  }

  private func sleep(_ continuation: Continuation, _ id: UInt64, _ turn: UInt64) {
    let mustWake = state.withLock { state in
      let hasLeft = state.waiting[id] == nil
      guard !hasLeft, state.turn == turn, !state.isClosed else {
        state.waiting[id] = nil
        return true
      }
      state.waiting[id]?.continuation = continuation
      return false
    }
    if mustWake { continuation.resume() }
  }

  private func leave(_ id: UInt64) {
    let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
    waiter?.continuation?.resume()
  }

  /// One task for all waiters; it ends with the last of them. A failed look wakes them too: the
  /// read that follows tells them why.
  private func poll(every interval: Duration, _ look: @escaping @Sendable () -> Look?) {
    Task.detached { [self] in
      while true {
        // First, so that those who were just woken are back before the task gives up.
        try? await Task.sleep(for: interval)
        guard mayPoll(), let look = look() else { return }
        if let tip = try? await look() { wake(unlessSeen: tip) } else { wake() }
      }
    }
  }

  private func mayPoll() -> Bool {
    state.withLock { state in
      let goesOn = !state.waiting.isEmpty && !state.isClosed
      if !goesOn { state.isPolling = false }
      return goesOn
    }
  }
}
