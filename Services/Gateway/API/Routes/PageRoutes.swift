// The start page, the stylesheet, and the description of the interface.

internal import GatewayClients
internal import GatewayDomain
internal import GatewayReports
internal import RPC
internal import RegistryMessages

struct PageRoutes: Sendable {
  let backends: Backends
  let limits: HTTPLimits
  /// Routes that the start page lists.
  let described: [RouteSpec]

  private static let tag = "页面"

  var routes: [RouteSpec] {
    let pages = [start, stylesheet]
    return pages + [openAPI(describing: described + pages)]
  }

  private var start: RouteSpec {
    RouteSpec(
      "/", operation: "getStartPage", tag: Self.tag, summary: "起始页：有哪些报告和接口",
      parameters: [.query("federation", .placeCode, "联社代码：列出它有记录的年份")],
      forms: [.html]
    ) { request in
      .text(StartPage().render(await document(request)), .html)
    }
  }

  private var stylesheet: RouteSpec {
    RouteSpec(
      Stylesheet.path, operation: "getStylesheet", tag: Self.tag, summary: "页面的样式", forms: []
    ) { _ in
      RouteReply(
        contentType: "text/css; charset=utf-8", body: Array(Stylesheet.text.utf8),
        cacheControl: "max-age=3600")
    }
  }

  private func openAPI(describing routes: [RouteSpec]) -> RouteSpec {
    let own = RouteSpec(
      "/v1/openapi.json", operation: "getOpenAPI", tag: Self.tag, summary: "接口说明（OpenAPI 3.1）"
    ) { _ in RouteReply(contentType: Representation.json.contentType, body: []) }
    let body = OpenAPIDocument(routes: routes + [own]).json.utf8
    return RouteSpec(
      own.path, operation: own.operation, tag: own.tag, summary: own.summary
    ) { _ in
      RouteReply(contentType: Representation.json.contentType, body: body)
    }
  }

  // MARK: Start page

  private func document(_ request: RouteRequest) async -> StartDocument {
    let routes = described.map { (template: $0.path, summary: $0.summary) }
    let answer: ListFederationsResponse
    do {
      answer = try await backends.registry.listFederations(
        ListFederationsRequest(
          pageSize: limits.maximumStartFederations, ancestorCode: request.text("federation")),
        options: request.scope.options)
    } catch {
      return StartDocument(
        federations: [], isCut: false,
        failure: "名录服务：\(Self.reason(error))，暂时列不出联社。", routes: routes)
    }
    let entries = answer.federations.map(FederationEntry.init)
    let (years, failure) = await years(of: entries, scope: request.scope)
    let federations = entries.enumerated().map { index, entry in
      StartDocument.Federation(
        code: entry.code, name: entry.name, level: entry.level?.chinese ?? "",
        years: index < years.count ? years[index] : nil)
    }
    return StartDocument(
      federations: federations, isCut: !answer.nextPageToken.isEmpty, failure: failure,
      routes: routes)
  }

  /// The years of the first federations; those of the others are one click away.
  private func years(
    of federations: [FederationEntry], scope: CallScope
  ) async -> (years: [[Int]], failure: String?) {
    let places = federations.prefix(limits.maximumStartYears).map(\.placeCode)
    do {
      return (try await YearsReader(backends: backends).years(of: places, scope: scope), nil)
    } catch {
      return ([], "统计服务：\(Self.reason(error))，暂时列不出年份。")
    }
  }

  private static func reason(_ error: any Error) -> String {
    (error as? RPCError)?.code.titleChinese ?? "没有应答"
  }
}
