// The tables of entries. Each kind has one of its own, named after it; a row is a revision, on the
// recorded clock. The natural key of what is believed now is unique.

package import Storage

package enum EntryTables {
  /// What every service that keeps entries needs besides the tables of its kinds: which kind an id
  /// is of, and the doubts. To be put into its migrations.
  package static let migrations = [base]

  static let base = Migration("entries/0001_base") { dialect in
    let text = dialect.text
    return [
      """
      CREATE TABLE entry_index (
        id \(text) NOT NULL PRIMARY KEY,
        kind \(text) NOT NULL,
        version BIGINT NOT NULL
      )\(dialect.withoutRowID)
      """,
      """
      CREATE TABLE entry_doubt (
        id \(text) NOT NULL PRIMARY KEY,
        kind \(text) NOT NULL,
        entry_id \(text) NOT NULL,
        varying \(text) NOT NULL,
        field \(text) NOT NULL,
        rule \(text) NOT NULL,
        printed_text \(text) NOT NULL,
        candidates \(text) NOT NULL,
        reason_zh \(text) NOT NULL,
        reason_en \(text) NOT NULL,
        related \(text) NOT NULL,
        place_code \(text) NOT NULL,
        period \(text) NOT NULL,
        document \(text) NOT NULL,
        sentence \(text) NOT NULL,
        note \(text) NOT NULL,
        state \(text) NOT NULL,
        resolved_quantity \(text),
        resolution_reason \(text) NOT NULL,
        resolved_by \(text) NOT NULL,
        resolved_at BIGINT,
        revision BIGINT NOT NULL,
        created_at BIGINT NOT NULL
      )\(dialect.withoutRowID)
      """,
      "CREATE INDEX entry_doubt_entry ON entry_doubt (entry_id, state)",
      "CREATE INDEX entry_doubt_state ON entry_doubt (state, place_code)",
      "CREATE INDEX entry_doubt_kind ON entry_doubt (kind, resolved_at)",
    ]
  }

  /// The statements that create the table of a kind. They stand in released migrations, so they
  /// take names, not the kind as it is declared today.
  package static func creation(
    of kind: String, _ fields: [String], _ dialect: Dialect
  ) -> [String] {
    let text = dialect.text
    let columns = fields.map { "  \($0) \(text) NOT NULL,\n" }.joined()
    return [
      """
      CREATE TABLE entry_\(kind) (
        id \(text) NOT NULL,
        revision BIGINT NOT NULL,
        natural_key \(text) NOT NULL,
        place_code \(text) NOT NULL,
        time_first \(text) NOT NULL,
        time_last \(text) NOT NULL,
        words \(text) NOT NULL,
      \(columns)  document \(text) NOT NULL,
        sentence \(text) NOT NULL,
        note \(text) NOT NULL,
        created_at BIGINT NOT NULL,
        recorded_by \(text) NOT NULL,
        recorded_at BIGINT NOT NULL,
        superseded_at BIGINT NOT NULL DEFAULT \(TwoClocks.openTime),
        PRIMARY KEY (id, revision),
        UNIQUE (natural_key, superseded_at),
        CHECK (recorded_at < superseded_at)
      )\(dialect.withoutRowID)
      """,
      "CREATE INDEX entry_\(kind)_scope ON entry_\(kind) (superseded_at, place_code, time_first)",
    ]
  }
}
