internal import GatewayDomain
internal import Measures
internal import Testing

struct PlanTests {
  private var facts: StatisticsFacts {
    var facts = StatisticsFacts()
    facts.channels = [
      ChannelEntry(code: "bureau", name: "规上", indicatorCodes: ["output", "export", "rate"]),
      ChannelEntry(code: "survey", name: "调查", indicatorCodes: ["output"]),
    ]
    facts.indicators = [
      IndicatorEntry(code: "output", name: "产值", isRate: false),
      IndicatorEntry(code: "export", name: "出口", isRate: false),
      IndicatorEntry(code: "rate", name: "产销率", isRate: true),
    ]
    return facts
  }

  private func plan(_ facts: StatisticsFacts) -> FigurePlan {
    FigurePlan(place: "450000", year: 2013, facts: facts)
  }

  @Test func whatLeadsAChannelIsAlwaysShown() {
    let rows = plan(facts).rows
    #expect(rows == [row("bureau", "output"), row("survey", "output")])
  }

  @Test func whatIsRecordedThisYearOrEverStatedIsShown() {
    var facts = facts
    facts.years = [2006]
    let plan = plan(facts)
    facts.figures[plan.total(row("bureau", "rate"), 2006)] = KnownFigure(
      key: "", mark: .computed, printed: "98%")
    #expect(!self.plan(facts).rows.contains(row("bureau", "rate")))
    facts.figures[plan.total(row("bureau", "rate"), 2013, .expected)] = KnownFigure(
      key: "", mark: .computed, printed: "98%")
    #expect(self.plan(facts).rows.contains(row("bureau", "rate")))
    facts.stated = [stated("export", "1999", .growth)]
    #expect(self.plan(facts).rows.contains(row("bureau", "export")))
  }

  @Test func growthIsAskedOfWhatIsRecordedOrStatedButNotOfRates() {
    var facts = facts
    let plan = plan(facts)
    #expect(plan.growthKeys.isEmpty)
    for indicator in ["output", "export", "rate"] {
      let key = plan.total(row("bureau", indicator), 2013)
      let isRecorded = indicator != "export"
      facts.figures[key] = KnownFigure(
        key: key.text, mark: isRecorded ? .computed : .notRecorded, printed: "1")
    }
    #expect(self.plan(facts).growthKeys.map(\.text) == ["growth/450000/bureau/output/2013"])
    facts.stated = [stated("export", "2013", .growth), stated("other", "2013", .growth)]
    #expect(
      Set(self.plan(facts).growthKeys.map(\.indicator)) == ["output", "export"])
  }

  @Test func onlyNaturesThatWereRecordedAreAskedFor() {
    var facts = facts
    #expect(plan(facts).totalKeys.allSatisfy { $0.nature == .actual })
    facts.natures = [2013: [.expected]]
    #expect(Set(plan(facts).totalKeys.map(\.nature)) == [.actual, .expected])
    #expect(Set(plan(facts).totalKeys).count == plan(facts).totalKeys.count)
  }

  @Test func onlyTheLatestYearsAreCompared() {
    var facts = facts
    facts.years = Array(1990...2020)
    #expect(plan(facts).historyYears == Array(2003...2012))
    #expect(plan(facts).historyYears.count == FigurePlan.maximumHistoryYears)
  }

  @Test func placesBelowAreThoseRecordedThisYearAndForecastForTheNext() throws {
    var facts = facts
    facts.wholeReports = try [
      report("450900", "2013", .actual), report("450900", "2014", .expected),
      report("450900", "2014", .actual), report("450000", "2013", .actual),
      report("450900", "2012", .actual), report("450900", "2013-05", .actual),
      report("440900", "2013", .actual),
    ]
    let groups = plan(facts).groupsBelow
    #expect(groups.map(\.period.description) == ["2013", "2014"])
    #expect(groups.map(\.nature) == [.actual, .expected])
  }

  @Test func aStatedGrowthKeepsItsPlaceWhenTheRecordIsGone() throws {
    var facts = facts
    facts.stated = [stated("output", "2013", .growth, place: "450900")]
    let groups = plan(facts).groupsBelow
    #expect(groups.map(\.indicators) == [["output"]])
    #expect(plan(facts).totalKeys.contains { $0.place == "450900" })
  }

  @Test func indicatorsOfAPlaceStandInTheOrderOfTheForm() throws {
    var facts = facts
    facts.wholeReports = [
      WholeReport(
        place: "450900", channel: "bureau", period: try Period(year: 2013), sector: "",
        nature: .actual, indicators: ["other", "rate", "output"], scopeNote: "")
    ]
    #expect(plan(facts).groupsBelow.first?.indicators == ["output", "rate", "other"])
  }

  @Test func targetsAreOfThisYearAndTheNext() throws {
    var facts = facts
    facts.targets = try ["2010", "2013", "2014", "2015"].map(target)
    #expect(plan(facts).currentTargets.map(\.period.description) == ["2014", "2013"])
    #expect(plan(facts).pastTargets.map(\.period.description) == ["2010"])
  }

  private func row(_ channel: String, _ indicator: String) -> IndicatorRow {
    IndicatorRow(channel: channel, indicator: indicator)
  }

  @Test func ownSectorsAndOwnForecastsAreShownBesideTheRows() throws {
    var facts = facts
    facts.wholeReports = try [
      report("450000", "2013", .actual), report("450000", "2013", .actual, "工艺美术"),
      report("450000", "2014", .expected), report("450000", "2014", .actual),
      report("450000", "2012", .actual, "工艺美术"), report("450900", "2013", .actual, "工艺美术"),
    ]
    let groups = plan(facts).ownGroups
    #expect(groups.map(\.period.description) == ["2013", "2014"])
    #expect(groups.map(\.sector) == ["工艺美术", ""])
    let asked = Set(plan(facts).totalKeys.map(\.text))
    #expect(asked.contains("total/450000/bureau/output/2013?sector=工艺美术"))
    #expect(asked.contains("total/450000/bureau/output/2014?nature=expected"))
  }

  @Test func ownStatedValuesWithoutARowStandByThemselves() {
    var facts = facts
    facts.stated = [
      stated("output", "2013", .value), stated("output", "2013", .growth),
      stated("other", "2013", .value), stated("output", "2013-H1", .value),
      stated("output", "2012", .value), stated("other", "2013", .value, place: "450900"),
    ]
    let own = plan(facts).ownStatedValues
    #expect(own.map(\.indicator) == ["other", "output"])
    #expect(own.allSatisfy { $0.place == "450000" })
  }

  @Test func aTargetThatIsDueIsMeasuredByItsTotal() throws {
    var facts = facts
    facts.targets = [try target("1999"), try target("2014")]
    let asked = plan(facts).totalKeys.map(\.text)
    #expect(asked.contains("total/450000/bureau/output/1999"))
    #expect(!asked.contains("total/450000/bureau/output/2014"))
  }

  private func report(
    _ place: String, _ period: String, _ nature: Nature, _ sector: String = ""
  ) throws -> WholeReport {
    WholeReport(
      place: place, channel: "bureau", period: try Period(parsing: period), sector: sector,
      nature: nature, indicators: ["output"], scopeNote: "")
  }

  private func stated(
    _ indicator: String, _ period: String, _ kind: StatedEntry.Kind, place: String = "450000"
  ) -> StatedEntry {
    StatedEntry(
      code: "code", service: .statistics, label: "", place: place,
      period: (try? Period(parsing: period)) ?? .decade, channel: "bureau", indicator: indicator,
      kind: kind, printed: "8%")
  }

  private func target(_ period: String) throws -> TargetEntry {
    TargetEntry(
      place: "450000", channel: "bureau", indicator: "output", sector: "",
      period: try Period(parsing: period), isGrowth: true, printed: "10%", basePeriod: nil,
      note: "")
  }
}

extension Period {
  /// Never met in these tests; a value where a text should have been a period.
  fileprivate static var decade: Period {
    do { return try Period(year: 1000) } catch { preconditionFailure("\(error)") }
  }
}
