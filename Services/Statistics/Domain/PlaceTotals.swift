// Totals of places from leaf cells. A whole gives its place's total and takes the place of all
// below it; without one, a total is what the place's units and remainder and the places below add
// up to. Cost grows with cells, never with firms.

/// The sum of the observations of one place, coverage and sector, for one figure's channel,
/// indicator, period and nature.
package struct Cell: Sendable, Hashable {
  package let placeCode: String
  package let coverage: Coverage
  /// The report's sector, or for units the sector of their profile.
  package let sector: String
  package let sum: CellSum
  /// The printed text where the sum is one observation.
  package let text: String?

  package init(
    placeCode: String, coverage: Coverage, sector: String, sum: CellSum, text: String? = nil
  ) {
    self.placeCode = placeCode
    self.coverage = coverage
    self.sector = sector
    self.sum = sum
    self.text = text
  }

  /// True where the cell belongs to a figure of this sector; empty: all sectors. Units count in
  /// both, by their profile; reports of places only where they say so.
  package func belongs(toSector sector: String) -> Bool {
    self.sector == sector || (sector.isEmpty && coverage == .unit)
  }
}

/// What a total speaks for where nobody recorded the whole of its place. A sum of some places is not
/// the total of all: it says so, and is compared only with a sum of the same ones.
package struct Reach: Sendable, Hashable {
  /// The highest places below that are recorded completely.
  package let places: Set<String>
  /// Places of which only units of their own are recorded, beside incomplete ones below.
  package let unitsOf: Set<String>
  /// Places directly below that have records, by code.
  package let recorded: [String]
  /// Those of them that are not recorded completely themselves.
  package let incomplete: [String]
  /// How many places there are directly below.
  package let all: Int

  /// Places that a note or an answer names.
  package static let maximumNamed = 20

  package init(
    places: Set<String> = [], unitsOf: Set<String> = [], recorded: [String],
    incomplete: [String] = [], all: Int
  ) {
    self.places = places
    self.unitsOf = unitsOf
    self.recorded = recorded
    self.incomplete = incomplete
    self.all = all
  }
}

/// A place's total and where it comes from.
package struct PlaceTotal: Sendable, Hashable {
  package let sum: CellSum
  /// The printed text where the total is one observation.
  package let text: String?
  /// True where a whole of the place itself gives the total.
  package let isWhole: Bool
  /// Sum of what is recorded below a whole; nil where nothing is.
  package let parts: CellSum?
  /// Nil where the total is that of the whole place.
  package let reach: Reach?
}

/// A set of observations behind a total: those of one coverage at one place.
package struct Contributor: Sendable, Hashable, Comparable {
  package let placeCode: String
  package let coverage: Coverage
  package let count: Int64

  package static func < (left: Contributor, right: Contributor) -> Bool {
    (left.placeCode, left.coverage.rawValue) < (right.placeCode, right.coverage.rawValue)
  }
}

/// The totals of all places that one indicator's cells give.
package struct PlaceTotals: Sendable {
  private struct Own {
    var whole: Cell?
    var parts: [Cell] = []
  }

  private let view: PlaceView
  private let isAdditive: Bool
  private let own: [String: Own]
  /// Places that have a cell, and every place above one.
  private let touched: Set<String>

  /// - Parameter cells: of one channel, indicator, period and nature; others of the sector are
  ///   skipped.
  package init(_ cells: [Cell], sector: String, indicator: Indicator, view: PlaceView) {
    self.view = view
    isAdditive = indicator.kind != .rate
    var own: [String: Own] = [:]
    var touched: Set<String> = []
    for cell in cells where cell.sum.count > 0 && cell.belongs(toSector: sector) {
      if cell.coverage == .whole {
        own[cell.placeCode, default: Own()].whole = cell
      } else {
        own[cell.placeCode, default: Own()].parts.append(cell)
      }
      if touched.insert(cell.placeCode).inserted {
        touched.formUnion(view.ancestors(of: cell.placeCode))
      }
    }
    self.own = own
    self.touched = touched
  }

  /// The total of a place; nil where nothing is recorded for it.
  package func total(of place: String) throws(StatisticsError) -> PlaceTotal? {
    try total(of: place, depth: 0)
  }

  private func total(of place: String, depth: Int) throws(StatisticsError) -> PlaceTotal? {
    guard touched.contains(place), depth <= PlaceView.maximumDepth else { return nil }
    let units = isAdditive ? own[place]?.parts ?? [] : []
    let below = isAdditive ? try totalsBelow(place, depth: depth) : []
    let sum = try Self.sum(units.map(\.sum) + below.map(\.total.sum))
    if let whole = own[place]?.whole {
      return PlaceTotal(sum: whole.sum, text: whole.text, isWhole: true, parts: sum, reach: nil)
    }
    guard let sum else { return nil }
    let texts = units.map(\.text) + below.map(\.total.text)
    return PlaceTotal(
      sum: sum, text: texts.count == 1 ? texts[0] : nil, isWhole: false, parts: nil,
      reach: reach(of: place, units, below))
  }

  private typealias Below = (code: String, total: PlaceTotal)

  /// What the places directly below have, where they have anything.
  private func totalsBelow(
    _ place: String, depth: Int
  ) throws(StatisticsError) -> [Below] {
    var found: [Below] = []
    for child in view.allChildren(of: place) {
      if let total = try total(of: child, depth: depth + 1) { found.append((child, total)) }
    }
    return found
  }

  /// A remainder says what the units leave, so with it nothing is missing. A place with none below
  /// counts as recorded once a unit of it is: which units must report, nobody has said.
  private func reach(of place: String, _ units: [Cell], _ below: [Below]) -> Reach? {
    let children = view.children(of: place)
    if children.isEmpty || units.contains(where: { $0.coverage == .remainder }) { return nil }
    let recorded = Set(below.map(\.code))
    let incomplete = below.filter { $0.total.reach != nil }.map(\.code)
    if incomplete.isEmpty, recorded.isSuperset(of: children) { return nil }
    var places: Set<String> = []
    var unitsOf: Set<String> = units.isEmpty ? [] : [place]
    for part in below {
      places.formUnion(part.total.reach?.places ?? [part.code])
      unitsOf.formUnion(part.total.reach?.unitsOf ?? [])
    }
    return Reach(
      places: places, unitsOf: unitsOf, recorded: children.filter(recorded.contains),
      incomplete: incomplete, all: children.count)
  }

  private static func sum(_ sums: [CellSum]) throws(StatisticsError) -> CellSum? {
    guard var total = sums.first else { return nil }
    for sum in sums.dropFirst() { total = try total.adding(sum) }
    return total
  }

  /// The whole recorded for the place itself.
  package func whole(of place: String) -> Cell? { own[place]?.whole }

  /// The observations that a place's total is made of, in order.
  package func contributors(to place: String) -> [Contributor] {
    var found: [Contributor] = []
    collect(place, depth: 0, into: &found)
    // Units of several sectors are several cells of one contributor.
    let counts = Dictionary(grouping: found) { ContributorKey($0.placeCode, $0.coverage) }
    return counts.map { key, parts in
      Contributor(
        placeCode: key.placeCode, coverage: key.coverage,
        count: parts.reduce(0) { $0 + $1.count })
    }.sorted()
  }

  private func collect(_ place: String, depth: Int, into found: inout [Contributor]) {
    guard touched.contains(place), depth <= PlaceView.maximumDepth else { return }
    if let whole = own[place]?.whole {
      found.append(Contributor(placeCode: place, coverage: .whole, count: whole.sum.count))
      return
    }
    guard isAdditive else { return }
    for cell in own[place]?.parts ?? [] {
      found.append(
        Contributor(placeCode: place, coverage: cell.coverage, count: cell.sum.count))
    }
    for child in view.allChildren(of: place) { collect(child, depth: depth + 1, into: &found) }
  }
}

private struct ContributorKey: Hashable {
  let placeCode: String
  let coverage: Coverage

  init(_ placeCode: String, _ coverage: Coverage) {
    self.placeCode = placeCode
    self.coverage = coverage
  }
}
