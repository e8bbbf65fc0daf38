// SQLite through GRDB's DatabasePool: one writer, several readers, write-ahead log.

internal import Foundation
internal import GRDB
internal import Synchronization

final class SQLiteBackend: EngineBackend {
  let dialect = Dialect.sqlite
  let readLeases: LeaseQueue
  let writeLeases: LeaseQueue
  let rehearsalLeases: LeaseQueue
  let isNew: Bool
  private let pool: DatabasePool
  private let files: SQLiteFiles
  private let options: DatabaseOptions
  private let texts: SQLTextCache
  private let broken = Mutex<StorageError?>(nil)

  init(path: String, options: DatabaseOptions) throws(StorageError) {
    self.options = options
    texts = SQLTextCache(capacity: options.maximumStatements)
    readLeases = LeaseQueue(
      capacity: options.maximumReaders, maximumWaiting: options.maximumWaiting)
    writeLeases = LeaseQueue(capacity: 1, maximumWaiting: options.maximumWaiting)
    rehearsalLeases = LeaseQueue(
      capacity: options.maximumRehearsals, maximumWaiting: options.maximumWaiting)
    isNew = SQLiteFiles.isMissing(path)
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    // A copy for a dry run reads beside those who hold a lease.
    configuration.maximumReaderCount = options.maximumReaders + options.maximumRehearsals
    configuration.busyMode = .timeout(options.lockTimeout / .seconds(1))
    configuration.label = options.applicationName
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { try Self.makeDurable($0) }
    } catch {
      throw SQLiteFailure.opening(path, error)
    }
    files = SQLiteFiles(path: path)
  }

  /// DatabasePool sets `synchronous = NORMAL` when it turns the log on, so FULL must come after
  /// it; the promise that an acknowledged write survives a crash hangs on it, hence the check.
  private static func makeDurable(_ db: GRDB.Database) throws {
    try db.execute(sql: "PRAGMA synchronous = FULL")
    let settings = [
      try String.fetchOne(db, sql: "PRAGMA synchronous"),
      try String.fetchOne(db, sql: "PRAGMA journal_mode"),
      try String.fetchOne(db, sql: "PRAGMA foreign_keys"),
    ]
    guard settings == ["2", "wal", "1"] else {
      throw StorageError(
        .unavailable, "SQLite did not accept the settings that make writes durable.",
        cause: "synchronous, journal_mode, foreign_keys = \(settings)")
    }
  }

  var failure: StorageError? { broken.withLock { $0 } ?? files.failure }

  func read<T>(
    _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T {
    do {
      return try pool.read { db in
        let session = makeSession(db, control)
        return try session.watched { try body(session) }
      }
    } catch {
      throw Self.passing(error, control)
    }
  }

  func write<T>(
    _ isolation: Isolation, _ control: OperationControl,
    _ body: (any EngineSession) throws -> T
  ) throws -> T {
    if let failure { throw failure }
    var isCommitting = false
    do {
      return try pool.writeWithoutTransaction { db in
        var value: T?
        try db.inTransaction(.immediate) {
          let session = makeSession(db, control)
          value = try session.watched { try body(session) }
          // The body may have taken minutes.
          if let failure = files.failure { throw failure }
          isCommitting = true
          return .commit
        }
        guard let value else {
          throw StorageError(.internal, "A transaction ended without a value.")
        }
        return value
      }
    } catch {
      guard let failed = error as? DatabaseError, failed.resultCode == .SQLITE_IOERR else {
        throw Self.passing(error, control)
      }
      throw poison(failed, isCommitting: isCommitting)
    }
  }

  /// Works on a copy of its own, so that the one writer stays free. The copy is a temporary
  /// database of SQLite's (https://www.sqlite.org/inmemorydb.html#temp_db): in the page cache,
  /// beyond it in a file without a name, which goes with the connection or the process.
  func rehearse<T>(
    _ control: OperationControl, _ body: (any EngineSession) throws -> T
  ) throws -> T {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.label = options.applicationName + " rehearsal"
    do {
      let copy = try DatabaseQueue(path: "", configuration: configuration)
      defer { try? copy.close() }
      try pool.backup(to: copy, pagesPerStep: Self.copiedPages) { _ in try control.check() }
      return try copy.writeWithoutTransaction { db in
        var value: T?
        try db.inTransaction(.immediate) {
          let session = makeSession(db, control)
          value = try session.watched { try body(session) }
          return .rollback
        }
        guard let value else {
          throw StorageError(.internal, "A transaction ended without a value.")
        }
        return value
      }
    } catch {
      throw Self.passing(error, control)
    }
  }

  /// Pages copied between two looks at the clock: 16 MiB.
  private static let copiedPages: CInt = 4_096

  /// After a failed write or sync nobody knows which pages reached the disk, and a later sync
  /// that succeeds says nothing about them. So nothing is acknowledged any more.
  private func poison(_ error: DatabaseError, isCommitting: Bool) -> StorageError {
    let lasting = StorageError(
      .unavailable, "Writing to the disk failed; restart after checking the disk.",
      cause: error.description)
    broken.withLock { $0 = $0 ?? lasting }
    var now = lasting
    now.outcomeUnknown = isCommitting
    return now
  }

  func close() {
    // Best effort: the log makes an unclosed file as good as a closed one.
    try? pool.close()
  }

  private func makeSession(_ db: GRDB.Database, _ control: OperationControl) -> SQLiteSession {
    SQLiteSession(db: db, texts: texts, options: options, control: control)
  }

  /// Errors of the engine are translated; errors of a body pass.
  private static func passing(_ error: any Error, _ control: OperationControl) -> any Error {
    guard error is DatabaseError else { return error }
    return SQLiteFailure.storageError(error, control: control)
  }
}
