// The tables of the register as first released. Never edited; changes are new files beside it.

internal import Storage

extension RegistryMigrations {
  static let base = Migration("registry/0001_base") { dialect in
    places(dialect) + federations(dialect) + enterprises(dialect) + memberships(dialect)
      + [names(dialect)] + turn
  }

  /// The row that every writer changes first; see `RegistryStore.takeTurn`.
  private static let turn = [
    "CREATE TABLE register_turn (one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1), turn BIGINT NOT NULL)",
    "INSERT INTO register_turn (one, turn) VALUES (1, 0)",
  ]

  /// Identity: what stays of a record while its states change.
  private static func identity(_ table: String, _ dialect: Dialect) -> String {
    """
    CREATE TABLE \(table) (
      id \(dialect.text) NOT NULL PRIMARY KEY,
      code \(dialect.text) NOT NULL,
      revision BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )\(dialect.withoutRowID)
    """
  }

  /// States on both clocks. `shown_from` and `shown_to` keep the precision of the source ("2018").
  private static func states(
    _ table: String, _ columns: String, _ dialect: Dialect
  ) -> String {
    """
    CREATE TABLE \(table)_state (
      record_id \(dialect.text) NOT NULL,
      revision BIGINT NOT NULL,
      code \(dialect.text) NOT NULL,
      name \(dialect.text) NOT NULL,
      name_key \(dialect.text) NOT NULL,
      \(columns),
      shown_from \(dialect.text) NOT NULL,
      shown_to \(dialect.text) NOT NULL,
      valid_from \(dialect.text) NOT NULL,
      valid_to \(dialect.text) NOT NULL,
      recorded_at BIGINT NOT NULL,
      superseded_at BIGINT NOT NULL,
      CHECK (valid_from < valid_to),
      CHECK (recorded_at < superseded_at),
      PRIMARY KEY (record_id, valid_from, recorded_at)
    )\(dialect.withoutRowID)
    """
  }

  private static func text(_ names: String..., dialect: Dialect) -> String {
    names.map { "\($0) \(dialect.text) NOT NULL" }.joined(separator: ", ")
  }

  /// Of current rows, no two of one code begin on one day: the last wall behind the checks.
  private static func unique(_ table: String, _ column: String) -> String {
    """
    CREATE UNIQUE INDEX \(table)_state_\(column) ON \(table)_state (\(column), valid_from)
    WHERE superseded_at = 9223372036854775807 AND \(column) <> ''
    """
  }

  private static func places(_ dialect: Dialect) -> [String] {
    [
      identity("place", dialect),
      states(
        "place",
        "level BIGINT NOT NULL, " + text("parent_code", "successor_code", dialect: dialect),
        dialect),
      unique("place", "code"),
      "CREATE INDEX place_state_parent ON place_state (parent_code)",
      "CREATE INDEX place_state_code_all ON place_state (code)",
      "CREATE INDEX place_state_name ON place_state (name_key)",
    ]
  }

  private static func federations(_ dialect: Dialect) -> [String] {
    [
      identity("federation", dialect),
      states(
        "federation",
        "level BIGINT NOT NULL, funding BIGINT NOT NULL, "
          + text(
            "short_name", "place_code", "parent_code", "document", "sentence", "note",
            dialect: dialect),
        dialect),
      unique("federation", "code"),
      "CREATE INDEX federation_state_parent ON federation_state (parent_code)",
      "CREATE INDEX federation_state_code_all ON federation_state (code)",
      "CREATE INDEX federation_state_place ON federation_state (place_code)",
    ]
  }

  private static func enterprises(_ dialect: Dialect) -> [String] {
    [
      identity("enterprise", dialect),
      states(
        "enterprise",
        text(
          "credit_code", "place_code", "activity_place_code", "industry_code", "industry_edition",
          "ownership_code", "sector", "document", "sentence", "note", dialect: dialect),
        dialect),
      unique("enterprise", "credit_code"),
      "CREATE INDEX enterprise_state_credit ON enterprise_state (credit_code)",
      "CREATE INDEX enterprise_state_place ON enterprise_state (place_code)",
      "CREATE INDEX enterprise_state_name ON enterprise_state (name, record_id)",
      "CREATE INDEX enterprise_state_name_key ON enterprise_state (name_key)",
      "CREATE INDEX enterprise_created ON enterprise (created_at, id)",
      "CREATE INDEX enterprise_updated ON enterprise (updated_at, id)",
    ]
  }

  /// `state` repeats the last step's, so that one open membership per pair can be enforced.
  private static func memberships(_ dialect: Dialect) -> [String] {
    [
      """
      CREATE TABLE membership (
        id \(dialect.text) NOT NULL PRIMARY KEY,
        federation_code \(dialect.text) NOT NULL,
        enterprise_id \(dialect.text) NOT NULL,
        state BIGINT NOT NULL,
        revision BIGINT NOT NULL,
        document \(dialect.text) NOT NULL,
        sentence \(dialect.text) NOT NULL,
        note \(dialect.text) NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
      )\(dialect.withoutRowID)
      """,
      """
      CREATE UNIQUE INDEX membership_open ON membership (federation_code, enterprise_id)
      WHERE state IN (1, 2, 3)
      """,
      "CREATE INDEX membership_enterprise ON membership (enterprise_id)",
      "CREATE INDEX membership_federation ON membership (federation_code, state)",
      """
      CREATE TABLE membership_event (
        membership_id \(dialect.text) NOT NULL,
        step BIGINT NOT NULL,
        state BIGINT NOT NULL,
        shown_date \(dialect.text) NOT NULL,
        first_day \(dialect.text) NOT NULL,
        reason \(dialect.text) NOT NULL,
        recorded_at BIGINT NOT NULL,
        superseded_at BIGINT NOT NULL,
        CHECK (recorded_at < superseded_at),
        PRIMARY KEY (membership_id, step, recorded_at)
      )\(dialect.withoutRowID)
      """,
    ]
  }

  /// Every one and every two neighbouring characters of every name ever recorded: Chinese has no
  /// word ends to index by, and the engines' own indexes want three characters or another locale.
  private static func names(_ dialect: Dialect) -> String {
    """
    CREATE TABLE name_gram (
      entity \(dialect.text) NOT NULL,
      gram \(dialect.text) NOT NULL,
      record_id \(dialect.text) NOT NULL,
      PRIMARY KEY (entity, gram, record_id)
    )\(dialect.withoutRowID)
    """
  }
}
