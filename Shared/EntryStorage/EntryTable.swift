// Reading and writing the table of one kind.

internal import Measures
internal import Entries
internal import Storage

/// The table of a kind.
struct EntryTable {
  let kind: EntryKind

  var name: String { "entry_\(kind.name)" }

  private static let own = [
    "id", "revision", "document", "sentence", "note", "created_at", "recorded_by", "recorded_at",
  ]

  private var selected: String {
    (Self.own + kind.fields.map(\.name)).map { "e.\($0)" }.joined(separator: ", ")
  }

  // MARK: - Reading

  func current(_ id: String, _ transaction: some SQLExecutor) throws(StorageError) -> EntryRecord? {
    try one("e.id = $1 AND \(TwoClocks.current("e"))", [.text(id)], transaction)
  }

  func known(
    _ id: String, at time: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> EntryRecord? {
    try one(
      "e.id = $1 AND \(TwoClocks.known(at: "$2", "e"))", [.text(id), .integer(time)], transaction)
  }

  /// The current entry with the natural key of a content.
  func current(
    keyOf content: EntryContent, _ transaction: some SQLExecutor
  ) throws(StorageError) -> EntryRecord? {
    try one(
      "e.natural_key = $1 AND \(TwoClocks.current("e"))",
      [.text(EntryColumns.key(kind, content))], transaction)
  }

  func revision(
    _ revision: Int64, of id: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> EntryRecord? {
    try one("e.id = $1 AND e.revision = $2", [.text(id), .integer(revision)], transaction)
  }

  /// Newest first; the first says whether the entry was deleted.
  func revisions(
    of id: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [EntryRecord] {
    var records: [EntryRecord] = []
    try transaction.forEach(
      """
      SELECT \(selected), e.superseded_at FROM \(name) AS e WHERE e.id = $1
      ORDER BY e.revision DESC
      """, [.text(id)]
    ) { (row) throws(StorageError) in
      var record = try decode(row)
      let end = try row.int64("superseded_at")
      record.isDeleted = records.isEmpty && end != TwoClocks.openTime
      records.append(record)
    }
    return records
  }

  /// Current entries that differ from a content in one field of the key only, itself among them.
  func group(
    of content: EntryContent, varying: EntryField, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [EntryRecord] {
    var conditions = [TwoClocks.current("e")]
    var parameters: [SQLValue] = []
    // A list is the same in any order, so it is compared here.
    for field in kind.keyFields where field != varying && !field.isList {
      parameters.append(try EntryColumns.text(field, content))
      conditions.append("e.\(field.name) = $\(parameters.count)")
    }
    parameters.append(.integer(Int64(EntryLimits.groupEntries)))
    let key = kind.key(of: content, without: varying)
    return try many(
      "\(conditions.joined(separator: " AND ")) ORDER BY e.id LIMIT $\(parameters.count)",
      parameters, transaction
    ).filter { kind.key(of: $0.content, without: varying) == key }
  }

  /// Whether a current entry refers to a code.
  func refers(
    _ field: EntryField, to code: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> EntryRecord? {
    // Codes hold no sign that JSON or LIKE would read.
    let condition = field.isList ? "e.\(field.name) LIKE $1" : "e.\(field.name) = $1"
    return try one(
      "\(condition) AND \(TwoClocks.current("e"))",
      [.text(field.isList ? "%\"\(code)\"%" : code)], transaction)
  }

  /// Hands over the entries that a query asks for, by id, after one.
  func list(
    _ query: EntryQuery, after id: String, limit: Int, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [EntryRecord] {
    var condition = try condition(query)
    let start = condition.add(.text(id))
    let count = condition.add(.integer(Int64(limit)))
    return try many(
      "\(condition.text) AND e.id > \(start) ORDER BY e.id LIMIT \(count)",
      condition.parameters, transaction)
  }

  func count(
    _ query: EntryQuery, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Int64 {
    let condition = try condition(query)
    let row = try transaction.queryOne(
      "SELECT COUNT(*) AS n FROM \(name) AS e WHERE \(condition.text)", condition.parameters)
    return try row?.int64("n") ?? 0
  }

  private func condition(_ query: EntryQuery) throws(StorageError) -> EntryCondition {
    var condition = EntryCondition()
    let known = condition.add(.integer(query.knownAt))
    condition.texts.append(TwoClocks.known(at: known, "e"))
    if kind.placeField != nil, let place = query.place, place.code != "000000" {
      condition.add("e.place_code", within: place)
    }
    let days = query.time.days
    if let first = days.first {
      condition.texts.append("e.time_first >= \(condition.add(.text(first.description)))")
    }
    if let last = days.last {
      condition.texts.append("e.time_last <= \(condition.add(.text(last.description)))")
      condition.texts.append("e.time_last <> ''")
    }
    for filter in query.filters { try condition.add(filter) }
    if !query.textContains.isEmpty {
      let part = condition.add(.text("%\(EntryCondition.escaped(query.textContains))%"))
      condition.texts.append("LOWER(e.words) LIKE LOWER(\(part)) ESCAPE '!'")
    }
    return condition
  }

  private func one(
    _ condition: String, _ parameters: [SQLValue], _ transaction: some SQLExecutor
  ) throws(StorageError) -> EntryRecord? {
    try many("\(condition) LIMIT 1", parameters, transaction).first
  }

  private func many(
    _ condition: String, _ parameters: [SQLValue], _ transaction: some SQLExecutor
  ) throws(StorageError) -> [EntryRecord] {
    var records: [EntryRecord] = []
    try transaction.forEach(
      "SELECT \(selected) FROM \(name) AS e WHERE \(condition)", parameters
    ) { (row) throws(StorageError) in records.append(try decode(row)) }
    return records
  }

  private func decode(_ row: SQLRow) throws(StorageError) -> EntryRecord {
    var content = EntryContent()
    for field in kind.fields {
      content[field] = try EntryColumns.value(field, try row.text(field.name))
    }
    var record = EntryRecord(
      kind: kind.name, id: try row.text("id"), content: content,
      source: EntrySource(
        document: try row.text("document"), sentence: try row.text("sentence"),
        note: try row.text("note")))
    record.revision = try row.int64("revision")
    record.createTime = try row.int64("created_at")
    record.recordedBy = try row.text("recorded_by")
    record.recordTime = try row.int64("recorded_at")
    return record
  }

  // MARK: - Writing

  func insert(
    _ record: EntryRecord, _ transaction: WriteTransaction
  ) throws(StorageError) -> EntryRecord {
    var record = record
    record.revision = 1
    record.createTime = transaction.now
    try transaction.execute(
      "INSERT INTO entry_index (id, kind, version) VALUES ($1, $2, 0)",
      [.text(record.id), .text(kind.name)])
    return try store(record, at: transaction.now, transaction)
  }

  func revise(
    _ current: EntryRecord, to content: EntryContent, _ source: EntrySource,
    _ transaction: WriteTransaction
  ) throws(StorageError) -> EntryRecord {
    var record = current
    record.content = content
    record.source = source
    record.revision += 1
    let time = try supersede(current, transaction)
    return try store(record, at: time, transaction)
  }

  /// Ends an entry; what was recorded stays readable.
  func remove(_ current: EntryRecord, _ transaction: WriteTransaction) throws(StorageError) {
    _ = try supersede(current, transaction)
  }

  private func supersede(
    _ current: EntryRecord, _ transaction: WriteTransaction
  ) throws(StorageError) -> Int64 {
    try transaction.supersede(name, where: "t.id = $1", [.text(current.id)])
  }

  private func store(
    _ record: EntryRecord, at time: Int64, _ transaction: WriteTransaction
  ) throws(StorageError) -> EntryRecord {
    var record = record
    record.recordedBy = transaction.actor.subject
    record.recordTime = time
    let happened = kind.time(of: record.content)
    let columns =
      Self.own + ["natural_key", "place_code", "time_first", "time_last", "words"]
      + kind.fields.map(\.name)
    var values: [SQLValue] = [
      .text(record.id), .integer(record.revision), .text(record.source.document),
      .text(record.source.sentence), .text(record.source.note), .integer(record.createTime),
      .text(record.recordedBy), .integer(time), .text(EntryColumns.key(kind, record.content)),
      .text(kind.place(of: record.content)), .text(happened?.firstDay.description ?? ""),
      .text(happened?.lastDay.description ?? ""),
      .text(EntryColumns.words(kind, record.content)),
    ]
    for field in kind.fields { values.append(try EntryColumns.text(field, record.content)) }
    let numbers = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
    try transaction.execute(
      "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(numbers))", values)
    return record
  }
}
