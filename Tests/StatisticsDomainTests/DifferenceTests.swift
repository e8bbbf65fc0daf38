internal import Measures
internal import StatisticsDomain
internal import Testing

struct DifferenceTests {
  private func difference(
    stated: String, kind: StatedKind, base: String? = nil
  ) throws -> Difference? {
    var source = try FigureEngineTests.source()
    if let base {
      source.records.append(
        try Fixture.record(Fixture.key("450000", "2012"), "gross_output", base))
    }
    let figure = StatedFigure(
      code: "s", label: "规模以上工业总产值", placeCode: "450000", period: try Period(parsing: "2013"),
      channelCode: "bureau", indicatorCode: "gross_output", sector: "", kind: kind,
      quantity: try Quantity(
        parsing: stated, unit: kind == .value ? .yuan : .percent), source: Source())
    source.stated = [figure]
    var engine = FigureEngine(source)
    return try engine.difference(figure)
  }

  @Test(arguments: [
    ("8%", "750亿元", false), ("8%", "749亿元", false), ("8%", "746亿元", true),
    ("8.0%", "749亿元", true), ("8.1%", "749亿元", false), ("9%", "750亿元", true),
  ])
  func `a stated growth is compared at its printed digits`(
    stated: String, base: String, differs: Bool
  ) throws {
    let found = try difference(stated: stated, kind: .growth, base: base)
    #expect((found != nil) == differs)
    if let found { #expect(found.words.chinese.contains("原文\(stated)")) }
  }

  @Test func `nothing is compared where nothing can be computed`() throws {
    #expect(try difference(stated: "8%", kind: .growth) == nil)
    #expect(try difference(stated: "8%", kind: .share) == nil)
  }

  @Test(arguments: [("810亿元", false), ("810.4亿元", false), ("812亿元", true), ("800多亿元", false)])
  func `a stated value differs where no number can be both`(
    stated: String, differs: Bool
  ) throws {
    #expect((try difference(stated: stated, kind: .value) != nil) == differs)
  }
}
