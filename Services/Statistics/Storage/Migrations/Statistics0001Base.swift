// Tables of the catalogue, reports, cells, quarantine, targets and the copy of the register.

internal import Storage

extension StatisticsMigrations {
  /// The rule by which SQLite finds a cell that left the range of 64 bits.
  static let cellRange = "cell_range"

  static let base = Migration("statistics/0001_base") { dialect in
    catalogue(dialect) + reports(dialect) + cells(dialect) + doubts(dialect) + targets(dialect)
      + register(dialect)
  }

  private static func catalogue(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      // One number per kind of data and shard; each change raises one of them. Their sum is the
      // data generation. Shards keep writers from queueing behind one row.
      """
      CREATE TABLE data_generation (
        kind \(text) NOT NULL,
        shard BIGINT NOT NULL,
        value BIGINT NOT NULL,
        PRIMARY KEY (kind, shard)
      )\(dialect.withoutRowID)
      """,
      """
      CREATE TABLE channel (
        code \(text) NOT NULL PRIMARY KEY,
        position BIGINT NOT NULL,
        name_zh \(text) NOT NULL,
        name_en \(text) NOT NULL,
        description \(text) NOT NULL
      )\(dialect.withoutRowID)
      """,
      """
      CREATE TABLE indicator (
        number \(dialect.identity),
        code \(text) NOT NULL UNIQUE,
        name_zh \(text) NOT NULL,
        name_en \(text) NOT NULL,
        unit \(text) NOT NULL,
        scale BIGINT NOT NULL,
        kind \(text) NOT NULL,
        part_of \(text),
        may_be_negative BIGINT NOT NULL
      )
      """,
      """
      CREATE TABLE form (
        code \(text) NOT NULL PRIMARY KEY,
        name_zh \(text) NOT NULL,
        channel_code \(text) NOT NULL REFERENCES channel (code),
        period_kind \(text) NOT NULL,
        due_days BIGINT NOT NULL
      )\(dialect.withoutRowID)
      """,
      // One form of a channel and kind of period asks for an indicator: the key says so.
      """
      CREATE TABLE form_indicator (
        channel_code \(text) NOT NULL,
        period_kind \(text) NOT NULL,
        indicator_code \(text) NOT NULL REFERENCES indicator (code),
        form_code \(text) NOT NULL REFERENCES form (code),
        position BIGINT NOT NULL,
        PRIMARY KEY (channel_code, period_kind, indicator_code)
      )\(dialect.withoutRowID)
      """,
    ]
  }

  private static func reports(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      """
      CREATE TABLE report (
        number \(dialect.identity),
        id \(text) NOT NULL UNIQUE,
        form_code \(text) NOT NULL REFERENCES form (code),
        channel_code \(text) NOT NULL,
        period \(text) NOT NULL,
        nature \(text) NOT NULL,
        sector \(text) NOT NULL,
        coverage \(text) NOT NULL,
        place_code \(text) NOT NULL,
        unit_id \(text) NOT NULL,
        slot \(text) NOT NULL,
        cell_sector \(text) NOT NULL,
        state \(text) NOT NULL,
        revision BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        unit_name \(text) NOT NULL,
        unit_sector \(text) NOT NULL,
        industry_code \(text) NOT NULL,
        industry_edition \(text) NOT NULL,
        ownership_code \(text) NOT NULL,
        federation_codes \(text) NOT NULL
      )
      """,
      // Overlaps end here, whoever writes at the same time.
      """
      CREATE UNIQUE INDEX report_slot
      ON report (channel_code, form_code, period, nature, sector, slot) WHERE state = 'accepted'
      """,
      "CREATE INDEX report_place ON report (place_code, period, channel_code)",
      "CREATE INDEX report_unit ON report (unit_id, period)",
      """
      CREATE TABLE report_revision (
        report_number BIGINT NOT NULL REFERENCES report (number),
        revision BIGINT NOT NULL,
        state \(text) NOT NULL,
        scope_note \(text) NOT NULL,
        document \(text) NOT NULL,
        sentence \(text) NOT NULL,
        note \(text) NOT NULL,
        warnings \(text) NOT NULL,
        recorded_by \(text) NOT NULL,
        reason \(text) NOT NULL,
        recorded_at BIGINT NOT NULL,
        superseded_at BIGINT NOT NULL DEFAULT \(TwoClocks.openTime),
        PRIMARY KEY (report_number, revision),
        CHECK (recorded_at < superseded_at)
      )\(dialect.withoutRowID)
      """,
      // Values and ends are in the last kept decimal of the indicator; an absent end is open.
      """
      CREATE TABLE observation (
        report_number BIGINT NOT NULL,
        revision BIGINT NOT NULL,
        indicator_number BIGINT NOT NULL REFERENCES indicator (number),
        position BIGINT NOT NULL,
        printed_text \(text) NOT NULL,
        value BIGINT,
        low BIGINT,
        high BIGINT,
        low_open BIGINT NOT NULL,
        high_open BIGINT NOT NULL,
        document \(text) NOT NULL,
        sentence \(text) NOT NULL,
        note \(text) NOT NULL,
        PRIMARY KEY (report_number, revision, indicator_number),
        FOREIGN KEY (report_number, revision)
          REFERENCES report_revision (report_number, revision),
        \(dialect.integral("value", "low", "high"))
      )\(dialect.withoutRowID)
      """,
    ]
  }

  private static func cells(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      """
      CREATE TABLE cell (
        channel_code \(text) NOT NULL,
        indicator_code \(text) NOT NULL,
        nature \(text) NOT NULL,
        period \(text) NOT NULL,
        place_code \(text) NOT NULL,
        sector \(text) NOT NULL,
        coverage \(text) NOT NULL,
        observations BIGINT NOT NULL,
        value BIGINT NOT NULL,
        unvalued BIGINT NOT NULL,
        low BIGINT NOT NULL,
        low_unbounded BIGINT NOT NULL,
        low_open BIGINT NOT NULL,
        high BIGINT NOT NULL,
        high_unbounded BIGINT NOT NULL,
        high_open BIGINT NOT NULL,
        printed_ten_thousands BIGINT NOT NULL,
        printed_hundred_millions BIGINT NOT NULL,
        printed_text \(text),
        PRIMARY KEY (
          channel_code, indicator_code, nature, period, place_code, sector, coverage),
        CHECK (observations >= 0),
        CONSTRAINT \(cellRange) \(dialect.integral("value", "low", "high"))
      )\(dialect.withoutRowID)
      """
    ]
  }

  private static func doubts(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      """
      CREATE TABLE quarantine_item (
        id \(text) NOT NULL PRIMARY KEY,
        report_number BIGINT NOT NULL REFERENCES report (number),
        channel_code \(text) NOT NULL,
        period \(text) NOT NULL,
        nature \(text) NOT NULL,
        place_code \(text) NOT NULL,
        coverage \(text) NOT NULL,
        cell_sector \(text) NOT NULL,
        indicator_code \(text) NOT NULL,
        printed_text \(text) NOT NULL,
        rule \(text) NOT NULL,
        reason_zh \(text) NOT NULL,
        reason_en \(text) NOT NULL,
        candidates \(text) NOT NULL,
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
      "CREATE INDEX quarantine_report ON quarantine_item (report_number)",
      // Figures ask only for what is open, and little is.
      """
      CREATE INDEX quarantine_open
      ON quarantine_item (channel_code, indicator_code, nature, period) WHERE state = 'open'
      """,
      "CREATE INDEX quarantine_place ON quarantine_item (place_code, period)",
    ]
  }

  private static func targets(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      """
      CREATE TABLE target (
        id \(text) NOT NULL,
        revision BIGINT NOT NULL,
        place_code \(text) NOT NULL,
        channel_code \(text) NOT NULL,
        indicator_code \(text) NOT NULL,
        sector \(text) NOT NULL,
        period \(text) NOT NULL,
        kind \(text) NOT NULL,
        quantity \(text) NOT NULL,
        base_period \(text) NOT NULL,
        document \(text) NOT NULL,
        sentence \(text) NOT NULL,
        note \(text) NOT NULL,
        recorded_by \(text) NOT NULL,
        created_at BIGINT NOT NULL,
        recorded_at BIGINT NOT NULL,
        superseded_at BIGINT NOT NULL DEFAULT \(TwoClocks.openTime),
        PRIMARY KEY (id, revision),
        UNIQUE (place_code, channel_code, indicator_code, sector, period, superseded_at),
        CHECK (recorded_at < superseded_at)
      )\(dialect.withoutRowID)
      """
    ]
  }

  private static func register(_ dialect: Dialect) -> [String] {
    let text = dialect.text
    return [
      // One row: when the copy was changed last.
      """
      CREATE TABLE register_applied (
        one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
        applied_at BIGINT NOT NULL
      )
      """,
      """
      CREATE TABLE register_place_state (
        place_id \(text) NOT NULL,
        valid_from \(text) NOT NULL,
        valid_to \(text) NOT NULL,
        code \(text) NOT NULL,
        name \(text) NOT NULL,
        level \(text) NOT NULL,
        parent_code \(text) NOT NULL,
        successor_code \(text) NOT NULL,
        PRIMARY KEY (place_id, valid_from)
      )\(dialect.withoutRowID)
      """,
      """
      CREATE TABLE register_federation_state (
        federation_id \(text) NOT NULL,
        valid_from \(text) NOT NULL,
        valid_to \(text) NOT NULL,
        code \(text) NOT NULL,
        name \(text) NOT NULL,
        place_code \(text) NOT NULL,
        parent_code \(text) NOT NULL,
        PRIMARY KEY (federation_id, valid_from)
      )\(dialect.withoutRowID)
      """,
      "CREATE INDEX register_federation_code ON register_federation_state (code)",
      """
      CREATE TABLE register_enterprise_state (
        enterprise_id \(text) NOT NULL,
        valid_from \(text) NOT NULL,
        valid_to \(text) NOT NULL,
        credit_code \(text) NOT NULL,
        name \(text) NOT NULL,
        place_code \(text) NOT NULL,
        activity_place_code \(text) NOT NULL,
        sector \(text) NOT NULL,
        industry_code \(text) NOT NULL,
        industry_edition \(text) NOT NULL,
        ownership_code \(text) NOT NULL,
        PRIMARY KEY (enterprise_id, valid_from)
      )\(dialect.withoutRowID)
      """,
      "CREATE INDEX register_enterprise_credit_code ON register_enterprise_state (credit_code)",
      "CREATE INDEX register_enterprise_name ON register_enterprise_state (name)",
      """
      CREATE TABLE register_membership_event (
        membership_id \(text) NOT NULL,
        position BIGINT NOT NULL,
        federation_code \(text) NOT NULL,
        enterprise_id \(text) NOT NULL,
        state \(text) NOT NULL,
        event_date \(text) NOT NULL,
        PRIMARY KEY (membership_id, position)
      )\(dialect.withoutRowID)
      """,
      """
      CREATE INDEX register_membership_enterprise ON register_membership_event (enterprise_id)
      """,
    ]
  }
}
