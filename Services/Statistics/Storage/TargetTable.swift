// Targets and their revisions.

package import StatisticsDomain
package import Storage
internal import Measures

/// Which targets are asked for; an empty text asks for all.
package struct TargetFilter: Sendable, Hashable {
  package var placeCode = ""
  package var period = ""

  package init() {}
}

package enum TargetTable {
  private static let columns = """
    t.id, t.revision, t.place_code, t.channel_code, t.indicator_code, t.sector, t.period, t.kind,
    t.quantity, t.base_period, t.document, t.sentence, t.note, t.recorded_by, t.created_at,
    t.recorded_at
    """

  package static func current(
    _ id: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Target? {
    let row = try transaction.queryOne(
      "SELECT \(columns) FROM target AS t WHERE t.id = $1 AND \(TwoClocks.current("t"))",
      [.text(id)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// The revision of a target that was believed at a recorded time.
  package static func known(
    _ id: String, at time: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Target? {
    let row = try transaction.queryOne(
      """
      SELECT \(columns) FROM target AS t
      WHERE t.id = $1 AND \(TwoClocks.known(at: "$2", "t"))
      """, [.text(id), .integer(time)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// A revision of a target.
  package static func revision(
    _ number: Int64, of id: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Target? {
    let row = try transaction.queryOne(
      "SELECT \(columns) FROM target AS t WHERE t.id = $1 AND t.revision = $2",
      [.text(id), .integer(number)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// The target of a subject as it was known at a recorded time.
  package static func target(
    _ subject: FigureSubject, at time: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Target? {
    let row = try transaction.queryOne(
      """
      SELECT \(columns) FROM target AS t
      WHERE t.place_code = $1 AND t.channel_code = $2 AND t.indicator_code = $3
        AND t.sector = $4 AND t.period = $5 AND \(TwoClocks.known(at: "$6", "t"))
      """,
      [
        .text(subject.placeCode), .text(subject.channelCode), .text(subject.indicatorCode),
        .text(subject.sector), .text(subject.period.description), .integer(time),
      ])
    guard let row else { return nil }
    return try decode(row)
  }

  /// Stores a new target.
  ///
  /// - Throws: `alreadyExists` where the same thing has a target.
  package static func insert(_ target: Target, _ transaction: WriteTransaction) throws -> Target {
    if let other = try self.target(target.subject, at: TwoClocks.openTime - 1, transaction) {
      throw taken(other)
    }
    var target = target
    target.revision = 1
    target.createTime = transaction.now
    target.recordTime = transaction.now
    try store(target, transaction)
    try Generations.raise(.figures, transaction)
    return target
  }

  /// Stores the next revision of a target; what it is about may change, too.
  package static func revise(
    _ current: Target, to target: Target, _ transaction: WriteTransaction
  ) throws -> Target {
    if let other = try self.target(target.subject, at: TwoClocks.openTime - 1, transaction),
      other.id != current.id
    {
      throw taken(other)
    }
    var target = target
    target.id = current.id
    target.revision = current.revision + 1
    target.createTime = current.createTime
    target.recordTime = try supersede(current, transaction)
    try store(target, transaction)
    try Generations.raise(.figures, transaction)
    return target
  }

  /// Ends a target; what was recorded stays readable by `as_of`.
  package static func remove(_ current: Target, _ transaction: WriteTransaction) throws {
    _ = try supersede(current, transaction)
    try Generations.raise(.figures, transaction)
  }

  /// Targets in the order in which they came, after a position.
  package static func list(
    _ filter: TargetFilter, after position: [SQLValue]?, limit: Int,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> [Target] {
    var condition = condition(filter)
    if case .text(let id)? = position?.first { condition.add("t.id > $#", [.text(id)]) }
    var targets: [Target] = []
    for row in try transaction.query(
      "SELECT \(columns) FROM target AS t WHERE \(condition.text) ORDER BY t.id \(condition.limit)",
      condition.values(limit: limit))
    {
      targets.append(try decode(row))
    }
    return targets
  }

  package static func count(
    _ filter: TargetFilter, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Int64 {
    let condition = condition(filter)
    let row = try transaction.queryOne(
      "SELECT COUNT(*) AS n FROM target AS t WHERE \(condition.text)", condition.values)
    return try row?.int64("n") ?? 0
  }

  private static func condition(_ filter: TargetFilter) -> Condition {
    var condition = Condition()
    condition.add(TwoClocks.current("t"))
    condition.add("t.place_code", equals: filter.placeCode)
    condition.add("t.period", equals: filter.period)
    return condition
  }

  private static func taken(_ other: Target) -> StatisticsError {
    StatisticsError(
      .alreadyExists, chinese: "同一地区、渠道、指标、行业和期别已有目标\(other.quantity.printed)",
      english: "The same thing has a target already: \(other.quantity.printed).",
      resource: ResourceReference(type: "target", name: other.id))
  }

  private static func supersede(
    _ current: Target, _ transaction: WriteTransaction
  ) throws(StorageError) -> Int64 {
    try transaction.supersede("target", where: "t.id = $1", [.text(current.id)])
  }

  private static func store(
    _ target: Target, _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO target (
        id, revision, place_code, channel_code, indicator_code, sector, period, kind, quantity,
        base_period, document, sentence, note, recorded_by, created_at, recorded_at)
      VALUES (\(SQLPart.numbers(16)))
      """,
      [
        .text(target.id), .integer(target.revision), .text(target.placeCode),
        .text(target.channelCode), .text(target.indicatorCode), .text(target.sector),
        .text(target.period.description), .text(target.kind.rawValue),
        .text(try StoredJSON.text(QuantityText(target.quantity))),
        .text(target.basePeriod?.description ?? ""),
      ] + target.source.values + [
        .text(target.recordedBy), .integer(target.createTime), .integer(target.recordTime),
      ])
  }

  private static func decode(_ row: SQLRow) throws(StorageError) -> Target {
    let base = try row.text("base_period")
    return Target(
      id: try row.text("id"), placeCode: try row.text("place_code"),
      channelCode: try row.text("channel_code"), indicatorCode: try row.text("indicator_code"),
      sector: try row.text("sector"), period: try row.period("period"),
      kind: try row.raw("kind"),
      quantity: try StoredJSON.value(QuantityText.self, try row.text("quantity")).stored(),
      basePeriod: base.isEmpty ? nil : try row.period("base_period"), source: try row.source(),
      revision: try row.int64("revision"), createTime: try row.int64("created_at"),
      recordTime: try row.int64("recorded_at"), recordedBy: try row.text("recorded_by"))
  }
}
