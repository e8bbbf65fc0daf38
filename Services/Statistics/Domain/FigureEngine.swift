// Computes figures from cells. It asks a source for what is recorded and holds no state but what
// it has asked for; the same engine answers from the cells of now and from the revisions of then.

package import Measures

/// What figures are computed from: one consistent view of what is recorded.
package protocol FigureSource {
  var catalogue: Catalogue { get }
  var places: PlaceTree { get }
  /// The tree of a day; kept by the source, because many figures ask for the same.
  func view(on day: CalendarDate) throws -> PlaceView
  /// Cells of a channel, indicator and nature for one period. More places than asked for may
  /// come.
  func cells(_ scope: CellScope, period: Period, places: Set<String>) throws -> [Cell]
  /// The same for every period that starts in a year.
  func cells(_ scope: CellScope, year: Int, places: Set<String>) throws -> [Period: [Cell]]
  /// Values of the scope and period that are in quarantine, undecided.
  func openItems(_ scope: CellScope, period: Period) throws -> [OpenItem]
  func statedFigure(_ code: String) throws -> StatedFigure?
  func target(_ subject: FigureSubject) throws -> Target?
  /// True where a report behind the contributions says another value than it said at `time`.
  func isRevised(_ contributions: [Contribution], after time: Int64) throws -> Bool
}

/// The part of a figure's subject that cells are found by.
package struct CellScope: Sendable, Hashable {
  package let channelCode: String
  package let indicatorCode: String
  package let nature: Nature

  package init(channelCode: String, indicatorCode: String, nature: Nature) {
    self.channelCode = channelCode
    self.indicatorCode = indicatorCode
    self.nature = nature
  }

  package init(_ subject: FigureSubject) {
    self.init(
      channelCode: subject.channelCode, indicatorCode: subject.indicatorCode,
      nature: subject.nature)
  }
}

/// An undecided value in quarantine.
package struct OpenItem: Sendable, Hashable {
  package let id: String
  package let placeCode: String
  package let coverage: Coverage
  package let sector: String

  package init(id: String, placeCode: String, coverage: Coverage, sector: String) {
    self.id = id
    self.placeCode = placeCode
    self.coverage = coverage
    self.sector = sector
  }

  func belongs(toSector sector: String) -> Bool {
    self.sector == sector || (sector.isEmpty && coverage == .unit)
  }
}

package struct FigureEngine<Source: FigureSource> {
  let source: Source
  /// Figures of this view that were asked for, because one is often the input of another.
  private var known: [FigureKey: Figure] = [:]

  package init(_ source: Source) { self.source = source }

  /// - Throws: `notFound` for a place, channel, indicator or stated figure that does not exist,
  ///   naming what does; `invalid` for a figure without meaning.
  package mutating func figure(_ key: FigureKey) throws -> Figure {
    if let figure = known[key] { return figure }
    let figure: Figure
    switch key {
    case .total(let subject): figure = try total(subject)
    case .yearToDate(let subject): figure = try yearToDate(subject)
    case .growth(let subject): figure = try growth(subject)
    case .target(let subject): figure = try target(subject)
    case .stated(let code): figure = try stated(code)
    }
    known[key] = figure
    return figure
  }

  /// The subject's indicator, after its place and channel are known to exist.
  func indicator(of subject: FigureSubject) throws(StatisticsError) -> Indicator {
    guard source.places.exists(subject.placeCode) else {
      throw .notFound(
        "place", subject.placeCode, chinese: "没有地区“\(subject.placeCode)”",
        english: "There is no place \(subject.placeCode).",
        available: source.places.alternatives(to: subject.placeCode))
    }
    _ = try source.catalogue.channel(subject.channelCode)
    return try source.catalogue.indicator(subject.indicatorCode)
  }

  /// "广西壮族自治区2013年统计局规上工业总产值同比增长".
  func label(_ subject: FigureSubject, _ suffix: String = "") throws -> String {
    let view = try source.view(on: subject.period.lastDay)
    let catalogue = source.catalogue
    let nature = subject.nature == .actual ? "" : subject.nature.chinese
    return try view.name(subject.placeCode) + subject.period.chinese
      + catalogue.channel(subject.channelCode).chinese + subject.sector
      + catalogue.indicator(subject.indicatorCode).chinese + nature + suffix
  }

  /// "无2012年记录".
  static func missing(_ subject: FigureSubject) -> String {
    let nature = subject.nature == .actual ? "" : subject.nature.chinese
    return "无\(subject.period.chinese)\(nature)记录"
  }

  private func stated(_ code: String) throws -> Figure {
    guard let stated = try source.statedFigure(code) else {
      throw StatisticsError.notFound(
        "stated_figure", code, chinese: "没有原文数字“\(code)”",
        english: "There is no stated figure \(code).")
    }
    var figure = Figure(
      key: .stated(code), mark: .stated, quantity: stated.quantity, label: stated.label)
    figure.source = stated.source
    figure.contributions = [.statedFigure(code: code)]
    figure.formula = Figure.Words(
      chinese: "文件原文：\(stated.source.document)",
      english: "As the document states it: \(stated.source.document)")
    return figure
  }
}
