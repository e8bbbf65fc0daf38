// Wakes those who wait for changes: at once for commits of this process, and by one shared poll
// for commits of others. PostgreSQL's NOTIFY is not used: it serialises commits, and it would
// come before the change is deliverable anyway.

internal import Synchronization

final class FeedSignal: Sendable {
  private typealias Continuation = CheckedContinuation<Void, Never>

  private struct State {
    /// Rises with every wake-up; who looked before it need not sleep.
    var turn: UInt64 = 0
    var nextID: UInt64 = 0
    /// nil marks a waiter that was told to leave before it slept.
    var waiting: [UInt64: Continuation?] = [:]
    var isPolling = false
    var isClosed = false
  }

  private let state = Mutex(State())

  var turn: UInt64 { state.withLock { $0.turn } }

  func wake() {
    let woken = state.withLock { state -> [Continuation] in
      state.turn += 1
      let sleeping = state.waiting.values.compactMap { $0 }
      // Those about to sleep see the new turn.
      state.waiting = state.waiting.filter { $0.value == nil }
      return sleeping
    }
    for continuation in woken { continuation.resume() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wake()
  }

  /// Returns when the turn is past `turn`, at the deadline, or when the task is cancelled.
  func wait(
    after turn: UInt64, until deadline: ContinuousClock.Instant, polling database: Database
  ) async throws {
    let (id, mustPoll) = state.withLock { state in
      state.nextID += 1
      state.waiting[state.nextID] = .some(nil)
      let mustPoll = !state.isPolling && !state.isClosed
      if mustPoll { state.isPolling = true }
      return (state.nextID, mustPoll)
    }
    if mustPoll { poll(database) }
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
      state.waiting[id] = .some(continuation)
      return false
    }
    if mustWake { continuation.resume() }
  }

  private func leave(_ id: UInt64) {
    let waiter = state.withLock { $0.waiting.removeValue(forKey: id) ?? nil }
    waiter?.resume()
  }

  /// One task for all waiters; it ends with the last of them. A failed look wakes them too: the
  /// read that follows tells them why.
  private func poll(_ database: Database) {
    let interval = database.options.feedPollInterval
    Task.detached { [self, weak database] in
      var known: String?
      while mayPoll() {
        try? await Task.sleep(for: interval)
        guard let database else { break }
        let tip = try? await database.feedTip()
        // The first look cannot tell what changed since the waiters' own.
        if tip == nil || tip != known { wake() }
        known = tip
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
