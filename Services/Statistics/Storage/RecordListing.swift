// The records behind a figure, page by page.

internal import Measures
package import StatisticsDomain
package import Storage

/// An observation behind a figure.
package struct ObservationRecord: Sendable, Hashable {
  package let report: Report
  package let observation: Observation
}

package enum RecordListing {
  /// Observations of one contribution, in the order in which their reports came.
  ///
  /// - Parameter time: recorded time, as the figure was asked for.
  package static func observations(
    _ subject: FigureSubject, _ contributor: Contributor, offset: Int64, limit: Int64,
    at time: Int64, _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [ObservationRecord] {
    let number = try catalogue.number(of: subject.indicatorCode)
    // A unit counts for its profile's sector; a report of a place only for its own.
    let sector =
      contributor.coverage == .unit
      ? "($6 = '' OR p.cell_sector = $6)" : "p.cell_sector = $6"
    let rows = try transaction.query(
      """
      SELECT \(ReportTable.columns) FROM report AS p
      JOIN report_revision AS r ON r.report_number = p.number
      WHERE p.place_code = $1 AND p.period = $2 AND p.channel_code = $3 AND p.nature = $4
        AND p.coverage = $5 AND \(sector) AND r.state = 'accepted'
        AND \(TwoClocks.known(at: "$7", "r"))
        AND EXISTS (
          SELECT 1 FROM observation AS o
          WHERE o.report_number = p.number AND o.revision = r.revision
            AND o.indicator_number = $8)
      ORDER BY p.number LIMIT $9 OFFSET $10
      """,
      [
        .text(contributor.placeCode), .text(subject.period.description),
        .text(subject.channelCode), .text(subject.nature.rawValue),
        .text(contributor.coverage.rawValue), .text(subject.sector), .integer(time),
        .integer(number), .integer(limit), .integer(offset),
      ])
    return try ReportTable.decode(rows, catalogue, transaction).compactMap { stored in
      let found = stored.report.observations.first {
        $0.indicatorCode == subject.indicatorCode
      }
      return found.map { ObservationRecord(report: stored.report, observation: $0) }
    }
  }
}

package enum YearListing {
  /// Years with a report of a place or of anything below it, or with a target or stated figure
  /// of the place itself; oldest first.
  package static func years(
    of place: String, subtree: Set<String>, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String] {
    var years: Set<String> = []
    let list = SQLPart.list(subtree.sorted(), from: 1)
    for row in try transaction.query(
      """
      SELECT DISTINCT SUBSTR(period, 1, 4) AS year FROM report
      WHERE state = 'accepted' AND place_code IN \(list.text)
      """, list.values)
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
