internal import GatewayDomain
internal import Measures
internal import Testing

struct KeyTests {
  @Test func aKeyOfStatisticsIsWrittenAsTheServiceReadsIt() {
    var key = FigureKey(
      .total, place: "450900", channel: "industry", indicator: "gross_output", period: "2014")
    #expect(key.text == "total/450900/industry/gross_output/2014")
    key.sector = "工艺美术"
    #expect(key.text == "total/450900/industry/gross_output/2014?sector=工艺美术")
    key.nature = .expected
    #expect(
      key.with(kind: .growth).text
        == "growth/450900/industry/gross_output/2014?sector=工艺美术&nature=expected")
  }

  @Test(arguments: [
    RegisterKey.federations(code: "450000", measure: .all, year: 2013),
    .federations(code: "450000", measure: .level(.county), year: 2013),
    .federations(code: "450900", measure: .fiscalShare, year: 1999), .stated("gx-2006-federations"),
  ])
  func aKeyOfTheRegisterReadsBack(_ key: RegisterKey) {
    #expect(RegisterKey(key.text) == key)
  }

  @Test(arguments: [
    "registry/", "registry/stated/", "registry/federations/45000/all/2013",
    "registry/federations/450000/village/2013", "registry/federations/450000/all/13",
    "registry/federations/450000/all/2013/x", "total/450000/bureau/gross_output/2013", "",
  ])
  func otherTextIsNoKeyOfTheRegister(_ text: String) {
    #expect(RegisterKey(text) == nil)
  }

  @Test func anExplanationsPathIsEscaped() {
    let figure = PrintedFigure(
      key: "total/450900/industry/gross_output/2014?sector=工艺美术&nature=expected",
      service: .statistics, printed: "67亿元", mark: .computed)
    #expect(
      figure.explainPath
        == "/v1/figures/explain?key=total/450900/industry/gross_output/2014"
        + "%3Fsector%3D%E5%B7%A5%E8%89%BA%E7%BE%8E%E6%9C%AF%26nature%3Dexpected")
  }

  @Test(arguments: [
    ("450000", "450900", true), ("450000", "450923", true), ("450900", "450923", true),
    ("450923", "450900", false), ("450000", "450000", false), ("450900", "450000", false),
    ("440000", "450900", false), ("450000", "45090", false), ("450900", "451023", false),
  ])
  func placesBelowShareTheDigits(_ ancestor: String, _ code: String, _ isBelow: Bool) {
    #expect(PlaceCode.isBelow(code, ancestor) == isBelow)
  }

  @Test(arguments: ["20l3", "13", "02013", "", "２０１３", "+201", "0999"])
  func aYearIsFourDigits(_ text: String) {
    #expect(ReportYear(text) == nil)
  }

  @Test func everyYearOfFourDigitsIsAYear() {
    #expect(ReportYear("1800")?.lastDay == "1800-12-31")
    #expect(ReportYear("2013")?.value == 2013)
  }
}

struct TallyTests {
  private let tallies = [
    FederationTally(level: .province, count: 1, fiscalCount: 1, fundingUnknownCount: 0),
    FederationTally(level: .city, count: 3, fiscalCount: 2, fundingUnknownCount: 0),
  ]

  @Test func levelsAndAllAreCounted() {
    #expect(tallies.value(of: .all)?.printed == "4个")
    #expect(tallies.value(of: .level(.city))?.printed == "3个")
    #expect(tallies.value(of: .level(.county)) == nil)
    #expect(tallies.value(of: .fiscal)?.printed == "3个")
    #expect(tallies.value(of: .fiscalShare)?.printed == "75.0%")
  }

  @Test func aShareNeedsEveryFundingToBeKnown() {
    let some =
      tallies + [FederationTally(level: .county, count: 2, fiscalCount: 0, fundingUnknownCount: 1)]
    #expect(some.value(of: .fiscal)?.printed == "3个")
    #expect(some.value(of: .fiscalShare) == nil)
    #expect(RegisterWords.missing(.fiscalShare, some) == "1个联社没有登记经费来源")
  }

  @Test func unknownFundingIsNotNone() {
    let unknown = [
      FederationTally(level: .city, count: 2, fiscalCount: 0, fundingUnknownCount: 2)
    ]
    #expect(unknown.value(of: .fiscal) == nil)
    #expect([FederationTally]().value(of: .all) == nil)
  }
}

struct SpanTests {
  @Test func neighbouringTextsBecomeOne() {
    let figure = ReportSpan.figure(
      PrintedFigure(key: "k", service: .registry, printed: "4个", mark: .computed))
    let paragraph = ReportParagraph(.item, [.text("共"), .text(""), .text("有"), figure, .text("。")])
    #expect(paragraph.spans == [.text("共有"), figure, .text("。")])
    #expect(paragraph.plainText == "共有4个。")
  }
}
