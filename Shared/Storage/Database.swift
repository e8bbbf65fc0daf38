// The one database of a service, over SQLite or PostgreSQL. Bodies are synchronous and run on
// this room's own threads; callers only suspend.

internal import Synchronization

package final class Database: Sendable {
  package typealias Engine = Dialect

  package let url: DatabaseURL
  package let options: DatabaseOptions
  let backend: any EngineBackend
  let threads: WorkerThreads
  let workers = WorkerThreads(name: "offload", maximum: Database.offloadThreads)
  let feedSignal = FeedSignal()
  private let lastNow = Atomic<Int64>(0)
  private let secrets = Mutex<StorageSecrets?>(nil)
  let longWork = LongWork()

  package var engine: Engine { backend.dialect }
  /// True when opening made the file: there was none, or an empty one.
  package var isNew: Bool { backend.isNew }

  /// On a backend that is there already.
  init(
    url: DatabaseURL, options: DatabaseOptions, backend: any EngineBackend,
    threads: WorkerThreads
  ) {
    self.url = url
    self.options = options
    self.backend = backend
    self.threads = threads
  }

  /// Opens an SQLite file (created if missing), or prepares connections to PostgreSQL. The
  /// latter are made when first needed, so a service starts in any order: until the server
  /// answers, calls fail as `unavailable`.
  package static func open(
    _ url: DatabaseURL, options: DatabaseOptions = DatabaseOptions()
  ) async throws -> Database {
    let threads = WorkerThreads(
      name: "storage",
      maximum: options.maximumConnections + options.maximumReaders + options.maximumRehearsals + 1)
    do {
      let backend = try await withCheckedThrowingContinuation { continuation in
        threads.submit {
          continuation.resume(with: Result { try makeBackend(url, options) })
        }
      }
      return Database(url: url, options: options, backend: backend, threads: threads)
    } catch {
      threads.close()
      throw error
    }
  }

  private static func makeBackend(
    _ url: DatabaseURL, _ options: DatabaseOptions
  ) throws(StorageError) -> any EngineBackend {
    switch url.location {
    case .sqlite(let path): try SQLiteBackend(path: path, options: options)
    case .postgres(let uri): PostgresBackend(uri: uri, options: options)
    }
  }

  /// Runs a read in one consistent snapshot. The body may run again, as in `write`.
  package func read<T: Sendable>(
    deadline: ContinuousClock.Instant? = nil,
    _ body: @escaping @Sendable (ReadTransaction) throws -> T
  ) async throws -> T {
    let (backend, options) = (backend, options)
    return try await retrying(deadline: deadline) {
      try await self.perform(on: backend.readLeases, deadline: deadline) { control in
        try backend.read(control) { session in
          let state = TransactionState(session: session, options: options)
          defer { state.isOver = true }
          return try body(ReadTransaction(state: state))
        }
      }
    }
  }

  /// Runs a change, all or nothing; when this returns, it is on disk. Any error thrown by the
  /// body rolls everything back and is passed on. The body may run again when the engine asks
  /// for it (serialization failure, deadlock), so it must have no effect but on the transaction.
  ///
  /// - Parameter othersAreTold: for a change that takes long: what those hear who wait for it in
  ///   vain, in Chinese and English.
  @discardableResult
  package func write<T: Sendable>(
    as actor: Actor, deadline: ContinuousClock.Instant? = nil, othersAreTold: String? = nil,
    _ body: @escaping @Sendable (WriteTransaction) throws -> T
  ) async throws -> T {
    try await write(
      as: actor, isolation: .serializable, deadline: deadline, othersAreTold: othersAreTold, body)
  }

  @discardableResult
  func write<T: Sendable>(
    as actor: Actor, isolation: Isolation, deadline: ContinuousClock.Instant? = nil,
    statementTimeout: Duration? = nil, othersAreTold: String? = nil,
    _ body: @escaping @Sendable (WriteTransaction) throws -> T
  ) async throws -> T {
    let (backend, options, longWork) = (backend, options, longWork)
    let (value, emitted) = try await retrying(deadline: deadline) {
      try await self.perform(
        on: backend.writeLeases, deadline: deadline, statementTimeout: statementTimeout
      ) { control in
        let now = self.nextNow()
        longWork.begin(othersAreTold)
        defer { longWork.end(othersAreTold) }
        return try backend.write(isolation, control) { session in
          let state = TransactionState(session: session, options: options)
          defer { state.isOver = true }
          let value = try body(WriteTransaction(state: state, now: now, actor: actor))
          if let failure = state.failure { throw failure }
          return (value, state.emitted)
        }
      }
    }
    if emitted { feedSignal.wake() }
    return value
  }

  /// Ends waiting calls with `closed`, waits for running ones and closes the connections.
  package func close() async {
    feedSignal.close()
    await backend.readLeases.close()
    await backend.writeLeases.close()
    await backend.rehearsalLeases.close()
    let backend = backend
    await withCheckedContinuation { continuation in
      threads.submit {
        backend.close()
        continuation.resume()
      }
    }
    threads.close()
    workers.close()
  }

  /// Microseconds now, later than any earlier answer: two changes never share a recorded time.
  func nextNow() -> Int64 {
    let clock = options.clock.now()
    var last = lastNow.load(ordering: .relaxed)
    while true {
      let next = Swift.max(clock, last &+ 1)
      let (done, seen) = lastNow.compareExchange(
        expected: last, desired: next, ordering: .relaxed)
      if done { return next }
      last = seen
    }
  }

  /// Keys kept in the database itself; read once, after `migrate`.
  func storedSecrets() async throws -> StorageSecrets {
    if let known = secrets.withLock({ $0 }) { return known }
    let read = try await read { try StorageSecrets.load($0) }
    secrets.withLock { $0 = read }
    return read
  }
}

extension Database {
  /// Leases a connection, then runs the job on a worker thread.
  func perform<T: Sendable>(
    on leases: LeaseQueue, deadline: ContinuousClock.Instant?,
    statementTimeout: Duration? = nil,
    _ job: @escaping @Sendable (OperationControl) throws -> T
  ) async throws -> T {
    let control = OperationControl(
      deadline: deadline, statementTimeout: statementTimeout ?? options.statementTimeout)
    try control.check()
    try Task.checkStorageCancellation()
    do {
      try await leases.acquire(until: waitEnd(deadline))
    } catch let error as StorageError where error.code == .deadlineExceeded {
      if leases === backend.writeLeases, let told = longWork.told {
        throw StorageError(.unavailable, told)
      }
      // Without a deadline of the caller it is our own limit that was reached.
      throw deadline == nil ? StorageError(.busy, error.message) : error
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        threads.submit {
          let result = Result { try job(control) }
          leases.release()
          continuation.resume(with: result)
        }
      }
    } onCancel: {
      control.cancel()
    }
  }

  /// The end of a wait for a connection: a little before the caller's deadline, so that he hears
  /// why it was in vain.
  private func waitEnd(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant {
    let now = ContinuousClock.now
    guard let deadline else { return now + options.leaseTimeout }
    return deadline - min((deadline - now) / 10, Self.answerMargin)
  }

  /// What remains of a deadline for the answer, at most.
  private static var answerMargin: Duration { .seconds(1) }

  /// Tries again, with growing pauses, when a transaction was rolled back for its neighbours'
  /// sake. The lease is given back in between.
  func retrying<T: Sendable>(
    deadline: ContinuousClock.Instant?, _ attempt: () async throws -> T
  ) async throws -> T {
    var pause = options.retryPause
    for number in 1... {
      do {
        return try await attempt()
      } catch let error as StorageError where error.isRetryable {
        guard number < options.maximumAttempts else {
          if let told = longWork.told {
            throw StorageError(.unavailable, told, cause: error.debugDescription)
          }
          throw StorageError(
            .busy, "The transaction was tried \(number) times.", cause: error.debugDescription)
        }
        let wait = pause * Double.random(in: 0.5...1.5)
        if let deadline, ContinuousClock.now + wait >= deadline {
          throw StorageError(
            .deadlineExceeded, "The deadline passed.", cause: error.debugDescription)
        }
        do {
          try await Task.sleep(for: wait)
        } catch {
          throw StorageError(.cancelled, "The call was cancelled.")
        }
        pause *= 2
      }
    }
    throw StorageError(.internal, "Unreachable: the attempts are not bounded.")
  }
}

extension Task where Success == Never, Failure == Never {
  /// `Task.checkCancellation` in this room's error.
  static func checkStorageCancellation() throws(StorageError) {
    if isCancelled { throw StorageError(.cancelled, "The call was cancelled.") }
  }
}
