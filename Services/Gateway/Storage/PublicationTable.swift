// Published reports. A row is written once and never changed; its report is a message's bytes, which
// this room does not read.

internal import Foundation
package import GatewayDomain
package import Storage

/// The reports that were published.
package enum PublicationTable {
  /// Publications that one list gives.
  package static let maximumListed = 200

  private static let columns =
    "t.federation_code, t.year, t.number, t.title, t.note, t.missing_services, t.publisher, "
    + "t.published_at"

  /// Keeps a report under the next number.
  package static func insert(
    _ publication: Publication, report: [UInt8], _ transaction: WriteTransaction
  ) throws(StorageError) -> Publication {
    let key: [SQLValue] = [
      .text(publication.federationCode), .integer(Int64(publication.year)),
    ]
    let newest = try transaction.queryOne(
      """
      SELECT MAX(t.number) AS newest FROM publication AS t
      WHERE t.federation_code = $1 AND t.year = $2
      """, key)
    var stored = publication
    stored.number = (try newest?.optionalInt64("newest") ?? 0) + 1
    stored.publisher = transaction.actor.subject
    stored.publishTime = transaction.now
    try transaction.execute(
      """
      INSERT INTO publication
        (federation_code, year, number, title, note, missing_services, publisher, published_at,
         report)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """,
      key + [
        .integer(stored.number), .text(stored.title), .text(stored.note),
        .text(stored.missingServices), .text(stored.publisher), .integer(stored.publishTime),
        .text(Data(report).base64EncodedString()),
      ])
    try transaction.audit(
      entity: "publication", id: "\(stored.federationCode)/\(stored.year)/\(stored.number)",
      action: "create", before: nil, after: AuditState.json(stored))
    return stored
  }

  /// Latest year first, then latest number.
  package static func list(
    _ federation: String, year: Int?, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [Publication] {
    let rows = try transaction.query(
      """
      SELECT \(columns) FROM publication AS t
      WHERE t.federation_code = $1 AND ($2 = 0 OR t.year = $2)
      ORDER BY t.year DESC, t.number DESC LIMIT $3
      """,
      [.text(federation), .integer(Int64(year ?? 0)), .integer(Int64(maximumListed))])
    var found: [Publication] = []
    for row in rows { found.append(try Publication(row)) }
    return found
  }

  /// A publication and the bytes of its report; the latest where the number is 0.
  package static func find(
    _ federation: String, _ year: Int, number: Int64, _ transaction: some SQLExecutor
  ) throws(StorageError) -> (publication: Publication, report: [UInt8])? {
    let row = try transaction.queryOne(
      """
      SELECT \(columns), t.report FROM publication AS t
      WHERE t.federation_code = $1 AND t.year = $2 AND ($3 = 0 OR t.number = $3)
      ORDER BY t.number DESC LIMIT 1
      """,
      [.text(federation), .integer(Int64(year)), .integer(number)])
    guard let row else { return nil }
    guard let report = Data(base64Encoded: try row.text("report")) else {
      throw StorageError(.corrupt, "A published report cannot be decoded.")
    }
    return (try Publication(row), Array(report))
  }
}

extension Publication {
  init(_ row: SQLRow) throws(StorageError) {
    self.init(
      federationCode: try row.text("federation_code"), year: Int(try row.int64("year")),
      number: try row.int64("number"), title: try row.text("title"), note: try row.text("note"),
      publisher: try row.text("publisher"), publishTime: try row.int64("published_at"),
      missingServices: try row.text("missing_services"))
  }
}
