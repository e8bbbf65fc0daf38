internal import Access
internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

/// Calls at the edge of what can be computed, shared or paged.
struct BoundaryCallsTests {
  @Test(arguments: Engine.allCases)
  func `a year to date of two years is refused with its key`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let key = "ytd/450000/bureau/gross_output/2013-11/2014-02"
      let one = await failure { _ = try await fixture.figure(key) }
      #expect(one?.code == .invalidArgument)
      #expect(one?.broken == ["key figure_key.two_years"])
      let explained = await failure { _ = try await fixture.explain(key) }
      #expect(explained?.broken == ["key figure_key.two_years"])
      let many = await failure {
        _ = try await fixture.api.batchGetFigures(
          BatchGetFiguresRequest(keys: ["total/450000/bureau/gross_output/2013", key]),
          context: fixture.call(Methods.batchGetFigures.info, as: nil))
      }
      #expect(many?.broken == ["keys[1] figure_key.two_years"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a target beyond what can be stored is out of range`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.submit(APIFixture.report("450000", ["gross_output": "99万亿元"]))
      let target = try await fixture.api.createTarget(
        CreateTargetRequest(
          target: Target(
            placeCode: "450000", channelCode: "bureau", indicatorCode: "gross_output",
            period: "2014", kind: .growth, quantity: Quantity(text: "99999999999%"),
            provenance: Provenance(document: "示例文件"))),
        context: fixture.call(Methods.createTarget.info)
      ).target
      let key = "target/450000/bureau/gross_output/2014"
      #expect(await code { _ = try await fixture.figure(key) } == .outOfRange)
      #expect(await code { _ = try await fixture.explain(key) } == .outOfRange)
      let got = await code {
        _ = try await fixture.api.getTarget(
          GetTargetRequest(id: target?.id ?? ""),
          context: fixture.call(Methods.getTarget.info, as: nil))
      }
      #expect(got == .outOfRange)
    }
  }

  @Test(arguments: Engine.allCases)
  func `only who holds the province adds to the catalogue`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      func create(_ code: String, as principal: Principal) async throws {
        _ = try await fixture.api.createIndicator(
          CreateIndicatorRequest(
            indicator: Indicator(
              code: code, nameZh: code, nameEn: code, unit: "元", scale: 2, kind: .flow)),
          context: fixture.call(Methods.createIndicator.info, as: principal))
      }
      func form(_ code: String, as principal: Principal) async throws {
        _ = try await fixture.api.createForm(
          CreateFormRequest(
            form: Form(
              code: code, nameZh: code, channelCode: "bureau", indicatorCodes: ["own"],
              periodKind: .year, dueDays: 60)),
          context: fixture.call(Methods.createForm.info, as: principal))
      }
      let county = APIFixture.principal("450923", .administrator)
      let city = APIFixture.principal("450900", .administrator)
      let stranger = APIFixture.principal("440000", .administrator)
      for principal in [county, city, stranger] {
        #expect(await code { try await create("own", as: principal) } == .permissionDenied)
        // What exists is not told to who may not add.
        #expect(
          await code { try await create("gross_output", as: principal) } == .permissionDenied)
        #expect(await code { try await form("own-year", as: principal) } == .permissionDenied)
      }
      let refused = await code {
        let file = try await ImportCallsTests().send(
          fixture, "indicators", "代码,中文名,英文名,单位,小数位,类别\nown,自定,Own,元,2,流量",
          organisation: "450900")
        // A file is refused by an answer or by its findings.
        if !file.errors.isEmpty { throw RPCError(.permissionDenied, "refused") }
      }
      #expect(refused == .permissionDenied)
      let province = APIFixture.principal("450000", .administrator)
      try await create("own", as: province)
      try await form("own-year", as: province)
      let catalogue = try await fixture.api.listIndicators(
        ListIndicatorsRequest(), context: fixture.call(Methods.listIndicators.info, as: nil))
      #expect(catalogue.indicators.map(\.code).filter { $0 == "own" }.count == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `pages of indicators go on where they ended, whatever was taken back`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      for code in ["first", "second"] {
        _ = try await fixture.api.createIndicator(
          CreateIndicatorRequest(
            indicator: Indicator(
              code: code, nameZh: code, nameEn: code, unit: "元", scale: 2, kind: .flow)),
          context: fixture.call(Methods.createIndicator.info))
      }
      func page(_ token: String) async throws -> ListIndicatorsResponse {
        try await fixture.api.listIndicators(
          ListIndicatorsRequest(pageSize: 10, pageToken: token),
          context: fixture.call(Methods.listIndicators.info, as: nil))
      }
      let before = try await page("")
      #expect(before.indicators.count == 10 && before.indicators.last?.code == "first")
      let removed = try await fixture.database.write(as: .system("test")) {
        try CatalogueTable.remove("first", $0)
      }
      #expect(removed)
      let after = try await page(before.nextPageToken)
      #expect(after.indicators.map(\.code) == ["second"] && after.nextPageToken.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `pages of records neither repeat nor skip while reports come and go`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      var reports: [Report] = []
      for (place, unit) in [("450900", ""), ("450981", ""), ("", "u1"), ("", "u2")] {
        let stored = try await fixture.submit(
          APIFixture.report(
            place, ["tax_paid": "1000万元"], coverage: unit.isEmpty ? .remainder : .unit,
            unit: unit))
        reports.append(try #require(stored.report))
      }
      let key = "total/450000/bureau/tax_paid/2013"
      let province = APIFixture.principal("450000")
      // By place: u2 in 450100, 450900, u1 in 450923, 450981.
      let order = [reports[3], reports[0], reports[2], reports[1]].map(\.id)
      let whole = try await fixture.explain(key, as: province)
      #expect(whole.records.map(\.recordId) == order && whole.nextPageToken.isEmpty)
      let first = try await fixture.explain(key, as: province, size: 2)
      #expect(first.records.map(\.recordId) == Array(order[..<2]))
      // One that was listed goes, and one that would have been listed before comes.
      _ = try await fixture.withdraw(reports[3])
      try await fixture.submit(
        APIFixture.report("450100", ["tax_paid": "1000万元"], coverage: .remainder))
      let rest = try await fixture.explain(
        key, as: province, size: 2, token: first.nextPageToken)
      #expect(rest.records.map(\.recordId) == Array(order[2...]))
      #expect(rest.nextPageToken.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `several reports of one place are paged in their order`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let units = (3...7).map { "u\($0)" }
      try await fixture.database.write(as: .system("test")) {
        try RegisterCopy.install(
          APIFixture.register
            + units.map {
              RegisterChange(
                entity: .enterprise(
                  id: $0,
                  [EnterpriseFact(creditCode: "", name: "示例\($0)厂", placeCode: "450923")]),
                revision: 1)
            }, cursor: "c1", $0)
      }
      var ids: [String] = []
      for unit in units {
        let stored = try await fixture.submit(
          APIFixture.report("", ["tax_paid": "10万元"], coverage: .unit, unit: unit))
        ids.append(stored.report?.id ?? "")
      }
      var found: [String] = []
      var token = ""
      repeat {
        let page = try await fixture.explain(
          "total/450923/bureau/tax_paid/2013", as: APIFixture.principal("450000"), size: 2,
          token: token)
        #expect(page.totalSize == 5)
        found += page.records.map(\.recordId)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(found == ids)
    }
  }

  @Test(arguments: Engine.allCases)
  func `pages of a figure that is made of other things now are aborted`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      for month in ["2013-01", "2013-02"] {
        try await fixture.submit(
          APIFixture.report("450000", ["gross_output": "60亿元"], period: month))
      }
      let key = "ytd/450000/bureau/gross_output/2013-02"
      let first = try await fixture.explain(key, size: 1)
      #expect(first.records.count == 1 && !first.nextPageToken.isEmpty)
      try await fixture.submit(
        APIFixture.report("450000", ["gross_output": "120亿元"], period: "2013-01/2013-02"))
      let error = await failure {
        _ = try await fixture.explain(key, size: 1, token: first.nextPageToken)
      }
      #expect(error?.code == .aborted)
    }
  }
}
