// This room's own tables. Released: never edited, only added to.

package enum StorageMigrations {
  package static let all = [base]

  static let base = Migration("storage/0001_base") { dialect in
    [state(dialect)] + feed(dialect) + audit(dialect) + bookkeeping(dialect)
  }

  /// One row: the feed's identity and floor, the offset of transaction ids, the token key.
  private static func state(_ dialect: Dialect) -> String {
    """
    CREATE TABLE storage_state (
      one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
      feed_epoch \(dialect.text) NOT NULL,
      xid_offset BIGINT NOT NULL,
      floor_xid BIGINT NOT NULL,
      floor_seq BIGINT NOT NULL,
      token_key \(dialect.text) NOT NULL
    )
    """
  }

  /// Rows are delivered in the order (xid, seq). SQLite has one writer, so its seq is that
  /// order already and xid is 0.
  private static func sequence(_ dialect: Dialect) -> String {
    switch dialect {
    case .sqlite:
      "xid BIGINT NOT NULL CHECK (xid = 0), seq INTEGER PRIMARY KEY AUTOINCREMENT"
    case .postgres:
      "xid BIGINT NOT NULL, seq BIGINT GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (xid, seq)"
    }
  }

  private static func feed(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    // The sequence stands last: on PostgreSQL it ends with a table constraint.
    return [
      """
      CREATE TABLE storage_outbox (
        entity \(text) NOT NULL,
        entity_id \(text) NOT NULL,
        revision BIGINT NOT NULL,
        action \(text) NOT NULL,
        visibility \(text) NOT NULL,
        payload \(text) NOT NULL,
        recorded_at BIGINT NOT NULL,
        \(sequence(dialect))
      )
      """,
      "CREATE INDEX storage_outbox_recorded_at ON storage_outbox (recorded_at)",
      """
      CREATE TABLE storage_feed_cursor (
        source \(text) NOT NULL PRIMARY KEY,
        cursor_text \(text) NOT NULL,
        updated_at BIGINT NOT NULL
      )\(dialect.withoutRowID)
      """,
      """
      CREATE TABLE storage_feed_copy (
        source \(text) NOT NULL,
        entity \(text) NOT NULL,
        entity_id \(text) NOT NULL,
        revision BIGINT NOT NULL,
        PRIMARY KEY (source, entity, entity_id)
      )\(dialect.withoutRowID)
      """,
    ]
  }

  private static func audit(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      """
      CREATE TABLE storage_audit (
        recorded_at BIGINT NOT NULL,
        subject \(text) NOT NULL,
        organisation \(text) NOT NULL,
        request_id \(text) NOT NULL,
        trace_id \(text) NOT NULL,
        entity \(text) NOT NULL,
        entity_id \(text) NOT NULL,
        action \(text) NOT NULL,
        state_before \(text),
        state_after \(text),
        \(sequence(dialect))
      )
      """,
      "CREATE INDEX storage_audit_entity ON storage_audit (entity, entity_id)",
      """
      CREATE TABLE storage_audit_seal (
        position BIGINT NOT NULL PRIMARY KEY,
        xid BIGINT NOT NULL,
        seq BIGINT NOT NULL UNIQUE,
        hash \(text) NOT NULL
      )\(dialect.withoutRowID)
      """,
      """
      CREATE TABLE storage_audit_head (
        one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
        position BIGINT NOT NULL,
        xid BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        hash \(text) NOT NULL
      )
      """,
    ]
  }

  private static func bookkeeping(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      """
      CREATE TABLE storage_request (
        subject \(text) NOT NULL,
        request_id \(text) NOT NULL,
        method \(text) NOT NULL,
        fingerprint \(text) NOT NULL,
        response \(text) NOT NULL,
        recorded_at BIGINT NOT NULL,
        PRIMARY KEY (subject, request_id)
      )\(dialect.withoutRowID)
      """,
      "CREATE INDEX storage_request_recorded_at ON storage_request (recorded_at)",
      """
      CREATE TABLE storage_lease (
        name \(text) NOT NULL PRIMARY KEY,
        holder \(text) NOT NULL,
        expires_at BIGINT NOT NULL
      )\(dialect.withoutRowID)
      """,
    ]
  }
}
