// Chaining and checking. Both read the log in the order (xid, seq), which is fixed below the
// horizon of transaction ids.

enum AuditSealer {
  /// Whether there is anything to chain. Asked in a read before the write, which would be synced
  /// to the disk although nothing happened.
  static func hasWork(_ transaction: ReadTransaction) throws(StorageError) -> Bool {
    try !unsealed(transaction, after: AuditPlace(transaction), limit: 1).isEmpty
  }

  static func seal(_ transaction: WriteTransaction, limit: Int64) throws(StorageError) -> Int {
    // The head's row is the lock among sealers; it is taken before anything is read.
    try transaction.execute("UPDATE storage_audit_head SET position = position")
    var place = try AuditPlace(transaction)
    let entries = try unsealed(transaction, after: place, limit: limit)
    guard !entries.isEmpty else { return 0 }
    var seals: [[SQLValue]] = []
    for entry in entries {
      let position = place.position + 1
      place = AuditPlace(
        position: position, xid: try entry.int64("xid"), seq: try entry.int64("seq"),
        hash: try AuditChain.hash(after: place.hash, position: position, entry))
      seals.append(place.values)
    }
    try transaction.bulkInsert(
      into: "storage_audit_seal", columns: ["position", "xid", "seq", "hash"], rows: seals)
    try transaction.execute(
      "UPDATE storage_audit_head SET position = $1, xid = $2, seq = $3, hash = $4",
      place.values)
    return entries.count
  }

  private static func unsealed(
    _ transaction: some SQLExecutor, after place: AuditPlace, limit: Int64
  ) throws(StorageError) -> [SQLRow] {
    let isAfter =
      transaction.dialect == .sqlite
      ? "xid = 0 AND $1 = 0 AND seq > $2" : "(xid, seq) > ($1, $2)"
    return try transaction.query(
      """
      SELECT \(AuditChain.columns.joined(separator: ", ")) FROM storage_audit
      WHERE \(isAfter) AND xid < $3 ORDER BY xid, seq LIMIT $4
      """,
      [
        .integer(place.xid), .integer(place.seq),
        .integer(try TransactionIDs.horizon(transaction)), .integer(limit),
      ])
  }
}

/// The last chained entry, as the head's row has it.
private struct AuditPlace {
  let position: Int64
  let xid: Int64
  let seq: Int64
  let hash: String

  init(position: Int64, xid: Int64, seq: Int64, hash: String) {
    (self.position, self.xid, self.seq, self.hash) = (position, xid, seq, hash)
  }

  init(_ transaction: some SQLExecutor) throws(StorageError) {
    let row = try transaction.queryOne("SELECT position, xid, seq, hash FROM storage_audit_head")
    guard let row else { throw StorageError(.corrupt, "The database was not migrated.") }
    self.init(
      position: try row.int64("position"), xid: try row.int64("xid"), seq: try row.int64("seq"),
      hash: try row.text("hash"))
  }

  var values: [SQLValue] { [.integer(position), .integer(xid), .integer(seq), .text(hash)] }
}

struct AuditVerifier {
  let remembered: AuditHead?

  /// One consistent read of log, seals and head; a page at a time.
  func verify(_ transaction: ReadTransaction) throws(StorageError) -> AuditVerdict {
    let head = try transaction.auditHead()
    var position: Int64 = 0
    var hash = AuditChain.genesis
    var found: AuditVerdict?
    let columns = AuditChain.columns.map { "a.\($0)" }.joined(separator: ", ")
    let isDone = { (reason: String) in found = .broken(position: position, reason: reason) }
    try transaction.forEach(
      """
      SELECT s.position, s.hash, \(columns) FROM storage_audit_seal AS s
      LEFT JOIN storage_audit AS a ON a.xid = s.xid AND a.seq = s.seq ORDER BY s.position
      """, []
    ) { (row) throws(StorageError) in
      guard found == nil else { return }
      position += 1
      guard try row.int64("position") == position else { return isDone("A seal is missing.") }
      guard try row.value("seq") != .null else { return isDone("An entry is missing.") }
      hash = try AuditChain.hash(after: hash, position: position, row)
      guard try row.text("hash") == hash else { return isDone("Entry and seal differ.") }
      if position == remembered?.position, hash != remembered?.hash {
        isDone("The chain is not the one that was remembered.")
      }
    }
    if let found { return found }
    guard head == AuditHead(position: position, hash: hash) else {
      return .broken(position: position + 1, reason: "The chain and its head differ.")
    }
    if let remembered, remembered.position > position {
      return .broken(position: position + 1, reason: "The chain's tail is missing.")
    }
    return try checkNoneInserted(transaction, head)
  }

  /// An entry slipped in behind the head has no seal.
  private func checkNoneInserted(
    _ transaction: ReadTransaction, _ head: AuditHead
  ) throws(StorageError) -> AuditVerdict {
    let row = try transaction.queryOne(
      """
      SELECT a.seq FROM storage_audit AS a CROSS JOIN storage_audit_head AS h
      LEFT JOIN storage_audit_seal AS s ON s.seq = a.seq AND s.xid = a.xid
      WHERE (a.xid, a.seq) <= (h.xid, h.seq) AND s.position IS NULL LIMIT 1
      """)
    guard row == nil else {
      return .broken(position: head.position, reason: "An entry without a seal was slipped in.")
    }
    return .intact(head)
  }
}
