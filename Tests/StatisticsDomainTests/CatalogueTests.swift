internal import Measures
internal import StatisticsDomain
internal import Testing

struct CatalogueTests {
  private func form(
    _ code: String = "bureau-energy", channel: String = "bureau", indicators: [String],
    kind: Period.Kind = .year, dueDays: Int = 30
  ) -> Form {
    Form(
      code: code, chinese: "能源报表", channelCode: channel, indicatorCodes: indicators,
      periodKind: kind, dueDays: dueDays)
  }

  private func rules(_ form: Form) -> [String] {
    Fixture.catalogue.violations(adding: form).map(\.rule)
  }

  @Test func `an indicator has one form in a channel and kind of period`() {
    #expect(rules(form(indicators: ["gross_output"])) == ["form.indicator_taken"])
    #expect(
      rules(form("other", channel: "survey", indicators: ["gross_output"])) == ["form.channel"])
    #expect(rules(form(indicators: ["nothing"])) == ["form.indicator"])
    #expect(rules(form(indicators: [])) == ["form.indicator_count"])
    #expect(
      rules(form("Bad Code", indicators: ["x", "x"], kind: .span, dueDays: 400)) == [
        "form.code", "form.period_kind", "form.due_days", "form.indicator", "form.indicator",
      ])
  }

  @Test func `a new indicator is a part of one like it`() {
    func part(_ of: String, unit: MeasureUnit, kind: IndicatorKind) -> [String] {
      Fixture.catalogue.violations(
        adding: Indicator(
          code: "x", chinese: "甲", english: "x", unit: unit, scale: 2, kind: kind, partOf: of)
      ).map(\.rule)
    }
    #expect(part("gross_output", unit: .yuan, kind: .flow) == [])
    #expect(
      part("gross_output", unit: Fixture.unit("人"), kind: .flow) == ["indicator.part_of_unit"])
    #expect(part("gross_output", unit: .yuan, kind: .stock) == ["indicator.part_of_unit"])
    #expect(part("nothing", unit: .yuan, kind: .flow) == ["indicator.part_of"])
    #expect(
      Indicator.violations(code: "9x", chinese: "", english: "x", unit: "亿元", scale: 5).map(\.rule)
        == ["indicator.code", "name.length", "indicator.unit", "indicator.scale"])
  }

  @Test func `a calendar says when each period is due`() throws {
    let days = try form(indicators: [], kind: .quarter, dueDays: 15).calendar(year: 2013)
    #expect(days.map(\.period.description) == ["2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4"])
    #expect(
      days.map(\.dueDay.description) == ["2013-04-15", "2013-07-15", "2013-10-15", "2014-01-15"])
    let months = try form(indicators: [], kind: .month, dueDays: 10).calendar(year: 2012)
    #expect(months.count == 12)
    #expect(months[1].dueDay.description == "2012-03-10")
  }

  @Test func `a span within a year is filled on the monthly form`() throws {
    let month = form(indicators: [], kind: .month)
    #expect(month.accepts(try Period(parsing: "2018-01/2018-02")))
    #expect(!month.accepts(try Period(parsing: "2017-12/2018-01")))
    #expect(!month.accepts(try Period(parsing: "2018-Q1")))
    #expect(!form(indicators: []).accepts(try Period(parsing: "2018-01/2018-02")))
  }

  @Test func `places are found by code, name and time`() throws {
    let tree = Fixture.places
    let then = try CalendarDate(parsing: "2013-12-31")
    let now = try CalendarDate(parsing: "2020-01-01")
    #expect(tree.code(for: "450381", on: then) == "450331")
    #expect(tree.code(for: "450331", on: now) == "450381")
    #expect(tree.code(for: "450331", on: then) == "450331")
    #expect(tree.codes(named: "荔浦市", on: then) == [])
    #expect(tree.codes(named: "荔浦县", on: then) == ["450331"])
    let view = tree.view(on: now)
    #expect(view.children(of: "450300") == ["450381"])
    #expect(view.ancestors(of: "450923") == ["450900", "450000"])
    #expect(view.subtree(of: "450900") == ["450900", "450923", "450981"])
  }

  @Test func `a loop in the tree ends`() throws {
    let tree = PlaceTree([
      Fixture.place("1", "甲", .county, "2"), Fixture.place("2", "乙", .county, "1"),
    ])
    let view = tree.view(on: try CalendarDate(parsing: "2013-12-31"))
    #expect(view.ancestors(of: "1") == ["2"])
    #expect(view.subtree(of: "1") == ["1", "2"])
  }

  @Test func `a target is checked against the catalogue and its base`() throws {
    var target = try Fixture.target(
      "450000", "bureau", "gross_output", "2014", .growth, "10%")
    #expect(target.violations(Fixture.catalogue).isEmpty)
    target.basePeriod = try Period(parsing: "2013-Q1")
    #expect(target.violations(Fixture.catalogue).map(\.rule) == ["target.base_period"])
    target.basePeriod = try Period(parsing: "2014")
    #expect(target.violations(Fixture.catalogue).map(\.rule) == ["target.base_period"])
    target.basePeriod = try Period(parsing: "2010")
    #expect(target.violations(Fixture.catalogue).isEmpty)
    #expect(target.base?.period.description == "2010")
  }
}
