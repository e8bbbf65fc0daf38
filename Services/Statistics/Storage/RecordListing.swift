// The records behind a figure, page by page.

internal import Measures
package import StatisticsDomain
package import Storage

/// An observation behind a figure.
package struct ObservationRecord: Sendable, Hashable {
  /// The report's place in the list.
  package let number: Int64
  package let report: Report
  package let observation: Observation
}

package enum RecordListing {
  /// Which reports of a coverage count for the sector `$6` of a figure. A unit counts for its
  /// profile's sector; a report of a place only for its own.
  private static func sectorRule(_ coverage: Coverage) -> String {
    coverage == .unit ? "($6 = '' OR p.cell_sector = $6)" : "p.cell_sector = $6"
  }

  /// Observations of one contribution, in the order in which their reports came.
  ///
  /// - Parameters:
  ///   - position: the number of the last report that was listed; 0 for the first page.
  ///   - time: recorded time, as the figure was asked for.
  package static func observations(
    _ subject: FigureSubject, _ contributor: Contributor, after position: Int64, limit: Int64,
    at time: Int64, _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [ObservationRecord] {
    let number = try catalogue.number(of: subject.indicatorCode)
    let rows = try transaction.query(
      """
      SELECT \(ReportTable.columns) FROM report AS p
      JOIN report_revision AS r ON r.report_number = p.number
      WHERE p.place_code = $1 AND p.period = $2 AND p.channel_code = $3 AND p.nature = $4
        AND p.coverage = $5 AND \(sectorRule(contributor.coverage)) AND r.state = 'accepted'
        AND \(TwoClocks.known(at: "$7", "r"))
        AND EXISTS (
          SELECT 1 FROM observation AS o
          WHERE o.report_number = p.number AND o.revision = r.revision
            AND o.indicator_number = $8)
        AND p.number > $10
      ORDER BY p.number LIMIT $9
      """,
      [
        .text(contributor.placeCode), .text(subject.period.description),
        .text(subject.channelCode), .text(subject.nature.rawValue),
        .text(contributor.coverage.rawValue), .text(subject.sector), .integer(time),
        .integer(number), .integer(limit), .integer(position),
      ])
    return try ReportTable.decode(rows, catalogue, transaction).compactMap { stored in
      let found = stored.report.observations.first {
        $0.indicatorCode == subject.indicatorCode
      }
      return found.map {
        ObservationRecord(number: stored.number, report: stored.report, observation: $0)
      }
    }
  }

  /// Whether a report behind a contribution says another value of the indicator at one recorded
  /// time than it said at an earlier one. A report that was withdrawn and handed in anew is the
  /// same; one that is gone says another value.
  static func isRevised(
    _ subject: FigureSubject, _ contributor: Contributor, after start: Int64, until time: Int64,
    _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Bool {
    let row = try transaction.queryOne(
      """
      SELECT COUNT(*) AS n FROM report AS p
      JOIN report_revision AS r ON r.report_number = p.number AND r.state = 'accepted'
        AND \(TwoClocks.known(at: "$7", "r"))
      JOIN observation AS o ON o.report_number = r.report_number AND o.revision = r.revision
        AND o.indicator_number = $8
      WHERE p.place_code = $1 AND p.period = $2 AND p.channel_code = $3 AND p.nature = $4
        AND p.coverage = $5 AND \(sectorRule(contributor.coverage))
        AND NOT EXISTS (
          SELECT 1 FROM report AS q
          JOIN report_revision AS s ON s.report_number = q.number AND s.state = 'accepted'
            AND \(TwoClocks.known(at: "$9", "s"))
          JOIN observation AS w ON w.report_number = s.report_number
            AND w.revision = s.revision AND w.indicator_number = o.indicator_number
          WHERE q.place_code = p.place_code AND q.period = p.period
            AND q.channel_code = p.channel_code AND q.nature = p.nature
            AND q.form_code = p.form_code AND q.sector = p.sector AND q.slot = p.slot
            AND w.value IS NOT DISTINCT FROM o.value AND w.low IS NOT DISTINCT FROM o.low
            AND w.high IS NOT DISTINCT FROM o.high
            AND w.low_open = o.low_open AND w.high_open = o.high_open)
      """,
      [
        .text(contributor.placeCode), .text(subject.period.description),
        .text(subject.channelCode), .text(subject.nature.rawValue),
        .text(contributor.coverage.rawValue), .text(subject.sector), .integer(start),
        .integer(try catalogue.number(of: subject.indicatorCode)), .integer(time),
      ])
    return try row?.int64("n") ?? 0 > 0
  }
}

package enum YearListing {
  /// Years with a report of a place or of anything below it, or with a target or stated figure
  /// of the place itself; oldest first.
  package static func years(
    of place: String, subtree: Set<String>, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String] {
    var years: Set<String> = []
    let set = SQLPart.set(subtree, from: 1)
    for row in try transaction.query(
      """
      SELECT DISTINCT SUBSTR(period, 1, 4) AS year FROM report
      WHERE state = 'accepted' AND place_code IN \(set.text)
      """, set.values)
    {
      years.insert(try row.text("year"))
    }
    for row in try transaction.query(
      """
      SELECT DISTINCT SUBSTR(t.period, 1, 4) AS year FROM target AS t
      WHERE t.place_code = $1 AND \(TwoClocks.current("t"))
      """, [.text(place)])
    {
      years.insert(try row.text("year"))
    }
    var code = ""
    while true {
      let page = try StatedFigures.list(
        StatedFigureFilter(placeCode: place), after: code, limit: 1_000, transaction)
      for figure in page { years.insert(String(figure.period.prefix(4))) }
      guard let last = page.last else { return years.sorted() }
      code = last.code
    }
  }
}
