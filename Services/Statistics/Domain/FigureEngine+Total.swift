// Totals of one period, and the sum over the year so far.

internal import Measures

extension FigureEngine {
  func total(_ subject: FigureSubject) throws -> Figure {
    let indicator = try indicator(of: subject)
    let view = try source.view(on: subject.period.lastDay)
    let places = view.subtree(of: subject.placeCode)
    let cells = try source.cells(CellScope(subject), period: subject.period, places: places)
    let totals = PlaceTotals(cells, sector: subject.sector, indicator: indicator, view: view)
    return try total(subject, totals, indicator, view)
  }

  /// The totals of the places directly below the subject's, by code.
  package func totalsBelow(_ subject: FigureSubject) throws -> [Figure] {
    let indicator = try indicator(of: subject)
    let view = try source.view(on: subject.period.lastDay)
    let cells = try source.cells(
      CellScope(subject), period: subject.period, places: view.subtree(of: subject.placeCode))
    let totals = PlaceTotals(cells, sector: subject.sector, indicator: indicator, view: view)
    return try view.children(of: subject.placeCode).map { child in
      var below = subject
      below.placeCode = child
      return try total(below, totals, indicator, view)
    }
  }

  /// The total of a place from totals that may serve many places.
  func total(
    _ subject: FigureSubject, _ totals: PlaceTotals, _ indicator: Indicator, _ view: PlaceView
  ) throws -> Figure {
    var figure = Figure(
      key: .total(subject), mark: .notRecorded, quantity: nil, label: try label(subject))
    let total = try totals.total(of: subject.placeCode)
    figure.quarantineIDs = try quarantined(subject, view, isWhole: total?.isWhole ?? false)
    if !figure.quarantineIDs.isEmpty {
      figure.notes.append("有\(figure.quarantineIDs.count)个数值在隔离区待定，未计入")
    }
    guard let total else {
      figure.notes.insert(contentsOf: try absence(subject, totals, indicator, view), at: 0)
      return figure
    }
    figure.mark = .computed
    let quantity = try total.sum.quantity(
      of: indicator, nature: subject.nature, text: total.text)
    figure.quantity = quantity
    figure.contributions = totals.contributors(to: subject.placeCode).map {
      .observations(subject, $0)
    }
    if total.isWhole {
      figure.statedLevel = view.fact(subject.placeCode)?.level
      if let parts = total.parts {
        figure.undecomposed = try Self.rest(of: total.sum, parts, indicator, quantity)
      }
    }
    figure.formula = Self.formula(total, view.name(subject.placeCode), figure.recordCount)
    figure.reach = total.reach
    if let reach = total.reach { figure.notes.append(Self.note(reach, view)) }
    return figure
  }

  /// "14个下级地区中只有2个有记录（南宁市、柳州市），不是全部".
  private static func note(_ reach: Reach, _ view: PlaceView) -> String {
    func names(_ codes: [String]) -> String {
      codes.prefix(Reach.maximumNamed).map(view.name).joined(separator: "、")
        + (codes.count > Reach.maximumNamed ? "等" : "")
    }
    if reach.recorded.count == reach.all {
      return "下级地区都有记录，但\(names(reach.incomplete))的不全，不是全部"
    }
    if reach.recorded.isEmpty { return "\(reach.all)个下级地区都没有记录，不是全部" }
    return "\(reach.all)个下级地区中只有\(reach.recorded.count)个有记录（\(names(reach.recorded))），不是全部"
  }

  /// What the parts leave of the whole, printed in the unit of the whole.
  private static func rest(
    of whole: CellSum, _ parts: CellSum, _ indicator: Indicator, _ quantity: Quantity
  ) throws -> Quantity {
    let recorded = try parts.quantity(of: indicator, nature: quantity.nature)
    let exponent = PrintStyle.shape(of: quantity.text).exponent
    return try quantity.subtracting(
      recorded, style: PrintStyle(exponent: exponent, decimals: .atMost(4)))
  }

  private static func formula(
    _ total: PlaceTotal, _ place: String, _ count: Int64
  ) -> Figure.Words {
    if total.isWhole {
      return Figure.Words(
        chinese: "\(place)的整体报表所报数", english: "The report of the whole of \(place).")
    }
    return Figure.Words(
      chinese: "\(place)各单位、余额与下级地区之和，共\(count)条记录",
      english: "The sum of the units, the remainder and the places below, \(count) records.")
  }

  private func quarantined(
    _ subject: FigureSubject, _ view: PlaceView, isWhole: Bool
  ) throws -> [String] {
    try source.openItems(CellScope(subject), period: subject.period).filter { item in
      guard item.belongs(toSector: subject.sector) else { return false }
      // A whole takes the place of what is below it, in quarantine or not.
      if isWhole { return item.placeCode == subject.placeCode && item.coverage == .whole }
      return view.contains(item.placeCode, under: subject.placeCode)
    }.map(\.id)
  }

  /// Why there is no total.
  private func absence(
    _ subject: FigureSubject, _ totals: PlaceTotals, _ indicator: Indicator, _ view: PlaceView
  ) throws -> [String] {
    var notes = [Self.missing(subject)]
    let day = subject.period.lastDay
    if source.places.fact(subject.placeCode, on: day) == nil {
      let then = source.places.code(for: subject.placeCode, on: day)
      notes.append(
        "\(subject.placeCode)在\(day)不是有效地区" + (then.map { "，当时为\($0)" } ?? ""))
    }
    if indicator.kind == .rate { notes.append("比率不能相加，只取整体报表") }
    guard indicator.kind == .flow, subject.period.monthCount > 1,
      !(try recordedParts(subject).isEmpty)
    else { return notes }
    notes.append("有分期记录，合计见\(FigureKey.yearToDate(subject))")
    return notes
  }

  // MARK: Year to date

  func yearToDate(_ subject: FigureSubject) throws -> Figure {
    let indicator = try indicator(of: subject)
    guard indicator.kind == .flow else {
      throw StatisticsError.invalid([
        RuleViolation(
          path: "key", value: FigureKey.yearToDate(subject).description,
          rule: "figure_key.not_additive",
          chinese: "“\(indicator.chinese)”是\(indicator.kind.chinese)，不能按时间累计",
          english: "\(indicator.code) is a \(indicator.kind.rawValue); it does not add over time.")
      ])
    }
    let range = try subject.period.yearToDate()
    let recorded = try recordedParts(subject.with(period: range))
    var figure = Figure(
      key: .yearToDate(subject), mark: .notRecorded, quantity: nil,
      label: try label(subject, "累计"))
    figure.quarantineIDs = try quarantinedParts(subject, range, Array(recorded.keys))
    if !figure.quarantineIDs.isEmpty {
      figure.notes.append("有\(figure.quarantineIDs.count)个数值在隔离区待定，未计入")
    }
    // Twelve months of the whole say more than a year of some places.
    let complete = recorded.filter { $0.value.reach == nil }
    guard
      let pieces = Tiling.fewest(of: range, from: Array(complete.keys))
        ?? Tiling.fewest(of: range, from: Array(recorded.keys))
    else {
      figure.notes.insert(Self.gap(range, Array(recorded.keys), subject), at: 0)
      return figure
    }
    figure.mark = .computed
    let quantity = try sum(pieces, recorded, indicator, subject.nature)
    figure.quantity = quantity
    figure.inputs = pieces.map { .total(subject.with(period: $0)) }
    figure.contributions = try contributions(pieces, subject, indicator)
    figure.reach = Self.common(pieces.map { recorded[$0]?.reach })
    if figure.reach != nil { figure.notes.append("有的期别只有一部分地区的记录，不是全部") }
    let words = pieces.map(\.chinese).joined(separator: " + ")
    figure.formula = Figure.Words(
      chinese: "\(words) = \(quantity.printed)", english: "The sum of \(pieces.count) periods.")
    // A year's own report and its months need not agree; both are recorded, so the reader is told.
    let others = figure.reach == nil ? complete : recorded
    if let finest = Tiling.most(of: range, from: Array(others.keys)), finest != pieces {
      let other = try sum(finest, recorded, indicator, subject.nature)
      if !other.interval.overlaps(quantity.interval) {
        figure.notes.append("按\(finest.count)个分期合计为\(other.printed)，与此不同")
      }
    }
    return figure
  }

  /// A sum over periods speaks for the places that all of them have.
  private static func common(_ reaches: [Reach?]) -> Reach? {
    let partial = reaches.compactMap { $0 }
    guard let first = partial.first else { return nil }
    let places = partial.dropFirst().reduce(Set(first.recorded)) {
      $0.intersection($1.recorded)
    }
    return Reach(recorded: places.sorted(), all: first.all)
  }

  private typealias Recorded = [Period: PlaceTotal]

  /// The place's totals of every recorded period that lies inside the subject's.
  private func recordedParts(_ subject: FigureSubject) throws -> [Period: PlaceTotal] {
    let indicator = try indicator(of: subject)
    let view = try source.view(on: subject.period.lastDay)
    let cells = try source.cells(
      CellScope(subject), year: subject.period.firstDay.year,
      places: view.subtree(of: subject.placeCode))
    var recorded: [Period: PlaceTotal] = [:]
    for (period, cells) in cells where subject.period.contains(period) {
      let totals = PlaceTotals(
        cells, sector: subject.sector, indicator: indicator,
        view: try source.view(on: period.lastDay))
      recorded[period] = try totals.total(of: subject.placeCode)
    }
    return recorded
  }

  private func sum(
    _ pieces: [Period], _ recorded: [Period: PlaceTotal], _ indicator: Indicator,
    _ nature: Nature
  ) throws -> Quantity {
    let totals = pieces.compactMap { recorded[$0] }
    var sum = CellSum.zero
    for total in totals { sum = try sum.adding(total.sum) }
    let text = totals.count == 1 ? totals[0].text : nil
    return try sum.quantity(of: indicator, nature: nature, text: text)
  }

  private func contributions(
    _ pieces: [Period], _ subject: FigureSubject, _ indicator: Indicator
  ) throws -> [Contribution] {
    var found: [Contribution] = []
    for piece in pieces { found += try total(subject.with(period: piece)).contributions }
    return found
  }

  private func quarantinedParts(
    _ subject: FigureSubject, _ range: Period, _ recorded: [Period]
  ) throws -> [String] {
    var periods = Set(recorded)
    for kind in Period.Kind.allCases { periods.formUnion(range.parts(of: kind)) }
    periods.insert(range)
    var found: Set<String> = []
    for period in periods {
      let view = try source.view(on: period.lastDay)
      found.formUnion(
        try quarantined(subject.with(period: period), view, isWhole: false))
    }
    return found.sorted()
  }

  /// "缺2013年3月、2013年5月记录".
  private static func gap(
    _ range: Period, _ recorded: [Period], _ subject: FigureSubject
  ) -> String {
    guard !recorded.isEmpty else { return missing(subject.with(period: range)) }
    let months = range.parts(of: .month).filter { month in
      !recorded.contains { $0.contains(month) }
    }
    guard !months.isEmpty else { return "已有期别不能首尾相接" }
    return "缺\(months.map(\.chinese).joined(separator: "、"))记录"
  }
}

/// Ways to fill a range of months with recorded periods, end to end.
enum Tiling {
  /// With as few pieces as possible: a year's own report before its quarters, these before months.
  static func fewest(of range: Period, from recorded: [Period]) -> [Period]? {
    best(of: range, from: recorded) { $0.count < $1.count }
  }

  /// With as many pieces as possible.
  static func most(of range: Period, from recorded: [Period]) -> [Period]? {
    best(of: range, from: recorded) { $0.count > $1.count }
  }

  private static func best(
    of range: Period, from recorded: [Period], isBetter: ([Period], [Period]) -> Bool
  ) -> [Period]? {
    let inside = recorded.filter(range.contains).sorted()
    /// The best way to fill the range up to a day, by the day after it.
    var ways: [CalendarDate: [Period]] = [range.firstDay: []]
    // Sorted by start: every way to a period's first day is final when the period is met.
    for period in inside {
      guard let before = ways[period.firstDay], let next = try? period.lastDay.adding(days: 1)
      else { continue }
      let way = before + [period]
      if let known = ways[next], !isBetter(way, known) { continue }
      ways[next] = way
    }
    guard let end = try? range.lastDay.adding(days: 1) else { return nil }
    return ways[end]
  }
}
