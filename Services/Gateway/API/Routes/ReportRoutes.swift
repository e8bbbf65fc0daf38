// The annual work report and the explanation of its figures.

internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain
internal import GatewayMessages
internal import GatewayReports

struct ReportRoutes: Sendable {
  let reports: ReportReader
  let explainer: FigureExplainer

  var routes: [RouteSpec] { [annual, explanation] }

  private var annual: RouteSpec {
    RouteSpec(
      "/v1/federations/{code}/report", operation: "getAnnualReport", tag: "报告",
      summary: "联社的年度工作报告，按现在的记录计算",
      parameters: [
        .path("code", .placeCode, "联社代码，例如 450000"),
        .query("year", .year, required: true, "年份，例如 2013"),
      ],
      forms: [.json, .markdown, .html], schema: GetAnnualReportResponse.schema
    ) { [reports] request in
      guard let year = ReportYear(request.text("year")) else {
        throw Problem.invalid([])
      }
      let facts = try await reports.facts(
        of: request.text("code"), year: year, scope: request.scope)
      let document = ReportComposer(facts).document()
      switch request.form {
      case .json: return try .json(GetAnnualReportResponse(report: AnnualReport(document)))
      case .markdown: return .text(MarkdownRenderer(.site).render(document), .markdown)
      case .html: return .text(ReportPage().render(document), .html)
      }
    }
  }

  private var explanation: RouteSpec {
    RouteSpec(
      "/v1/figures/explain", operation: "explainFigure", tag: "数字",
      summary: "一个数字怎样得出，背后有哪些记录",
      parameters: [
        .query("key", required: true, "数字的键，例如 total/450000/bureau/gross_output/2013"),
        .recordedClock,
      ] + ParameterSpec.paging,
      forms: [.json, .html], schema: FigureExplanation.schema
    ) { [explainer] request in
      let question = FigureQuestion(
        key: request.text("key"), asOf: request.text("as_of"),
        pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"))
      let answer = try await explainer.explain(question, scope: request.scope)
      guard request.form == .html else { return try .json(answer) }
      let names = await explainer.names(
        in: answer, of: question.key, scope: request.scope)
      let document = ExplanationDocument(answer, question: question, names: names)
      return .text(ExplanationPage().render(document), .html)
    }
  }
}
