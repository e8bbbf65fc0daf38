internal import CommonMessages
internal import GatewayAPI
internal import GatewayClients
internal import GatewayMessages
internal import GatewaySupport
internal import RPC
internal import StatisticsMessages
internal import Testing

struct ReportAPITests {
  private let registry = Sample.registry.channel()
  private let statistics = Sample.statistics.channel()

  private var api: ReportAPI {
    let backends = Backends(registry: registry, statistics: statistics)
    return ReportAPI(
      reports: ReportReader(backends: backends, now: { "now" }),
      explainer: FigureExplainer(backends: backends))
  }

  private func context(
    _ metadata: Metadata = Metadata(), deadline: ContinuousClock.Instant? = nil
  ) -> CallContext {
    CallContext(
      method: ReportServiceMethods.getAnnualReport.info, requestMetadata: metadata,
      deadline: deadline)
  }

  @Test func theChannelGivesTheSameReport() async throws {
    let answer = try await api.getAnnualReport(
      GetAnnualReportRequest(federationCode: "450000", year: "2013"), context: context())
    let report = try #require(answer.report)
    #expect(report.title.hasSuffix("2013年度工作报告（统计部分）"))
    let figures = report.sections.flatMap(\.paragraphs).flatMap(\.spans).compactMap {
      if case .figure(let figure)? = $0.content { figure } else { nil }
    }
    #expect(figures.contains { $0.printed == "810亿元" && $0.mark == .computed })
    #expect(figures.contains { $0.printed == "8%" && $0.mark == .stated })
    #expect(
      figures.allSatisfy { !$0.key.isEmpty && !$0.service.isEmpty && !$0.explainPath.isEmpty })
  }

  @Test func theWrittenReportIsThatOfTheDocument() async throws {
    func write(_ form: ReportForm, _ base: String = "") async throws -> String {
      let answer = try await api.renderAnnualReport(
        RenderAnnualReportRequest(
          federationCode: "450000", year: "2013", form: form, linkBase: base), context: context())
      #expect(answer.missingServices.isEmpty)
      #expect(answer.contentType.hasPrefix(form == .html ? "text/html" : "text/markdown"))
      return String(decoding: answer.content, as: UTF8.self)
    }
    let key = "total/450000/bureau/gross_output/2013"
    let markdown = try await write(.markdown)
    #expect(markdown.contains("工业总产值810亿元〔计算〕"))
    #expect(markdown.contains("- 810亿元〔计算〕 `\(key)`"))
    #expect(try await write(.unspecified) == markdown)
    let linked = try await write(.markdown, "http://h:1/")
    #expect(linked.contains("[1]: http://h:1/v1/figures/explain?key=\(key)"))
    let page = try await write(.html)
    #expect(page.contains("<style>") && !page.contains("<link") && !page.contains("<a "))
    #expect(page.contains("title=\"\(key)\""))
    let hypertext = try await write(.html, "https://h")
    #expect(hypertext.contains("href=\"https://h/v1/figures/explain?key=\(key)\""))
  }

  @Test(arguments: ["h", "javascript:alert(1)", "http://a\"b", "http://a b", "http://a?b"])
  func aLinkBaseIsAPlainAddress(_ base: String) async throws {
    let error = try await #require(throws: RPCError.self) {
      try await api.renderAnnualReport(
        RenderAnnualReportRequest(federationCode: "450000", year: "2013", linkBase: base),
        context: context())
    }
    #expect(error.code == .invalidArgument)
  }

  @Test func figuresOfBothServicesAreExplained() async throws {
    for key in ["total/450000/bureau/gross_output/2013", "registry/federations/450000/all/2013"] {
      let answer = try await api.explainReportFigure(
        ExplainReportFigureRequest(key: key), context: context())
      #expect(answer.explanation?.figure?.key == key)
      #expect(answer.explanation?.records.isEmpty == false)
    }
  }

  @Test(arguments: [("45000O", "20l3", 2), ("450000", "", 1), ("", "2013", 1)])
  func badRequestsNameTheirFields(_ code: String, _ year: String, _ count: Int) async throws {
    let error = try await #require(throws: RPCError.self) {
      try await api.getAnnualReport(
        GetAnnualReportRequest(federationCode: code, year: year), context: context())
    }
    #expect(error.code == .invalidArgument)
    let violations = try error.details.compactMap { try $0.decode(BadRequest.self) }
      .flatMap(\.violations)
    #expect(violations.count == count)
  }

  @Test func tokenAndDeadlineGoOn() async throws {
    var metadata = Metadata()
    try metadata.add("Bearer t", for: "authorization")
    let deadline = ContinuousClock.now + .seconds(3)
    _ = try await api.getAnnualReport(
      GetAnnualReportRequest(federationCode: "450000", year: "2013"),
      context: context(metadata, deadline: deadline))
    for call in registry.seen + statistics.seen {
      #expect(call.options.metadata["authorization"] == "Bearer t")
      #expect(try #require(call.options.deadline) <= deadline)
    }
  }
}
