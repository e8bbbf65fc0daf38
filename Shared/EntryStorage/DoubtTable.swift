// Doubts about entries, and what was decided.

internal import Entries
internal import Measures
internal import Storage

/// The table of doubts of a service.
struct DoubtTable {
  let register: EntryRegister

  private static let columns = [
    "id", "kind", "entry_id", "varying", "field", "rule", "printed_text", "candidates",
    "reason_zh", "reason_en", "related", "place_code", "period", "document", "sentence", "note",
    "state", "resolution_reason", "resolved_by", "revision", "created_at",
  ]

  private static let selection = """
    SELECT \(columns.map { "d.\($0)" }.joined(separator: ", ")), d.resolved_quantity,
      d.resolved_at FROM entry_doubt AS d
    """

  func insert(_ item: EntryDoubtItem, _ transaction: WriteTransaction) throws(StorageError) {
    let numbers = (1...Self.columns.count).map { "$\($0)" }.joined(separator: ", ")
    try transaction.execute(
      "INSERT INTO entry_doubt (\(Self.columns.joined(separator: ", "))) VALUES (\(numbers))",
      [
        .text(item.id), .text(item.kind), .text(item.entryID), .text(item.varying),
        .text(item.doubt.field.name), .text(item.doubt.rule.rawValue), .text(item.doubt.printed),
        .text(try StoredJSON.text(item.doubt.candidates.map(CandidateText.init))),
        .text(item.doubt.zh), .text(item.doubt.en),
        .text(try StoredJSON.text(item.doubt.relatedIDs)),
        .text(item.place), .text(item.period), .text(item.source.document),
        .text(item.source.sentence), .text(item.source.note), .text(item.state.rawValue), "", "",
        .integer(item.revision), .integer(item.createTime),
      ])
  }

  /// Stores what became of a doubt.
  func update(_ item: EntryDoubtItem, _ transaction: WriteTransaction) throws(StorageError) {
    var quantity: SQLValue = .null
    if let resolved = item.resolution?.quantity {
      quantity = .text(try StoredJSON.text(QuantityText(resolved)))
    }
    try transaction.execute(
      """
      UPDATE entry_doubt SET state = $2, resolved_quantity = $3, resolution_reason = $4,
        resolved_by = $5, resolved_at = $6, revision = $7
      WHERE id = $1
      """,
      [
        .text(item.id), .text(item.state.rawValue),
        quantity,
        .text(item.resolution?.reason ?? ""), .text(item.resolution?.by ?? ""),
        SQLValue(item.resolution?.time), .integer(item.revision),
      ])
  }

  func item(_ id: String, _ transaction: some SQLExecutor) throws(StorageError) -> EntryDoubtItem? {
    guard let row = try transaction.queryOne("\(Self.selection) WHERE d.id = $1", [.text(id)])
    else { return nil }
    return try decode(row)
  }

  /// All doubts about an entry, oldest first.
  func items(
    of entry: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [EntryDoubtItem] {
    var items: [EntryDoubtItem] = []
    for row in try transaction.query(
      "\(Self.selection) WHERE d.entry_id = $1 ORDER BY d.id", [.text(entry)])
    {
      if let item = try decode(row) { items.append(item) }
    }
    return items
  }

  /// All doubts about entries, oldest first, by entry.
  func items(
    of entries: [String], _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String: [EntryDoubtItem]] {
    var found: [String: [EntryDoubtItem]] = [:]
    for start in stride(from: 0, to: entries.count, by: Self.batch) {
      let part = Array(entries[start..<min(start + Self.batch, entries.count)])
      // Lengths are filled up, so that the number of distinct statements stays one.
      let padded = part + Array(repeating: part[0], count: Self.batch - part.count)
      let numbers = (1...Self.batch).map { "$\($0)" }.joined(separator: ", ")
      for row in try transaction.query(
        "\(Self.selection) WHERE d.entry_id IN (\(numbers)) ORDER BY d.id",
        padded.map { .text($0) })
      {
        if let item = try decode(row) { found[item.entryID, default: []].append(item) }
      }
    }
    return found
  }

  /// Entries asked about by one statement.
  private static let batch = 100

  /// Ids and fields of the doubts that were open at a recorded time, by entry; of one kind.
  func open(
    kind: String, at time: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String: [(id: String, field: String)]] {
    var found: [String: [(id: String, field: String)]] = [:]
    try transaction.forEach(
      """
      SELECT d.id, d.entry_id, d.field FROM entry_doubt AS d
      WHERE d.kind = $1 AND d.created_at <= $2 AND (d.resolved_at IS NULL OR d.resolved_at > $2)
      ORDER BY d.id
      """, [.text(kind), .integer(time)]
    ) { (row) throws(StorageError) in
      found[try row.text("entry_id"), default: []].append(
        (try row.text("id"), try row.text("field")))
    }
    return found
  }

  func list(
    _ query: DoubtQuery, after id: String, limit: Int, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [EntryDoubtItem] {
    let (condition, parameters) = condition(query)
    var items: [EntryDoubtItem] = []
    for row in try transaction.query(
      "\(Self.selection) WHERE \(condition) AND d.id > $6 ORDER BY d.id LIMIT $7",
      parameters + [.text(id), .integer(Int64(limit))])
    {
      if let item = try decode(row) { items.append(item) }
    }
    return items
  }

  func count(
    _ query: DoubtQuery, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Int64 {
    let (condition, parameters) = condition(query)
    let row = try transaction.queryOne(
      "SELECT COUNT(*) AS n FROM entry_doubt AS d WHERE \(condition)", parameters)
    return try row?.int64("n") ?? 0
  }

  private func condition(_ query: DoubtQuery) -> (String, [SQLValue]) {
    // The nation holds also what lies nowhere.
    let range = query.place.flatMap { $0.digits.isEmpty ? nil : $0.range }
    return (
      """
      ($1 = '' OR d.state = $1) AND ($2 = '' OR d.kind = $2) AND ($3 = '' OR d.period = $3)
      AND ($4 = '' OR d.place_code >= $4) AND ($5 = '' OR d.place_code <= $5)
      """,
      [
        .text(query.state?.rawValue ?? ""), .text(query.kind), .text(query.period),
        .text(range?.low ?? ""), .text(range?.high ?? ""),
      ]
    )
  }

  /// Nil for a doubt about a field that no kind has any more.
  private func decode(_ row: SQLRow) throws(StorageError) -> EntryDoubtItem? {
    let kind = try row.text("kind")
    guard let field = register.kind(kind)?.field(try row.text("field")),
      let rule = EntryDoubtRule(rawValue: try row.text("rule")),
      let state = EntryDoubtState(rawValue: try row.text("state"))
    else { return nil }
    let doubt = EntryDoubt(
      field: field, rule: rule, printed: try row.text("printed_text"),
      candidates: try EntryColumns.candidates(try row.text("candidates")),
      zh: try row.text("reason_zh"), en: try row.text("reason_en"),
      relatedIDs: try StoredJSON.value([String].self, try row.text("related")))
    var resolution: EntryDoubtItem.Resolution?
    if let time = try row.optionalInt64("resolved_at") {
      resolution = EntryDoubtItem.Resolution(
        quantity: try row.optionalText("resolved_quantity").map(EntryColumns.quantity),
        reason: try row.text("resolution_reason"), by: try row.text("resolved_by"), time: time)
    }
    return EntryDoubtItem(
      id: try row.text("id"), kind: kind, entryID: try row.text("entry_id"),
      varying: try row.text("varying"), place: try row.text("place_code"),
      period: try row.text("period"), doubt: doubt,
      source: EntrySource(
        document: try row.text("document"), sentence: try row.text("sentence"),
        note: try row.text("note")),
      state: state, resolution: resolution, revision: try row.int64("revision"),
      createTime: try row.int64("created_at"))
  }
}
