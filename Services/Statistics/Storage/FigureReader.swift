// The database as a source of figures: from cells for now, from revisions for a time in the past.

package import Measures
package import StatisticsDomain
package import Storage

/// Now, as far as recorded times go.
package enum RecordedTime {
  package static let now = TwoClocks.openTime - 1
}

package struct FigureReader<Transaction: SQLExecutor>: FigureSource {
  package let transaction: Transaction
  package let reference: Reference
  /// Recorded time in microseconds, `RecordedTime.now` for what is believed now.
  package let time: Int64

  package init(
    _ transaction: Transaction, reference: Reference, time: Int64 = RecordedTime.now
  ) {
    self.transaction = transaction
    self.reference = reference
    self.time = time
  }

  package var catalogue: Catalogue { reference.catalogue.catalogue }
  package var places: PlaceTree { reference.places }

  package func view(on day: CalendarDate) throws -> PlaceView { reference.view(on: day) }

  package func cells(
    _ scope: CellScope, period: Period, places: Set<String>
  ) throws -> [Cell] {
    guard isPast else {
      return try CellTable.cells(scope, period: period, places: places, transaction)
    }
    return try PastCells.cells(
      scope, "p.period = $5", [.text(period.description)], at: time, reference.catalogue,
      transaction)[period] ?? []
  }

  package func cells(
    _ scope: CellScope, year: Int, places: Set<String>
  ) throws -> [Period: [Cell]] {
    guard isPast else {
      return try CellTable.cells(scope, year: year, places: places, transaction)
    }
    guard let start = try? Period(year: year).description else { return [:] }
    return try PastCells.cells(
      scope, "p.period >= $5 AND p.period < $6", [.text(start), .text(start + ":")], at: time,
      reference.catalogue, transaction)
  }

  package func openItems(_ scope: CellScope, period: Period) throws -> [OpenItem] {
    try QuarantineTable.open(scope, period: period, at: time, transaction)
  }

  package func statedFigure(_ code: String) throws -> StatedFigure? {
    guard let row = try StatedFigures.known(code, at: isPast ? time : nil, transaction) else {
      return nil
    }
    return try StatedFigure(row)
  }

  package func target(_ subject: FigureSubject) throws -> Target? {
    try TargetTable.target(subject, at: time, transaction)
  }

  package func isRevised(_ contributions: [Contribution], after start: Int64) throws -> Bool {
    for case .observations(let subject, let contributor) in contributions {
      if try RecordListing.isRevised(
        subject, contributor, after: start, until: time, reference.catalogue, transaction)
      {
        return true
      }
    }
    return false
  }

  private var isPast: Bool { time != RecordedTime.now }
}

extension StatedFigure {
  /// A stated figure from its columns, which the shared table keeps.
  package init(_ row: StatedFigureRow) throws(StorageError) {
    func decimal(_ stored: StoredDecimal?) throws(MeasureError) -> ExactDecimal? {
      guard let stored else { return nil }
      return try ExactDecimal(unscaled: stored.unscaled, scale: Int(clamping: stored.scale))
    }
    do {
      let interval = try Interval(
        low: decimal(row.low), high: decimal(row.high), lowOpen: row.isLowOpen,
        highOpen: row.isHighOpen)
      let quantity = try Quantity(
        text: row.text, value: decimal(row.value), interval: interval,
        unit: MeasureUnit(row.unit) ?? .none, nature: Nature(rawValue: row.nature) ?? .actual)
      self.init(
        code: row.code, label: row.label, placeCode: row.placeCode,
        period: try Period(parsing: row.period), channelCode: row.channelCode,
        indicatorCode: row.indicatorCode, sector: row.sector,
        kind: StatedKind(rawValue: row.kind) ?? .value, quantity: quantity,
        source: Source(document: row.document, sentence: row.sentence, note: row.note))
    } catch {
      throw StorageError(.corrupt, "A stated figure cannot be decoded.", cause: "\(error)")
    }
  }
}

/// Cells as they were, made of the revisions of that time. Linear in the reports concerned.
private enum PastCells {
  private struct Address: Hashable {
    let period: Period
    let place: String
    let coverage: Coverage
    let sector: String
  }

  static func cells(
    _ scope: CellScope, _ condition: String, _ parameters: [SQLValue], at time: Int64,
    _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws -> [Period: [Cell]] {
    let number = try catalogue.number(of: scope.indicatorCode)
    let indicator = try catalogue.indicator(number)
    var sums: [Address: (sum: CellSum, text: String?)] = [:]
    var rows: [(Address, Observation)] = []
    try transaction.forEach(
      """
      SELECT p.period, p.place_code, p.coverage, p.cell_sector, \(ObservationRow.columns)
      FROM report AS p
      JOIN report_revision AS r ON r.report_number = p.number
      JOIN observation AS o ON o.report_number = r.report_number AND o.revision = r.revision
      WHERE p.channel_code = $1 AND o.indicator_number = $2 AND p.nature = $3
        AND r.state = 'accepted' AND \(TwoClocks.known(at: "$4", "r")) AND \(condition)
      """,
      [
        .text(scope.channelCode), .integer(number), .text(scope.nature.rawValue), .integer(time),
      ] + parameters
    ) { (row) throws(StorageError) in
      let address = Address(
        period: try row.period("period"), place: try row.text("place_code"),
        coverage: try row.raw("coverage"), sector: try row.text("cell_sector"))
      rows.append((address, try ObservationRow.decode(row, catalogue)))
    }
    for (address, observation) in rows {
      let sum = try CellSum(observation.quantity, of: indicator)
      let before = sums[address]
      sums[address] = (
        try (before?.sum ?? .zero).adding(sum), before == nil ? observation.quantity.text : nil
      )
    }
    return Dictionary(grouping: sums) { $0.key.period }.mapValues { cells in
      cells.map { address, value in
        Cell(
          placeCode: address.place, coverage: address.coverage, sector: address.sector,
          sum: value.sum, text: value.text)
      }
    }
  }
}
