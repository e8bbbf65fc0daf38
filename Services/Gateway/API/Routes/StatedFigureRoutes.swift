// What documents state, as each service keeps it.

internal import GatewayDomain
internal import CommonMessages
internal import GatewayClients
internal import RegistryMessages
internal import StatisticsMessages

struct StatedFigureRoutes: Sendable {
  let backends: Backends

  private static let code = ParameterSpec.path("code", .text, "数字的代码")
  private static let filters =
    ParameterSpec.paging + [
      .query("place_code", .placeCode, "地区代码"), .query("period", "期别，例如 2013"),
    ]

  var routes: [RouteSpec] { [list, one, registryList, registryOne] }

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

  private var registryList: RouteSpec {
    .message(
      "/v1/registry/stated-figures", operation: "listRegistryStatedFigures", tag: "名录",
      summary: "文件所载的名录数字（原文）", parameters: Self.filters
    ) { [backends] request in
      try await backends.records(of: .registry).listStatedFigures(
        Self.question(request), options: request.scope.options)
    }
  }

  private var registryOne: RouteSpec {
    .message(
      "/v1/registry/stated-figures/{code}", operation: "getRegistryStatedFigure", tag: "名录",
      summary: "文件所载的一个名录数字（原文）", parameters: [Self.code]
    ) { [backends] request in
      try await backends.records(of: .registry).getStatedFigure(
        GetStatedFigureRequest(code: request.text("code")), options: request.scope.options)
    }
  }

  private static func question(_ request: RouteRequest) -> ListStatedFiguresRequest {
    ListStatedFiguresRequest(
      pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
      placeCode: request.text("place_code"), period: request.text("period"))
  }
}
