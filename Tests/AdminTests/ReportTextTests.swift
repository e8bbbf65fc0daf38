internal import ArgumentParser
internal import CommonMessages
internal import GatewayMessages
internal import RPC
internal import Synchronization
internal import Testing

@testable internal import Admin

/// A gateway that remembers the texts it was given.
private final class ScriptedGateway: Sendable {
  struct Kept {
    var templates: [String: ReportTemplate] = [:]
    var narratives: [Narrative] = []
    var published: [PublishAnnualReportRequest] = []
  }

  let kept = Mutex(Kept())

  func register(in router: inout Router) {
    let kept = self
    router.unary(TemplateServiceMethods.getReportTemplate) { request, _ in
      let found = kept.kept.withLock { $0.templates[request.federationCode + request.year] }
      guard let found else { throw RPCError(.notFound, "none") }
      return GetReportTemplateResponse(template: found)
    }
    router.unary(TemplateServiceMethods.putReportTemplate) { request, _ in
      guard var template = request.template else { throw RPCError(.invalidArgument, "none") }
      let key = template.federationCode + template.year
      return try kept.kept.withLock { kept in
        let current = kept.templates[key]
        guard template.etag == current?.etag ?? "" else { throw RPCError(.aborted, "stale") }
        if let current, current.content == template.content {
          return PutReportTemplateResponse(template: current, nothingNew: true)
        }
        template.revision = (current?.revision ?? 0) + 1
        template.etag = "r\(template.revision)"
        if !request.validateOnly { kept.templates[key] = template }
        return PutReportTemplateResponse(template: template)
      }
    }
    router.unary(TemplateServiceMethods.listNarratives) { _, _ in
      ListNarrativesResponse(narratives: kept.kept.withLock { $0.narratives })
    }
    router.unary(TemplateServiceMethods.putNarrative) { request, _ in
      guard let narrative = request.narrative else { throw RPCError(.invalidArgument, "none") }
      kept.kept.withLock { $0.narratives.append(narrative) }
      return PutNarrativeResponse(narrative: narrative)
    }
    router.unary(PublicationServiceMethods.publishAnnualReport) { request, _ in
      kept.kept.withLock { $0.published.append(request) }
      return PublishAnnualReportResponse(
        publication: Publication(number: 3, missingServices: ["talent"]))
    }
    router.unary(PublicationServiceMethods.listPublications) { _, _ in
      ListPublicationsResponse(publications: [
        Publication(year: "2016", number: 3, title: "报告", note: "定稿", publisher: "li.si")
      ])
    }
    router.unary(PublicationServiceMethods.compareWithPublication) { request, _ in
      CompareWithPublicationResponse(
        changedFigures: [FigureChange(key: "a", oldPrinted: "1个", newPrinted: "2个")],
        goneFigures: [FigureChange(key: "b", oldPrinted: "3个")],
        newFigures: [FigureChange(key: "c", newPrinted: "\(request.number)号")],
        changedClaims: [
          ClaimChange(text: "再创新高", oldAnswer: .holds, newAnswer: .contradicted)
        ], unchangedCount: 7, missingServices: [MissingService(service: "talent")])
    }
  }
}

@Suite struct ReportTextTests {
  private let report = ["--federation", "450000", "--year", "2016"]

  private func stage(_ gateway: ScriptedGateway) async throws -> Stage {
    try await Stage { gateway.register(in: &$0) }
  }

  @Test func aTemplateIsPutShownAndPutAgain() async throws {
    let (gateway, folder) = (ScriptedGateway(), try Folder())
    let stage = try await stage(gateway)
    let file = try folder.file("a.txt", "\u{FEFF}# 题\n## a 一\n")
    try await TemplatePutCommand.parse([file, "--dry-run"] + report).run(stage.session)
    #expect(gateway.kept.withLock { $0.templates.isEmpty })
    try await TemplatePutCommand.parse([file] + report).run(stage.session)
    try await TemplatePutCommand.parse([file] + report).run(stage.session)
    let changed = try folder.file("a.txt", "# 新题\n## a 一\n")
    try await TemplatePutCommand.parse([changed] + report).run(stage.session)
    let lines = stage.screen.output.split(separator: "\n")
    #expect(
      lines.map { $0.suffix(8).split(separator: "：").last } == [
        "可以写入；没有写入".suffix(8).split(separator: "：").last, "已写入，修订 1", "没有新内容", "已写入，修订 2",
      ])
    try await TemplateShowCommand.parse(report).run(stage.session)
    #expect(stage.screen.output.hasSuffix("# 新题\n## a 一\n"))
    let none = try await failure {
      try await TemplateShowCommand.parse(["--federation", "450000", "--year", "2015"]).run(
        stage.session)
    }
    #expect(none?.exitCode == .notFound)
    await stage.end()
  }

  @Test func aNarrativeSaysItsSource() async throws {
    let (gateway, folder) = (ScriptedGateway(), try Folder())
    let stage = try await stage(gateway)
    let file = try folder.file("w.txt", "第一段。\n")
    try await NarrativePutCommand.parse(
      [file, "--id", "work", "--title", "主要工作", "--document", "总结"] + report
    ).run(stage.session)
    let narrative = gateway.kept.withLock { $0.narratives.first }
    #expect(narrative?.id == "work" && narrative?.title == "主要工作")
    #expect(narrative?.provenance?.document == "总结" && narrative?.content == "第一段。\n")
    try await NarrativeListCommand.parse(report).run(stage.session)
    #expect(stage.screen.output.contains("work  主要工作"))
    await stage.end()
  }

  @Test func aReportIsPublishedListedAndCompared() async throws {
    let gateway = ScriptedGateway()
    let stage = try await stage(gateway)
    try await ReportPublishCommand.parse(report + ["--note", "定稿"]).run(stage.session)
    let sent = try #require(gateway.kept.withLock { $0.published.first })
    #expect(sent.note == "定稿" && !sent.allowPartial && !sent.requestId.isEmpty)
    #expect(stage.screen.output.contains("第3号") && stage.screen.notes.contains("talent"))
    try await ReportPublicationsCommand.parse(["--federation", "450000"]).run(stage.session)
    #expect(stage.screen.output.contains("li.si"))
    try await ReportChangesCommand.parse(report + ["--number", "3"]).run(stage.session)
    for part in ["变了  a  1个 → 2个", "没了  b  3个", "新有  c  3号", "成立 → 与记录不符", "7 个数字没有变"] {
      #expect(stage.screen.output.contains(part), "\(part)")
    }
    await stage.end()
  }

  @Test func aManifestMayHoldTexts() async throws {
    let folder = try Folder()
    _ = try folder.file("t.txt", "# 题\n## a 一\n")
    _ = try folder.file("n.txt", "叙述。\n")
    _ = try folder.file(
      "manifest.json",
      """
      {"title":"x","files":[
        {"file":"t.txt","kind":"gateway/report_template","federation":"450000","year":"2016"},
        {"file":"n.txt","kind":"gateway/narrative","federation":"450000","year":"2016",
         "id":"work","title":"主要工作","document":"总结"}]}
      """)
    let gateway = ScriptedGateway()
    let stage = try await Stage { router in
      gateway.register(in: &router)
      ScriptedKinds.register(in: &router)
    }
    try await DemoLoadCommand.parse(["--directory", folder.path]).run(stage.session)
    #expect(gateway.kept.withLock { $0.templates["4500002016"]?.content } == "# 题\n## a 一\n")
    #expect(gateway.kept.withLock { $0.narratives.map(\.id) } == ["work"])
    await stage.end()
  }
}
