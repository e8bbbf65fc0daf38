// PostgreSQL through libpq: a bounded number of connections, made when needed, dropped when
// lost. No connection is ever waited for in vain: an absent server is an error at once.

internal import Synchronization

final class PostgresBackend: EngineBackend {
  private struct State {
    var idle: [PostgresConnection] = []
    /// Until then, callers get the last failure without a try: set only after a slow failure,
    /// so that a silent host does not cost every caller the whole connect timeout.
    var refusedUntil: ContinuousClock.Instant?
    var lastFailure: StorageError?
    var isClosed = false
  }

  /// A failure slower than this is not worth repeating for each caller.
  private static let slowFailure: Duration = .milliseconds(200)
  private static let longestRefusal: Duration = .seconds(2)

  let dialect = Dialect.postgres
  let readLeases: LeaseQueue
  var writeLeases: LeaseQueue { readLeases }
  var rehearsalLeases: LeaseQueue { readLeases }
  /// Databases are made by the server's operator.
  let isNew = false
  /// PostgreSQL itself stops after a failed sync.
  let failure: StorageError? = nil
  private let uri: String
  private let options: DatabaseOptions
  private let texts: SQLTextCache
  private let state = Mutex(State())

  init(uri: String, options: DatabaseOptions) {
    self.uri = uri
    self.options = options
    texts = SQLTextCache(capacity: options.maximumStatements)
    readLeases = LeaseQueue(
      capacity: options.maximumConnections, maximumWaiting: options.maximumWaiting)
  }

  func read<T>(
    _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T {
    try transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", control, body)
  }

  func write<T>(
    _ isolation: Isolation, _ control: OperationControl,
    _ body: (any EngineSession) throws -> T
  ) throws -> T {
    do {
      switch isolation {
      case .serializable:
        return try transaction("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE", control, body)
      case .readCommitted:
        return try transaction("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", control, body)
      }
    } catch var error as StorageError where error.code == .readOnly {
      // After a fail-over we may hold connections to a server that is now a standby.
      dropIdle()
      error.code = .unavailable
      error.message = "The database server takes no writes."
      throw error
    }
  }

  /// Ends a rehearsal.
  private struct TakenBack: Error {}

  func rehearse<T>(
    _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T {
    var value: T?
    do {
      try write(.readCommitted, control) { session in
        value = try body(session)
        throw TakenBack()
      }
    } catch is TakenBack {}
    guard let value else {
      throw StorageError(.internal, "A transaction ended without a value.")
    }
    return value
  }

  private func transaction<T>(
    _ begin: String, _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T {
    let connection = try begun(begin, control)
    let value: T
    do {
      value = try body(
        PostgresSession(
          connection: connection, texts: texts, options: options, control: control))
      try control.check()
    } catch {
      try rollBack(connection, after: error)
    }
    try commit(connection)
    giveBack(connection)
    return value
  }

  /// A connection with an open transaction. Idle connections may have died with their server;
  /// that shows here, before anything was done, so the next one is taken.
  private func begun(
    _ begin: String, _ control: OperationControl
  ) throws(StorageError) -> PostgresConnection {
    while let connection = state.withLock({ $0.idle.popLast() }) {
      do {
        try connection.command(begin, control)
        return connection
      } catch  where error.code == .unavailable {
        connection.close()
      } catch {
        connection.close()
        throw error
      }
    }
    let fresh = try connect(control)
    do {
      try fresh.command(begin, control)
    } catch {
      fresh.close()
      throw error
    }
    return fresh
  }

  private func connect(_ control: OperationControl) throws(StorageError) -> PostgresConnection {
    let start = ContinuousClock.now
    let refusal = state.withLock { state -> StorageError? in
      guard let until = state.refusedUntil, start < until else { return nil }
      return state.lastFailure
    }
    if let refusal { throw refusal }
    do {
      let connection = try PostgresConnection(uri: uri, options: options, control: control)
      state.withLock { $0.refusedUntil = nil }
      return connection
    } catch {
      let taken = ContinuousClock.now - start
      if error.code == .unavailable, taken > Self.slowFailure {
        state.withLock { state in
          state.refusedUntil = ContinuousClock.now + min(taken, Self.longestRefusal)
          state.lastFailure = error
        }
      }
      throw error
    }
  }

  private func commit(_ connection: PostgresConnection) throws(StorageError) {
    let tag: String
    do {
      // Without the caller's control: a commit is not stopped half-way.
      tag = try connection.command("COMMIT", nil)
    } catch {
      var failure = error
      if failure.code == .unavailable || failure.code == .internal {
        failure.outcomeUnknown = true
        connection.close()
      } else {
        giveBack(connection)
      }
      throw failure
    }
    guard tag == "COMMIT" else {
      giveBack(connection)
      throw StorageError(.internal, "The database rolled a commit back.", cause: tag)
    }
  }

  private func rollBack(
    _ connection: PostgresConnection, after error: any Error
  ) throws -> Never {
    if connection.isUsable {
      do {
        try connection.command("ROLLBACK", nil)
        giveBack(connection)
      } catch {
        connection.close()
      }
    } else {
      connection.close()
    }
    throw error
  }

  private func giveBack(_ connection: PostgresConnection) {
    guard connection.isUsable else { return connection.close() }
    let isClosed = state.withLock { state -> Bool in
      if !state.isClosed { state.idle.append(connection) }
      return state.isClosed
    }
    if isClosed { connection.close() }
  }

  private func dropIdle() {
    let dropped = state.withLock { state in
      defer { state.idle = [] }
      return state.idle
    }
    for connection in dropped { connection.close() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    dropIdle()
  }
}
