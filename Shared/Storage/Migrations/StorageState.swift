// The one row of `storage_state`, and how transaction ids stay ordered across a restore.

internal import Crypto
internal import Foundation

enum StorageState {
  /// Creates the row with fresh secrets, and repairs the offset of transaction ids.
  static func prepare(_ transaction: WriteTransaction) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO storage_state (one, feed_epoch, xid_offset, floor_xid, floor_seq, token_key)
      VALUES (1, $1, 0, 0, 0, $2) ON CONFLICT (one) DO NOTHING
      """,
      [.text(UUIDv7.next()), .text(randomKey())])
    try transaction.execute(
      """
      INSERT INTO storage_audit_head (one, position, xid, seq, hash)
      VALUES (1, 0, 0, 0, $1) ON CONFLICT (one) DO NOTHING
      """,
      [.text(AuditChain.genesis)])
    if transaction.dialect == .postgres { try raiseOffset(transaction) }
  }

  private static func randomKey() -> String {
    SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
  }

  /// A dump restored into another cluster meets smaller transaction ids than it holds. Ids are
  /// therefore kept with an offset, which is raised until new ones come after all stored ones:
  /// order, cursors and the audit chain simply go on.
  private static func raiseOffset(_ transaction: WriteTransaction) throws(StorageError) {
    let row = try transaction.queryOne(
      """
      SELECT xid_offset + CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) AS current,
        GREATEST(
          (SELECT COALESCE(MAX(xid), 0) FROM storage_outbox),
          (SELECT COALESCE(MAX(xid), 0) FROM storage_audit),
          (SELECT xid FROM storage_audit_head), floor_xid) AS stored
      FROM storage_state
      """)
    guard let row else { return }
    let (current, stored) = (try row.int64("current"), try row.int64("stored"))
    guard stored >= current else { return }
    try transaction.execute(
      "UPDATE storage_state SET xid_offset = xid_offset + $1", [.integer(stored - current + 1)])
  }
}

/// What all processes on one database share.
struct StorageSecrets: Sendable {
  let tokenKey: SymmetricKey

  static func load(_ transaction: some SQLExecutor) throws(StorageError) -> StorageSecrets {
    guard let row = try transaction.queryOne("SELECT token_key FROM storage_state"),
      let key = Data(base64Encoded: try row.text("token_key")), key.count == 32
    else { throw StorageError(.corrupt, "The database has no token key; was it migrated?") }
    return StorageSecrets(tokenKey: SymmetricKey(data: key))
  }
}

/// Transaction-id expressions, alike for the outbox and the audit log.
enum TransactionIDs {
  /// The running transaction's id; used as `SELECT … FROM storage_state`.
  static func current(_ dialect: Dialect) -> String {
    switch dialect {
    case .sqlite: "0"
    case .postgres: "xid_offset + CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)"
    }
  }

  /// All transactions below it have ended; later commits only bring ids at or above it.
  static func horizon(_ transaction: some SQLExecutor) throws(StorageError) -> Int64 {
    guard transaction.dialect == .postgres else { return 1 }
    let row = try transaction.queryOne(
      """
      SELECT xid_offset
        + CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) AS horizon
      FROM storage_state
      """)
    guard let row else { throw StorageError(.corrupt, "The database was not migrated.") }
    return try row.int64("horizon")
  }
}
