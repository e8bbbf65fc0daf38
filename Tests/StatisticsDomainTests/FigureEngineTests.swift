internal import Measures
internal import StatisticsDomain
internal import Testing

/// The figures of the documents, and what must become of them.
struct FigureEngineTests {
  /// Totals of 2013 and 2006 as the documents print them.
  static func source() throws -> MemorySource {
    var source = MemorySource()
    source.records = [
      try Fixture.record(Fixture.key("450000", "2013"), "gross_output", "810亿元"),
      try Fixture.record(Fixture.key("450000", "2013"), "export_delivery", "48亿元"),
      try Fixture.record(
        Fixture.key("450000", "2013", channel: "collective"), "gross_output", "48亿元"),
      try Fixture.record(
        Fixture.key("450000", "2013", channel: "region"), "gross_output", "200亿元"),
      try Fixture.record(Fixture.key("450000", "2006"), "gross_output", "145亿元"),
      try Fixture.record(
        Fixture.key("450900", "2014", channel: "industry", nature: .expected), "gross_output",
        "208亿元"),
      try Fixture.record(
        Fixture.key("450900", "2014", channel: "industry", nature: .expected), "tax_paid",
        "6.4亿元"),
      try Fixture.record(
        Fixture.key(
          "450900", "2014", channel: "industry", sector: "工艺美术", nature: .expected),
        "gross_output", "67亿元"),
    ]
    source.targets = [
      try Fixture.target("450000", "bureau", "gross_output", "2014", .growth, "10%"),
      try Fixture.target("450000", "collective", "gross_output", "2014", .growth, "8%"),
      try Fixture.target("450000", "region", "gross_output", "2014", .growth, "10%"),
      try Fixture.target("450000", "region", "gross_output", "2010", .absolute, "突破100亿元"),
    ]
    return source
  }

  static func figure(_ key: String, _ source: MemorySource) throws -> Figure {
    var engine = FigureEngine(source)
    return try engine.figure(FigureKey(parsing: key))
  }

  @Test(arguments: [
    ("total/450000/bureau/gross_output/2013", "810", "亿元", "80950000000", "81050000000"),
    ("total/450000/bureau/export_delivery/2013", "48", "亿元", "4750000000", "4850000000"),
    ("total/450000/collective/gross_output/2013", "48", "亿元", "4750000000", "4850000000"),
    ("total/450000/region/gross_output/2013", "200", "亿元", "19950000000", "20050000000"),
    ("total/450000/bureau/gross_output/2006", "145", "亿元", "14450000000", "14550000000"),
    (
      "total/450900/industry/gross_output/2014?nature=expected", "208", "亿元", "20750000000",
      "20850000000"
    ),
    ("total/450900/industry/tax_paid/2014?nature=expected", "6.4", "亿元", "635000000", "645000000"),
    (
      "total/450900/industry/gross_output/2014?sector=工艺美术&nature=expected", "67", "亿元",
      "6650000000", "6750000000"
    ),
    ("target/450000/bureau/gross_output/2014", "891.0", "亿元", "89045000000", "89155000000"),
    ("target/450000/collective/gross_output/2014", "51.84", "亿元", "5130000000", "5238000000"),
    ("target/450000/region/gross_output/2014", "220.0", "亿元", "21945000000", "22055000000"),
  ])
  func `prints the figures of the documents with their intervals`(
    key: String, number: String, unit: String, low: String, high: String
  ) throws {
    let figure = try Self.figure(key, Self.source())
    #expect(figure.mark == .computed)
    #expect(figure.printed.number == number)
    #expect(figure.printed.unit == unit)
    let interval = try #require(figure.quantity?.interval)
    #expect(interval.low == (try Fixture.decimal(low)))
    #expect(interval.high == (try Fixture.decimal(high)))
    #expect(!interval.lowOpen && interval.highOpen)
  }

  @Test func `an absolute target is what the document states`() throws {
    let figure = try Self.figure("target/450000/region/gross_output/2010", Self.source())
    #expect(figure.mark == .stated)
    #expect(figure.printed.number + figure.printed.unit == "突破100亿元")
    #expect(figure.quantity?.value == nil)
    #expect(figure.quantity?.interval.low == (try Fixture.decimal("10000000000")))
  }

  @Test func `growth without a base is not recorded and names the missing year`() throws {
    let figure = try Self.figure("growth/450000/bureau/gross_output/2013", Self.source())
    #expect(figure.mark == .notRecorded)
    #expect(figure.quantity == nil)
    #expect(figure.notes == ["无2012年记录"])
    #expect(figure.printed.number == "未统计")
    #expect(
      figure.inputs.map(\.description) == [
        "total/450000/bureau/gross_output/2013", "total/450000/bureau/gross_output/2012",
      ])
  }

  @Test(arguments: [
    ("750亿元", "8.0", "7.86"), ("749亿元", "8.1", "8.00"), ("810亿元", "0.0", "-0.13"),
    ("900亿元", "-10.0", "-10.11"),
  ])
  func `growth is computed once the base is recorded`(
    base: String, printed: String, low: String
  ) throws {
    var source = try Self.source()
    source.records.append(
      try Fixture.record(Fixture.key("450000", "2012"), "gross_output", base))
    let figure = try Self.figure("growth/450000/bureau/gross_output/2013", source)
    #expect(figure.mark == .computed)
    #expect(figure.printed.number == printed)
    #expect(figure.printed.unit == "%")
    let bound = try #require(figure.quantity?.interval.low)
    #expect(try bound.rounded(toScale: 2, .down) == Fixture.decimal(low))
    #expect(figure.recordCount == 2)
  }

  @Test func `a base known only as an interval gives growth as an interval`() throws {
    var source = try Self.source()
    source.records.append(
      try Fixture.record(Fixture.key("450000", "2012"), "gross_output", "700多亿元"))
    let figure = try Self.figure("growth/450000/bureau/gross_output/2013", source)
    #expect(figure.mark == .computed)
    #expect(figure.quantity?.value == nil)
    let interval = try #require(figure.quantity?.interval)
    #expect(interval.contains(try Fixture.decimal("8")))
    #expect(!interval.contains(try Fixture.decimal("16")))
  }

  @Test func `natures never mix`() throws {
    let source = try Self.source()
    let actual = try Self.figure("total/450900/industry/gross_output/2014", source)
    #expect(actual.mark == .notRecorded)
  }

  @Test func `a forecast grows on what the year before brought, else on its forecast`() throws {
    let key = "growth/450900/industry/gross_output/2014?nature=expected"
    var source = try Self.source()
    #expect(try Self.figure(key, source).notes == ["无2013年记录"])
    source.records.append(
      try Fixture.record(
        Fixture.key("450900", "2013", channel: "industry", nature: .expected), "gross_output",
        "200亿元"))
    let onForecast = try Self.figure(key, source)
    #expect(onForecast.printed.number == "4.0")
    #expect(
      onForecast.inputs.map(\.description).last
        == "total/450900/industry/gross_output/2013?nature=expected")
    source.records.append(
      try Fixture.record(
        Fixture.key("450900", "2013", channel: "industry"), "gross_output", "192亿元"))
    let onActual = try Self.figure(key, source)
    #expect(onActual.printed.number == "8.3")
    #expect(
      onActual.inputs.map(\.description).last == "total/450900/industry/gross_output/2013")
  }

  @Test func `a target without its base says so`() throws {
    var source = try Self.source()
    source.records.removeAll()
    let figure = try Self.figure("target/450000/bureau/gross_output/2014", source)
    #expect(figure.mark == .notRecorded)
    #expect(figure.notes == ["目标为增长10%，基期未统计", "无2013年记录"])
  }

  @Test func `a target says that its base was revised after it`() throws {
    var source = try Self.source()
    source.revisedAfter = 101
    let figure = try Self.figure("target/450000/bureau/gross_output/2014", source)
    #expect(figure.notes == ["基期2013年数在目标录入后修订过"])
  }

  @Test func `a rate that names a bound resolves to a bound`() throws {
    var source = try Self.source()
    source.targets = [
      try Fixture.target("450000", "bureau", "gross_output", "2014", .growth, "10%以上")
    ]
    let figure = try Self.figure("target/450000/bureau/gross_output/2014", source)
    #expect(figure.quantity?.value == nil)
    #expect(figure.quantity?.interval.low == (try Fixture.decimal("89045000000")))
    #expect(figure.quantity?.interval.high == nil)
  }

  @Test func `a year without records where the place exists is not recorded`() throws {
    let figure = try Self.figure("total/450000/bureau/gross_output/2016", Self.source())
    #expect(figure.mark == .notRecorded)
    #expect(figure.notes == ["无2016年记录"])
  }

  @Test(arguments: [
    ("total/990000/bureau/gross_output/2013", "place"),
    ("total/450000/burau/gross_output/2013", "channel"),
    ("total/450000/bureau/output/2013", "indicator"),
    ("stated/nothing", "stated_figure"),
  ])
  func `what does not exist is named with what does`(key: String, type: String) throws {
    let source = try Self.source()
    let error = #expect(throws: StatisticsError.self) { try Self.figure(key, source) }
    #expect(error?.code == .notFound)
    #expect(error?.resource?.type == type)
    if type != "stated_figure" { #expect(error?.resource?.available.isEmpty == false) }
  }

  @Test func `a place that is not valid then names the one that was`() throws {
    let figure = try Self.figure("total/450381/bureau/gross_output/2013", Self.source())
    #expect(figure.notes == ["无2013年记录", "450381在2013-12-31不是有效地区，当时为450331"])
  }

  @Test func `values in quarantine are named and not counted`() throws {
    var source = try Self.source()
    let key = try Fixture.key("450000", "2006", channel: "collective")
    source.open = [
      (
        key, "gross_output",
        OpenItem(id: "q1", placeCode: "450000", coverage: .whole, sector: "")
      )
    ]
    let figure = try Self.figure("total/450000/collective/gross_output/2006", source)
    #expect(figure.mark == .notRecorded)
    #expect(figure.quarantineIDs == ["q1"])
    #expect(figure.notes == ["无2006年记录", "有1个数值在隔离区待定，未计入"])
  }

  @Test func `what is recorded below a whole leaves an undecomposed rest`() throws {
    var source = try Self.source()
    source.records += [
      try Fixture.record(Fixture.key("450900", "2013"), "gross_output", "192亿元"),
      try Fixture.record(Fixture.key("450126", "2013"), "gross_output", "18亿元"),
    ]
    let figure = try Self.figure("total/450000/bureau/gross_output/2013", source)
    #expect(figure.printed.number == "810")
    #expect(figure.statedLevel == .province)
    #expect(figure.undecomposed?.text == "600亿")
    #expect(figure.undecomposed?.interval.low == (try Fixture.decimal("59850000000")))
    #expect(figure.undecomposed?.interval.high == (try Fixture.decimal("60150000000")))
    #expect(figure.recordCount == 1)
    let city = try Self.figure("total/450100/bureau/gross_output/2013", source)
    #expect(city.printed.number == "18")
    #expect(city.statedLevel == nil)
    #expect(city.undecomposed == nil)
  }
}
