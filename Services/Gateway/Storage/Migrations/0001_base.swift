// The tables of the gateway as first released. Never edited; changes are new files beside it.

internal import Storage

extension GatewayMigrations {
  static let base = Migration("gateway/0001_base") { dialect in
    [templates(dialect), narratives(dialect), publications(dialect)]
  }

  private static func templates(_ dialect: Dialect) -> String {
    """
    CREATE TABLE report_template (
      federation_code \(dialect.text) NOT NULL,
      year BIGINT NOT NULL,
      revision BIGINT NOT NULL,
      content \(dialect.text) NOT NULL,
      recorded_by \(dialect.text) NOT NULL,
      recorded_at BIGINT NOT NULL,
      superseded_at BIGINT NOT NULL DEFAULT 9223372036854775807,
      PRIMARY KEY (federation_code, year, revision),
      UNIQUE (federation_code, year, superseded_at),
      CHECK (recorded_at < superseded_at)
    )\(dialect.withoutRowID)
    """
  }

  private static func narratives(_ dialect: Dialect) -> String {
    """
    CREATE TABLE narrative (
      federation_code \(dialect.text) NOT NULL,
      year BIGINT NOT NULL,
      id \(dialect.text) NOT NULL,
      revision BIGINT NOT NULL,
      title \(dialect.text) NOT NULL,
      content \(dialect.text) NOT NULL,
      document \(dialect.text) NOT NULL,
      sentence \(dialect.text) NOT NULL,
      note \(dialect.text) NOT NULL,
      recorded_by \(dialect.text) NOT NULL,
      recorded_at BIGINT NOT NULL,
      superseded_at BIGINT NOT NULL DEFAULT 9223372036854775807,
      PRIMARY KEY (federation_code, year, id, revision),
      UNIQUE (federation_code, year, id, superseded_at),
      CHECK (recorded_at < superseded_at)
    )\(dialect.withoutRowID)
    """
  }

  /// `report` holds the message's bytes in base64: columns are BIGINT and TEXT on both engines.
  private static func publications(_ dialect: Dialect) -> String {
    """
    CREATE TABLE publication (
      federation_code \(dialect.text) NOT NULL,
      year BIGINT NOT NULL,
      number BIGINT NOT NULL,
      title \(dialect.text) NOT NULL,
      note \(dialect.text) NOT NULL,
      missing_services \(dialect.text) NOT NULL,
      publisher \(dialect.text) NOT NULL,
      published_at BIGINT NOT NULL,
      report \(dialect.text) NOT NULL,
      PRIMARY KEY (federation_code, year, number),
      CHECK (number > 0)
    )\(dialect.withoutRowID)
    """
  }
}
