// Published reports, and the texts that reports are written from.

internal import GatewayClients
internal import GatewayDomain
internal import GatewayMessages
internal import GatewayReports
internal import Wire

struct PublicationRoutes: Sendable {
  let library: ReportLibrary
  let desk: PublicationDesk

  private static let tag = "报告"
  private static let federation = ParameterSpec.path("code", .placeCode, "联社代码，例如 450000")
  private static let year = ParameterSpec.query("year", .year, required: true, "年份，例如 2016")
  private static let number = ParameterSpec.path(
    "number", .unsigned(maximum: UInt64(UInt32.max)), "第几号发布；0 为最近一次")

  var routes: [RouteSpec] {
    [template, templates, narratives, narrative, list, one, changes]
  }

  // MARK: Texts

  private var template: RouteSpec {
    .message(
      "/v1/federations/{code}/report/template", operation: "getReportTemplate", tag: Self.tag,
      summary: "一份报告的模板；没有写过的为404，报告按内置模板写成",
      parameters: [Self.federation, Self.year, .recordedClock]
    ) { [library] request in
      try await library.template(
        GetReportTemplateRequest(
          federationCode: request.text("code"), year: request.text("year"),
          asOf: request.text("as_of")), deadline: request.scope.deadline)
    }
  }

  private var templates: RouteSpec {
    .message(
      "/v1/report-templates", operation: "listReportTemplates", tag: Self.tag,
      summary: "写过模板的报告",
      parameters: ParameterSpec.paging + [.query("federation_code", .placeCode, "联社代码")]
    ) { [library] request in
      try await library.templates(
        ListReportTemplatesRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          federationCode: request.text("federation_code")), deadline: request.scope.deadline)
    }
  }

  private var narratives: RouteSpec {
    .message(
      "/v1/federations/{code}/narratives", operation: "listNarratives", tag: Self.tag,
      summary: "一份报告的各段叙述", parameters: [Self.federation, Self.year]
    ) { [library] request in
      try await library.narratives(
        ListNarrativesRequest(
          federationCode: request.text("code"), year: request.text("year")),
        deadline: request.scope.deadline)
    }
  }

  private var narrative: RouteSpec {
    .message(
      "/v1/federations/{code}/narratives/{id}", operation: "getNarrative", tag: Self.tag,
      summary: "一段叙述",
      parameters: [Self.federation, .path("id", .text, "叙述的代码"), Self.year, .recordedClock]
    ) { [library] request in
      try await library.narrative(
        GetNarrativeRequest(
          federationCode: request.text("code"), year: request.text("year"),
          id: request.text("id"), asOf: request.text("as_of")), deadline: request.scope.deadline)
    }
  }

  // MARK: Publications

  private var list: RouteSpec {
    RouteSpec(
      "/v1/federations/{code}/report/publications", operation: "listPublications", tag: Self.tag,
      summary: "一个联社发布过的报告",
      parameters: [Self.federation, .query("year", .year, "年份，例如 2016；不填为各年")],
      forms: [.json, .html], schema: ListPublicationsResponse.schema
    ) { [desk] request in
      let answer = try await desk.publications(
        ListPublicationsRequest(
          federationCode: request.text("code"), year: request.text("year")),
        deadline: request.scope.deadline)
      guard request.form == .html else { return try .json(answer) }
      let list = PublicationListDocument(
        federationCode: request.text("code"),
        publications: answer.publications.map(PublicationListDocument.Item.init))
      return .text(PublicationListPage().render(list), .html)
    }
  }

  private var one: RouteSpec {
    RouteSpec(
      "/v1/federations/{code}/report/publications/{number}", operation: "getPublication",
      tag: Self.tag, summary: "发布时的报告，一字不改",
      parameters: [Self.federation, Self.number, Self.year], forms: [.json, .markdown, .html],
      schema: GetPublicationResponse.schema
    ) { [desk] request in
      let answer = try await desk.publication(
        GetPublicationRequest(
          federationCode: request.text("code"), year: request.text("year"),
          number: request.unsigned32("number")), deadline: request.scope.deadline)
      let document = ReportDocument(answer.report ?? AnnualReport())
      switch request.form {
      case .json: return try .json(answer)
      case .markdown: return .text(MarkdownRenderer(.site).render(document), .markdown)
      case .html: return .text(ReportPage().render(document), .html)
      }
    }
  }

  private var changes: RouteSpec {
    RouteSpec(
      "/v1/federations/{code}/report/publications/{number}/changes",
      operation: "compareWithPublication", tag: Self.tag, summary: "发布以后哪些数字变了",
      parameters: [Self.federation, Self.number, Self.year], forms: [.json, .html],
      schema: CompareWithPublicationResponse.schema
    ) { [desk] request in
      let answer = try await desk.comparison(
        CompareWithPublicationRequest(
          federationCode: request.text("code"), year: request.text("year"),
          number: request.unsigned32("number")), scope: request.scope)
      guard request.form == .html else { return try .json(answer) }
      return .text(ChangesPage().render(ChangesDocument(answer)), .html)
    }
  }
}
