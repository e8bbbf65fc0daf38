// Places, federations and enterprises are stored alike: an identity, and states on both clocks. A
// revision supersedes the states that it changes and adds new ones; states that stay are not
// touched, so a correction costs what it corrects.

internal import Measures
internal import RegistryDomain
internal import Storage

/// The two tables of one kind of record.
enum RecordTable<State: StoredState> {
  static var identity: String { State.resource }
  static var states: String { "\(State.resource)_state" }

  /// Records read by one statement.
  static var batch: Int { 100 }

  private static var selected: String {
    let own = State.columns.map { "s.\($0)" }.joined(separator: ", ")
    return """
      s.record_id, s.revision, s.code, s.name, s.shown_from, s.shown_to, s.recorded_at,
        r.created_at, \(own)
      """
  }

  private static var joined: String {
    "\(states) AS s JOIN \(identity) AS r ON r.id = s.record_id"
  }

  // MARK: - Reading

  /// Records by id, in the order of the ids; what did not exist at the time is left out.
  static func load(
    _ ids: [String], knownAt time: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [Record<State>] {
    var found: [String: Record<State>] = [:]
    for start in stride(from: 0, to: ids.count, by: batch) {
      var conditions = Conditions()
      conditions.add(
        "s.record_id", isOneOf: Array(ids[start..<min(start + batch, ids.count)]))
      for record in try select(conditions, knownAt: time, transaction) {
        found[record.id] = record
      }
    }
    return ids.compactMap { found[$0] }
  }

  static func load(
    _ id: String, knownAt time: Int64 = TwoClocks.openTime - 1, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Record<State>? {
    try load([id], knownAt: time, transaction).first
  }

  /// Every record for which the conditions hold; they speak of what all its states share (the
  /// id, the code), so that the records are whole.
  static func select(
    _ conditions: Conditions, knownAt time: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [Record<State>] {
    var conditions = conditions
    addKnown(&conditions, time)
    var gathering = RecordGathering<State>()
    var records: [Record<State>] = []
    try transaction.forEach(
      """
      SELECT \(selected) FROM \(joined) WHERE \(conditions.text)
      ORDER BY s.record_id, s.valid_from
      """, conditions.parameters
    ) { (row) throws(StorageError) in
      if let record = try gathering.add(row) { records.append(record) }
    }
    if let last = try gathering.finish() { records.append(last) }
    return records
  }

  /// Hands over every record as it is known at a time, one after the other.
  static func forEach(
    knownAt time: Int64, _ transaction: some SQLExecutor,
    _ body: (Record<State>) throws(StorageError) -> Void
  ) throws(StorageError) {
    var conditions = Conditions()
    addKnown(&conditions, time)
    var gathering = RecordGathering<State>()
    try transaction.forEach(
      """
      SELECT \(selected) FROM \(joined) WHERE \(conditions.text)
      ORDER BY s.record_id, s.valid_from
      """, conditions.parameters
    ) { (row) throws(StorageError) in
      if let record = try gathering.add(row) { try body(record) }
    }
    if let last = try gathering.finish() { try body(last) }
  }

  static func addKnown(_ conditions: inout Conditions, _ time: Int64) {
    let number = conditions.parameter(.integer(time))
    conditions.addNumbered(TwoClocks.known(at: number, "s"))
  }

  static func addValid(_ conditions: inout Conditions, _ day: String) {
    let number = conditions.parameter(.text(day))
    conditions.addNumbered(TwoClocks.valid(on: number, "s"))
  }

  /// Ids of records with a state that meets the conditions, lowest first.
  static func ids(
    _ conditions: Conditions, knownAt time: Int64, limit: Int = 1_000,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String] {
    var conditions = conditions
    addKnown(&conditions, time)
    let count = conditions.parameter(.integer(Int64(limit)))
    let rows = try transaction.query(
      """
      SELECT DISTINCT s.record_id FROM \(states) AS s WHERE \(conditions.text)
      ORDER BY s.record_id LIMIT \(count)
      """, conditions.parameters)
    var ids: [String] = []
    for row in rows { ids.append(try row.text("record_id")) }
    return ids
  }

  // MARK: - Writing

  /// Stores a new record as revision 1.
  static func insert(
    _ record: Record<State>, _ transaction: WriteTransaction
  ) throws(StorageError) -> Record<State> {
    var record = record
    record.revision = 1
    record.createTime = transaction.now
    record.updateTime = transaction.now
    try transaction.execute(
      """
      INSERT INTO \(identity) (id, code, revision, created_at, updated_at)
      VALUES ($1, $2, 1, $3, $3)
      """, [.text(record.id), .text(record.code), .integer(transaction.now)])
    try add(record.timeline.entries, of: record, recordedAt: transaction.now, transaction)
    return record
  }

  /// Stores the next revision. States that the revision keeps stay as they are.
  static func revise(
    _ current: Record<State>, to record: Record<State>, _ transaction: WriteTransaction
  ) throws(StorageError) -> Record<State> {
    var record = record
    record.revision = current.revision + 1
    record.createTime = current.createTime
    let kept = Set(current.timeline.entries).intersection(record.timeline.entries)
    let time = try supersede(
      current.timeline.entries.filter { !kept.contains($0) }, of: record.id, transaction)
    record.updateTime = time
    try add(
      record.timeline.entries.filter { !kept.contains($0) }, of: record, recordedAt: time,
      transaction)
    let changed = try transaction.execute(
      "UPDATE \(identity) SET revision = $2, updated_at = $3 WHERE id = $1 AND revision = $4",
      [
        .text(record.id), .integer(record.revision), .integer(time), .integer(current.revision),
      ])
    guard changed == 1 else {
      throw StorageError(.stale, "The record was changed since it was read.")
    }
    return record
  }

  /// Ends the belief in all states; the record can still be read as of earlier.
  static func remove(
    _ current: Record<State>, _ transaction: WriteTransaction
  ) throws(StorageError) -> Record<State> {
    var record = current
    record.revision += 1
    record.updateTime = try supersede(current.timeline.entries, of: current.id, transaction)
    try transaction.execute(
      "UPDATE \(identity) SET revision = $2, updated_at = $3 WHERE id = $1",
      [.text(record.id), .integer(record.revision), .integer(record.updateTime)])
    return record
  }

  private static func supersede(
    _ entries: [Timeline<State>.Entry], of id: String, _ transaction: WriteTransaction
  ) throws(StorageError) -> Int64 {
    var time = transaction.now
    for entry in entries {
      time = max(
        time,
        try transaction.supersede(
          states, where: "t.record_id = $1 AND t.valid_from = $2",
          [.text(id), .text(entry.time.storedStart)]))
    }
    return time
  }

  private static func add(
    _ entries: [Timeline<State>.Entry], of record: Record<State>, recordedAt time: Int64,
    _ transaction: WriteTransaction
  ) throws(StorageError) {
    let columns =
      [
        "record_id", "revision", "code", "name", "name_key", "shown_from", "shown_to",
        "valid_from", "valid_to", "recorded_at", "superseded_at",
      ] + State.columns
    let numbers = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
    for entry in entries {
      try transaction.execute(
        "INSERT INTO \(states) (\(columns.joined(separator: ", "))) VALUES (\(numbers))",
        [
          .text(record.id), .integer(record.revision), .text(record.code),
          .text(entry.state.name), .text(NameSearch.key(entry.state.name)),
          .text(entry.time.from?.description ?? ""), .text(entry.time.to?.description ?? ""),
          .text(entry.time.storedStart), .text(entry.time.storedEnd), .integer(time),
          .integer(TwoClocks.openTime),
        ] + entry.state.columnValues)
    }
    try NameSearch.index(
      Set(entries.map(\.state.name)), entity: State.resource, id: record.id, transaction)
  }
}

/// Puts rows, ordered by record and beginning, together to records.
struct RecordGathering<State: StoredState> {
  private var id = ""
  private var code = ""
  private var entries: [Timeline<State>.Entry] = []
  private var revision: Int64 = 0
  private var createTime: Int64 = 0
  private var updateTime: Int64 = 0

  /// Takes a row, and gives the record before it when the row begins another.
  mutating func add(_ row: SQLRow) throws(StorageError) -> Record<State>? {
    let next = try row.text("record_id")
    let complete = next == id ? nil : try finish()
    if next != id {
      id = next
      code = try row.text("code")
      revision = 0
      updateTime = 0
      createTime = try row.int64("created_at")
      entries = []
    }
    // The record's revision and time are those of its newest state that was known.
    revision = max(revision, try row.int64("revision"))
    updateTime = max(updateTime, try row.int64("recorded_at"))
    entries.append(
      Timeline<State>.Entry(
        time: try ValidTime(row: row), state: try State(row: row, name: try row.text("name"))))
    return complete
  }

  mutating func finish() throws(StorageError) -> Record<State>? {
    guard !entries.isEmpty else { return nil }
    defer { entries = [] }
    do {
      return Record(
        id: id, code: code, timeline: try Timeline(entries), revision: revision,
        createTime: createTime, updateTime: updateTime)
    } catch {
      throw StorageError(.corrupt, "The states of \(State.resource) \(id) overlap.")
    }
  }
}
