// The report over the channel: lianshe.gateway.v1.ReportService.

package import GatewayClients
internal import GatewayDomain
package import GatewayMessages
internal import GatewayReports
package import RPC
internal import ServiceAPI

/// Answers `ReportService`.
package struct ReportAPI: ReportServiceHandler {
  private let reports: ReportReader
  private let explainer: FigureExplainer
  private let limits: HTTPLimits

  package init(
    reports: ReportReader, explainer: FigureExplainer, limits: HTTPLimits = HTTPLimits()
  ) {
    self.reports = reports
    self.explainer = explainer
    self.limits = limits
  }

  package func getAnnualReport(
    _ request: GetAnnualReportRequest, context: CallContext
  ) async throws -> GetAnnualReportResponse {
    let document = try await document(request.federationCode, request.year, context)
    return GetAnnualReportResponse(report: AnnualReport(document))
  }

  package func renderAnnualReport(
    _ request: RenderAnnualReportRequest, context: CallContext
  ) async throws -> RenderAnnualReportResponse {
    let sources = try Self.sources(request.linkBase)
    let form: Representation
    switch request.form {
    case .markdown, .unspecified: form = .markdown
    case .html: form = .html
    case .unrecognized(let number):
      throw RPCError.invalid(
        "form", "\(number)", rule: "report.form", zh: "没有这种格式", en: "There is no such form.")
    }
    let document = try await document(request.federationCode, request.year, context)
    let text =
      form == .html
      ? ReportPage(.file(sources)).render(document) : MarkdownRenderer(sources).render(document)
    return RenderAnnualReportResponse(
      contentType: form.contentType, content: Array(text.utf8),
      missingServices: AnnualReport(document).missingServices)
  }

  package func explainReportFigure(
    _ request: ExplainReportFigureRequest, context: CallContext
  ) async throws -> ExplainReportFigureResponse {
    let question = FigureQuestion(
      key: request.key, asOf: request.asOf, pageSize: request.pageSize,
      pageToken: request.pageToken)
    return ExplainReportFigureResponse(
      explanation: try await explainer.explain(question, scope: try CallScope(context, limits)))
  }

  private func document(
    _ code: String, _ year: String, _ context: CallContext
  ) async throws -> ReportDocument {
    let subject = try ReportSubject(code, year)
    let facts = try await reports.facts(
      of: subject.federation, year: subject.year, scope: try CallScope(context, limits))
    return ReportComposer(facts).document()
  }

  /// A base becomes part of links, so it is an absolute http(s) address and nothing else.
  private static func sources(_ base: String) throws(RPCError) -> FigureSources {
    guard !base.isEmpty else { return .keys }
    let isAddress = base.hasPrefix("http://") || base.hasPrefix("https://")
    let isPlain = base.utf8.allSatisfy {
      $0 > 0x20 && $0 < 0x7f && !"\"'<>()[]\\`?#".utf8.contains($0)
    }
    guard isAddress, isPlain, base.utf8.count <= 500 else {
      throw RPCError.invalid(
        "link_base", base, rule: "report.link_base",
        zh: "链接前缀应为 http:// 或 https:// 开头的地址，例如 http://127.0.0.1:8080",
        en: "A link base is an http(s) address such as http://127.0.0.1:8080.")
    }
    return .explanations(base: base.hasSuffix("/") ? String(base.dropLast()) : base)
  }
}
