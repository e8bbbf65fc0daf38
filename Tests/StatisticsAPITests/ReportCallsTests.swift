internal import Access
internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsMessages
internal import Storage
internal import TestSupport
internal import Testing

struct ReportCallsTests {
  @Test(arguments: Engine.allCases)
  func `a report comes back as it was handed in`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let answer = try await fixture.submit(
        APIFixture.report(
          "450000", ["gross_output": "810亿元", "export_delivery": "48亿元"]))
      let report = try #require(answer.report)
      #expect(report.formCode == "bureau-year")
      #expect(report.nature == .actual && report.state == .accepted && report.revision == 1)
      #expect(report.recordedBy == "administrator.450000")
      let output = try #require(report.observations.first?.quantity)
      #expect(output.text == "810亿" && output.unit == "元")
      #expect(output.value == Decimal(unscaled: 81_000_000_000))
      #expect(output.low == Decimal(unscaled: 80_950_000_000) && output.highOpen)
      let got = try await fixture.api.getReport(
        GetReportRequest(id: report.id), context: fixture.call(Methods.getReport.info, as: nil))
      #expect(got.report?.observations == report.observations)
      #expect(got.report?.provenance == Provenance(document: "示例文件", sentence: "示例句"))
    }
  }

  @Test(arguments: [
    (Quantity(text: "810亿元"), "810亿"), (Quantity(text: "810亿", unit: "元"), "810亿"),
    (Quantity(text: "810", unit: "亿元"), "810亿"),
    (Quantity(text: "810亿元", unit: "元"), "810亿"),
    (Quantity(text: "810亿元", value: Decimal(unscaled: 81_000_000_000), unit: "元"), "810亿"),
    (Quantity(value: Decimal(unscaled: 4_000_050, scale: 2), unit: "元"), "40000.50"),
  ])
  func `a value is read in every form in which it can be given`(
    quantity: Quantity, text: String
  ) async throws {
    try await APIFixture.with(.sqlite) { fixture in
      var report = APIFixture.report("450000", [:])
      report.observations = [Observation(indicatorCode: "gross_output", quantity: quantity)]
      let stored = try await fixture.submit(report).report
      #expect(stored?.observations.first?.quantity?.text == text)
    }
  }

  @Test(arguments: Engine.allCases)
  func `everything that is wrong is told at once, with its path`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      var shape = APIFixture.report("450000", ["gross_output": "1亿元"], period: "2013-13")
      shape.coverage = .unspecified
      shape.observations[0].quantity = Quantity(text: "1亿", unit: "斗")
      let first = await failure { try await fixture.submit(shape) }
      #expect(first?.code == .invalidArgument)
      #expect(
        first?.broken == [
          "report.period period.format", "report.coverage report.coverage",
          "report.observations[0].quantity.unit quantity.unit",
        ])
      let second = await failure {
        try await fixture.submit(
          APIFixture.report("450000", ["nothing": "1亿元"], channel: "nothing"))
      }
      #expect(
        second?.broken == [
          "report.channel_code report.channel", "report.form_code report.form",
          "report.observations[0].indicator_code report.indicator",
        ])
      let third = await failure {
        try await fixture.submit(
          APIFixture.report(
            "450000", ["enterprise_count": "2l家", "gross_output": "810亿人"]))
      }
      #expect(
        third?.broken == [
          "report.observations[0].quantity quantity.letter_in_number",
          "report.observations[1].quantity quantity.unit_mismatch",
        ])
      #expect(third?.violations.first?.value == "2l家")
      let fourth = await failure {
        try await fixture.submit(APIFixture.report("459999", ["gross_output": "1亿元"]))
      }
      #expect(fourth?.broken == ["report.place_code report.place_unknown"])
      var disagreeing = APIFixture.report("450000", [:])
      disagreeing.observations = [
        Observation(
          indicatorCode: "gross_output",
          quantity: Quantity(text: "810亿元", value: Decimal(unscaled: 5)))
      ]
      let fifth = await failure { try await fixture.submit(disagreeing) }
      #expect(fifth?.broken == ["report.observations[0].quantity quantity.disagrees"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a retry has one effect, a dry run none`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let report = APIFixture.report("450000", ["gross_output": "810亿元"])
      let dry = try await fixture.submit(report, validateOnly: true)
      #expect(dry.report?.revision == 1)
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "未统计")
      let first = try await fixture.submit(report, id: "r1")
      let second = try await fixture.submit(report, id: "r1")
      #expect(first == second)
      let other = APIFixture.report("450000", ["gross_output": "811亿元"])
      #expect(await code { try await fixture.submit(other, id: "r1") } == .alreadyExists)
      let overlap = await failure { try await fixture.submit(other) }
      #expect(overlap?.code == .alreadyExists)
      #expect(overlap?.resource?.resourceName == first.report?.id)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a correction needs the current etag and a reason`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let submitted = try await fixture.submit(
        APIFixture.report("450000", ["gross_output": "800亿元"]))
      var report = try #require(submitted.report)
      let old = report.etag
      report.observations[0].quantity = Quantity(text: "810亿元")
      report.etag = ""
      #expect(
        await failure { _ = try await fixture.revise(report) }?.broken == ["report.etag required"]
      )
      report.etag = old
      #expect(
        await failure { _ = try await fixture.revise(report, reason: " ") }?.broken == [
          "report.reason report.reason"
        ])
      let revised = try await fixture.revise(report).report
      #expect(revised?.revision == 2 && revised?.reason == "更正")
      #expect(await code { _ = try await fixture.revise(report) } == .aborted)
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "810亿元")
      let stale = await code { _ = try await fixture.withdraw(report) }
      #expect(stale == .aborted)
      let withdrawn = try await fixture.withdraw(try #require(revised))
      #expect(withdrawn.state == .withdrawn)
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "未统计")
      #expect(await code { _ = try await fixture.withdraw(withdrawn) } == .failedPrecondition)
      let history = try await fixture.api.listReportRevisions(
        ListReportRevisionsRequest(id: report.id),
        context: fixture.call(Methods.listReportRevisions.info, as: nil))
      #expect(history.revisions.map(\.revision) == [1, 2, 3])
      let first = try #require(history.revisions.first)
      let then = try await fixture.api.getReport(
        GetReportRequest(id: report.id, asOf: first.updateTime),
        context: fixture.call(Methods.getReport.info, as: nil))
      #expect(then.report?.observations.first?.quantity?.text == "800亿")
      let unknown = await code {
        _ = try await fixture.api.getReport(
          GetReportRequest(id: "nothing"),
          context: fixture.call(Methods.getReport.info, as: nil))
      }
      #expect(unknown == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `lists are filtered, paged and hide single units from strangers`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      for place in ["450000", "450900", "450100"] {
        try await fixture.submit(APIFixture.report(place, ["tax_paid": "1亿元"]))
      }
      let unit = try await fixture.submit(
        APIFixture.report("", ["tax_paid": "10万元"], coverage: .unit, unit: "u1"))
      let other = try await fixture.submit(
        APIFixture.report("", ["tax_paid": "10万元"], coverage: .unit, unit: "u2"))
      func list(
        _ request: ListReportsRequest, as principal: Principal?
      ) async throws -> ListReportsResponse {
        try await fixture.api.listReports(
          request, context: fixture.call(Methods.listReports.info, as: principal))
      }
      let all = try await list(ListReportsRequest(), as: APIFixture.principal("450000", .reader))
      #expect(all.reports.count == 5 && all.totalSize == 5)
      #expect(try await list(ListReportsRequest(), as: nil).totalSize == 3)
      let mine = try await list(ListReportsRequest(), as: APIFixture.principal("450900", .clerk))
      #expect(mine.reports.filter { $0.coverage == .unit }.map(\.id) == [unit.report?.id])
      let below = try await list(ListReportsRequest(placeCode: "450900"), as: nil)
      #expect(below.reports.map(\.placeCode) == ["450900"])
      let units = ListReportsRequest(coverage: .unit)
      #expect(await code { _ = try await list(units, as: nil) } == .unauthenticated)
      #expect(await code { _ = try await list(.init(placeCode: "1"), as: nil) } == .notFound)
      var pages: [String] = []
      var request = ListReportsRequest(pageSize: 2)
      repeat {
        let page = try await list(request, as: APIFixture.principal("450000"))
        pages += page.reports.map(\.id)
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(pages == all.reports.map(\.id))
      let foreign = await failure {
        let page = try await list(ListReportsRequest(pageSize: 2), as: nil)
        _ = try await list(
          ListReportsRequest(pageSize: 2, pageToken: page.nextPageToken, period: "2013"),
          as: nil)
      }
      #expect(foreign?.broken == ["page_token page_token.foreign"])
      // One unit's report by its id.
      func get(_ id: String?, _ principal: Principal?) async -> RPCError.Code? {
        await code {
          _ = try await fixture.api.getReport(
            GetReportRequest(id: id ?? ""),
            context: fixture.call(Methods.getReport.info, as: principal))
        }
      }
      #expect(await get(unit.report?.id, nil) == .unauthenticated)
      #expect(await get(unit.report?.id, APIFixture.principal("450900", .reader)) == nil)
      #expect(
        await get(other.report?.id, APIFixture.principal("450900", .reader)) == .permissionDenied)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a writer stays in his subtree`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let yulin = APIFixture.principal("450900", .clerk)
      try await fixture.submit(
        APIFixture.report("450923", ["tax_paid": "1亿元"]), as: yulin)
      try await fixture.submit(
        APIFixture.report("", ["tax_paid": "1万元"], coverage: .unit, unit: "u1"), as: yulin)
      for report in [
        APIFixture.report("450000", ["tax_paid": "1亿元"]),
        APIFixture.report("450100", ["tax_paid": "1亿元"]),
        APIFixture.report("", ["tax_paid": "1万元"], coverage: .unit, unit: "u2"),
      ] {
        #expect(await code { try await fixture.submit(report, as: yulin) } == .permissionDenied)
        #expect(await code { try await fixture.submit(report, as: nil) } == .unauthenticated)
      }
      let stranger = APIFixture.principal("440000", .administrator)
      let report = APIFixture.report("450981", ["tax_paid": "1亿元"])
      #expect(await code { try await fixture.submit(report, as: stranger) } == .permissionDenied)
    }
  }

  @Test(arguments: Engine.allCases)
  func `without the register nothing can be placed`(engine: Engine) async throws {
    try await APIFixture.with(engine, register: false) { fixture in
      let report = APIFixture.report("450000", ["gross_output": "810亿元"])
      #expect(await code { try await fixture.submit(report) } == .unavailable)
      #expect(
        await code { _ = try await fixture.figure("total/450000/bureau/gross_output/2013") }
          == .unavailable)
      let copy = try await fixture.api.getRegisterCopy(
        GetRegisterCopyRequest(), context: fixture.call(Methods.getRegisterCopy.info, as: nil))
      #expect(!copy.complete && copy.cursor.isEmpty && copy.appliedTime.isEmpty)
    }
  }
}
