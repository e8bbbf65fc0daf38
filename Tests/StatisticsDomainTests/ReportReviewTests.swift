internal import Measures
internal import StatisticsDomain
internal import Testing

struct ReportReviewTests {
  private func review(
    _ values: [(String, String)], _ key: ReportKey? = nil,
    context: ReviewContext = ReviewContext()
  ) throws -> ReviewedReport {
    let draft = ReportDraft(
      key: try key ?? Fixture.key("450000", "2006", channel: "collective"),
      entries: values.map { ReportDraft.Entry(indicatorCode: $0.0, printed: $0.1) })
    #expect(draft.violations(Fixture.catalogue).isEmpty)
    return try ReportReview.review(draft, catalogue: Fixture.catalogue, context: context)
  }

  private func quantity(_ text: String) throws -> Quantity {
    try Quantity(parsing: text, unit: .yuan)
  }

  @Test func `the misprinted values of 2006 are doubtful with all candidates`() throws {
    // A part before its whole: the order of the draft does not matter.
    let result = try review([("export_delivery", "22亿元"), ("gross_output", "2 3亿元")])
    #expect(result.observations.isEmpty)
    #expect(result.doubts.map(\.indicatorCode) == ["export_delivery", "gross_output"])
    let output = result.doubts[1]
    #expect(output.rule == .unreadable)
    #expect(output.printed == "2 3亿元")
    #expect(output.candidates.map(\.quantity.text) == ["23亿", "2.3亿"])
    let export = result.doubts[0]
    #expect(export.rule == .implausibleRatio)
    #expect(export.candidates.map(\.quantity.text) == ["22亿", "2.2亿"])
    #expect(export.candidates[1].quantity.value == (try Fixture.decimal("220000000")))
    #expect(export.chinese.contains("占23亿元的95.7%"))
    #expect(export.candidates.allSatisfy { !$0.rationaleChinese.isEmpty })
  }

  @Test func `a plausible part is accepted`() throws {
    let result = try review([("gross_output", "25亿元"), ("export_delivery", "16亿元")])
    #expect(result.doubts.isEmpty)
    #expect(result.warnings.isEmpty)
    #expect(result.observations.map(\.quantity.text) == ["25亿", "16亿"])
  }

  @Test(arguments: [("9亿元", true), ("9.1亿元", false), ("10亿元", false), ("11亿元", false)])
  func `a part of an aggregate is at most nine tenths of its whole`(
    part: String, accepted: Bool
  ) throws {
    let result = try review([("gross_output", "10亿元"), ("export_delivery", part)])
    #expect(result.doubts.isEmpty == accepted)
    if let doubt = result.doubts.first {
      #expect(doubt.rule == (part == "11亿元" ? .partExceedsWhole : .implausibleRatio))
    }
  }

  @Test func `one unit may export everything that it makes, not more`() throws {
    let key = try Fixture.key("450923", "2013", .unit, unit: "u1")
    let all = try review([("gross_output", "3000万元"), ("export_delivery", "3000万元")], key)
    #expect(all.doubts.isEmpty)
    let more = try review([("gross_output", "3000万元"), ("export_delivery", "3500万元")], key)
    #expect(more.doubts.map(\.rule) == [.partExceedsWhole])
  }

  @Test func `a part that fits one reading only is kept with a warning`() throws {
    let result = try review([("gross_output", "2 3亿元"), ("export_delivery", "2.2亿元")])
    #expect(result.observations.map(\.indicatorCode) == ["export_delivery"])
    #expect(result.warnings == ["出口交货值2.2亿元仅在其整体为23亿元时合理"])
  }

  @Test func `a part meets what of its whole is in quarantine already`() throws {
    var context = ReviewContext()
    context.quarantined["gross_output"] = [
      Candidate(quantity: try quantity("23亿元"), rationaleChinese: "", rationaleEnglish: ""),
      Candidate(quantity: try quantity("2.3亿元"), rationaleChinese: "", rationaleEnglish: ""),
    ]
    let result = try review([("export_delivery", "22亿元")], context: context)
    #expect(result.doubts.map(\.rule) == [.implausibleRatio])
  }

  @Test(arguments: ["85亿元", "100亿元", "116亿元", "900亿元", "1.17亿元", "1亿元", "8万元"])
  func `a jump to ten times or a tenth of last year is doubtful`(printed: String) throws {
    var context = ReviewContext()
    context.lastYear["gross_output"] = try quantity("10亿元")
    let result = try review([("gross_output", printed)], context: context)
    #expect(result.doubts.map(\.rule) == [.tenfoldJump])
    #expect(result.doubts[0].candidates[0].quantity.printed == printed)
  }

  @Test func `one unit may grow tenfold and more, but not a thousandfold`() throws {
    let key = try Fixture.key("450923", "2013", .unit, unit: "u1")
    var context = ReviewContext()
    context.lastYear["gross_output"] = try quantity("85万元")
    for (printed, rules) in [
      ("900万元", [DoubtRule.tenfoldJump]), ("3000万元", []), ("85亿元", [.tenfoldJump]),
    ] {
      let result = try review([("gross_output", printed)], key, context: context)
      #expect(result.doubts.map(\.rule) == rules, "\(printed)")
    }
  }

  @Test(arguments: [("81亿元", "85万元", "85亿"), ("81万元", "85亿元", "85万")])
  func `a jump offers the other multiplier`(before: String, now: String, meant: String) throws {
    var context = ReviewContext()
    context.lastYear["gross_output"] = try quantity(before)
    let result = try review([("gross_output", now)], context: context)
    #expect(result.doubts.first?.candidates.map(\.quantity.text).contains(meant) == true)
  }

  @Test(arguments: [
    ("gross_output", "10", "quantity.unit_missing"),
    ("gross_output", "１０．５", "quantity.unit_missing"),
    ("gross_output", "近810", "quantity.unit_missing"),
    ("gross_output", "800多", "quantity.unit_missing"),
    ("gross_output", "2 3", "quantity.unit_missing"), ("gross_output", "-5亿元", "quantity.negative"),
    ("enterprise_count", "-5家", "quantity.negative"),
    ("gross_output", "10万", nil), ("gross_output", "10元", nil), ("enterprise_count", "60", nil),
    ("profit_total", "-5亿元", nil), ("sales_rate", "98", nil),
  ])
  func `a value has its unit, and its sign where a sign makes sense`(
    indicator: String, printed: String, rule: String?
  ) throws {
    let key = try Fixture.key("450000", "2006", channel: "collective")
    let draft = ReportDraft(
      key: key, entries: [ReportDraft.Entry(indicatorCode: indicator, printed: printed)])
    var found: [String] = []
    do {
      _ = try ReportReview.review(
        draft, catalogue: Fixture.catalogue, context: ReviewContext())
    } catch {
      found = error.violations.map(\.rule)
      #expect(error.violations.map(\.path) == ["observations[0].quantity"])
    }
    #expect(found == (rule.map { [$0] } ?? []))
  }

  @Test(arguments: ["84亿元", "20亿元", "1.2亿元", "0亿元"])
  func `other changes are not`(printed: String) throws {
    var context = ReviewContext()
    context.lastYear["gross_output"] = try quantity("10亿元")
    #expect(try review([("gross_output", printed)], context: context).doubts.isEmpty)
  }

  @Test func `a tenfold value offers the reading with its lost point`() throws {
    var context = ReviewContext()
    context.lastYear["gross_output"] = try quantity("75亿元")
    let result = try review([("gross_output", "810亿元")], context: context)
    #expect(result.doubts[0].candidates.map(\.quantity.text) == ["810亿", "81.0亿"])
  }

  @Test func `parts that are more than a recorded whole are doubtful`() throws {
    var context = ReviewContext()
    let gross = try Fixture.indicator("gross_output")
    context.above["gross_output"] = [
      ReviewContext.WholeAbove(
        label: "广西壮族自治区", whole: try quantity("8亿多元"),
        others: try CellSum(try quantity("2亿元"), of: gross))
    ]
    let result = try review([("gross_output", "14亿元")], context: context)
    #expect(result.doubts.map(\.rule) == [.partExceedsWhole])
    #expect(result.doubts[0].candidates.map(\.quantity.text) == ["14亿", "1.4亿"])
    // 2 + 7 may still be within 8亿多, whose true value is below 9: undecided is not doubtful.
    #expect(try review([("gross_output", "7亿元")], context: context).doubts.isEmpty)
  }

  @Test func `a whole that is less than its parts is doubtful`() throws {
    var context = ReviewContext()
    let gross = try Fixture.indicator("gross_output")
    context.below["gross_output"] = [
      ReviewContext.PartsBelow(
        label: "下级合计", sum: try CellSum(try quantity("192亿元"), of: gross))
    ]
    let result = try review([("gross_output", "81亿元")], context: context)
    #expect(result.doubts.map(\.rule) == [.partExceedsWhole])
    #expect(result.doubts[0].candidates.map(\.quantity.text) == ["81亿", "810亿"])
  }

  @Test func `odd ratios of the forecast of 玉林 are warnings`() throws {
    let key = try Fixture.key(
      "450900", "2014", channel: "industry", sector: "工艺美术", nature: .expected)
    let result = try review(
      [("enterprise_count", "600家"), ("employee_count", "28万人"), ("gross_output", "67亿元")], key)
    #expect(result.doubts.isEmpty)
    #expect(result.observations.count == 3)
    #expect(result.warnings.count == 2)
    #expect(result.warnings[0].contains("466.7"))
    #expect(result.warnings[1].contains("2.39万元"))
  }

  @Test func `invalid values refuse the report, all at once`() throws {
    let error = #expect(throws: StatisticsError.self) {
      try review([
        ("enterprise_count", "2l家"), ("gross_output", "810亿人"), ("tax_paid", "6.4亿元"),
        ("employee_count", "-5人"),
      ])
    }
    #expect(error?.code == .invalid)
    #expect(
      error?.violations.map(\.path) == [
        "observations[0].quantity", "observations[1].quantity", "observations[3].quantity",
      ])
    #expect(error?.violations.first?.rule == "quantity.letter_in_number")
    #expect(error?.violations.first?.value == "2l家")
    #expect(error?.violations.last?.rule == "quantity.negative")
  }

  @Test func `more decimals than are kept are refused`() throws {
    let error = #expect(throws: StatisticsError.self) {
      try review([("gross_output", "1.005元")])
    }
    #expect(error?.violations.map(\.rule) == ["quantity.scale"])
    let range = #expect(throws: StatisticsError.self) {
      try review([("gross_output", "200万亿元")])
    }
    #expect(range?.violations.map(\.rule) == ["quantity.range"])
  }

  @Test func `the shape of a draft is checked against the catalogue`() throws {
    var key = try Fixture.key("450000", "2013-05")
    key.formCode = "bureau-year"
    key.unitID = "u1"
    key.sector = "工艺 美术"
    let draft = ReportDraft(
      key: key,
      entries: [
        ReportDraft.Entry(indicatorCode: "nothing", printed: "1元"),
        ReportDraft.Entry(indicatorCode: "gross_output", printed: "1元"),
        ReportDraft.Entry(indicatorCode: "gross_output", printed: "1元"),
      ])
    #expect(
      draft.violations(Fixture.catalogue).map(\.rule) == [
        "report.period_of_form", "report.unit_of_place", "report.sector", "report.indicator",
        "report.indicator_twice",
      ])
  }
}
