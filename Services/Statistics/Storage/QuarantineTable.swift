// Doubtful values and what was decided about them.

internal import Measures
package import StatisticsDomain
package import Storage

/// Which quarantined values are asked for; an empty text or nil asks for all.
package struct QuarantineFilter: Sendable, Hashable {
  /// The place and all below it.
  package var places: Set<String>?
  package var period = ""
  package var state: QuarantineState?
  /// Places whose single units may be shown; nil: all.
  package var visibleUnitPlaces: Set<String>?

  package init() {}
}

package enum QuarantineTable {
  static func insert(
    _ item: QuarantineItem, of report: Int64, sector: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    var candidates: [CandidateText] = []
    for candidate in item.doubt.candidates { candidates.append(CandidateText(candidate)) }
    try transaction.execute(
      """
      INSERT INTO quarantine_item (
        id, report_number, channel_code, period, nature, place_code, coverage, cell_sector,
        indicator_code, printed_text, rule, reason_zh, reason_en, candidates, document, sentence,
        note, state, resolution_reason, resolved_by, revision, created_at)
      VALUES (\(SQLPart.numbers(22)))
      """,
      [
        .text(item.id), .integer(report), .text(item.key.channelCode),
        .text(item.key.period.description), .text(item.key.nature.rawValue),
        .text(item.key.placeCode), .text(item.key.coverage.rawValue), .text(sector),
        .text(item.doubt.indicatorCode), .text(item.doubt.printed),
        .text(item.doubt.rule.rawValue), .text(item.doubt.chinese), .text(item.doubt.english),
        .text(try StoredJSON.text(candidates)),
      ] + item.doubt.source.values + [
        .text(item.state.rawValue), "", "", .integer(item.revision), .integer(item.createTime),
      ])
  }

  /// Stores what was decided.
  static func update(
    _ item: QuarantineItem, _ transaction: WriteTransaction
  ) throws(StorageError) {
    var quantity: SQLValue = .null
    if let resolved = item.resolution?.quantity {
      quantity = .text(try StoredJSON.text(QuantityText(resolved)))
    }
    try transaction.execute(
      """
      UPDATE quarantine_item SET state = $2, resolved_quantity = $3, resolution_reason = $4,
        resolved_by = $5, resolved_at = $6, revision = $7
      WHERE id = $1
      """,
      [
        .text(item.id), .text(item.state.rawValue), quantity,
        .text(item.resolution?.reason ?? ""), .text(item.resolution?.by ?? ""),
        SQLValue(item.resolution?.time), .integer(item.revision),
      ])
  }

  private static let selection = """
    SELECT q.id, q.indicator_code, q.printed_text, q.rule, q.reason_zh, q.reason_en, q.candidates,
      q.document, q.sentence, q.note, q.state, q.resolved_quantity, q.resolution_reason,
      q.resolved_by, q.resolved_at, q.revision, q.created_at, p.id AS report_id, p.form_code,
      p.channel_code, p.period, p.nature, p.sector, p.coverage, p.place_code, p.unit_id
    FROM quarantine_item AS q JOIN report AS p ON p.number = q.report_number
    """

  package static func item(
    _ id: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> QuarantineItem? {
    let row = try transaction.queryOne("\(selection) WHERE q.id = $1", [.text(id)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// Every value of a report that was ever in quarantine, oldest first.
  static func items(
    ofReport number: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [QuarantineItem] {
    var items: [QuarantineItem] = []
    for row in try transaction.query(
      "\(selection) WHERE q.report_number = $1 ORDER BY q.id", [.integer(number)])
    {
      items.append(try decode(row))
    }
    return items
  }

  /// Values in the order in which they came, after a position.
  package static func list(
    _ filter: QuarantineFilter, after position: [SQLValue]?, limit: Int,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> [QuarantineItem] {
    var condition = condition(filter)
    if case .text(let id)? = position?.first { condition.add("q.id > $#", [.text(id)]) }
    var items: [QuarantineItem] = []
    for row in try transaction.query(
      "\(selection) WHERE \(condition.text) ORDER BY q.id \(condition.limit)",
      condition.values(limit: limit))
    {
      items.append(try decode(row))
    }
    return items
  }

  package static func count(
    _ filter: QuarantineFilter, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Int64 {
    let condition = condition(filter)
    let row = try transaction.queryOne(
      "SELECT COUNT(*) AS n FROM quarantine_item AS q WHERE \(condition.text)",
      condition.values)
    return try row?.int64("n") ?? 0
  }

  private static func condition(_ filter: QuarantineFilter) -> Condition {
    var condition = Condition()
    if let places = filter.places { condition.add("q.place_code", in: places) }
    condition.add("q.period", equals: filter.period)
    condition.add("q.state", equals: filter.state?.rawValue ?? "")
    if let visible = filter.visibleUnitPlaces {
      condition.addVisible("q", visible)
    }
    return condition
  }

  /// Undecided values of a scope and period at a recorded time.
  static func open(
    _ scope: CellScope, period: Period, at time: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [OpenItem] {
    let isNow = time == TwoClocks.openTime - 1
    let state =
      isNow ? "state = 'open'" : "created_at <= $5 AND (resolved_at IS NULL OR resolved_at > $5)"
    let rows = try transaction.query(
      """
      SELECT id, place_code, coverage, cell_sector FROM quarantine_item
      WHERE channel_code = $1 AND indicator_code = $2 AND nature = $3 AND period = $4
        AND \(state) ORDER BY id
      """,
      [
        .text(scope.channelCode), .text(scope.indicatorCode), .text(scope.nature.rawValue),
        .text(period.description),
      ] + (isNow ? [] : [.integer(time)]))
    var items: [OpenItem] = []
    for row in rows {
      items.append(
        OpenItem(
          id: try row.text("id"), placeCode: try row.text("place_code"),
          coverage: try row.raw("coverage"), sector: try row.text("cell_sector")))
    }
    return items
  }

  private static func decode(_ row: SQLRow) throws(StorageError) -> QuarantineItem {
    var candidates: [Candidate] = []
    for text in try StoredJSON.value([CandidateText].self, try row.text("candidates")) {
      candidates.append(try text.stored())
    }
    let doubt = Doubt(
      indicatorCode: try row.text("indicator_code"), printed: try row.text("printed_text"),
      rule: try row.raw("rule"), chinese: try row.text("reason_zh"),
      english: try row.text("reason_en"), candidates: candidates, source: try row.source())
    let state: QuarantineState = try row.raw("state")
    return QuarantineItem(
      id: try row.text("id"), reportID: try row.text("report_id"), key: try ReportKey(row),
      doubt: doubt, state: state, resolution: try resolution(row, state),
      revision: try row.int64("revision"), createTime: try row.int64("created_at"))
  }

  private static func resolution(
    _ row: SQLRow, _ state: QuarantineState
  ) throws(StorageError) -> QuarantineItem.Resolution? {
    guard state != .open else { return nil }
    var quantity: Quantity?
    if let text = try row.optionalText("resolved_quantity") {
      quantity = try StoredJSON.value(QuantityText.self, text).stored()
    }
    return QuarantineItem.Resolution(
      quantity: quantity, reason: try row.text("resolution_reason"),
      by: try row.text("resolved_by"), time: try row.optionalInt64("resolved_at") ?? 0)
  }
}
