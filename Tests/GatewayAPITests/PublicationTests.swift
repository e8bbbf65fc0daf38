internal import Access
internal import CommonMessages
internal import GatewayAPI
internal import GatewayMessages
internal import GatewaySupport
internal import RPC
internal import StatisticsMessages
internal import Testing
internal import Wire

struct PublicationTests {
  @Test func whatIsPublishedStaysWordForWord() async throws {
    let desk = try await Desk()
    let report = try await desk.reports.getAnnualReport(
      GetAnnualReportRequest(federationCode: "450000", year: "2013"),
      context: desk.context(ReportServiceMethods.getAnnualReport.info, nil)
    ).report
    let first = try #require(try await desk.publish(note: "定稿"))
    #expect(first.number == 1 && first.publisher == "zhang.san" && first.note == "定稿")
    #expect(first.title == report?.title && first.missingServices.isEmpty)
    #expect(try await desk.publish()?.number == 2)
    let context = desk.context(PublicationServiceMethods.getPublication.info, nil)
    let kept = try await desk.publications.getPublication(
      GetPublicationRequest(federationCode: "450000", year: "2013", number: 1), context: context)
    #expect(kept.report == report && kept.publication == first)
    let listed = try await desk.publications.listPublications(
      ListPublicationsRequest(federationCode: "450000"), context: context)
    #expect(listed.publications.map(\.number) == [2, 1])
    let none = try await #require(throws: RPCError.self) {
      try await desk.publications.getPublication(
        GetPublicationRequest(federationCode: "450000", year: "2012"), context: context)
    }
    #expect(none.code == .notFound)
  }

  @Test func aRepeatedRequestPublishesOnce() async throws {
    let desk = try await Desk()
    let first = try await desk.publish(id: "p-1")
    #expect(try await desk.publish(id: "p-1") == first)
  }

  @Test func aPartialReportIsPublishedOnlyOnPurpose() async throws {
    let desk = try await Desk()
    desk.exhibitions.fail(RPCError(.unavailable, "no"))
    let error = try await #require(throws: RPCError.self) { try await desk.publish() }
    #expect(error.code == .failedPrecondition && error.message.contains("exhibitions"))
    let partial = try await desk.publish(partial: true)
    #expect(partial?.missingServices == ["exhibitions"])
  }

  @Test func nothingHasChangedRightAfterIt() async throws {
    let desk = try await Desk()
    _ = try await desk.publish()
    let answer = try await desk.changes()
    #expect(answer.changedFigures.isEmpty && answer.goneFigures.isEmpty)
    #expect(answer.newFigures.isEmpty && answer.changedClaims.isEmpty)
    #expect(answer.unchangedCount > 30)
  }

  @Test func changedGoneAndNewFiguresAreTold() async throws {
    let desk = try await Desk()
    _ = try await desk.publish()
    var records = Sample.statistics
    records.reports.removeAll { $0.placeCode == "450000" && $0.channelCode == "collective" }
    records.record("450000", "collective", "2013", ["gross_output": "49亿元"])
    records.record("450000", "industry", "2013", ["tax_paid": "7亿元"])
    records.targets.removeAll { $0.channelCode == "region" && $0.period == "2014" }
    let later = records.channel()
    desk.statistics.answer(as: later)
    let answer = try await desk.changes()
    let key = "total/450000/collective/gross_output/2013"
    let changed = try #require(answer.changedFigures.first { $0.key == key })
    #expect(changed.oldPrinted == "48亿元" && changed.newPrinted == "49亿元")
    #expect(changed.oldMark == .computed && changed.section == "一、经济运行")
    #expect(answer.goneFigures.map(\.key).contains("target/450000/region/gross_output/2014"))
    #expect(answer.newFigures.contains { $0.newPrinted == "7亿元" && $0.oldPrinted.isEmpty })
  }

  @Test func aServiceThatIsAwayTakesNoFiguresAway() async throws {
    let desk = try await Desk()
    _ = try await desk.publish()
    desk.statistics.fail(RPCError(.unavailable, "no"))
    let answer = try await desk.changes()
    #expect(answer.missingServices.map(\.service) == ["statistics"])
    #expect(answer.goneFigures.isEmpty && answer.changedFigures.isEmpty)
    #expect(answer.unchangedCount > 0)
  }

  @Test func aClaimWithAnotherAnswerIsTold() {
    func report(_ answer: ClaimAnswer) -> AnnualReport {
      AnnualReport(sections: [
        Section(
          id: "a", title: "一",
          paragraphs: [
            Paragraph(kind: .claim, claim: Claim(text: "再创新高", answer: answer, reasonZh: "因"))
          ])
      ])
    }
    let answer = CompareWithPublicationResponse(
      comparing: report(.holds), with: report(.contradicted))
    #expect(
      answer.changedClaims == [
        ClaimChange(
          text: "再创新高", oldAnswer: .holds, newAnswer: .contradicted, newReasonZh: "因")
      ])
  }
}

struct PublicationRouteTests {
  private static let base = "/v1/federations/450000/report/publications"

  private func published() async throws -> Face {
    let face = try await Face()
    let api = PublicationAPI(desk: face.desk)
    var context = CallContext(
      method: PublicationServiceMethods.publishAnnualReport.info, deadline: .now + .seconds(30))
    context.principal = .init(
      subject: "zhang.san", name: "", organisation: "450000", roles: [.statistician])
    _ = try await api.publishAnnualReport(
      PublishAnnualReportRequest(federationCode: "450000", year: "2013", note: "定稿<1>"),
      context: context)
    return face
  }

  @Test func publicationsAreListedAndRead() async throws {
    let face = try await published()
    let list = try await face.get(Self.base + "?year=2013").object()
    #expect((list["publications"] as? [[String: Any]])?.first?["number"] as? Int == 1)
    let page = try await face.get(Self.base, accept: "text/html").text
    #expect(page.contains("定稿&lt;1&gt;") && page.contains("/1/changes?year=2013"))
    let report = try await face.get("/v1/federations/450000/report?year=2013", accept: "text/html")
    #expect(report.text.contains(Self.base + "?year=2013"))
    for (form, begins) in [("json", "{\"publication\""), ("markdown", "# "), ("html", "<!doctype")]
    {
      let kept = try await face.get(Self.base + "/1?year=2013&format=\(form)")
      #expect(kept.status == 200 && kept.text.hasPrefix(begins), "\(form)")
      #expect(kept.text.contains("810亿元"))
    }
    #expect(try await face.get(Self.base + "/7?year=2013").status == 404)
    #expect(try await face.get(Self.base + "/x?year=2013").status == 400)
  }

  @Test func aPublishedPageIsThatOfTheReport() async throws {
    let face = try await published()
    let kept = try await face.get(Self.base + "/1?year=2013&format=markdown").text
    let now = try await face.get("/v1/federations/450000/report?year=2013&format=markdown").text
    #expect(kept == now)
  }

  @Test func changesAreAPage() async throws {
    let face = try await published()
    let same = try await face.get(Self.base + "/0/changes?year=2013", accept: "text/html").text
    #expect(same.contains("没有变动"))
    var records = Sample.statistics
    records.reports.removeAll { $0.channelCode == "collective" }
    records.record("450000", "collective", "2013", ["gross_output": "49亿元"])
    face.statistics.answer(as: records.channel())
    let page = try await face.get(Self.base + "/1/changes?year=2013", accept: "text/html").text
    #expect(page.contains("变了的数字（") && page.contains("48亿元") && page.contains("49亿元"))
    #expect(page.contains("现在的报告") && page.contains("zhang.san发布于"))
  }

  @Test func textsAreRead() async throws {
    let face = try await Face()
    let missing = try await face.get("/v1/federations/450000/report/template?year=2016")
    #expect(missing.status == 404)
    #expect(try await face.get("/v1/report-templates").text == "{}")
    #expect(try await face.get("/v1/federations/450000/narratives?year=2016").text == "{}")
    #expect(try await face.get("/v1/federations/450000/narratives/a?year=2016").status == 404)
  }
}
