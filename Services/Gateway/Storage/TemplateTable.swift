// Report templates on the recorded clock: a revision is never changed, only superseded.

package import GatewayDomain
package import Storage

/// The templates of reports.
package enum TemplateTable {
  private static let columns =
    "t.federation_code, t.year, t.revision, t.content, t.recorded_by, t.recorded_at"

  /// The template that was believed at a recorded time; nil for the time asks for the current one.
  package static func known(
    _ federation: String, _ year: Int, at time: Int64? = nil, _ transaction: some SQLExecutor
  ) throws(StorageError) -> StoredTemplate? {
    let row = try transaction.queryOne(
      """
      SELECT \(columns) FROM report_template AS t
      WHERE t.federation_code = $1 AND t.year = $2 AND \(TwoClocks.known(at: "$3", "t"))
      """,
      [.text(federation), .integer(Int64(year)), .integer(time ?? TwoClocks.openTime - 1)])
    guard let row else { return nil }
    return try StoredTemplate(row)
  }

  /// Current templates by federation and year, after a position, at most `limit`.
  package static func list(
    federation: String, after position: (federation: String, year: Int64)?, limit: Int,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> [StoredTemplate] {
    let rows = try transaction.query(
      """
      SELECT \(columns) FROM report_template AS t
      WHERE t.superseded_at = $1 AND ($2 = '' OR t.federation_code = $2)
        AND (t.federation_code > $3 OR (t.federation_code = $3 AND t.year > $4))
      ORDER BY t.federation_code, t.year LIMIT $5
      """,
      [
        .integer(TwoClocks.openTime), .text(federation), .text(position?.federation ?? ""),
        .integer(position?.year ?? 0), .integer(Int64(limit)),
      ])
    var templates: [StoredTemplate] = []
    for row in rows { templates.append(try StoredTemplate(row)) }
    return templates
  }

  /// Stores a template over the revision that `expected` names; 0 expects none.
  ///
  /// - Throws: `exists` or `stale` where another one is there, `notFound` where none is.
  package static func put(
    _ template: StoredTemplate, expected: Int64, _ transaction: WriteTransaction
  ) throws -> StoredTemplate {
    let current = try known(template.federationCode, template.year, transaction)
    try Revisions.check(expected, current: current?.revision, "report_template", template.name)
    var stored = template
    stored.revision = try Revisions.next(
      "report_template", "t.federation_code = $1 AND t.year = $2", template.key, transaction)
    stored.recordedBy = transaction.actor.subject
    stored.recordTime = try transaction.supersede(
      "report_template", where: "t.federation_code = $1 AND t.year = $2", template.key)
    try transaction.execute(
      """
      INSERT INTO report_template
        (federation_code, year, revision, content, recorded_by, recorded_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      """,
      template.key + [
        .integer(stored.revision), .text(stored.text), .text(stored.recordedBy),
        .integer(stored.recordTime),
      ])
    try transaction.audit(
      entity: "report_template", id: template.name, action: current == nil ? "create" : "update",
      before: current.map(AuditState.json), after: AuditState.json(stored))
    return stored
  }

  /// Ends a template; what was recorded stays readable by its time.
  package static func remove(
    _ federation: String, _ year: Int, expected: Int64, _ transaction: WriteTransaction
  ) throws {
    let name = "\(federation)/\(year)"
    guard let current = try known(federation, year, transaction) else {
      throw GatewayStoreError.notFound(type: "report_template", name: name)
    }
    try Revisions.check(expected, current: current.revision, "report_template", name)
    _ = try transaction.supersede(
      "report_template", where: "t.federation_code = $1 AND t.year = $2", current.key)
    try transaction.audit(
      entity: "report_template", id: name, action: "remove", before: AuditState.json(current),
      after: nil)
  }
}

extension StoredTemplate {
  init(_ row: SQLRow) throws(StorageError) {
    self.init(
      federationCode: try row.text("federation_code"), year: Int(try row.int64("year")),
      text: try row.text("content"), revision: try row.int64("revision"),
      recordedBy: try row.text("recorded_by"), recordTime: try row.int64("recorded_at"))
  }

  fileprivate var key: [SQLValue] { [.text(federationCode), .integer(Int64(year))] }

  fileprivate var name: String { "\(federationCode)/\(year)" }
}

/// What all texts with revisions share.
enum Revisions {
  /// - Parameter current: nil where nothing is there.
  static func check(
    _ expected: Int64, current: Int64?, _ type: String, _ name: String
  ) throws(GatewayStoreError) {
    switch (expected, current) {
    case (0, nil): return
    case (0, _?): throw .exists(type: type, name: name)
    case (_, nil): throw .notFound(type: type, name: name)
    case (let expected, let current?):
      guard expected == current else { throw .stale(type: type, name: name) }
    }
  }

  /// One more than any revision ever stored, so that an old etag never fits again.
  static func next(
    _ table: String, _ condition: String, _ key: [SQLValue], _ transaction: WriteTransaction
  ) throws(StorageError) -> Int64 {
    let row = try transaction.queryOne(
      "SELECT MAX(t.revision) AS newest FROM \(table) AS t WHERE \(condition)", key)
    return (try row?.optionalInt64("newest") ?? 0) + 1
  }
}
