// What is recorded around a report, for its checks: last year's report of the same thing, wholes
// above it, and parts below it.

internal import Measures
internal import StatisticsDomain
internal import Storage

extension ReportBook {
  /// - Parameter current: the report's revision that is counted now; nil for a new report.
  func reviewContext(
    _ draft: ReportDraft, profile: UnitProfile?, current: Report?
  ) throws -> ReviewContext {
    var context = ReviewContext()
    if let key = draft.key.lastYear,
      let before = try ReportTable.accepted(key, reference.catalogue, transaction)
    {
      for observation in before.report.observations {
        context.lastYear[observation.indicatorCode] = observation.quantity
      }
    }
    let surroundings = Surroundings(
      book: self, key: draft.key, cellSector: profile?.sector ?? draft.key.sector,
      current: current)
    let wholes = try surroundings.wholes(draft.entries.map(\.indicatorCode))
    for entry in draft.entries {
      let indicator = try catalogue.indicator(entry.indicatorCode)
      guard indicator.kind != .rate else { continue }
      context.above[indicator.code] = try surroundings.above(indicator, wholes)
      if draft.key.coverage == .whole {
        context.below[indicator.code] = try surroundings.below(indicator)
      }
    }
    return context
  }
}

/// A recorded whole, by where it is.
private struct WholeCell: Hashable {
  let placeCode: String
  let sector: String
  let indicatorCode: String
}

/// The cells around one report.
private struct Surroundings {
  let book: ReportBook
  let key: ReportKey
  let cellSector: String
  let current: Report?

  private var view: PlaceView { book.reference.view(on: key.period.lastDay) }

  /// Places whose whole the report would be a part of, nearest first.
  private var path: [String] {
    let above = view.ancestors(of: key.placeCode)
    return key.coverage == .whole ? above : [key.placeCode] + above
  }

  /// Sectors whose wholes the report is a part of.
  private var sectors: [String] {
    key.coverage == .unit && !cellSector.isEmpty ? ["", cellSector] : [key.sector]
  }

  /// Which of the places above have a whole. One question, and for most reports the only one.
  func wholes(_ indicators: [String]) throws -> Set<WholeCell> {
    var condition = Condition()
    condition.add("channel_code = $#", [.text(key.channelCode)])
    condition.add("nature = $#", [.text(key.nature.rawValue)])
    condition.add("period = $#", [.text(key.period.description)])
    condition.add("coverage = 'whole' AND observations > 0")
    condition.add("indicator_code", in: Set(indicators))
    condition.add("place_code", in: Set(path + [key.placeCode]))
    var found: Set<WholeCell> = []
    for row in try book.transaction.query(
      "SELECT place_code, sector, indicator_code FROM cell WHERE \(condition.text)",
      condition.values)
    {
      found.insert(
        WholeCell(
          placeCode: try row.text("place_code"), sector: try row.text("sector"),
          indicatorCode: try row.text("indicator_code")))
    }
    return found
  }

  func above(
    _ indicator: Indicator, _ wholes: Set<WholeCell>
  ) throws -> [ReviewContext.WholeAbove] {
    var found: [ReviewContext.WholeAbove] = []
    for sector in sectors {
      // Farther wholes have the nearest one as their part, whatever is below that.
      let place = path.first {
        wholes.contains(
          WholeCell(placeCode: $0, sector: sector, indicatorCode: indicator.code))
      }
      guard let place else { continue }
      let cells = try without(own: try cells(indicator, under: place))
      let totals = PlaceTotals(cells, sector: sector, indicator: indicator, view: view)
      guard let whole = totals.whole(of: place) else { continue }
      var others = try totals.total(of: place)?.parts ?? .zero
      // The report's own whole stood in as nothing.
      if key.coverage == .whole { others.count = max(0, others.count - 1) }
      found.append(
        ReviewContext.WholeAbove(
          label: view.name(place) + sector, whole: try quantity(whole, indicator),
          others: others))
    }
    if key.coverage == .whole, !key.sector.isEmpty {
      found += try allSectors(indicator, wholes)
    }
    return found
  }

  /// One sector of a place is a part of all its sectors.
  private func allSectors(
    _ indicator: Indicator, _ wholes: Set<WholeCell>
  ) throws -> [ReviewContext.WholeAbove] {
    let address = WholeCell(
      placeCode: key.placeCode, sector: "", indicatorCode: indicator.code)
    guard wholes.contains(address),
      let cell = try cells(indicator, under: key.placeCode).first(where: {
        $0.placeCode == key.placeCode && $0.coverage == .whole && $0.sector.isEmpty
      })
    else { return [] }
    return [
      ReviewContext.WholeAbove(
        label: view.name(key.placeCode) + "全部行业", whole: try quantity(cell, indicator),
        others: .zero)
    ]
  }

  func below(_ indicator: Indicator) throws -> [ReviewContext.PartsBelow] {
    let cells = try cells(indicator, under: key.placeCode).filter {
      !($0.placeCode == key.placeCode && $0.coverage == .whole && $0.sector == key.sector)
    }
    guard !cells.isEmpty else { return [] }
    var found: [ReviewContext.PartsBelow] = []
    func add(_ label: String, sector: String) throws {
      let totals = PlaceTotals(cells, sector: sector, indicator: indicator, view: view)
      guard let sum = try totals.total(of: key.placeCode)?.sum else { return }
      found.append(ReviewContext.PartsBelow(label: label, sum: sum))
    }
    try add("下级与单位合计", sector: key.sector)
    guard key.sector.isEmpty else { return found }
    for sector in Set(cells.map(\.sector)).subtracting([""]).sorted() {
      try add(sector, sector: sector)
    }
    return found
  }

  private func cells(_ indicator: Indicator, under place: String) throws -> [Cell] {
    let scope = CellScope(
      channelCode: key.channelCode, indicatorCode: indicator.code, nature: key.nature)
    return try CellTable.cells(
      scope, period: key.period, places: view.subtree(of: place), book.transaction
    ).map { try withoutCurrent($0, indicator) }
  }

  /// The cell without what the report counts for now.
  private func withoutCurrent(_ cell: Cell, _ indicator: Indicator) throws -> Cell {
    guard let current, cell.placeCode == key.placeCode, cell.coverage == key.coverage,
      cell.sector == cellSector,
      let value = current.observations.first(where: { $0.indicatorCode == indicator.code })
    else { return cell }
    let rest = try cell.sum.subtracting(CellSum(value.quantity, of: indicator))
    return Cell(
      placeCode: cell.placeCode, coverage: cell.coverage, sector: cell.sector, sum: rest)
  }

  /// A whole takes the place of all below it, so the others are summed with a whole of nothing in
  /// its stead.
  private func without(own cells: [Cell]) throws -> [Cell] {
    guard key.coverage == .whole else { return cells }
    var nothing = CellSum.zero
    nothing.count = 1
    let others = cells.filter {
      !($0.placeCode == key.placeCode && $0.coverage == .whole && $0.sector == key.sector)
    }
    return others + [
      Cell(placeCode: key.placeCode, coverage: .whole, sector: key.sector, sum: nothing)
    ]
  }

  private func quantity(_ cell: Cell, _ indicator: Indicator) throws -> Quantity {
    try cell.sum.quantity(of: indicator, nature: key.nature, text: cell.text)
  }
}
