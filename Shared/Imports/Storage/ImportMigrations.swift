// The tables of this room, part of the database of every service that takes files.

package import Storage

package enum ImportMigrations {
  package static let all = [base]

  package static let base = Migration("imports/0001_base") { dialect in
    let text = dialect.text
    return [
      """
      CREATE TABLE imports (
        id \(text) NOT NULL PRIMARY KEY,
        kind \(text) NOT NULL,
        file_name \(text) NOT NULL,
        declared_bytes BIGINT NOT NULL,
        sha256 \(text) NOT NULL,
        state \(text) NOT NULL,
        row_count BIGINT NOT NULL,
        inserted_rows BIGINT NOT NULL,
        revised_rows BIGINT NOT NULL,
        unchanged_rows BIGINT NOT NULL,
        quarantined_rows BIGINT NOT NULL,
        nothing_new BIGINT NOT NULL,
        error_count BIGINT NOT NULL,
        errors \(text) NOT NULL,
        notes \(text) NOT NULL,
        organisation \(text) NOT NULL,
        created_by \(text) NOT NULL,
        created_at BIGINT NOT NULL,
        touched_at BIGINT NOT NULL,
        committed_at BIGINT
      )\(dialect.withoutRowID)
      """,
      "CREATE INDEX imports_by_state ON imports (organisation, state, kind, committed_at)",
      """
      CREATE TABLE import_chunks (
        import_id \(text) NOT NULL REFERENCES imports (id),
        number BIGINT NOT NULL,
        byte_count BIGINT NOT NULL,
        content \(text) NOT NULL,
        received_at BIGINT NOT NULL,
        PRIMARY KEY (import_id, number)
      )\(dialect.withoutRowID)
      """,
      """
      CREATE TABLE import_records (
        import_id \(text) NOT NULL REFERENCES imports (id),
        position BIGINT NOT NULL,
        entity \(text) NOT NULL,
        record_id \(text) NOT NULL,
        effect \(text) NOT NULL,
        revision BIGINT NOT NULL,
        PRIMARY KEY (import_id, position)
      )\(dialect.withoutRowID)
      """,
      // The row that imports which take their turn change first.
      "CREATE TABLE import_turn (one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1), turn BIGINT NOT NULL)",
      "INSERT INTO import_turn (one, turn) VALUES (1, 0)",
    ]
  }
}
