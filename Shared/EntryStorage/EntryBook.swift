// Changes of entries, in the caller's transaction: rules, references, natural keys, doubts, the
// feed and the audit. The same for calls, files and decisions of a clerk.

package import Entries
internal import Measures
package import Storage

/// How entries look to the feed and the audit.
package protocol EntryEncoding: Sendable {
  /// The entry as the wire has it.
  func payload(_ record: EntryRecord) throws -> [UInt8]
  /// The entry as JSON.
  func json(_ record: EntryRecord) throws -> String
}

/// What somebody wants an entry to say.
package struct EntryDraft: Sendable {
  package var content: EntryContent
  package var source: EntrySource
  /// Numbers that could not be read; their fields are absent from the content.
  package var unread: [EntryDoubt]
  /// Names of the fields that the draft speaks of; nil: all. Of the others the content has what the
  /// entry says already.
  package var stated: Set<String>?

  package init(
    content: EntryContent, source: EntrySource, unread: [EntryDoubt] = [],
    stated: Set<String>? = nil
  ) {
    self.content = content
    self.source = source
    self.unread = unread
    self.stated = stated
  }

  func states(_ field: EntryField) -> Bool { stated?.contains(field.name) ?? true }
}

/// What became of an entry.
package struct EntryChange: Sendable {
  package enum Effect: Sendable {
    case created, revised, unchanged
  }

  package var record: EntryRecord
  package var before: EntryRecord?
  package var effect: Effect
  /// Doubts that this change opened.
  package var opened: [EntryDoubtItem] = []
  package var warnings: [(zh: String, en: String)] = []
}

/// The entries of one service, for one transaction after the other.
package struct EntryBook: Sendable {
  /// May the transaction's actor write in a place? An empty one means entries that lie nowhere.
  package typealias Permission = @Sendable (_ place: String, WriteTransaction) throws -> Bool

  package let register: EntryRegister
  let encoding: any EntryEncoding
  let mayWrite: Permission
  let isPlace: Permission

  /// - Parameter isPlace: whether a place exists, for a service that keeps places.
  package init(
    register: EntryRegister, encoding: any EntryEncoding, mayWrite: @escaping Permission,
    isPlace: @escaping Permission = { _, _ in true }
  ) {
    self.register = register
    self.encoding = encoding
    self.mayWrite = mayWrite
    self.isPlace = isPlace
  }

  var doubts: DoubtTable { DoubtTable(register: register) }

  // MARK: - Reading

  /// The kind of the entry that has an id, with its table.
  func table(of id: String, _ transaction: some SQLExecutor) throws -> EntryTable {
    let row = try transaction.queryOne(
      "SELECT kind FROM entry_index WHERE id = $1", [.text(id)])
    guard let row, let kind = register.kind(try row.text("kind")) else {
      throw EntryError.notFound("entry", id)
    }
    return EntryTable(kind: kind)
  }

  /// - Parameter time: recorded time in microseconds; nil: now.
  /// - Throws: `notFound` for an id that there is not, or was not then.
  package func get(
    _ id: String, at time: Int64? = nil, _ transaction: some SQLExecutor
  ) throws -> EntryRecord {
    let known = time ?? TwoClocks.openTime - 1
    let table = try table(of: id, transaction)
    guard let record = try table.known(id, at: known, transaction) else {
      throw EntryError.notFound(table.kind.name, id)
    }
    return try withDoubts([record], table.kind, known, transaction)[0]
  }

  package func revisions(
    of id: String, _ transaction: some SQLExecutor
  ) throws -> [EntryRecord] {
    let table = try table(of: id, transaction)
    var revisions = try table.revisions(of: id, transaction)
    if let last = revisions.first, !last.isDeleted {
      revisions[0] = try withDoubts([last], table.kind, TwoClocks.openTime - 1, transaction)[0]
    }
    return revisions
  }

  package func list(
    _ query: EntryQuery, after id: String, limit: Int, _ transaction: some SQLExecutor
  ) throws -> (records: [EntryRecord], total: Int64) {
    let table = EntryTable(kind: query.kind)
    let records = try table.list(query, after: id, limit: limit, transaction)
    return (
      try withDoubts(records, query.kind, query.knownAt, transaction),
      try table.count(query, transaction)
    )
  }

  /// Everything that a figure could be computed from.
  package func facts(
    _ key: EntryFigureKey, asOf: Int64?, _ transaction: some SQLExecutor
  ) throws -> [EntryFact] {
    var query = EntryQuery(key.kind)
    query.place = key.place
    query.time = key.time
    query.asOf = asOf
    let records = try EntryTable(kind: key.kind).list(
      query, after: "", limit: EntryLimits.figureEntries + 1, transaction)
    guard records.count <= EntryLimits.figureEntries else {
      throw EntryError(
        .failedPrecondition, type: "figure", name: key.text,
        zh: "涉及的记录超过\(EntryLimits.figureEntries)条",
        en: "the figure is over more than \(EntryLimits.figureEntries) entries")
    }
    return try withDoubts(records, key.kind, query.knownAt, transaction).map(\.fact)
  }

  package func doubt(
    _ id: String, _ transaction: some SQLExecutor
  ) throws -> EntryDoubtItem {
    guard let item = try doubts.item(id, transaction) else {
      throw EntryError.notFound("quarantine_item", id)
    }
    return item
  }

  package func listDoubts(
    _ query: DoubtQuery, after id: String, limit: Int, _ transaction: some SQLExecutor
  ) throws -> (items: [EntryDoubtItem], total: Int64) {
    (
      try doubts.list(query, after: id, limit: limit, transaction),
      try doubts.count(query, transaction)
    )
  }

  /// Hands over every current entry, kinds in the register's order.
  package func snapshot(
    _ transaction: ReadTransaction, _ body: (ChangeEvent) throws(StorageError) -> Void
  ) throws {
    for kind in register.kinds {
      var last = ""
      while true {
        let page = try list(EntryQuery(kind), after: last, limit: 1_000, transaction).records
        for record in page { try body(try event(record, .put, version(record.id, transaction))) }
        guard page.count == 1_000, let final = page.last else { break }
        last = final.id
      }
    }
  }

  func withDoubts(
    _ records: [EntryRecord], _ kind: EntryKind, _ time: Int64, _ transaction: some SQLExecutor
  ) throws -> [EntryRecord] {
    if records.isEmpty { return [] }
    let open = try doubts.open(kind: kind.name, at: time, transaction)
    return records.map { record in
      var record = record
      record.doubtIDs = (open[record.id] ?? []).map(\.id)
      record.doubtFields = Set((open[record.id] ?? []).map(\.field))
      return record
    }
  }

  // MARK: - The feed and the audit

  private func version(
    _ id: String, _ transaction: some SQLExecutor
  ) throws -> Int64 {
    let row = try transaction.queryOne(
      "SELECT version FROM entry_index WHERE id = $1", [.text(id)])
    return max(1, try row?.int64("version") ?? 1)
  }

  private func event(
    _ record: EntryRecord, _ action: ChangeEvent.Action, _ version: Int64
  ) throws -> ChangeEvent {
    ChangeEvent(
      entity: record.kind, id: record.id, revision: version, action: action,
      payload: try encoding.payload(record))
  }

  /// Tells the feed of an entry as it is now, its doubts with it.
  func emit(
    _ record: EntryRecord, _ action: ChangeEvent.Action, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE entry_index SET version = version + 1 WHERE id = $1", [.text(record.id)])
    try transaction.emit(try event(record, action, version(record.id, transaction)))
  }

  func audit(
    _ action: String, _ record: EntryRecord?, before: EntryRecord?,
    _ transaction: WriteTransaction
  ) throws {
    guard let entry = record ?? before else { return }
    try transaction.audit(
      entity: entry.kind, id: entry.id, action: action, before: try before.map(encoding.json),
      after: try record.map(encoding.json))
  }
}
