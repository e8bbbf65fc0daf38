// What documents state, as each service keeps it.

internal import GatewayDomain
internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain

struct StatedFigureRoutes: Sendable {
  let backends: Backends

  private static let code = ParameterSpec.path("code", .text, "数字的代码")
  private static let filters =
    ParameterSpec.paging + [
      .query("place_code", .placeCode, "地区代码"), .query("period", "期别，例如 2013"),
    ]

  var routes: [RouteSpec] {
    [list, one] + ServiceName.withEntries.flatMap { [entryList(of: $0), entryOne(of: $0)] }
  }

  private var list: RouteSpec {
    .message(
      "/v1/stated-figures", operation: "listStatedFigures", tag: "统计",
      summary: "文件所载的统计数字（原文）",
      parameters: Self.filters + [
        .query("channel_code", "渠道代码"), .query("indicator_code", "指标代码"),
      ]
    ) { [backends] request in
      var question = Self.question(request)
      question.channelCode = request.text("channel_code")
      question.indicatorCode = request.text("indicator_code")
      return try await backends.records(of: .statistics).listStatedFigures(
        question, options: request.scope.options)
    }
  }

  private var one: RouteSpec {
    .message(
      "/v1/stated-figures/{code}", operation: "getStatedFigure", tag: "统计",
      summary: "文件所载的一个统计数字（原文）", parameters: [Self.code]
    ) { [backends] request in
      try await backends.records(of: .statistics).getStatedFigure(
        GetStatedFigureRequest(code: request.text("code")), options: request.scope.options)
    }
  }

  private func entryList(of service: ServiceName) -> RouteSpec {
    .message(
      "/v1/\(service.rawValue)/stated-figures",
      operation: "list\(service.rawValue.capitalizedFirst)StatedFigures", tag: Self.tag(service),
      summary: "文件所载的\(Self.tag(service))数字（原文）", parameters: Self.filters
    ) { [backends] request in
      try await backends.records(of: service).listStatedFigures(
        Self.question(request), options: request.scope.options)
    }
  }

  private func entryOne(of service: ServiceName) -> RouteSpec {
    .message(
      "/v1/\(service.rawValue)/stated-figures/{code}",
      operation: "get\(service.rawValue.capitalizedFirst)StatedFigure", tag: Self.tag(service),
      summary: "文件所载的一个\(Self.tag(service))数字（原文）", parameters: [Self.code]
    ) { [backends] request in
      try await backends.records(of: service).getStatedFigure(
        GetStatedFigureRequest(code: request.text("code")), options: request.scope.options)
    }
  }

  private static func tag(_ service: ServiceName) -> String {
    switch service {
    case .registry: "名录"
    case .statistics: "统计"
    case .exhibitions: "展会"
    case .talent: "人才"
    }
  }

  private static func question(_ request: RouteRequest) -> ListStatedFiguresRequest {
    ListStatedFiguresRequest(
      pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
      placeCode: request.text("place_code"), period: request.text("period"))
  }
}

extension String {
  /// "Registry".
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
