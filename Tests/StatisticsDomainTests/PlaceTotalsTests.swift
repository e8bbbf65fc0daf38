internal import Measures
internal import StatisticsDomain
internal import Testing

/// Totals from cells against the definition: a report counts for a place when it lies in its
/// subtree and no whole stands between them.
struct PlaceTotalsTests {
  private struct Sample {
    let place: String
    let coverage: Coverage
    let sector: String
    let value: Int64
  }

  private static func cell(_ sample: Sample) throws -> Cell {
    let quantity = try Quantity(exactly: ExactDecimal(sample.value), unit: .yuan)
    return Cell(
      placeCode: sample.place, coverage: sample.coverage, sector: sample.sector,
      sum: try CellSum(quantity, of: Fixture.indicator("gross_output")))
  }

  private static func merged(_ samples: [Sample]) throws -> [Cell] {
    var cells: [String: Cell] = [:]
    for sample in samples {
      let new = try cell(sample)
      let id = "\(sample.place)/\(sample.coverage)/\(sample.sector)"
      let before = cells[id]?.sum ?? .zero
      cells[id] = Cell(
        placeCode: new.placeCode, coverage: new.coverage, sector: new.sector,
        sum: try before.adding(new.sum))
    }
    return Array(cells.values)
  }

  /// By the definition, from the reports alone.
  private static func expected(
    _ samples: [Sample], _ sector: String, _ root: String, _ view: PlaceView
  ) -> Int64? {
    let mine = samples.filter {
      $0.sector == sector || (sector.isEmpty && $0.coverage == .unit)
    }
    let wholes = Set(mine.filter { $0.coverage == .whole }.map(\.place))
    let counted = mine.filter { sample in
      guard view.contains(sample.place, under: root) else { return false }
      var between = sample.coverage == .whole ? [] : [sample.place]
      if sample.place != root {
        for above in view.ancestors(of: sample.place) {
          between.append(above)
          if above == root { break }
        }
      }
      return wholes.isDisjoint(with: between)
    }
    return counted.isEmpty ? nil : counted.reduce(0) { $0 + $1.value }
  }

  @Test(arguments: 1...200)
  func `totals equal the sum over reports for random trees`(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let count = Int.random(in: 1...25, using: &random)
    let facts = (0..<count).map { index in
      PlaceFact(
        code: "p\(index)", name: "示例\(index)", level: .county,
        parentCode: index == 0 ? nil : "p\(Int.random(in: 0..<index, using: &random))")
    }
    let view = PlaceTree(facts).view(on: try CalendarDate(parsing: "2013-12-31"))
    var samples: [Sample] = []
    var slots: Set<String> = []
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let place = "p\(Int.random(in: 0..<count, using: &random))"
      let coverage = Coverage.allCases.randomElement(using: &random) ?? .unit
      let sector = Bool.random(using: &random) ? "" : "工艺美术"
      if coverage != .unit, !slots.insert("\(place)/\(sector)").inserted { continue }
      samples.append(
        Sample(
          place: place, coverage: coverage, sector: sector,
          value: Int64.random(in: -50...1_000, using: &random)))
    }
    for sector in ["", "工艺美术"] {
      let totals = PlaceTotals(
        try Self.merged(samples), sector: sector,
        indicator: try Fixture.indicator("gross_output"), view: view)
      for place in facts.map(\.code) {
        let total = try totals.total(of: place)
        let expected = Self.expected(samples, sector, place, view)
        #expect(total.map { $0.sum.value / 100 } == expected, "\(place) of seed \(seed)")
        let contributed = totals.contributors(to: place).reduce(0) { $0 + $1.count }
        #expect(contributed == total?.sum.count ?? 0)
      }
    }
  }

  @Test func `a remainder adds to the units and places below`() throws {
    let view = Fixture.places.view(on: try CalendarDate(parsing: "2013-12-31"))
    let cells = try Self.merged([
      Sample(place: "450900", coverage: .remainder, sector: "", value: 7),
      Sample(place: "450923", coverage: .unit, sector: "陶瓷", value: 20),
      Sample(place: "450981", coverage: .whole, sector: "", value: 300),
      Sample(place: "450981", coverage: .unit, sector: "陶瓷", value: 4_000),
    ])
    let indicator = try Fixture.indicator("gross_output")
    let all = PlaceTotals(cells, sector: "", indicator: indicator, view: view)
    #expect(try all.total(of: "450900")?.sum.value == 32_700)
    #expect(try all.total(of: "450000")?.sum.value == 32_700)
    #expect(try all.total(of: "450100") == nil)
    let ceramics = PlaceTotals(cells, sector: "陶瓷", indicator: indicator, view: view)
    #expect(try ceramics.total(of: "450900")?.sum.value == 402_000)
  }

  @Test func `a place that was not valid then is not lost`() throws {
    let view = Fixture.places.view(on: try CalendarDate(parsing: "2013-12-31"))
    let cells = try Self.merged([
      Sample(place: "450381", coverage: .whole, sector: "", value: 5)
    ])
    let totals = PlaceTotals(
      cells, sector: "", indicator: try Fixture.indicator("gross_output"), view: view)
    #expect(try totals.total(of: "450000")?.sum.value == 500)
    #expect(view.children(of: "450300") == ["450331"])
  }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
