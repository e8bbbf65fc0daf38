internal import Measures
internal import StatisticsDomain
internal import Testing

struct DifferenceTests {
  private func comparison(
    stated: String, kind: StatedKind, base: String? = nil
  ) throws -> Comparison {
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
    return try engine.compare(figure)
  }

  @Test(arguments: [
    ("8%", "750亿元", false), ("8%", "749亿元", false), ("8%", "746亿元", true),
    ("8.0%", "749亿元", true), ("8.1%", "749亿元", false), ("9%", "750亿元", true),
  ])
  func `a stated growth is compared at its printed digits`(
    stated: String, base: String, differs: Bool
  ) throws {
    switch try comparison(stated: stated, kind: .growth, base: base) {
    case .impossible: Issue.record("nothing was compared")
    case .agrees: #expect(!differs)
    case .differs(let found):
      #expect(differs)
      #expect(found.words.chinese.contains("原文\(stated)"))
    }
  }

  @Test func `nothing is compared where nothing can be computed`() throws {
    #expect(try comparison(stated: "8%", kind: .growth) == .impossible)
    #expect(try comparison(stated: "8%", kind: .share) == .impossible)
  }

  @Test(arguments: [("810亿元", false), ("810.4亿元", false), ("812亿元", true), ("800多亿元", false)])
  func `a stated value differs where no number can be both`(
    stated: String, differs: Bool
  ) throws {
    #expect((try comparison(stated: stated, kind: .value) == .agrees) != differs)
  }
}
