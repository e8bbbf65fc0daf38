// Narratives on the recorded clock.

package import GatewayDomain
package import Storage

/// Sections of running text.
package enum NarrativeTable {
  /// Narratives of one report.
  package static let maximumPerReport = 200

  private static let columns =
    "t.federation_code, t.year, t.id, t.revision, t.title, t.content, t.document, t.sentence, "
    + "t.note, t.recorded_by, t.recorded_at"
  private static let keyed = "t.federation_code = $1 AND t.year = $2 AND t.id = $3"

  /// The narrative that was believed at a recorded time; nil for the time asks for the current one.
  package static func known(
    _ federation: String, _ year: Int, _ id: String, at time: Int64? = nil,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> StoredNarrative? {
    let row = try transaction.queryOne(
      "SELECT \(columns) FROM narrative AS t WHERE \(keyed) AND \(TwoClocks.known(at: "$4", "t"))",
      [
        .text(federation), .integer(Int64(year)), .text(id),
        .integer(time ?? TwoClocks.openTime - 1),
      ])
    guard let row else { return nil }
    return try StoredNarrative(row)
  }

  /// Every current narrative of a report, by id.
  package static func list(
    _ federation: String, _ year: Int, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [StoredNarrative] {
    let rows = try transaction.query(
      """
      SELECT \(columns) FROM narrative AS t
      WHERE t.federation_code = $1 AND t.year = $2 AND t.superseded_at = $3
      ORDER BY t.id LIMIT $4
      """,
      [
        .text(federation), .integer(Int64(year)), .integer(TwoClocks.openTime),
        .integer(Int64(maximumPerReport)),
      ])
    var narratives: [StoredNarrative] = []
    for row in rows { narratives.append(try StoredNarrative(row)) }
    return narratives
  }

  /// Stores a narrative over the revision that `expected` names; 0 expects none.
  package static func put(
    _ narrative: StoredNarrative, expected: Int64, _ transaction: WriteTransaction
  ) throws -> StoredNarrative {
    let current = try known(
      narrative.federationCode, narrative.year, narrative.id, transaction)
    try Revisions.check(expected, current: current?.revision, "narrative", narrative.name)
    if current == nil {
      let others = try list(narrative.federationCode, narrative.year, transaction)
      guard others.count < maximumPerReport else {
        throw GatewayStoreError.tooMany(type: "narrative", limit: maximumPerReport)
      }
    }
    var stored = narrative
    stored.revision = try Revisions.next("narrative", keyed, narrative.key, transaction)
    stored.recordedBy = transaction.actor.subject
    stored.recordTime = try transaction.supersede("narrative", where: keyed, narrative.key)
    try transaction.execute(
      """
      INSERT INTO narrative
        (federation_code, year, id, revision, title, content, document, sentence, note,
         recorded_by, recorded_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      """,
      narrative.key + [
        .integer(stored.revision), .text(stored.title), .text(stored.text),
        .text(stored.document), .text(stored.sentence), .text(stored.note),
        .text(stored.recordedBy), .integer(stored.recordTime),
      ])
    try transaction.audit(
      entity: "narrative", id: narrative.name, action: current == nil ? "create" : "update",
      before: current.map(AuditState.json), after: AuditState.json(stored))
    return stored
  }

  package static func remove(
    _ federation: String, _ year: Int, _ id: String, expected: Int64,
    _ transaction: WriteTransaction
  ) throws {
    let name = "\(federation)/\(year)/\(id)"
    guard let current = try known(federation, year, id, transaction) else {
      throw GatewayStoreError.notFound(type: "narrative", name: name)
    }
    try Revisions.check(expected, current: current.revision, "narrative", name)
    _ = try transaction.supersede("narrative", where: keyed, current.key)
    try transaction.audit(
      entity: "narrative", id: name, action: "remove", before: AuditState.json(current), after: nil)
  }
}

extension StoredNarrative {
  init(_ row: SQLRow) throws(StorageError) {
    self.init(
      federationCode: try row.text("federation_code"), year: Int(try row.int64("year")),
      id: try row.text("id"), title: try row.text("title"), text: try row.text("content"),
      document: try row.text("document"), sentence: try row.text("sentence"),
      note: try row.text("note"), revision: try row.int64("revision"),
      recordedBy: try row.text("recorded_by"), recordTime: try row.int64("recorded_at"))
  }

  fileprivate var key: [SQLValue] {
    [.text(federationCode), .integer(Int64(year)), .text(id)]
  }

  fileprivate var name: String { "\(federationCode)/\(year)/\(id)" }
}
