internal import CommonMessages
internal import GatewayDomain
internal import GatewayReports
internal import GatewaySupport
internal import Measures
internal import RPC
internal import StatisticsMessages
internal import Testing

struct ComposerTests {
  @Test(arguments: [
    ("total/450000/bureau/gross_output/2013", "810亿元", PrintedMark.computed),
    ("total/450000/bureau/export_delivery/2013", "48亿元", .computed),
    ("total/450000/collective/gross_output/2013", "48亿元", .computed),
    ("total/450000/region/gross_output/2013", "200亿元", .computed),
    ("stated/gx-2013-bureau-gross_output", "8%", .stated),
    ("growth/450000/bureau/gross_output/2013", "未统计", .notRecorded),
    ("target/450000/bureau/gross_output/2014", "891.0亿元", .computed),
    ("target/450000/collective/gross_output/2014", "51.84亿元", .computed),
    ("target/450000/region/gross_output/2014", "220.0亿元", .computed),
    ("total/450000/bureau/gross_output/2006", "145亿元", .computed),
    ("total/450900/industry/gross_output/2014?nature=expected", "208亿元", .computed),
    ("total/450900/industry/tax_paid/2014?nature=expected", "6.4亿元", .computed),
    (
      "total/450900/industry/gross_output/2014?sector=工艺美术&nature=expected", "67亿元", .computed
    ),
    ("registry/stated/gx-2006-federations", "82个", .stated),
    ("registry/stated/gx-2006-federations-fiscal-share", "78%", .stated),
    ("registry/federations/450000/all/2013", "4个", .computed),
  ])
  func everyFigureIsPrintedWithItsMark(
    _ key: String, _ printed: String, _ mark: PrintedMark
  ) async throws {
    let figure = try #require(await Reports.document().figure(key))
    #expect(figure.printed == printed)
    #expect(figure.mark == mark)
  }

  @Test func aKeyPrintsTheSameWhereverItStands() async throws {
    let figures = try await Reports.document().figures
    for (_, same) in Dictionary(grouping: figures, by: \.key) {
      #expect(Set(same.map(\.printed)).count == 1)
    }
  }

  @Test func theTitleNamesFederationAndYear() async throws {
    let document = try await Reports.document()
    #expect(document.title == "广西壮族自治区二轻城镇集体工业联合社2013年度工作报告（统计部分）")
    #expect(
      document.sections.map(\.title) == [
        "一、经济运行", "二、各市情况", "三、目标", "四、历史对照", "五、存疑数据", "六、原文与计算的差异",
        "七、联社组织",
      ])
  }

  @Test func channelsOverlapAndAreNotAdded() async throws {
    let document = try await Reports.document()
    #expect(try document.text("economy").contains("各渠道的数字不相加"))
    for sum in ["1058", "1010", "858", "248"] {
      #expect(!document.figures.contains { $0.printed.contains(sum) })
    }
  }

  @Test func aStatedGrowthStandsBesideTheMissingComputedOne() async throws {
    let text = try await Reports.document().text("economy")
    #expect(text.contains("工业总产值810亿元，同比增长8%，按记录计算的增速未统计（无2012年记录）"))
  }

  @Test func aRecordedBaseMakesTheGrowthComputed() async throws {
    var records = Sample.statistics
    records.record("450000", "bureau", "2012", ["gross_output": "750亿元"])
    let document = try await Reports.document(statistics: records.channel())
    let growth = try #require(document.figure("growth/450000/bureau/gross_output/2013"))
    #expect(growth.printed == "8.0%")
    #expect(growth.mark == .computed)
    #expect(try document.text("economy").contains("同比增长8.0%（原文8%）"))
    #expect(try document.text("history").contains("2012年统计局规上：工业总产值750亿元"))
  }

  @Test func forecastsOfAPlaceAreMarkedAsExpected() async throws {
    let document = try await Reports.document()
    let text = try document.text("places")
    #expect(text.contains("玉林市2014年（预计，全行业）：工业总产值208亿元"))
    #expect(text.contains("玉林市2014年（预计，全行业，其中工艺美术）"))
    #expect(text.contains("不是实际完成"))
  }

  @Test func targetsShowWhatTheBaseLeavesOpen() async throws {
    let text = try await Reports.document().text("targets")
    #expect(text.contains("原文“增长8%”，以2013年为基期，合51.84亿元（区间51.3亿元至52.38亿元）"))
  }

  @Test func aTargetWithoutItsBaseIsNotRecorded() async throws {
    var records = Sample.statistics
    records.reports.removeAll { $0.channelCode == "collective" && $0.period == "2013" }
    let document = try await Reports.document(statistics: records.channel())
    #expect(try document.text("targets").contains("合未统计（基期2013年未统计）"))
    #expect(document.figure("target/450000/collective/gross_output/2014")?.mark == .notRecorded)
  }

  @Test func whetherAPastTargetWasReachedIsDecidedByIntervals() async throws {
    let without = try await Reports.document().text("history")
    #expect(without.contains("2010年特色区域工业总产值目标：突破100亿元；实际数未统计，是否达到不能断定"))
    for (value, words) in [
      ("120亿元", "按记录已经达到"), ("90亿元", "按记录没有达到"), ("100亿元", "不能断定"),
    ] {
      var records = Sample.statistics
      records.record("450000", "region", "2010", ["gross_output": value])
      let text = try await Reports.document(statistics: records.channel()).text("history")
      #expect(text.contains("突破100亿元；") && text.contains(words), "\(value)")
    }
  }

  @Test func aChangeOfScopeBreaksTheSeries() async throws {
    let text = try await Reports.document().text("history")
    #expect(text.contains("与2013年口径不同，两年的数字不能直接比较"))
  }

  @Test func doubtfulValuesAreListedWithCandidatesAndUsedNowhere() async throws {
    let document = try await Reports.document()
    let text = try document.text("quarantine")
    #expect(text.contains("2006年联社传统城镇集体工业总产值，原文印作“2 3亿”"))
    #expect(text.contains("①23亿元（间隔是误印）；②2.3亿元（漏印小数点）"))
    #expect(document.figure("total/450000/collective/gross_output/2006")?.mark == .notRecorded)
    #expect(try document.text("history").contains("工业总产值未统计（原文印作“2 3亿”，存疑，见五）"))
  }

  @Test func differencesNameBothFigures() async throws {
    var records = Sample.statistics
    records.record("450000", "bureau", "2012", ["gross_output": "700亿元"])
    records.differences = [
      .init(
        stated: .init(
          key: "stated/gx-2013-bureau-gross_output", mark: .stated, printed: "8", printedUnit: "%",
          label: "规模以上工业总产值同比增长"),
        computed: records.figure("growth/450000/bureau/gross_output/2013"))
    ]
    let text = try await Reports.document(statistics: records.channel()).text("differences")
    #expect(text == "规模以上工业总产值同比增长：原文8%，计算15.7%。")
  }

  @Test func theRegisterStandsBesideWhatDocumentsSay() async throws {
    let text = try await Reports.document().text("network")
    #expect(text.contains("名册登记的联社共4个，其中省级1个、市级2个、县级1个"))
    #expect(text.contains("登记为财政拨款的2个，比重未统计（2个联社没有登记经费来源）"))
    #expect(text.contains("2006年文件所载：自治区、市、县三级联社个数82个；三级联社中财政拨款的比重78%"))
    #expect(text.contains("钦州市吸纳联社新成员企业数11家（2013年）"))
    #expect(text.contains("不相加，也不互相代替"))
  }

  @Test func valuesOfASpanAreShownInItsYears() async throws {
    let text = try await Reports.document("450000", "2006").text("places")
    #expect(text.contains("梧州市全行业年创利税4000万元（2004年1月—2006年12月）"))
    #expect(!(try await Reports.document().text("places").contains("4000万元")))
  }

  @Test func anotherFederationHasItsOwnReport() async throws {
    let document = try await Reports.document("450900", "2014")
    #expect(document.title.hasPrefix("玉林市联社2014年度"))
    #expect(try document.section("places").title == "二、各县（市、区）情况")
    #expect(try document.text("economy").contains("全行业：工业总产值未统计，预计208亿元，同比增长8%"))
    #expect(!(try document.text("economy").contains("810")))
  }

  @Test func aFederationWithoutRecordsHasAReportOfMissingThings() async throws {
    let document = try await Reports.document("990000", "2013")
    let numbers = document.figures.filter { $0.service == .statistics }
    #expect(!numbers.isEmpty && numbers.allSatisfy { $0.printed == "未统计" })
    #expect(try document.text("economy").contains("本级没有2013年的统计记录"))
    #expect(try document.text("places") == "没有下级地区2013年的统计记录。")
    #expect(try document.text("targets") == "没有2014年目标的记录。")
    #expect(try document.text("history") == "没有2013年以前的记录。")
    #expect(try document.text("quarantine") == "没有待认定的存疑数据。")
  }

  @Test func aYearWithoutRecordsPrintsNoZero() async throws {
    for year in ["1800", "2016", "2999"] {
      let document = try await Reports.document("450000", year)
      let figure = document.figure("total/450000/bureau/gross_output/\(year)")
      #expect(figure?.mark == .notRecorded)
      #expect(!document.figures.contains { $0.printed.hasPrefix("0") })
    }
  }

  @Test func aMissingServiceIsNotTakenForMissingRecords() async throws {
    let statistics = Sample.statistics.channel()
    statistics.fail(RPCError(.unavailable, "no"))
    let document = try await Reports.document(statistics: statistics)
    for id in ["economy", "places", "targets", "history", "quarantine", "differences"] {
      #expect(try document.text(id).contains("统计服务没有应答（unavailable），本节内容缺失，不等于没有记录"))
    }
    #expect(try document.text("network").contains("名册登记"))
  }

  @Test func withoutTheRegisterTheReportNamesTheCode() async throws {
    let registry = Sample.registry.channel()
    registry.fail(RPCError(.unavailable, "no"))
    let document = try await Reports.document(registry: registry)
    #expect(document.title.contains("450000"))
    #expect(try document.text("network").contains("名录服务没有应答"))
    #expect(document.figure("total/450000/bureau/gross_output/2013")?.printed == "810亿元")
  }

  /// What a mutation of records may move: a value that is deleted takes nothing else with it.
  @Test func deletingAnyRecordMovesOnlyItsOwnFigures() async throws {
    let before = Self.printed(try await Reports.document())
    for (index, report) in Sample.statistics.reports.enumerated() {
      for observation in report.observations {
        var records = Sample.statistics
        records.reports[index].observations.removeAll {
          $0.indicatorCode == observation.indicatorCode
        }
        if records.reports[index].observations.isEmpty { records.reports.remove(at: index) }
        let after = Self.printed(try await Reports.document(statistics: records.channel()))
        let moved = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        #expect(!moved.isEmpty)
        for key in moved {
          #expect(after[key] ?? "未统计" == "未统计", "\(key)")
          #expect(key.contains("/\(report.placeCode)/\(report.channelCode)/"), "\(key)")
          #expect(before[key] != "未统计", "\(key) vanished with \(report.id)")
        }
      }
    }
  }

  private static func printed(_ document: ReportDocument) -> [String: String] {
    Dictionary(
      document.figures.map { ($0.key, $0.printed) }, uniquingKeysWith: { first, _ in first })
  }
}
