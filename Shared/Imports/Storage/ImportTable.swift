// Imports, their chunks and the records they wrote.

internal import Foundation
internal import Storage

enum ImportTable {
  private static let columns = """
    id, kind, file_name, declared_bytes, sha256, state, row_count, inserted_rows, revised_rows,
    unchanged_rows, quarantined_rows, nothing_new, error_count, errors, notes, organisation,
    created_at, committed_at,
    (SELECT COALESCE(SUM(byte_count), 0) FROM import_chunks WHERE import_id = imports.id)
      AS received_bytes
    """

  static func insert(_ record: ImportRecord, _ transaction: WriteTransaction) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO imports (id, kind, file_name, declared_bytes, sha256, state,
        row_count, inserted_rows, revised_rows, unchanged_rows, quarantined_rows, nothing_new,
        error_count, errors, notes, organisation, created_by, created_at, touched_at, committed_at)
      VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, 0, 0, 0, '[]', '[]', $7, $8, $9, $9, NULL)
      """,
      [
        .text(record.id), .text(record.kind), .text(record.fileName),
        .integer(record.declaredBytes), .text(record.sha256), .text(record.state.rawValue),
        .text(record.organisation), .text(transaction.actor.subject), .integer(record.createdAt),
      ])
  }

  /// The import of an id, if the organisation may see it.
  static func find(
    _ id: String, organisation: String, _ executor: some SQLExecutor
  ) throws(StorageError) -> ImportRecord? {
    let row = try executor.queryOne(
      "SELECT \(columns) FROM imports WHERE id = $1 AND organisation = $2",
      [.text(id), .text(organisation)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// Stores what a step found.
  static func update(
    _ record: ImportRecord, _ transaction: WriteTransaction
  ) throws(StorageError) {
    let committed: SQLValue = record.committedAt.map { .integer($0) } ?? .null
    try transaction.execute(
      """
      UPDATE imports SET state = $2, touched_at = $3, row_count = $4, inserted_rows = $5,
        revised_rows = $6, unchanged_rows = $7, quarantined_rows = $8, nothing_new = $9,
        error_count = $10, errors = $11, notes = $12, committed_at = $13
      WHERE id = $1
      """,
      [
        .text(record.id), .text(record.state.rawValue), .integer(transaction.now),
        .integer(Int64(record.rowCount)), .integer(Int64(record.insertedRows)),
        .integer(Int64(record.revisedRows)), .integer(Int64(record.unchangedRows)),
        .integer(Int64(record.quarantinedRows)), .integer(record.isNothingNew ? 1 : 0),
        .integer(Int64(record.errorCount)), .text(try json(record.errors)),
        .text(try json(record.notes)), committed,
      ])
  }

  static func setState(
    _ state: ImportState, of id: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      "UPDATE imports SET state = $2 WHERE id = $1", [.text(id), .text(state.rawValue)])
  }

  static func takeTurn(_ transaction: WriteTransaction) throws(StorageError) {
    try transaction.execute("UPDATE import_turn SET turn = turn + 1 WHERE one = 1")
  }

  static func openCount(
    _ organisation: String, _ executor: some SQLExecutor
  ) throws(StorageError) -> Int {
    let row = try executor.queryOne(
      """
      SELECT COUNT(*) AS count FROM imports
      WHERE organisation = $1 AND state IN ('receiving', 'validated')
      """, [.text(organisation)])
    return Int(clamping: try row?.int64("count") ?? 0)
  }

  /// Unfinished imports to which nothing was done since a time: no step, and no chunk came.
  static func deleteOpen(
    idleSince time: Int64, _ transaction: WriteTransaction
  ) throws(StorageError) -> Int {
    let rows = try transaction.query(
      """
      SELECT id FROM imports WHERE state IN ('receiving', 'validated') AND touched_at < $1
        AND NOT EXISTS (
          SELECT 1 FROM import_chunks WHERE import_id = imports.id AND received_at >= $1)
      """, [.integer(time)])
    for row in rows {
      let id = try row.text("id")
      try deleteChunks(of: id, transaction)
      try transaction.execute("DELETE FROM imports WHERE id = $1", [.text(id)])
    }
    return rows.count
  }

  // MARK: Chunks

  static func chunk(
    _ number: Int, of id: String, _ executor: some SQLExecutor
  ) throws(StorageError) -> [UInt8]? {
    let row = try executor.queryOne(
      "SELECT content FROM import_chunks WHERE import_id = $1 AND number = $2",
      [.text(id), .integer(Int64(number))])
    guard let row else { return nil }
    return try bytes(row)
  }

  static func insertChunk(
    _ content: [UInt8], number: Int, of id: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO import_chunks (import_id, number, byte_count, content, received_at)
      VALUES ($1, $2, $3, $4, $5)
      """,
      [
        .text(id), .integer(Int64(number)), .integer(Int64(content.count)),
        .text(Data(content).base64EncodedString()), .integer(transaction.now),
      ])
  }

  /// The file so far, and whether chunks 0…n are all there.
  static func file(
    of id: String, _ executor: some SQLExecutor
  ) throws(StorageError) -> (bytes: [UInt8], isContiguous: Bool) {
    var content: [UInt8] = []
    var next: Int64 = 0
    try executor.forEach(
      "SELECT number, content FROM import_chunks WHERE import_id = $1 ORDER BY number",
      [.text(id)]
    ) { (row) throws(StorageError) in
      if try row.int64("number") == next { next += 1 }
      content += try bytes(row)
    }
    let count = try executor.queryOne(
      "SELECT COUNT(*) AS count FROM import_chunks WHERE import_id = $1", [.text(id)])
    return (content, try count?.int64("count") == next)
  }

  static func deleteChunks(of id: String, _ transaction: WriteTransaction) throws(StorageError) {
    try transaction.execute("DELETE FROM import_chunks WHERE import_id = $1", [.text(id)])
  }

  // MARK: Records

  static func insertRecords(
    _ records: [ImportedRecord], of id: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.bulkInsert(
      into: "import_records",
      columns: ["import_id", "position", "entity", "record_id", "effect", "revision"],
      rows: records.enumerated().map { position, record in
        [
          .text(id), .integer(Int64(position)), .text(record.entity), .text(record.id),
          .text(record.effect.rawValue), .integer(record.revision),
        ]
      })
  }

  /// The records of an import, newest first.
  static func records(
    of id: String, _ executor: some SQLExecutor
  ) throws(StorageError) -> [ImportedRecord] {
    var records: [ImportedRecord] = []
    try executor.forEach(
      """
      SELECT entity, record_id, effect, revision FROM import_records WHERE import_id = $1
      ORDER BY position DESC
      """, [.text(id)]
    ) { (row) throws(StorageError) in
      guard let effect = ImportedRecord.Effect(rawValue: try row.text("effect")) else {
        throw StorageError(.corrupt, "An import holds an unknown effect.")
      }
      records.append(
        ImportedRecord(
          entity: try row.text("entity"), id: try row.text("record_id"), effect: effect,
          revision: try row.int64("revision")))
    }
    return records
  }

  // MARK: Decoding

  private static func decode(_ row: SQLRow) throws(StorageError) -> ImportRecord {
    guard let state = ImportState(rawValue: try row.text("state")) else {
      throw StorageError(.corrupt, "An import is in an unknown state.")
    }
    let rows = Int(clamping: try row.int64("row_count"))
    return ImportRecord(
      id: try row.text("id"), kind: try row.text("kind"), fileName: try row.text("file_name"),
      declaredBytes: try row.int64("declared_bytes"), sha256: try row.text("sha256"), state: state,
      receivedBytes: state == .receiving
        ? try row.int64("received_bytes") : try row.int64("declared_bytes"),
      rowCount: rows, rowsDone: state == .receiving ? 0 : rows,
      insertedRows: Int(clamping: try row.int64("inserted_rows")),
      revisedRows: Int(clamping: try row.int64("revised_rows")),
      unchangedRows: Int(clamping: try row.int64("unchanged_rows")),
      quarantinedRows: Int(clamping: try row.int64("quarantined_rows")),
      errors: try parsed(try row.text("errors")),
      errorCount: Int(clamping: try row.int64("error_count")),
      notes: try parsed(try row.text("notes")), isNothingNew: try row.bool("nothing_new"),
      createdAt: try row.int64("created_at"), committedAt: try row.optionalInt64("committed_at"),
      organisation: try row.text("organisation"))
  }

  private static func bytes(_ row: SQLRow) throws(StorageError) -> [UInt8] {
    guard let data = Data(base64Encoded: try row.text("content")) else {
      throw StorageError(.corrupt, "A chunk of an import cannot be decoded.")
    }
    return [UInt8](data)
  }

  private static func json(_ value: some Encodable) throws(StorageError) -> String {
    do {
      return String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    } catch {
      throw StorageError(.internal, "Findings cannot be encoded.", cause: "\(error)")
    }
  }

  private static func parsed<T: Decodable>(_ text: String) throws(StorageError) -> [T] {
    do {
      return try JSONDecoder().decode([T].self, from: Data(text.utf8))
    } catch {
      throw StorageError(.corrupt, "Findings cannot be decoded.", cause: "\(error)")
    }
  }
}
