// One libpq connection. Sockets are polled here instead of inside libpq, so that a deadline, a
// cancellation or a dead peer ends the wait; nothing else in the room sees a libpq pointer.

internal import CPostgres
internal import Foundation

/// A result of libpq, cleared with its owner.
final class PostgresResult {
  let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { libpq.PQclear(handle) }

  var status: ExecStatusType { libpq.PQresultStatus(handle) }

  var changedRows: Int { Int(PostgresLibrary.text(libpq.PQcmdTuples(handle))) ?? 0 }

  var commandTag: String { PostgresLibrary.text(libpq.PQcmdStatus(handle)) }
}

// @unchecked: a connection is used by one lease at a time, and `PostgresBackend` hands it on
// under a lock.
final class PostgresConnection: @unchecked Sendable {
  /// Pause between two looks at the caller's wishes while the server works.
  private static let pollMilliseconds: CInt = 20
  /// How long a cancelled statement may take to say so before the connection is dropped.
  private static let cancelGrace: Duration = .milliseconds(400)
  /// Beyond the server's own `statement_timeout`: then the server or the network is dead.
  private static let answerGrace: Duration = .seconds(5)

  private let handle: OpaquePointer
  private let options: DatabaseOptions
  private var isFinished = false
  /// Not to be used again: a cancel request may still be under way and would hit the next
  /// statement, or the prepared plans no longer fit the tables.
  private(set) var isSpoiled = false
  private var prepared: [String: String] = [:]

  init(uri: String, options: DatabaseOptions, control: OperationControl) throws(StorageError) {
    self.options = options
    handle = try Self.start(uri, options)
    do {
      try finishConnecting(control)
      try prepareSession(control)
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  func close() {
    guard !isFinished else { return }
    isFinished = true
    libpq.PQfinish(handle)
  }

  var isUsable: Bool { !isFinished && !isSpoiled && libpq.PQstatus(handle) == CONNECTION_OK }

  // MARK: Connecting

  private static func start(
    _ uri: String, _ options: DatabaseOptions
  ) throws(StorageError) -> OpaquePointer {
    if let failure = PostgresLibrary.failure { throw failure }
    let settings = [
      ("dbname", uri), ("fallback_application_name", options.applicationName),
      ("client_encoding", "UTF8"), ("keepalives_idle", "10"), ("keepalives_interval", "3"),
      ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
    ]
    var owned: [UnsafeMutablePointer<CChar>] = []
    defer { owned.forEach { free($0) } }
    func cString(_ text: String) throws(StorageError) -> UnsafePointer<CChar>? {
      guard let copy = strdup(text) else {
        throw StorageError(.unavailable, "No memory for a connection.")
      }
      owned.append(copy)
      return UnsafePointer(copy)
    }
    var names: [UnsafePointer<CChar>?] = []
    var values: [UnsafePointer<CChar>?] = []
    for (name, value) in settings {
      names.append(try cString(name))
      values.append(try cString(value))
    }
    names.append(nil)
    values.append(nil)
    guard let handle = libpq.PQconnectStartParams(names, values, 1) else {
      throw StorageError(.unavailable, "No memory for a connection.")
    }
    // Notices would go to standard error.
    _ = libpq.PQsetNoticeReceiver(handle, { _, _ in }, nil)
    return handle
  }

  private func finishConnecting(_ control: OperationControl) throws(StorageError) {
    guard libpq.PQstatus(handle) != CONNECTION_BAD else { throw refusedConnection() }
    let end = ContinuousClock.now + options.connectTimeout
    var wanted = Int16(POLLOUT)
    while true {
      while !wait(for: wanted) {
        try control.check()
        guard ContinuousClock.now < end else {
          throw StorageError(.unavailable, "The database server did not answer in time.")
        }
      }
      switch libpq.PQconnectPoll(handle) {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING: wanted = Int16(POLLIN)
      case PGRES_POLLING_WRITING: wanted = Int16(POLLOUT)
      default: throw refusedConnection()
      }
    }
  }

  private func refusedConnection() -> StorageError {
    StorageError(
      .unavailable, "The database server cannot be reached.",
      cause: PostgresLibrary.text(libpq.PQerrorMessage(handle)))
  }

  private func prepareSession(_ control: OperationControl) throws(StorageError) {
    guard libpq.PQsetnonblocking(handle, 1) == 0 else { throw refusedConnection() }
    guard libpq.PQserverVersion(handle) >= 150_000 else {
      throw StorageError(.unavailable, "PostgreSQL 15 or later is needed.")
    }
    guard let encoding = libpq.PQparameterStatus(handle, "server_encoding"),
      String(cString: encoding) == "UTF8"
    else { throw StorageError(.unavailable, "The database's encoding is not UTF8.") }
    let settings = [
      ("statement_timeout", options.statementTimeout), ("lock_timeout", options.lockTimeout),
      ("idle_in_transaction_session_timeout", options.idleTransactionTimeout),
    ]
    var commands = settings.map { "SET \($0.0) = \(max(1, $0.1.wholeMilliseconds))" }
    // The server notices within a second that a dropped client is gone.
    commands.append("SET client_connection_check_interval = 1000")
    commands.append("SET timezone = 'UTC'")
    commands.append(Self.durableCommits)
    try command(commands.joined(separator: "; "), control)
  }

  /// A commit is acknowledged when it is on disk, here and on the synchronous standbys, whatever
  /// the server, the database or the role have as their default. Set in the session, so that a
  /// reload of the server's configuration does not change it either; what waits for more stays.
  private static let durableCommits = """
    SELECT set_config('synchronous_commit',
      CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply'
      ELSE 'on' END, false)
    """

  // MARK: Statements

  /// Runs text without parameters, such as BEGIN, and returns the last command's tag.
  @discardableResult
  func command(_ sql: String, _ control: OperationControl?) throws(StorageError) -> String {
    guard libpq.PQsendQuery(handle, sql) == 1 else { throw lost() }
    var tag = ""
    try collect(control, sql: sql) { (result) throws(StorageError) in tag = result.commandTag }
    return tag
  }

  /// Runs one statement and hands over each result: one with all rows, or one per row when
  /// streaming and then an empty one.
  func run(
    _ text: SQLText, _ parameters: [SQLValue], isKept: Bool, streaming: Bool,
    _ control: OperationControl, _ body: (PostgresResult) throws(StorageError) -> Void
  ) throws(StorageError) {
    let values = PostgresParameters(parameters, referenced: text.referenced)
    let name = isKept ? try preparedName(text, values, control) : nil
    guard values.send(to: handle, name: name, sql: text.original) else { throw lost() }
    if streaming { _ = libpq.PQsetSingleRowMode(handle) }
    try collect(control, sql: text.original, body)
  }

  private func preparedName(
    _ text: SQLText, _ values: PostgresParameters, _ control: OperationControl
  ) throws(StorageError) -> String? {
    let key = values.signature + text.original
    if let name = prepared[key] { return name }
    guard prepared.count < options.maximumStatements else { return nil }
    let name = "s\(prepared.count)"
    let sent = values.types.withUnsafeBufferPointer {
      libpq.PQsendPrepare(handle, name, text.original, CInt($0.count), $0.baseAddress)
    }
    guard sent == 1 else { throw lost() }
    try collect(control, sql: text.original) { (_) throws(StorageError) in }
    prepared[key] = name
    return name
  }

  /// Sends `data` for a COPY that `sql` starts, and returns the number of rows that the server
  /// says it stored.
  func copy(
    _ sql: String, _ data: [UInt8], _ control: OperationControl
  ) throws(StorageError) -> Int {
    guard libpq.PQsendQuery(handle, sql) == 1 else { throw lost() }
    var isReady = false
    try collect(control, sql: sql, stopAtCopy: true) { (result) throws(StorageError) in
      isReady = result.status == PGRES_COPY_IN
    }
    guard isReady else { throw StorageError(.internal, "COPY did not start.") }
    let wait = AnswerWait()
    let isWhole = try CopyStream.send(data) { (chunk) throws(StorageError) in
      try isQueued(
        chunk.withUnsafeBytes { bytes in
          libpq.PQputCopyData(
            handle, bytes.bindMemory(to: CChar.self).baseAddress, CInt(bytes.count))
        })
    } drain: { (isRefused) throws(StorageError) in
      try drain(afterRefusal: isRefused, control, wait)
      return control.reason == nil
    }
    let failure = isWhole ? nil : control.reason
    while try !isQueued(libpq.PQputCopyEnd(handle, isWhole ? nil : "cancelled")) {
      try drain(afterRefusal: true, control, wait)
    }
    var stored = 0
    do {
      try collect(isWhole ? control : nil, sql: sql) { (result) throws(StorageError) in
        stored = result.changedRows
      }
    } catch {
      throw failure ?? error
    }
    return stored
  }

  /// libpq's answer to data of a COPY: 1 took it, 0 did not and wants it again, -1 failed.
  private func isQueued(_ answer: CInt) throws(StorageError) -> Bool {
    guard answer == 0 || answer == 1 else { throw lost() }
    return answer == 1
  }

  /// Sends what is queued. libpq refuses more only while its queue cannot grow, so after that
  /// there is a pause, for the system may be short of memory.
  private func drain(
    afterRefusal isRefused: Bool, _ control: OperationControl, _ wait: AnswerWait
  ) throws(StorageError) {
    try flush(control)
    guard isRefused else { return }
    _ = poll(nil, 0, Self.pollMilliseconds)
    try giveUpIfNeeded(control, wait)
  }

  // MARK: Waiting

  /// Waits for every result of what was sent. After an error the rest is still read, so that the
  /// connection is ready for a ROLLBACK.
  private func collect(
    _ control: OperationControl?, sql: String, stopAtCopy: Bool = false,
    _ body: (PostgresResult) throws(StorageError) -> Void
  ) throws(StorageError) {
    try flush(control)
    var failure: StorageError?
    let wait = AnswerWait()
    while true {
      try awaitResult(control, wait)
      guard let next = libpq.PQgetResult(handle) else { break }
      let result = PostgresResult(next)
      switch result.status {
      case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
        failure = failure ?? PostgresFailure.storageError(result, control: control, sql: sql)
        if PostgresFailure.isStalePlan(result) { isSpoiled = true }
        if libpq.PQstatus(handle) == CONNECTION_BAD { throw failure ?? lost() }
      case PGRES_COPY_IN where stopAtCopy:
        return try body(result)
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        // Only `copy` may start one; there is no way back from here.
        close()
        throw StorageError(.invalidStatement, "COPY is not a statement of this interface.")
      default:
        if failure == nil {
          do { try body(result) } catch { failure = error }
        }
      }
    }
    if let failure { throw failure }
  }

  private func flush(_ control: OperationControl?) throws(StorageError) {
    let wait = AnswerWait()
    while true {
      switch libpq.PQflush(handle) {
      case 0: return
      case 1:
        if isReadable(afterWaitingFor: Int16(POLLIN | POLLOUT)), libpq.PQconsumeInput(handle) == 0 {
          throw lost()
        }
        try giveUpIfNeeded(control, wait)
      default: throw lost()
      }
    }
  }

  private func awaitResult(
    _ control: OperationControl?, _ wait: AnswerWait
  ) throws(StorageError) {
    while libpq.PQisBusy(handle) == 1 {
      if self.wait(for: Int16(POLLIN)) {
        guard libpq.PQconsumeInput(handle) == 1 else { throw lost() }
      } else {
        try giveUpIfNeeded(control, wait)
      }
    }
  }

  /// First asks the server to stop; when even that brings no answer, drops the connection.
  private func giveUpIfNeeded(
    _ control: OperationControl?, _ wait: AnswerWait
  ) throws(StorageError) {
    let now = ContinuousClock.now
    if wait.cancelledAt == nil, control?.shouldStop == true {
      wait.cancelledAt = now
      isSpoiled = true
      requestCancel()
    }
    let limit = control?.statementTimeout ?? options.statementTimeout
    let isDead = now >= wait.start + limit + Self.answerGrace
    let isDeaf = wait.cancelledAt.map { now >= $0 + Self.cancelGrace } ?? false
    guard isDead || isDeaf else { return }
    close()
    throw control?.reason
      ?? StorageError(.unavailable, "The database server stopped answering.")
  }

  /// The request opens a connection of its own and may block, so it gets a thread of its own.
  private func requestCancel() {
    guard let cancel = libpq.PQgetCancel(handle) else { return }
    let request = CancelRequest(handle: cancel)
    Thread.detachNewThread { request.send() }
  }

  /// True when the socket is ready; false after a pause.
  private func wait(for events: Int16) -> Bool {
    var descriptor = pollfd(fd: libpq.PQsocket(handle), events: events, revents: 0)
    return poll(&descriptor, 1, Self.pollMilliseconds) > 0
  }

  private func isReadable(afterWaitingFor events: Int16) -> Bool {
    var descriptor = pollfd(fd: libpq.PQsocket(handle), events: events, revents: 0)
    guard poll(&descriptor, 1, Self.pollMilliseconds) > 0 else { return false }
    return descriptor.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0
  }

  private func lost() -> StorageError {
    let cause =
      isFinished ? "connection closed" : PostgresLibrary.text(libpq.PQerrorMessage(handle))
    close()
    return StorageError(.unavailable, "The connection to the database was lost.", cause: cause)
  }
}

/// The data of a COPY, in chunks that are each queued whole and once.
enum CopyStream {
  static let chunkBytes = 64 * 1_024

  /// Sends everything, or returns false as soon as `drain` does.
  ///
  /// - Parameters:
  ///   - put: false when the chunk was not taken and is to be offered again.
  ///   - drain: empties the queue; told whether a chunk was just refused.
  static func send(
    _ data: [UInt8], put: (ArraySlice<UInt8>) throws(StorageError) -> Bool,
    drain: (_ isRefused: Bool) throws(StorageError) -> Bool
  ) throws(StorageError) -> Bool {
    for start in stride(from: 0, to: data.count, by: chunkBytes) {
      let chunk = data[start..<min(start + chunkBytes, data.count)]
      while try !put(chunk) {
        guard try drain(true) else { return false }
      }
      guard try drain(false) else { return false }
    }
    return true
  }
}

/// How long one statement has been waited for.
private final class AnswerWait {
  let start = ContinuousClock.now
  var cancelledAt: ContinuousClock.Instant?
}

// @unchecked: PQcancel may be called from any thread, and the request is sent once.
private final class CancelRequest: @unchecked Sendable {
  private let handle: OpaquePointer

  init(handle: OpaquePointer) { self.handle = handle }

  deinit { libpq.PQfreeCancel(handle) }

  func send() {
    var message = [CChar](repeating: 0, count: 256)
    _ = libpq.PQcancel(handle, &message, CInt(message.count))
  }
}

extension Duration {
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
