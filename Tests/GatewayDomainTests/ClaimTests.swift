internal import GatewayDomain
internal import Measures
internal import Testing

struct ClaimTests {
  /// Figures by key, as printed; "?" is not recorded.
  private func figures(_ printed: KeyValuePairs<String, String>) throws -> [String: KnownFigure] {
    var figures: [String: KnownFigure] = [:]
    for (key, text) in printed {
      guard text != "?" else {
        figures[key] = KnownFigure(key: key, mark: .notRecorded, printed: "未统计")
        continue
      }
      figures[key] = KnownFigure(
        key: key, mark: .computed, printed: text, quantity: try Quantity(parsing: text))
    }
    return figures
  }

  private func years(_ range: ClosedRange<Int>) -> [ClaimPeriod] {
    range.map { ClaimPeriod(label: "\($0)年", key: "\($0)") }
  }

  @Test func aRecordNeedsEveryYearSinceTheFirstRecordedOne() throws {
    let test = ClaimTest.record(years(2010...2016))
    let all = try figures([
      "2010": "?", "2013": "109个", "2014": "120个", "2015": "130个", "2016": "206个",
    ])
    // Nothing before 2013 is recorded: among all years it is no record yet.
    let since = test.outcome(all)
    #expect(since.answer == .notTestable && since.recordedPeriods == 4 && since.allPeriods == 4)
    #expect(since.words == "无法验证：2013年起各期如此，更早的没有记录")
    #expect(since.figures.map(\.label) == ["2013年", "2014年", "2015年", "2016年"])
    let holds = ClaimTest.record(years(2013...2016)).outcome(all)
    #expect(holds.answer == .holds && holds.words == "成立")
    let gap = test.outcome(try figures(["2013": "109个", "2016": "206个"]))
    #expect(gap.answer == .notTestable)
    #expect(gap.words == "无法验证：4期中只有2期有记录")
    let alone = test.outcome(try figures(["2016": "206个"]))
    #expect(alone.answer == .notTestable && alone.words == "无法验证：7期中只有1期有记录")
    let unknown = test.outcome(try figures(["2013": "109个"]))
    #expect(unknown.answer == .notTestable && unknown.recordedPeriods == 1)
  }

  @Test func oneGreaterYearContradictsARecordWhateverIsMissing() throws {
    let test = ClaimTest.record(years(2010...2016))
    let outcome = test.outcome(try figures(["2011": "300个", "2016": "206个"]))
    #expect(outcome.answer == .contradicted)
    #expect(outcome.words == "与记录不符：2011年为300个，不少于2016年为206个")
    let same = test.outcome(try figures(["2015": "206个", "2016": "206个"]))
    #expect(same.answer == .contradicted)
  }

  @Test func overlappingIntervalsLeaveItOpen() throws {
    let test = ClaimTest.record(years(2015...2016))
    let open = test.outcome(try figures(["2015": "8亿元", "2016": "8亿多元"]))
    #expect(open.answer == .notTestable && open.recordedPeriods == 2)
    #expect(open.reason == "数值只知道范围，范围有重叠，不能断定")
    let clear = test.outcome(try figures(["2015": "7亿多元", "2016": "8亿多元"]))
    #expect(clear.answer == .holds)
  }

  @Test func aSumOfSomePlacesOrWithDoubtsDecidesNothing() throws {
    var known = try figures(["2015": "1个"])
    known["2016"] = KnownFigure(
      key: "2016", mark: .computed, printed: "9个", quantity: try Quantity(parsing: "9个"),
      part: .init(recorded: 1, all: 14))
    let part = ClaimTest.record(years(2015...2016)).outcome(known)
    #expect(part.answer == .notTestable && part.recordedPeriods == 1)
    #expect(part.reason == "2期中只有1期有记录（只有一部分地区的不算）")
    known["2016"] = KnownFigure(
      key: "2016", mark: .computed, printed: "9个", quantity: try Quantity(parsing: "9个"),
      quarantinedCount: 1)
    let doubt = ClaimTest.record(years(2015...2016)).outcome(known)
    #expect(doubt.reason == "2期中只有1期有记录（有存疑值的不算）")
  }

  private func doubtful(_ key: String, _ text: String) throws -> KnownFigure {
    KnownFigure(
      key: key, mark: .computed, printed: text, quantity: try Quantity(parsing: text),
      quarantinedCount: 1)
  }

  @Test func whatLeavesADoubtOutIsAtLeastThatMuch() throws {
    let (old, new) = ("talent/a/people/450000/2015", "talent/a/people/450000/2016")
    let test = ClaimTest.record([
      ClaimPeriod(label: "2015年", key: old), ClaimPeriod(label: "2016年", key: new),
    ])
    var known = try figures([new: "206个"])
    known[old] = try doubtful(old, "347个")
    #expect(test.outcome(known).answer == .contradicted)
    known[old] = try doubtful(old, "100个")
    #expect(test.outcome(known).answer == .notTestable)
    // The last one may be more than it says.
    known = try figures([old: "347个"])
    known[new] = try doubtful(new, "206个")
    #expect(test.outcome(known).answer == .notTestable)
    // Of a share nothing is known.
    let rate = "talent/a/ratio-x-y/450000/2015"
    let shares = ClaimTest.atMost(rate, new)
    var rates = try figures([new: "20%"])
    rates[rate] = try doubtful(rate, "30%")
    #expect(shares.outcome(rates).answer == .notTestable)
    let sum = ClaimTest.equal("stated/a", [old, new])
    var parts = try figures(["stated/a": "109个", new: "97个"])
    parts[old] = try doubtful(old, "250个")
    #expect(sum.outcome(parts).reason == "各部分之和为347个，不是109个")
    parts[old] = try doubtful(old, "2个")
    #expect(sum.outcome(parts).answer == .notTestable)
    parts[old] = try doubtful(old, "12个")
    #expect(sum.outcome(parts).answer == .notTestable)
  }

  @Test func differentUnitsAreNotCompared() throws {
    let outcome = ClaimTest.record(years(2015...2016)).outcome(
      try figures(["2015": "5家", "2016": "9元"]))
    #expect(outcome.answer == .notTestable && outcome.reason.contains("单位"))
  }

  @Test func firstNeedsZerosBefore() throws {
    let test = ClaimTest.first(years(2013...2016))
    let zeros = try figures(["2014": "0个", "2015": "0个", "2016": "3个"])
    #expect(test.outcome(zeros).answer == .holds)
    let had = test.outcome(try figures(["2013": "2个", "2016": "3个"]))
    #expect(had.answer == .contradicted && had.reason == "2013年为2个")
    #expect(test.outcome(try figures(["2016": "3个"])).answer == .notTestable)
    #expect(test.outcome(try figures(["2014": "0个", "2016": "3个"])).answer == .notTestable)
    #expect(test.outcome(try figures(["2015": "0个", "2016": "0个"])).answer == .contradicted)
  }

  @Test func aStreakHasOneInEvery() throws {
    let test = ClaimTest.streak(years(2...6))
    let some = test.outcome(try figures(["2": "1个", "3": "1个", "6": "1个"]))
    #expect(some.answer == .notTestable)
    #expect(some.words == "无法验证：5期中只有3期有记录")
    let all = try figures(["2": "1个", "3": "1个", "4": "2个", "5": "1个", "6": "1个"])
    #expect(test.outcome(all).answer == .holds)
    let broken = test.outcome(try figures(["2": "1个", "4": "0个"]))
    #expect(broken.answer == .contradicted && broken.reason == "4年为0个")
  }

  @Test func aRankCountsWhatIsGreater() throws {
    let periods = years(1...4)
    let of = ClaimPeriod(label: "4年", key: "4")
    func outcome(_ rank: Int, _ printed: KeyValuePairs<String, String>) throws -> ClaimOutcome {
      ClaimTest.rank(rank, of: of, among: Array(periods.dropLast())).outcome(try figures(printed))
    }
    let all: KeyValuePairs = ["1": "9万元", "2": "20万元", "3": "10万元", "4": "13.3万元"]
    #expect(try outcome(2, all).answer == .holds)
    #expect(try outcome(1, all).answer == .contradicted)
    #expect(try outcome(3, all).answer == .contradicted)
    // One is missing: second is possible, fourth is not.
    let gap: KeyValuePairs = ["1": "9万元", "2": "20万元", "4": "13.3万元"]
    #expect(try outcome(2, gap).answer == .notTestable)
    #expect(try outcome(2, gap).words == "无法验证：4期中只有3期有记录")
    #expect(try outcome(3, gap).answer == .notTestable)
    #expect(try outcome(4, gap).answer == .contradicted)
    #expect(try outcome(1, gap).answer == .contradicted)
    // An interval around the value decides nothing.
    let near: KeyValuePairs = ["1": "9万元", "2": "20万元", "3": "13万余元", "4": "13.3万元"]
    #expect(try outcome(2, near).answer == .notTestable)
    #expect(try outcome(1, ["1": "9万元"]).answer == .notTestable)
  }

  @Test func aSumIsComparedAsPrinted() throws {
    let test = ClaimTest.equal("a", ["b", "c"])
    #expect(try test.outcome(figures(["a": "30个", "b": "10个", "c": "20个"])).answer == .holds)
    #expect(try test.outcome(figures(["a": "145亿元", "b": "100亿元", "c": "45亿元"])).answer == .holds)
    let wrong = try test.outcome(figures(["a": "31个", "b": "10个", "c": "20个"]))
    #expect(wrong.answer == .contradicted && wrong.reason == "各部分之和为30个，不是31个")
    let near = try test.outcome(figures(["a": "30余个", "b": "10个", "c": "21个"]))
    #expect(near.answer == .notTestable)
    #expect(try test.outcome(figures(["a": "30个", "b": "10个"])).answer == .notTestable)
    #expect(try test.outcome(figures(["a": "30个", "b": "10个", "c": "2元"])).answer == .notTestable)
  }

  @Test func aRatioHoldsAtItsPrintedPrecision() throws {
    let share = try Quantity(parsing: "10%")
    let test = ClaimTest.ratio("a", "b", share)
    #expect(try test.outcome(figures(["a": "60件", "b": "600件"])).answer == .holds)
    let wrong = try test.outcome(figures(["a": "90件", "b": "600件"]))
    #expect(wrong.answer == .contradicted && wrong.reason == "按记录为15.0%")
    let near = try test.outcome(figures(["a": "61件", "b": "600件"]))
    #expect(near.answer == .contradicted && near.reason == "按记录为10.2%")
    let third = ClaimTest.ratio("a", "b", try Quantity(parsing: "33.3%"))
    #expect(try third.outcome(figures(["a": "1件", "b": "3件"])).answer == .holds)
    #expect(try test.outcome(figures(["a": "60余件", "b": "600件"])).answer == .notTestable)
    #expect(try test.outcome(figures(["a": "60件", "b": "0件"])).answer == .notTestable)
    #expect(try test.outcome(figures(["a": "60件"])).answer == .notTestable)
  }

  @Test func fourteenIsNotAtMostEightAndSomething() throws {
    let test = ClaimTest.atMost("a", "b")
    let wrong = try test.outcome(figures(["a": "14亿元", "b": "8亿多元"]))
    #expect(wrong.answer == .contradicted && wrong.reason == "14亿元大于8亿多元")
    #expect(try test.outcome(figures(["a": "7亿元", "b": "8亿多元"])).answer == .holds)
    #expect(try test.outcome(figures(["a": "8.5亿元", "b": "8亿多元"])).answer == .notTestable)
    #expect(try test.outcome(figures(["a": "7亿元", "b": "?"])).answer == .notTestable)
  }

  @Test(arguments: [
    ("total/450000/bureau/x/2013", ServiceName.statistics), ("stated/x", .statistics),
    ("registry/federations/450000/all/2013", .registry), ("registry/award/x/y/z", .registry),
    ("exhibitions/stated/a", .exhibitions), ("talent/grant/entries/450000/all", .talent),
    ("talents/grant", .statistics),
  ])
  func theFirstWordNamesTheService(_ key: String, _ service: ServiceName) {
    #expect(ServiceName(ofKey: key) == service)
  }

  @Test func someKeysOfTheRegisterAreTheGateways() {
    #expect(RegisterKey.isGateways("registry/federations/450000/all/2013"))
    #expect(RegisterKey.isGateways("registry/stated/x"))
    #expect(!RegisterKey.isGateways("registry/membership_tally/admitted/450700/2013"))
    #expect(!RegisterKey.isGateways("exhibitions/stated/x"))
    #expect(!RegisterKey.isGateways("registry"))
  }
}
