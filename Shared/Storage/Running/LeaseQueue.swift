// Who may use a connection, in the order of asking. Waiting costs no thread: a caller that is
// cancelled or whose deadline passes leaves the queue at once.

internal import Synchronization

final class LeaseQueue: Sendable {
  private typealias Continuation = CheckedContinuation<Void, any Error>

  private struct State {
    var free: Int
    var isClosed = false
    var nextID: UInt64 = 0
    var waiting: [UInt64: Continuation] = [:]
    /// Ids in the order of asking; one that has left is only missing from `waiting`.
    var order: [UInt64] = []
    var head = 0
    /// Callers between asking and being queued, with the reason to refuse them, if one came.
    var arriving: [UInt64: StorageError?] = [:]
    var whenIdle: [CheckedContinuation<Void, Never>] = []

    /// Drops the ids of those who left, once they are the majority.
    mutating func compact() {
      guard order.count - head > 2 * waiting.count + 64 else { return }
      order = order[head...].filter { waiting[$0] != nil }
      head = 0
    }
  }

  private let capacity: Int
  private let maximumWaiting: Int
  private let state: Mutex<State>

  init(capacity: Int, maximumWaiting: Int) {
    self.capacity = capacity
    self.maximumWaiting = maximumWaiting
    state = Mutex(State(free: capacity))
  }

  /// Waits for a place until `deadline`. Every successful call is paired with one `release`.
  func acquire(until deadline: ContinuousClock.Instant) async throws {
    let id: UInt64? = try state.withLock { state throws(StorageError) -> UInt64? in
      guard !state.isClosed else { throw Self.closed }
      if state.free > 0, state.waiting.isEmpty {
        state.free -= 1
        return nil
      }
      guard state.waiting.count + state.arriving.count < maximumWaiting else {
        throw StorageError(.busy, "Too many callers wait for the database.")
      }
      state.nextID += 1
      state.arriving[state.nextID] = .some(nil)
      return state.nextID
    }
    guard let id else { return }
    let timer = Task.detached { [self] in
      try? await Task.sleep(until: deadline, clock: .continuous)
      if !Task.isCancelled {
        leave(id, StorageError(.deadlineExceeded, "No connection became free in time."))
      }
    }
    defer { timer.cancel() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { enqueue(id, $0) }
    } onCancel: {
      leave(id, StorageError(.cancelled, "The call was cancelled."))
    }
  }

  func release() {
    let next = state.withLock { state -> Continuation? in
      while state.head < state.order.count {
        let id = state.order[state.head]
        state.head += 1
        if let waiter = state.waiting.removeValue(forKey: id) { return waiter }
      }
      state.order.removeAll(keepingCapacity: true)
      state.head = 0
      state.free += 1
      return nil
    }
    if let next { next.resume() } else { wakeIfIdle() }
  }

  /// Refuses new callers and those who wait; returns when every lease is back.
  func close() async {
    let refused = state.withLock { state -> [Continuation] in
      state.isClosed = true
      defer { state.waiting.removeAll() }
      return Array(state.waiting.values)
    }
    for waiter in refused { waiter.resume(throwing: Self.closed) }
    await withCheckedContinuation { continuation in
      state.withLock { $0.whenIdle.append(continuation) }
      wakeIfIdle()
    }
  }

  private static let closed = StorageError(.closed, "The database is closed.")

  private func wakeIfIdle() {
    let idle = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      guard state.free == capacity else { return [] }
      defer { state.whenIdle = [] }
      return state.whenIdle
    }
    for continuation in idle { continuation.resume() }
  }

  private func enqueue(_ id: UInt64, _ continuation: Continuation) {
    let answer = state.withLock { state -> Result<Void, StorageError>? in
      if let refusal = state.arriving.removeValue(forKey: id) ?? nil { return .failure(refusal) }
      if state.isClosed { return .failure(Self.closed) }
      // A place may have become free between the two looks at the state.
      if state.free > 0, state.waiting.isEmpty {
        state.free -= 1
        return .success(())
      }
      state.compact()
      state.waiting[id] = continuation
      state.order.append(id)
      return nil
    }
    switch answer {
    case .success: continuation.resume()
    case .failure(let error): continuation.resume(throwing: error)
    case nil: break
    }
  }

  private func leave(_ id: UInt64, _ error: StorageError) {
    let waiter = state.withLock { state -> Continuation? in
      if let waiter = state.waiting.removeValue(forKey: id) { return waiter }
      // Granted already, or not queued yet.
      if state.arriving[id] != nil { state.arriving[id] = .some(error) }
      return nil
    }
    waiter?.resume(throwing: error)
  }
}
