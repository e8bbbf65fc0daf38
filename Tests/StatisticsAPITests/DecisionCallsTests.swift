internal import Access
internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsMessages
internal import Storage
internal import TestSupport
internal import Testing

/// Quarantine, targets, stated figures and the catalogue.
struct DecisionCallsTests {
  private func resolve(
    _ fixture: APIFixture, _ item: QuarantineItem, _ decision: QuarantineState,
    candidate: UInt32 = 1, text: String = "", reason: String = "核对原稿",
    as principal: Principal? = APIFixture.principal("450000", .clerk)
  ) async throws -> ResolveQuarantineItemResponse {
    try await fixture.api.resolveQuarantineItem(
      ResolveQuarantineItemRequest(
        id: item.id, etag: item.etag, decision: decision, candidateNumber: candidate,
        correctedText: text, reason: reason),
      context: fixture.call(Methods.resolveQuarantineItem.info, as: principal))
  }

  @Test(arguments: Engine.allCases)
  func `doubtful values are listed with candidates and decided by a clerk`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let answer = try await fixture.submit(
        APIFixture.report(
          "450000", ["gross_output": "2 3亿元", "export_delivery": "22亿元"], period: "2006",
          channel: "collective"))
      #expect(answer.quarantined.map(\.rule) == ["unreadable", "implausible_ratio"])
      #expect(answer.report?.observations.isEmpty == true)
      let list = try await fixture.api.listQuarantineItems(
        ListQuarantineItemsRequest(placeCode: "450000", period: "2006", state: .open),
        context: fixture.call(Methods.listQuarantineItems.info, as: nil))
      #expect(list.items == answer.quarantined && list.totalSize == 2)
      let (output, export) = (list.items[0], list.items[1])
      #expect(output.candidates.map(\.quantity?.text) == ["23亿", "2.3亿"])
      #expect(export.candidates.map(\.quantity?.text) == ["22亿", "2.2亿"])
      #expect(output.provenance == nil && !output.reasonZh.isEmpty && !output.reasonEn.isEmpty)
      let key = "total/450000/collective/gross_output/2006"
      #expect(try await fixture.figure(key).quarantineIds == [output.id])
      let stranger = APIFixture.principal("450100", .clerk)
      #expect(
        await code { _ = try await resolve(fixture, output, .accepted, as: stranger) }
          == .permissionDenied)
      #expect(
        await failure { _ = try await resolve(fixture, output, .open) }?.broken == [
          "decision quarantine.decision"
        ])
      #expect(
        await failure { _ = try await resolve(fixture, output, .accepted, candidate: 9) }?.broken
          == [
            "candidate_number quarantine.candidate"
          ])
      let accepted = try await resolve(fixture, output, .accepted)
      #expect(accepted.item?.state == .accepted && accepted.item?.resolvedBy == "clerk.450000")
      #expect(accepted.recordRevision == 2)
      #expect(try await fixture.printed(key) == "23亿元")
      #expect(await code { _ = try await resolve(fixture, output, .rejected) } == .aborted)
      let rejected = try await resolve(fixture, export, .rejected)
      #expect(rejected.item?.state == .rejected && rejected.recordRevision == 2)
      #expect(
        await code {
          _ = try await resolve(fixture, try #require(rejected.item), .corrected, text: "2.2亿元")
        } == .failedPrecondition)
      let entries = try await fixture.database.read {
        try $0.auditEntries(entity: "quarantine_item", id: output.id)
      }
      #expect(entries.map(\.action) == ["open", "accepted"])
      #expect(entries.last?.before?.contains("2 3亿元") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func `targets are kept by statisticians with their etag`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      func create(_ target: Target) async throws -> Target? {
        try await fixture.api.createTarget(
          CreateTargetRequest(target: target),
          context: fixture.call(Methods.createTarget.info)
        ).target
      }
      let wish = Target(
        placeCode: "450000", channelCode: "region", indicatorCode: "gross_output",
        period: "2010", kind: .absolute, quantity: Quantity(text: "突破100亿元"),
        provenance: Provenance(document: "创新工作思路"))
      let target = try #require(try await create(wish))
      #expect(target.quantity?.low == Decimal(unscaled: 10_000_000_000))
      #expect(target.quantity?.nature == .plan)
      #expect(await code { _ = try await create(wish) } == .alreadyExists)
      var bad = wish
      bad.basePeriod = "2009"
      #expect(
        await failure { _ = try await create(bad) }?.broken == [
          "target.base_period target.base_period"
        ])
      bad = wish
      bad.quantity = Quantity(text: "10%")
      #expect(
        await failure { _ = try await create(bad) }?.broken == [
          "target.quantity quantity.unit_mismatch"
        ])
      bad = wish
      bad.channelCode = "nothing"
      #expect(await code { _ = try await create(bad) } == .notFound)
      let got = try await fixture.api.getTarget(
        GetTargetRequest(id: target.id), context: fixture.call(Methods.getTarget.info, as: nil))
      #expect(got.resolved?.mark == .stated && got.resolved?.printed == "突破100亿元")
      var changed = target
      changed.quantity = Quantity(text: "120亿元")
      let next = try await fixture.api.updateTarget(
        UpdateTargetRequest(target: changed), context: fixture.call(Methods.updateTarget.info)
      ).target
      #expect(next?.revision == 2)
      let stale = await code {
        _ = try await fixture.api.updateTarget(
          UpdateTargetRequest(target: changed),
          context: fixture.call(Methods.updateTarget.info))
      }
      #expect(stale == .aborted)
      let list = try await fixture.api.listTargets(
        ListTargetsRequest(placeCode: "450000", period: "2010"),
        context: fixture.call(Methods.listTargets.info, as: nil))
      #expect(list.targets.map(\.revision) == [2] && list.totalSize == 1)
      _ = try await fixture.api.deleteTarget(
        DeleteTargetRequest(id: target.id, etag: next?.etag ?? ""),
        context: fixture.call(Methods.deleteTarget.info))
      #expect(
        try await fixture.printed("target/450000/region/gross_output/2010") == "未统计")
      let gone = await code {
        _ = try await fixture.api.getTarget(
          GetTargetRequest(id: target.id),
          context: fixture.call(Methods.getTarget.info, as: nil))
      }
      #expect(gone == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `stated figures name what the catalogue has`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let error = await failure {
        try await FigureCallsTests.state(fixture, "a", "8%", "nothing", "nothing")
      }
      #expect(
        error?.broken == [
          "stated_figure.channel_code report.channel",
          "stated_figure.indicator_code report.indicator",
        ])
      try await FigureCallsTests.state(fixture, "b", "8%", "bureau", "gross_output")
      let list = try await fixture.stated.listStatedFigures(
        ListStatedFiguresRequest(placeCode: "450000", channelCode: "bureau"),
        context: fixture.call(StatedFigureServiceMethods.listStatedFigures.info, as: nil))
      #expect(list.statedFigures.map(\.code) == ["b"])
      _ = try await fixture.stated.deleteStatedFigure(
        DeleteStatedFigureRequest(code: "b", etag: list.statedFigures[0].etag),
        context: fixture.call(StatedFigureServiceMethods.deleteStatedFigure.info))
      #expect(await code { _ = try await fixture.figure("stated/b") } == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `the catalogue is read and grown`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let anyone = fixture.call(Methods.listIndicators.info, as: nil)
      let channels = try await fixture.api.listChannels(ListChannelsRequest(), context: anyone)
      #expect(channels.channels.map(\.nameZh).first == "统计局规上")
      let forms = try await fixture.api.listForms(
        ListFormsRequest(channelCode: "crafts_survey"), context: anyone)
      #expect(forms.forms.map(\.code) == ["crafts_survey-year"])
      let unknown = await code {
        _ = try await fixture.api.listForms(
          ListFormsRequest(channelCode: "nothing"), context: anyone)
      }
      #expect(unknown == .notFound)
      let indicator = Indicator(
        code: "energy_use", nameZh: "综合能源消费量", nameEn: "Energy use", unit: "吨标准煤", scale: 2,
        kind: .flow)
      func create(_ indicator: Indicator) async throws {
        _ = try await fixture.api.createIndicator(
          CreateIndicatorRequest(indicator: indicator),
          context: fixture.call(Methods.createIndicator.info))
      }
      try await create(indicator)
      #expect(await code { try await create(indicator) } == .alreadyExists)
      let bad = await failure {
        try await create(Indicator(code: "9", nameZh: "甲", nameEn: "a", unit: "亿元", scale: 9))
      }
      #expect(
        bad?.broken == [
          "indicator.code indicator.code", "indicator.unit indicator.unit",
          "indicator.scale indicator.scale", "indicator.kind indicator.kind",
        ])
      _ = try await fixture.api.createForm(
        CreateFormRequest(
          form: Form(
            code: "bureau-energy", nameZh: "能源年报", channelCode: "bureau",
            indicatorCodes: ["energy_use"], periodKind: .year, dueDays: 60)),
        context: fixture.call(Methods.createForm.info))
      let taken = await failure {
        _ = try await fixture.api.createForm(
          CreateFormRequest(
            form: Form(
              code: "bureau-other", nameZh: "另一年报", channelCode: "bureau",
              indicatorCodes: ["energy_use"], periodKind: .year, dueDays: 60)),
          context: fixture.call(Methods.createForm.info))
      }
      #expect(taken?.broken == ["form.indicator_codes[0] form.indicator_taken"])
      let stored = try await fixture.submit(
        APIFixture.report("450000", ["energy_use": "12.5万吨标准煤"]))
      #expect(stored.report?.formCode == "bureau-energy")
      var codes: [String] = []
      var token = ""
      repeat {
        let page = try await fixture.api.listIndicators(
          ListIndicatorsRequest(pageSize: 4, pageToken: token), context: anyone)
        codes += page.indicators.map(\.code)
        #expect(page.totalSize == 10)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(codes.count == 10 && codes.last == "energy_use")
      let got = try await fixture.api.getIndicator(
        GetIndicatorRequest(code: "energy_use"), context: anyone)
      #expect(got.indicator == indicator)
      let periods = try await fixture.api.listReportingPeriods(
        ListReportingPeriodsRequest(formCode: "bureau-quarter", year: "2013"), context: anyone)
      #expect(periods.periods.map(\.period) == ["2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4"])
      #expect(periods.periods.last?.dueDay == "2014-01-15")
      let year = await failure {
        _ = try await fixture.api.listReportingPeriods(
          ListReportingPeriodsRequest(formCode: "bureau-quarter", year: "2013-Q1"),
          context: anyone)
      }
      #expect(year?.broken == ["year period.year"])
    }
  }
}
