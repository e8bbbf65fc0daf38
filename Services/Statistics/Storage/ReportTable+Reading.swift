// Reports, their revisions and observations: reading.

internal import Measures
internal import StatisticsDomain
internal import Storage

extension ReportTable {
  /// Every column of a report `p` and its revision `r`.
  static let columns = """
    p.number, p.id, p.form_code, p.channel_code, p.period, p.nature, p.sector, p.coverage,
    p.place_code, p.unit_id, p.created_at, p.unit_name, p.unit_sector, p.industry_code,
    p.industry_edition, p.ownership_code, p.federation_codes, r.revision, r.state, r.scope_note,
    r.document, r.sentence, r.note, r.warnings, r.recorded_by, r.reason, r.recorded_at
    """

  /// The report as it was known at a recorded time; nil where it was not known.
  static func report(
    _ id: String, at time: Int64, _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> StoredReport? {
    let rows = try transaction.query(
      """
      SELECT \(columns) FROM report AS p JOIN report_revision AS r ON r.report_number = p.number
      WHERE p.id = $1 AND \(TwoClocks.known(at: "$2", "r"))
      """, [.text(id), .integer(time)])
    return try decode(rows, catalogue, transaction).first
  }

  /// Every revision, oldest first.
  static func revisions(
    _ id: String, _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [StoredReport] {
    let rows = try transaction.query(
      """
      SELECT \(columns) FROM report AS p JOIN report_revision AS r ON r.report_number = p.number
      WHERE p.id = $1 ORDER BY r.revision
      """, [.text(id)])
    return try decode(rows, catalogue, transaction)
  }

  /// The accepted report of a key, if there is one.
  static func accepted(
    _ key: ReportKey, _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> StoredReport? {
    let rows = try transaction.query(
      """
      SELECT \(columns) FROM report AS p
      JOIN report_revision AS r ON r.report_number = p.number AND r.revision = p.revision
      WHERE p.channel_code = $1 AND p.form_code = $2 AND p.period = $3 AND p.nature = $4
        AND p.sector = $5 AND p.slot = $6 AND p.state = 'accepted'
      """,
      [
        .text(key.channelCode), .text(key.formCode), .text(key.period.description),
        .text(key.nature.rawValue), .text(key.sector), .text(key.slot),
      ])
    return try decode(rows, catalogue, transaction).first
  }

  /// Makes reports of rows that have `columns`, and fetches their observations at once.
  static func decode(
    _ rows: [SQLRow], _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [StoredReport] {
    var reports: [StoredReport] = []
    for row in rows {
      reports.append(StoredReport(number: try row.int64("number"), report: try report(row)))
    }
    guard !reports.isEmpty else { return [] }
    let observations = try observations(of: reports, catalogue, transaction)
    for index in reports.indices {
      let key = RevisionKey(reports[index].number, reports[index].report.revision)
      let nature = reports[index].report.key.nature
      reports[index].report.observations = (observations[key] ?? []).map { observation in
        Observation(
          indicatorCode: observation.indicatorCode,
          quantity: observation.quantity.with(nature: nature), source: observation.source)
      }
    }
    return reports
  }

  private static func report(_ row: SQLRow) throws(StorageError) -> Report {
    let key = try ReportKey(row)
    let warnings = try row.text("warnings")
    return Report(
      id: try row.text("id"), key: key, revision: try row.int64("revision"),
      state: try row.raw("state"), observations: [], scopeNote: try row.text("scope_note"),
      source: try row.source(),
      warnings: warnings.split(separator: "\n").map(String.init),
      profile: key.coverage == .unit ? try profile(row) : nil,
      createTime: try row.int64("created_at"), recordTime: try row.int64("recorded_at"),
      recordedBy: try row.text("recorded_by"), reason: try row.text("reason"))
  }

  private static func profile(_ row: SQLRow) throws(StorageError) -> UnitProfile {
    UnitProfile(
      name: try row.text("unit_name"), placeCode: try row.text("place_code"),
      sector: try row.text("unit_sector"), industryCode: try row.text("industry_code"),
      industryEdition: try row.text("industry_edition"),
      ownershipCode: try row.text("ownership_code"),
      federationCodes: try row.text("federation_codes").split(separator: ",").map(String.init))
  }

  private struct RevisionKey: Hashable {
    let number: Int64
    let revision: Int64

    init(_ number: Int64, _ revision: Int64) {
      self.number = number
      self.revision = revision
    }
  }

  /// Reports asked for in one statement.
  private static let maximumNamedReports = 1_024

  private static func observations(
    of reports: [StoredReport], _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [RevisionKey: [Observation]] {
    var found: [RevisionKey: [Observation]] = [:]
    var rest = Array(Set(reports.map(\.number))).sorted()[...]
    while !rest.isEmpty {
      let numbers = SQLPart.list(
        rest.prefix(maximumNamedReports).map { .integer($0) }, from: 1)
      rest = rest.dropFirst(maximumNamedReports)
      // Revisions of a report are few; those not asked for are skipped by the caller.
      let rows = try transaction.query(
        """
        SELECT report_number, revision, \(ObservationRow.columns) FROM observation AS o
        WHERE report_number IN \(numbers.text) ORDER BY report_number, revision, position
        """, numbers.values)
      for row in rows {
        let key = RevisionKey(try row.int64("report_number"), try row.int64("revision"))
        found[key, default: []].append(try ObservationRow.decode(row, catalogue))
      }
    }
    return found
  }
}

/// The columns of an observation that say what it is.
enum ObservationRow {
  static let columns = """
    o.indicator_number, o.printed_text, o.value, o.low, o.high, o.low_open, o.high_open,
    o.document, o.sentence, o.note
    """

  /// The nature is that of the report, which this row does not have.
  static func decode(
    _ row: SQLRow, _ catalogue: StoredCatalogue
  ) throws(StorageError) -> Observation {
    let indicator = try catalogue.indicator(try row.int64("indicator_number"))
    return Observation(
      indicatorCode: indicator.code, quantity: try quantity(row, indicator),
      source: try row.source())
  }

  private static func quantity(
    _ row: SQLRow, _ indicator: Indicator
  ) throws(StorageError) -> Quantity {
    let text = try row.text("printed_text")
    let (value, low, high) = (
      try row.optionalInt64("value"), try row.optionalInt64("low"), try row.optionalInt64("high")
    )
    let (lowOpen, highOpen) = (try row.bool("low_open"), try row.bool("high_open"))
    do {
      func decimal(_ unscaled: Int64?) throws(MeasureError) -> ExactDecimal? {
        guard let unscaled else { return nil }
        return try ExactDecimal(unscaled: unscaled, scale: indicator.scale).normalized
      }
      let interval = try Interval(
        low: decimal(low), high: decimal(high), lowOpen: lowOpen, highOpen: highOpen)
      return try Quantity(
        text: text, value: decimal(value), interval: interval, unit: indicator.unit)
    } catch {
      throw StorageError(.corrupt, "A stored value cannot be decoded.", cause: "\(error)")
    }
  }
}
