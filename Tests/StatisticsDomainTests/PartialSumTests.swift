// Sums of some places are not the whole: they say so, and nothing that needs the whole comes of them.

internal import Measures
internal import Testing

@testable internal import StatisticsDomain

@Suite struct PartialSumTests {
  private static func source(_ records: (String, String, Coverage, String)...) throws
    -> MemorySource
  {
    var source = try FigureEngineTests.source()
    source.records = try records.map { place, period, coverage, printed in
      try Fixture.record(
        Fixture.key(place, period, coverage, unit: coverage == .unit ? "u-\(place)" : ""),
        "gross_output", printed)
    }
    return source
  }

  private static func figure(_ key: String, _ source: MemorySource) throws -> Figure {
    var engine = FigureEngine(source)
    return try engine.figure(FigureKey(parsing: key))
  }

  private static func total(_ source: MemorySource) throws -> Figure {
    try figure("total/450000/bureau/gross_output/2013", source)
  }

  @Test func `one of three places below is named as such`() throws {
    let figure = try Self.total(Self.source(("450900", "2013", .whole, "8亿元")))
    #expect(figure.printed.number == "8")
    #expect(figure.reach?.recorded == ["450900"])
    #expect(figure.reach?.all == 3)
    #expect(figure.notes == ["3个下级地区中只有1个有记录（玉林市），不是全部"])
  }

  @Test func `all places below are the whole, and so is a remainder beside units`() throws {
    let all = try Self.source(
      ("450100", "2013", .whole, "1亿元"), ("450300", "2013", .whole, "2亿元"),
      ("450900", "2013", .whole, "3亿元"))
    #expect(try Self.total(all).reach == nil)
    let rest = try Self.source(
      ("450923", "2013", .unit, "1亿元"), ("450000", "2013", .remainder, "2亿元"))
    #expect(try Self.total(rest).reach == nil)
    let whole = try Self.source(
      ("450000", "2013", .whole, "9亿元"), ("450900", "2013", .whole, "3亿元"))
    #expect(try Self.total(whole).reach == nil)
  }

  @Test func `a place below that is itself incomplete leaves the sum incomplete`() throws {
    let source = try Self.source(
      ("450100", "2013", .whole, "1亿元"), ("450300", "2013", .whole, "2亿元"),
      ("450923", "2013", .unit, "3亿元"))
    let figure = try Self.total(source)
    #expect(figure.reach?.places == ["450100", "450300", "450923"])
    #expect(figure.notes == ["下级地区都有记录，但玉林市的不全，不是全部"])
  }

  @Test(arguments: [
    (["450100"], ["450100"], true), (["450100"], ["450100", "450300"], false),
    (["450100", "450300"], ["450100"], false),
    (["450100", "450300", "450900"], ["450100", "450300", "450900"], true),
    (["450900"], ["450923"], false), (["450100"], ["450126"], true),
  ])
  func `growth compares the same places or none`(
    before: [String], now: [String], isComputed: Bool
  ) throws {
    var source = try Self.source()
    for (places, year) in [(before, "2012"), (now, "2013")] {
      for place in places {
        source.records.append(
          try Fixture.record(Fixture.key(place, year), "gross_output", "10亿元"))
      }
    }
    let growth = try Self.figure("growth/450000/bureau/gross_output/2013", source)
    #expect((growth.mark == .computed) == isComputed)
    if !isComputed { #expect(growth.notes.contains("两年有记录的地区不同，不能比较")) }
  }

  @Test func `a place with a new code is the same place`() throws {
    let source = try Self.source(
      ("450331", "2017", .unit, "10亿元"), ("450381", "2018", .unit, "11亿元"))
    let growth = try Self.figure("growth/450300/bureau/gross_output/2018", source)
    #expect(growth.printed.number == "10.0")
  }

  @Test func `a target has no base in a part`() throws {
    var source = try Self.source(("450900", "2013", .whole, "8亿元"))
    source.targets = [
      try Fixture.target("450000", "bureau", "gross_output", "2014", .growth, "10%")
    ]
    let figure = try Self.figure("target/450000/bureau/gross_output/2014", source)
    #expect(figure.mark == .notRecorded)
    #expect(figure.notes.first == "目标为增长10%，基期的记录不全")
  }

  @Test func `months of other places do not become a whole year`() throws {
    let source = try Self.source(
      ("450100", "2013-01", .whole, "1亿元"), ("450100", "2013-02", .whole, "1亿元"),
      ("450900", "2013-02", .whole, "1亿元"))
    let figure = try Self.figure("ytd/450000/bureau/gross_output/2013-02", source)
    #expect(figure.reach?.recorded == ["450100"])
    #expect(figure.notes.contains("有的期别只有一部分地区的记录，不是全部"))
  }

  @Test(arguments: [(Coverage.unit, Coverage.whole), (.whole, .unit)])
  func `units of a place beside silent ones below are not its whole`(
    before: Coverage, now: Coverage
  ) throws {
    let source = try Self.source(
      ("450900", "2012", before, "3亿元"), ("450900", "2013", now, "9亿元"))
    let growth = try Self.figure("growth/450900/bureau/gross_output/2013", source)
    #expect(growth.mark == .notRecorded)
    #expect(growth.reach == nil)
    let same = try Self.source(
      ("450900", "2012", .unit, "3亿元"), ("450900", "2013", .unit, "9亿元"))
    #expect(
      try Self.figure("growth/450900/bureau/gross_output/2013", same).notes
        == ["只是有记录的地区合计的增速"])
  }

  @Test func `months of the whole go before a year of some places`() throws {
    var source = try Self.source(("450900", "2013", .whole, "5亿元"))
    for month in 1...12 {
      source.records.append(
        try Fixture.record(
          Fixture.key("450000", "2013-" + (month < 10 ? "0\(month)" : "\(month)")),
          "gross_output", "1亿元"))
    }
    let figure = try Self.figure("ytd/450000/bureau/gross_output/2013", source)
    #expect(figure.printed.number == "12")
    #expect(figure.reach == nil)
    #expect(figure.notes.isEmpty)
  }

  @Test func `months of different places have none in common`() throws {
    let source = try Self.source(
      ("450100", "2013-01", .whole, "1亿元"), ("450900", "2013-02", .whole, "1亿元"))
    let figure = try Self.figure("ytd/450000/bureau/gross_output/2013-02", source)
    #expect(figure.printed.number == "2")
    #expect(figure.reach == Reach(recorded: [], all: 3))
  }

  @Test func `a place that ended is none of those that are`() throws {
    // 荔浦县 became 荔浦市 in August 2018, which has not reported.
    let source = try Self.source(
      ("450331", "2018", .whole, "1亿元"), ("450100", "2018", .whole, "1亿元"))
    let figure = try Self.figure("total/450000/bureau/gross_output/2018", source)
    #expect(figure.reach?.recorded == ["450100", "450300"])
    #expect(figure.reach?.incomplete == ["450300"])
    let city = try Self.figure("total/450300/bureau/gross_output/2018", source)
    #expect(city.notes == ["1个下级地区都没有记录，不是全部"])
  }

  @Test func `a note names twenty places and no more`() throws {
    var source = try FigureEngineTests.source()
    let cities = (10..<40).map { "45\($0)00" }
    source.places = PlaceTree(
      [Fixture.place("450000", "广西", .province, nil)]
        + cities.map { Fixture.place($0, "市\($0)", .prefecture, "450000") })
    source.records = try cities.dropLast().map {
      try Fixture.record(Fixture.key($0, "2013"), "gross_output", "1亿元")
    }
    let note = try #require(try Self.total(source).notes.first)
    #expect(note.contains("30个下级地区中只有29个有记录"))
    #expect(note.contains("市452900等") && !note.contains("市453000"))
  }
}
