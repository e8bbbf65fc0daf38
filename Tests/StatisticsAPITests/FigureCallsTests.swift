internal import Access
internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsMessages
internal import Storage
internal import TestSupport
internal import Testing

struct FigureCallsTests {
  /// The statistics part of the documents.
  static func load(_ fixture: APIFixture) async throws {
    for report in [
      APIFixture.report("450000", ["gross_output": "810亿元", "export_delivery": "48亿元"]),
      APIFixture.report("450000", ["gross_output": "48亿元"], channel: "collective"),
      APIFixture.report("450000", ["gross_output": "200亿元"], channel: "region"),
      APIFixture.report(
        "450900", ["gross_output": "208亿元", "tax_paid": "6.4亿元"], period: "2014",
        channel: "industry", nature: .expected),
      APIFixture.report(
        "450900",
        ["gross_output": "67亿元", "enterprise_count": "600家", "employee_count": "28万人"],
        period: "2014", channel: "industry", sector: "工艺美术", nature: .expected),
    ] { try await fixture.submit(report) }
    for (channel, rate) in [("bureau", "10%"), ("collective", "8%"), ("region", "10%")] {
      _ = try await fixture.api.createTarget(
        CreateTargetRequest(
          target: Target(
            placeCode: "450000", channelCode: channel, indicatorCode: "gross_output",
            period: "2014", kind: .growth, quantity: Quantity(text: rate))),
        context: fixture.call(Methods.createTarget.info))
    }
    try await state(fixture, "gx-2013-bureau-output-growth", "8%", "bureau", "gross_output")
    try await state(
      fixture, "gx-2013-collective-output-growth", "19%", "collective", "gross_output")
  }

  static func state(
    _ fixture: APIFixture, _ code: String, _ text: String, _ channel: String,
    _ indicator: String
  ) async throws {
    _ = try await fixture.stated.createStatedFigure(
      CreateStatedFigureRequest(
        statedFigure: StatedFigure(
          code: code, label: "同比增长", placeCode: "450000", period: "2013",
          channelCode: channel, indicatorCode: indicator, kind: .growth,
          quantity: Quantity(text: text),
          provenance: Provenance(document: "2013年工作总结", sentence: "同比增长\(text)"))),
      context: fixture.call(StatedFigureServiceMethods.createStatedFigure.info))
  }

  @Test(arguments: Engine.allCases)
  func `the figures of the documents come out in one batch`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await Self.load(fixture)
      let expected: [(String, String, FigureMark)] = [
        ("total/450000/bureau/gross_output/2013", "810亿元", .computed),
        ("total/450000/bureau/export_delivery/2013", "48亿元", .computed),
        ("total/450000/collective/gross_output/2013", "48亿元", .computed),
        ("total/450000/region/gross_output/2013", "200亿元", .computed),
        ("growth/450000/bureau/gross_output/2013", "未统计", .notRecorded),
        ("stated/gx-2013-bureau-output-growth", "8%", .stated),
        ("stated/gx-2013-collective-output-growth", "19%", .stated),
        ("target/450000/bureau/gross_output/2014", "891.0亿元", .computed),
        ("target/450000/collective/gross_output/2014", "51.84亿元", .computed),
        ("target/450000/region/gross_output/2014", "220.0亿元", .computed),
        ("total/450900/industry/gross_output/2014?nature=expected", "208亿元", .computed),
        ("total/450900/industry/tax_paid/2014?nature=expected", "6.4亿元", .computed),
        (
          "total/450900/industry/gross_output/2014?sector=工艺美术&nature=expected", "67亿元",
          .computed
        ),
        (
          "total/450900/industry/employee_count/2014?sector=工艺美术&nature=expected", "28万人",
          .computed
        ),
        ("total/450000/bureau/gross_output/2016", "未统计", .notRecorded),
      ]
      let answer = try await fixture.api.batchGetFigures(
        BatchGetFiguresRequest(keys: expected.map(\.0)),
        context: fixture.call(Methods.batchGetFigures.info, as: nil))
      #expect(answer.figures.map(\.key) == expected.map(\.0))
      #expect(answer.figures.map { $0.printed + $0.printedUnit } == expected.map(\.1))
      #expect(answer.figures.map(\.mark) == expected.map(\.2))
      #expect(answer.figures.allSatisfy { $0.generation == answer.generation })
      let again = try await fixture.api.batchGetFigures(
        BatchGetFiguresRequest(keys: expected.map(\.0)),
        context: fixture.call(Methods.batchGetFigures.info, as: nil))
      #expect(again == answer && fixture.answers.counts.hits == UInt64(expected.count))
      let target = answer.figures[7]
      #expect(target.quantity?.low == Decimal(unscaled: 89_045_000_000))
      #expect(target.quantity?.high == Decimal(unscaled: 89_155_000_000))
      #expect(target.inputKeys == ["total/450000/bureau/gross_output/2013"])
      #expect(answer.figures[4].notes == ["无2012年记录"])
      #expect(answer.figures[0].label == "广西壮族自治区2013年统计局规上工业总产值")
      #expect(answer.figures[0].statedLevel == "province")
    }
  }

  @Test(arguments: Engine.allCases)
  func `bad keys are refused all at once, unknown ones name what exists`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let bad = await failure {
        _ = try await fixture.api.batchGetFigures(
          BatchGetFiguresRequest(keys: ["total/4500/x/y/2013", "stated/a", "growth"]),
          context: fixture.call(Methods.batchGetFigures.info, as: nil))
      }
      #expect(bad?.broken == ["keys[0] place.code", "keys[2] figure_key.shape"])
      let many = await failure {
        _ = try await fixture.api.batchGetFigures(
          BatchGetFiguresRequest(keys: Array(repeating: "stated/a", count: 501)),
          context: fixture.call(Methods.batchGetFigures.info, as: nil))
      }
      #expect(many?.broken == ["keys keys.count"])
      for key in [
        "total/990000/bureau/gross_output/2013", "total/450000/x/gross_output/2013",
        "total/450000/bureau/x/2013", "stated/nothing",
      ] {
        let error = await failure { _ = try await fixture.figure(key) }
        #expect(error?.code == .notFound, "\(key)")
      }
      let place = await failure {
        _ = try await fixture.figure("total/990000/bureau/gross_output/2013")
      }
      #expect(place?.resource?.available.first == "450000")
      let near = await failure {
        _ = try await fixture.figure("total/450999/bureau/gross_output/2013")
      }
      #expect(near?.resource?.available == ["450900", "450923", "450981"])
      let stock = await failure {
        _ = try await fixture.figure("ytd/450000/bureau/employee_count/2013")
      }
      #expect(stock?.broken == ["key figure_key.not_additive"])
      let asOf = await failure { _ = try await fixture.figure("stated/a", asOf: "yesterday") }
      #expect(asOf?.broken == ["as_of time.format"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a hot figure is right in the very next read after a change`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let key = "total/450000/bureau/gross_output/2013"
      #expect(try await fixture.printed(key) == "未统计")
      var report = try #require(
        try await fixture.submit(APIFixture.report("450000", ["gross_output": "1亿元"])).report)
      var last: Int64 = 0
      for value in 2...20 {
        #expect(try await fixture.printed(key) == "\(value - 1)亿元")
        let hot = try await fixture.figure(key)
        #expect(hot.generation > last)
        last = hot.generation
        report.observations[0].quantity = Quantity(text: "\(value)亿元")
        report = try #require(try await fixture.revise(report).report)
      }
      #expect(fixture.answers.counts.hits >= 19)
      try await Self.state(fixture, "s", "8%", "", "")
      #expect(try await fixture.printed("stated/s") == "8%")
      let stated = try await fixture.stated.getStatedFigure(
        GetStatedFigureRequest(code: "s"),
        context: fixture.call(StatedFigureServiceMethods.getStatedFigure.info, as: nil))
      var changed = try #require(stated.statedFigure)
      changed.quantity = Quantity(text: "9%")
      _ = try await fixture.stated.updateStatedFigure(
        UpdateStatedFigureRequest(statedFigure: changed),
        context: fixture.call(StatedFigureServiceMethods.updateStatedFigure.info))
      #expect(try await fixture.printed("stated/s") == "9%")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a generation that is not here yet is waited for, then unavailable`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let key = "total/450000/bureau/gross_output/2013"
      let now = try await fixture.figure(key).generation
      let late = await failure {
        _ = try await fixture.api.getFigure(
          GetFigureRequest(key: key, minGeneration: now + 1),
          context: fixture.call(
            Methods.getFigure.info, as: nil,
            deadline: ContinuousClock.now + .milliseconds(80)))
      }
      #expect(late?.code == .deadlineExceeded || late?.code == .unavailable)
      async let waiting = fixture.api.getFigure(
        GetFigureRequest(key: key, minGeneration: now + 1),
        context: fixture.call(
          Methods.getFigure.info, as: nil, deadline: ContinuousClock.now + .seconds(20)))
      try await fixture.submit(APIFixture.report("450000", ["gross_output": "810亿元"]))
      #expect(try await waiting.figure?.printed == "810")
    }
  }

  @Test(arguments: Engine.allCases)
  func `an explanation names the records behind a figure`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await Self.load(fixture)
      let total = try await fixture.explain("total/450000/bureau/gross_output/2013")
      #expect(total.records.count == 1 && total.totalSize == 1)
      let record = try #require(total.records.first)
      #expect(record.recordType == "report" && record.coverage == .whole)
      #expect(record.quantity?.text == "810亿" && record.provenance?.document == "示例文件")
      #expect(total.formulaZh.contains("整体报表"))
      let target = try await fixture.explain("target/450000/bureau/gross_output/2014")
      #expect(target.records.map(\.recordType) == ["target", "report"])
      #expect(target.inputs.map(\.printed) == ["810"])
      #expect(target.formulaZh == "2013年810亿元 × (1 + 10%) = 891.0亿元")
      let stated = try await fixture.explain("stated/gx-2013-bureau-output-growth")
      #expect(stated.records.map(\.recordId) == ["gx-2013-bureau-output-growth"])
      let missing = try await fixture.explain("growth/450000/bureau/gross_output/2013")
      #expect(missing.records.isEmpty && missing.inputs.count == 2)
    }
  }

  @Test(arguments: Engine.allCases)
  func `records are paged, and single units are kept from strangers`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      for (place, unit) in [("450900", ""), ("450100", ""), ("", "u1"), ("", "u2")] {
        try await fixture.submit(
          APIFixture.report(
            place, ["tax_paid": "1000万元"], coverage: unit.isEmpty ? .remainder : .unit,
            unit: unit))
      }
      let key = "total/450000/bureau/tax_paid/2013"
      let open = try await fixture.explain(key)
      #expect(open.records.count == 2 && open.withheldCount == 2 && open.totalSize == 2)
      #expect(open.figure?.recordCount == 4 && open.figure?.printed == "4000")
      let clerk = try await fixture.explain(key, as: APIFixture.principal("450900", .clerk))
      #expect(clerk.totalSize == 3 && clerk.withheldCount == 1)
      var all: [String] = []
      var token = ""
      repeat {
        let page = try await fixture.explain(
          key, as: APIFixture.principal("450000"), size: 1, token: token)
        all += page.records.map(\.recordId)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(Set(all).count == 4)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a stated figure that the records contradict is listed`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await Self.load(fixture)
      func differences() async throws -> [Difference] {
        try await fixture.api.listDifferences(
          ListDifferencesRequest(placeCode: "450000", period: "2013"),
          context: fixture.call(Methods.listDifferences.info, as: nil)
        ).differences
      }
      #expect(try await differences().isEmpty)
      try await fixture.submit(
        APIFixture.report("450000", ["gross_output": "750亿元"], period: "2012"))
      try await fixture.submit(
        APIFixture.report(
          "450000", ["gross_output": "39亿元"], period: "2012", channel: "collective"))
      #expect(try await fixture.printed("growth/450000/bureau/gross_output/2013") == "8.0%")
      let found = try await differences()
      #expect(found.map(\.stated?.key) == ["stated/gx-2013-collective-output-growth"])
      #expect(found.first?.computed?.printed == "23.1")
      #expect(found.first?.textZh.contains("原文19%") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func `totals of the places below, and the years of a place`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await Self.load(fixture)
      try await fixture.submit(APIFixture.report("450900", ["gross_output": "192亿元"]))
      let below = try await fixture.api.listPlaceTotals(
        ListPlaceTotalsRequest(
          parentCode: "450000", channelCode: "bureau", indicatorCode: "gross_output",
          period: "2013"),
        context: fixture.call(Methods.listPlaceTotals.info, as: nil))
      #expect(below.figures.map(\.printed) == ["未统计", "192"])
      #expect(below.figures.last?.key == "total/450900/bureau/gross_output/2013")
      #expect(
        try await fixture.figure("total/450000/bureau/gross_output/2013").undecomposed?.text
          == "618亿")
      func years(_ place: String) async throws -> [String] {
        try await fixture.api.listYears(
          ListYearsRequest(placeCode: place),
          context: fixture.call(Methods.listYears.info, as: nil)
        ).years
      }
      #expect(try await years("450000") == ["2013", "2014"])
      #expect(try await years("450100") == [])
      #expect(await code { _ = try await years("990000") } == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a figure of then is what was known then`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let key = "total/450000/bureau/gross_output/2013"
      let report = try #require(
        try await fixture.submit(APIFixture.report("450000", ["gross_output": "800亿元"])).report)
      var next = report
      next.observations[0].quantity = Quantity(text: "810亿元")
      _ = try await fixture.revise(next)
      #expect(try await fixture.printed(key) == "810亿元")
      #expect(try await fixture.printed(key, asOf: report.updateTime) == "800亿元")
      #expect(try await fixture.printed(key, asOf: "2001-01-01T00:00:00Z") == "未统计")
    }
  }

  @Test func `another process's change ends what is kept in memory`() async throws {
    try await APIFixture.with(.postgres) { fixture in
      let other = APIFixture(fixture.database)
      let key = "total/450000/bureau/gross_output/2013"
      #expect(try await other.printed(key) == "未统计")
      let watch = GenerationWatch(database: fixture.database, answers: other.answers)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await watch.run() }
        try await fixture.submit(APIFixture.report("450000", ["gross_output": "810亿元"]))
        let end = ContinuousClock.now + .seconds(30)
        while try await other.printed(key) != "810亿元", ContinuousClock.now < end {
          try await Task.sleep(for: .milliseconds(5))
        }
        group.cancelAll()
        try await group.waitForAll()
      }
      #expect(try await other.printed(key) == "810亿元")
    }
  }

  @Test func `an answer is kept only while the data of its read are current`() async throws {
    try await APIFixture.with(.sqlite) { fixture in
      for number in 0..<3 {
        let before = fixture.answers.counts.hits
        _ = try await fixture.figure("total/450000/bureau/gross_output/2013")
        #expect(fixture.answers.counts.hits == before + (number == 0 ? 0 : 1))
      }
      fixture.answers.invalidate()
      #expect(fixture.answers.counts.kept == 0)
      let misses = fixture.answers.counts.misses
      _ = try await fixture.figure("total/450000/bureau/gross_output/2013")
      #expect(fixture.answers.counts.misses == misses + 1)
    }
  }
}
