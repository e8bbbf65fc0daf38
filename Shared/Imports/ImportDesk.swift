// The life cycle of imports over a database. One desk serves all kinds of a service.

internal import Crypto
package import Storage
internal import Synchronization

package struct ImportDesk: Sendable {
  package let kinds: [ImportKind]
  package let limits: ImportLimits
  private let database: Database
  private let running = RunningImports()
  private let lock: (@Sendable (WriteTransaction) throws -> Void)?

  /// - Parameter lock: makes writers wait for each other; called first in the transaction of a dry
  ///   run or run, so that a long one is not undone for its neighbours' sake. Without it nothing is
  ///   locked and PostgreSQL's serializable isolation keeps order. A service whose other writers
  ///   lock what they change may give `takeTurn`.
  package init(
    database: Database, kinds: [ImportKind], limits: ImportLimits = ImportLimits(),
    lock: (@Sendable (WriteTransaction) throws -> Void)? = nil
  ) {
    self.database = database
    self.kinds = kinds
    self.limits = limits
    self.lock = lock
  }

  /// Waits for the imports before, on every replica: one at a time.
  @Sendable package static func takeTurn(_ transaction: WriteTransaction) throws {
    try ImportTable.takeTurn(transaction)
  }

  /// The kind of a name.
  package func kind(_ name: String) throws(ImportError) -> ImportKind {
    guard let kind = kinds.first(where: { $0.name == name }) else {
      let names = kinds.map(\.name)
      throw ImportError(
        code: .notFound, path: "kind", value: name, rule: "import.kind",
        zh: "没有这种导入：\(name)；可用：\(names.joined(separator: "、"))",
        en: "no such kind of import: \(name); there are \(names.joined(separator: ", "))",
        available: names)
    }
    return kind
  }

  /// Begins an import: what will come is declared here, so that a cut is noticed.
  package func create(
    kind name: String, fileName: String, byteCount: UInt64, sha256: String,
    _ transaction: WriteTransaction
  ) throws -> ImportRecord {
    _ = try kind(name)
    guard byteCount > 0, byteCount <= UInt64(limits.fileBytes) else {
      throw ImportError(
        code: byteCount == 0 ? .invalidArgument : .resourceExhausted, path: "byte_count",
        value: "\(byteCount)", rule: "import.file_bytes",
        zh: "文件大小须为1到\(limits.fileBytes)字节", en: "a file has 1 to \(limits.fileBytes) bytes")
    }
    guard sha256.utf8.count == 64, sha256.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
      throw ImportError(
        code: .invalidArgument, path: "sha256", value: sha256, rule: "import.sha256",
        zh: "应为64位小写十六进制", en: "must be 64 lower-case hexadecimal digits")
    }
    guard fileName.count <= limits.fileNameCharacters else {
      throw ImportError(
        code: .invalidArgument, path: "file_name", value: fileName, rule: "import.file_name",
        zh: "文件名超过\(limits.fileNameCharacters)个字符",
        en: "the name has more than \(limits.fileNameCharacters) characters")
    }
    let organisation = transaction.actor.organisation
    guard try ImportTable.openCount(organisation, transaction) < limits.openImports else {
      throw ImportError(
        code: .resourceExhausted, path: "import", value: "", rule: "import.too_many_open",
        zh: "未完成的导入已有\(limits.openImports)个", en: "\(limits.openImports) imports are open")
    }
    let record = ImportRecord(
      id: UUIDv7.next(microseconds: transaction.now), kind: name, fileName: fileName,
      declaredBytes: Int64(byteCount), sha256: sha256, state: .receiving,
      createdAt: transaction.now, organisation: organisation)
    try ImportTable.insert(record, transaction)
    return record
  }

  /// Takes a chunk. The same chunk may come again; another content under its number is refused.
  ///
  /// - Returns: the bytes received so far.
  package func append(
    _ id: String, chunk number: UInt32, content: [UInt8], _ transaction: WriteTransaction
  ) throws -> Int64 {
    var record = try find(id, organisation: transaction.actor.organisation, transaction)
    guard record.state == .receiving else {
      throw ImportError(
        code: .failedPrecondition, path: "import_id", value: id, rule: "import.state",
        zh: "导入处于“\(record.state.title)”状态，不再接收",
        en: "the import is \(record.state.rawValue); it takes no more chunks")
    }
    guard !content.isEmpty, content.count <= limits.chunkBytes else {
      throw ImportError(
        code: content.isEmpty ? .invalidArgument : .resourceExhausted, path: "content",
        value: "\(content.count)", rule: "import.chunk_bytes",
        zh: "一块须为1到\(limits.chunkBytes)字节", en: "a chunk has 1 to \(limits.chunkBytes) bytes")
    }
    if let known = try ImportTable.chunk(Int(number), of: id, transaction) {
      guard known == content else {
        throw ImportError(
          code: .failedPrecondition, path: "chunk_number", value: "\(number)",
          rule: "import.chunk_differs", zh: "第\(number)块已收到，内容不同",
          en: "chunk \(number) was received with another content")
      }
      return record.receivedBytes
    }
    record.receivedBytes += Int64(content.count)
    guard record.receivedBytes <= record.declaredBytes else {
      throw ImportError(
        code: .invalidArgument, path: "content", value: "\(record.receivedBytes)",
        rule: "import.more_than_declared", zh: "收到的字节多于声明的\(record.declaredBytes)",
        en: "more bytes than the declared \(record.declaredBytes)")
    }
    try ImportTable.insertChunk(content, number: Int(number), of: id, transaction)
    return record.receivedBytes
  }

  package func get(
    _ id: String, organisation: String, _ executor: some SQLExecutor
  ) throws -> ImportRecord {
    var record = try find(id, organisation: organisation, executor)
    if let done = running.rowsDone(id) { record.rowsDone = done }
    return record
  }

  /// Checks the file and every row; stores nothing but the answer.
  ///
  /// - Parameter rights: what the sender may do, for kinds that ask (`ImportRun.rights`).
  package func validate(
    _ id: String, as actor: Actor, rights: Set<String> = [],
    deadline: ContinuousClock.Instant? = nil
  ) async throws -> ImportRecord {
    try await step(id, as: actor, rights, deadline, isCommit: false)
  }

  /// Stores all rows in one transaction, or none.
  package func commit(
    _ id: String, as actor: Actor, rights: Set<String> = [],
    deadline: ContinuousClock.Instant? = nil
  ) async throws -> ImportRecord {
    try await step(id, as: actor, rights, deadline, isCommit: true)
  }

  /// Takes the rows of a committed import back, all or none.
  package func revert(_ id: String, reason: String, _ transaction: WriteTransaction) throws
    -> ImportRecord
  {
    var record = try find(id, organisation: transaction.actor.organisation, transaction)
    try Self.checkRevertible(record)
    record.state = try record.state.moved(to: .reverted)
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw ImportError(
        code: .invalidArgument, path: "reason", value: reason, rule: "reason.required",
        zh: "须写明原因", en: "a reason is required")
    }
    let records = try ImportTable.records(of: id, transaction)
    let obstacles = try kind(record.kind).revert(records, transaction)
    guard obstacles.isEmpty else {
      throw ImportError(
        code: .failedPrecondition, path: "import_id", value: id, rule: "import.depended_on",
        zh: "后来的数据依赖于它：" + obstacles.prefix(5).map(\.zh).joined(separator: "；"),
        en: "later data depend on it: " + obstacles.prefix(5).map(\.en).joined(separator: "; "))
    }
    try ImportTable.setState(.reverted, of: id, transaction)
    try transaction.audit(
      entity: "import", id: id, action: "revert", before: nil,
      after: "{\"records\":\(records.count)}")
    return record
  }

  /// In plainer words than the table of states has.
  private static func checkRevertible(_ record: ImportRecord) throws(ImportError) {
    guard record.state != .committed else { return }
    let isOver = record.state == .reverted
    throw ImportError(
      code: .failedPrecondition, path: "import_id", value: record.id, rule: "import.state",
      zh: isOver ? "这次导入已经撤回，不必再撤" : "这次导入没有入库 (\(record.state.title))，没有可撤回的",
      en: isOver
        ? "this import was taken back already"
        : "this import was not stored (\(record.state.rawValue)); there is nothing to take back")
  }

  /// Forgets imports that never came to an end and to which nothing was done since `time`
  /// (microseconds), with the chunks they hold. Returns how many.
  @discardableResult
  package static func discardAbandoned(
    idleSince time: Int64, in database: Database
  ) async throws -> Int {
    try await database.write(as: .system("imports")) {
      try ImportTable.deleteOpen(idleSince: time, $0)
    }
  }

  // MARK: The one path of dry run and run

  /// Takes the transaction of a dry run, or of a refused file, back.
  private struct Rollback: Error {
    let record: ImportRecord
  }

  /// Reads the file outside of any transaction: that may take a while. Chunks do not change any
  /// more once they make up the declared file.
  private func step(
    _ id: String, as actor: Actor, _ rights: Set<String>, _ deadline: ContinuousClock.Instant?,
    isCommit: Bool
  ) async throws -> ImportRecord {
    defer { running.finish(id) }
    let (record, content) = try await database.read(deadline: deadline) { transaction in
      let record = try find(id, organisation: actor.organisation, transaction)
      // The chunks of an import that has ended are gone.
      let isOpen = record.state == .receiving || record.state == .validated
      return (record, isOpen ? try ImportTable.file(of: id, transaction) : nil)
    }
    let (kind, limits) = (try kind(record.kind), limits)
    let file = try await database.offload {
      content.map { Self.read($0, record, kind, limits) } ?? ImportFile()
    }
    let isLarge = file.rows.count >= limits.largeRows
    let way: Way = isLarge ? (isCommit ? .long : .beside) : .short
    do {
      return try await change(way, as: actor, deadline) { transaction in
        try process(id, file, rights, isCommit: isCommit, transaction)
      }
    } catch let rollback as Rollback {
      return try await change(.short, as: actor, deadline) { transaction in
        let current = try find(id, organisation: actor.organisation, transaction)
        _ = try current.state.moved(to: rollback.record.state)
        try ImportTable.update(rollback.record, transaction)
        if rollback.record.state == .refused { try ImportTable.deleteChunks(of: id, transaction) }
        return rollback.record
      }
    }
  }

  /// How a change meets those of others: it is over soon; it keeps them waiting and says so; it is
  /// taken back, and goes on beside them where the engine can do that.
  private enum Way {
    case short, long, beside
  }

  private static let isUnderWay = "正在导入大文件，请稍后重试 (a large file is being imported; try again)"

  private func change<T: Sendable>(
    _ way: Way, as actor: Actor, _ deadline: ContinuousClock.Instant?,
    _ body: @escaping @Sendable (WriteTransaction) throws -> T
  ) async throws -> T {
    let told = way == .short ? nil : Self.isUnderWay
    let lock = lock
    let locked: @Sendable (WriteTransaction) throws -> T = { transaction in
      try lock?(transaction)
      return try body(transaction)
    }
    if way == .beside {
      return try await database.rehearse(
        as: actor, deadline: deadline, othersAreTold: told, locked)
    }
    guard lock != nil else {
      return try await database.write(
        as: actor, deadline: deadline, othersAreTold: told, locked)
    }
    return try await database.writeLocking(
      as: actor, deadline: deadline, othersAreTold: told, locked)
  }

  private func process(
    _ id: String, _ file: ImportFile, _ rights: Set<String>, isCommit: Bool,
    _ transaction: WriteTransaction
  ) throws -> ImportRecord {
    var record = try find(id, organisation: transaction.actor.organisation, transaction)
    // A repeated commit gives the same answer.
    if isCommit, record.state == .committed { return record }
    _ = try record.state.moved(to: isCommit ? .committed : .validated)
    let kind = try kind(record.kind)
    record.rowCount = file.rows.count
    record.rowsDone = file.rows.count
    let (outcome, errorCount) = try run(kind, file, record, rights, transaction)
    fill(&record, outcome, errorCount: errorCount)
    record.state = try record.state.moved(
      to: record.errorCount > 0 ? .refused : isCommit ? .committed : .validated)
    guard isCommit, record.state == .committed else {
      throw Rollback(record: record)
    }
    record.committedAt = transaction.now
    try ImportTable.update(record, transaction)
    try ImportTable.insertRecords(outcome.records, of: id, transaction)
    try ImportTable.deleteChunks(of: id, transaction)
    // One entry for the import; its rows are named by import_records.
    try transaction.audit(
      entity: "import", id: id, action: "commit", before: nil,
      after:
        "{\"kind\":\"\(record.kind)\",\"sha256\":\"\(record.sha256)\",\"rows\":\(record.rowCount)}")
    return record
  }

  private static func read(
    _ content: (bytes: [UInt8], isContiguous: Bool), _ record: ImportRecord, _ kind: ImportKind,
    _ limits: ImportLimits
  ) -> ImportFile {
    let (found, declared) = (content.bytes.count, record.declaredBytes)
    guard content.isContiguous, Int64(found) == declared else {
      return .refused(
        ImportFinding(
          value: "\(found)", rule: "file.truncated",
          zh: "文件被截断：声明\(declared)字节，收到\(found)字节",
          en: "the file is cut off: \(declared) bytes were declared, \(found) came"))
    }
    guard SHA256.hash(data: content.bytes).hexadecimal == record.sha256 else {
      return .refused(
        ImportFinding(
          rule: "file.truncated", zh: "文件被截断或改动：内容与声明的SHA-256不符",
          en: "the file is cut off or changed: its content does not match the declared SHA-256"))
    }
    return ImportFile.read(content.bytes, kind: kind, limits: limits)
  }

  /// Works on the rows that can be read, also where others cannot: the transaction of a file with
  /// errors is rolled back, and everything wrong with it is told at once.
  private func run(
    _ kind: ImportKind, _ file: ImportFile, _ record: ImportRecord, _ rights: Set<String>,
    _ transaction: WriteTransaction
  ) throws -> (ImportOutcome, errorCount: Int) {
    let id = record.id
    var outcome = ImportOutcome()
    if file.isReadable {
      let titles = Dictionary(uniqueKeysWithValues: kind.columns.map { ($0.key, $0.title) })
      outcome = try kind.process(
        ImportRun(
          importID: id, rows: file.rows, unreadRows: file.unreadRows, rights: rights,
          titles: titles, transaction: transaction,
          progress: { [running] done in running.update(id, done) }))
      // What is wrong with a cell's shape has been told.
      var flaws: Set<CellPlace> = []
      for row in file.rows {
        for key in row.flaws {
          flaws.insert(CellPlace(line: row.line, column: titles[key] ?? key))
        }
      }
      outcome.errors.removeAll { flaws.contains(CellPlace(line: $0.line, column: $0.column)) }
    }
    let errorCount = file.errorCount + outcome.errors.count
    outcome.errors = file.errors + outcome.errors
    outcome.notes = file.notes + outcome.notes
    return (outcome, errorCount)
  }

  private struct CellPlace: Hashable {
    let line: Int
    let column: String
  }

  private func fill(_ record: inout ImportRecord, _ outcome: ImportOutcome, errorCount: Int) {
    let byLine = outcome.errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    record.errors = byLine.prefix(limits.errors).map { error in
      var error = error
      error.value = String(error.value.prefix(limits.valueCharacters))
      return error
    }
    record.errorCount = errorCount
    record.notes = Array(outcome.notes.prefix(limits.notes))
    record.insertedRows = errorCount > 0 ? 0 : outcome.insertedRows
    record.revisedRows = errorCount > 0 ? 0 : outcome.revisedRows
    record.unchangedRows = errorCount > 0 ? 0 : outcome.unchangedRows
    record.quarantinedRows = errorCount > 0 ? 0 : outcome.quarantinedRows
    record.isNothingNew =
      errorCount == 0 && record.insertedRows + record.revisedRows + record.quarantinedRows == 0
  }

  private func find(
    _ id: String, organisation: String, _ executor: some SQLExecutor
  ) throws -> ImportRecord {
    guard let record = try ImportTable.find(id, organisation: organisation, executor) else {
      throw ImportError(
        code: .notFound, path: "import_id", value: id, rule: "import.unknown",
        zh: "没有这个导入", en: "there is no such import")
    }
    return record
  }
}

extension Sequence<UInt8> {
  /// Lower-case hexadecimal.
  fileprivate var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

/// Rows done by the imports that this process works on, for whoever watches.
private final class RunningImports: Sendable {
  private let done = Mutex<[String: Int]>([:])

  func update(_ id: String, _ rows: Int) { done.withLock { $0[id] = rows } }
  func finish(_ id: String) { done.withLock { _ = $0.removeValue(forKey: id) } }
  func rowsDone(_ id: String) -> Int? { done.withLock { $0[id] } }
}
