// Reports, their revisions and observations: writing.

internal import Measures
internal import StatisticsDomain
internal import Storage

/// A report with the number by which its rows are keyed.
struct StoredReport {
  var number: Int64
  var report: Report
}

enum ReportTable {
  /// Stores a new report with its first revision; nil where another one holds the slot.
  static func insert(
    _ report: Report, _ catalogue: StoredCatalogue, _ transaction: WriteTransaction
  ) throws(StorageError) -> Int64? {
    let profile = report.profile
    let row = try transaction.queryOne(
      """
      INSERT INTO report (
        \(ReportKey.columns), id, slot, cell_sector, state, revision, created_at, unit_name,
        unit_sector, industry_code, industry_edition, ownership_code, federation_codes)
      VALUES (\(SQLPart.numbers(20)))
      ON CONFLICT DO NOTHING RETURNING number
      """,
      report.key.values + [
        .text(report.id), .text(report.key.slot), .text(report.cellSector),
        .text(report.state.rawValue), .integer(report.revision), .integer(report.createTime),
        .text(profile?.name ?? ""), .text(profile?.sector ?? ""),
        .text(profile?.industryCode ?? ""), .text(profile?.industryEdition ?? ""),
        .text(profile?.ownershipCode ?? ""),
        .text(profile?.federationCodes.joined(separator: ",") ?? ""),
      ])
    guard let number = try row?.int64("number") else { return nil }
    try insertRevision(report, number, catalogue, transaction)
    return number
  }

  /// Stores the next revision of a report; the one before it is superseded.
  ///
  /// - Returns: the time from which the new one counts.
  static func revise(
    _ stored: StoredReport, to report: Report, _ catalogue: StoredCatalogue,
    _ transaction: WriteTransaction
  ) throws(StorageError) -> Int64 {
    let time = try transaction.supersede(
      "report_revision", where: "t.report_number = $1", [.integer(stored.number)])
    var report = report
    report.recordTime = time
    try transaction.execute(
      "UPDATE report SET state = $2, revision = $3 WHERE number = $1",
      [.integer(stored.number), .text(report.state.rawValue), .integer(report.revision)])
    try insertRevision(report, stored.number, catalogue, transaction)
    return time
  }

  private static func insertRevision(
    _ report: Report, _ number: Int64, _ catalogue: StoredCatalogue,
    _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO report_revision (
        report_number, revision, state, scope_note, document, sentence, note, warnings,
        recorded_by, reason, recorded_at)
      VALUES (\(SQLPart.numbers(11)))
      """,
      [
        .integer(number), .integer(report.revision), .text(report.state.rawValue),
        .text(report.scopeNote),
      ] + report.source.values + [
        .text(report.warnings.joined(separator: "\n")), .text(report.recordedBy),
        .text(report.reason), .integer(report.recordTime),
      ])
    for (position, observation) in report.observations.enumerated() {
      try insert(
        observation, of: number, report.revision, position, catalogue, transaction)
    }
  }

  private static func insert(
    _ observation: Observation, of number: Int64, _ revision: Int64, _ position: Int,
    _ catalogue: StoredCatalogue, _ transaction: WriteTransaction
  ) throws(StorageError) {
    let indicatorNumber = try catalogue.number(of: observation.indicatorCode)
    let indicator = try catalogue.indicator(indicatorNumber)
    let sum = try stored(observation.quantity, indicator)
    try transaction.execute(
      """
      INSERT INTO observation (
        report_number, revision, indicator_number, position, printed_text, value, low, high,
        low_open, high_open, document, sentence, note)
      VALUES (\(SQLPart.numbers(13)))
      """,
      [
        .integer(number), .integer(revision), .integer(indicatorNumber),
        .integer(Int64(position)), .text(observation.quantity.text),
        sum.unvalued > 0 ? .null : .integer(sum.value),
        sum.lowUnbounded > 0 ? .null : .integer(sum.low),
        sum.highUnbounded > 0 ? .null : .integer(sum.high), .integer(sum.lowOpen),
        .integer(sum.highOpen),
      ] + observation.source.values)
  }

  /// A value that passed the checks fits the storage; one that does not is a defect.
  static func stored(
    _ quantity: Quantity, _ indicator: Indicator
  ) throws(StorageError) -> CellSum {
    do {
      return try CellSum(quantity, of: indicator)
    } catch {
      throw StorageError(.internal, "A value was stored without a check.", cause: "\(error)")
    }
  }
}
