// Reads of statistics.

internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain
internal import RPC
internal import StatisticsMessages

struct StatisticsRoutes: Sendable {
  let statistics: StatisticsServiceClient
  let fetcher: FigureFetcher
  let limits: HTTPLimits

  static let tag = "统计"

  var routes: [RouteSpec] {
    [
      indicators, channels, forms, reports, report, figures, targets, years,
      placeTotals, differences,
    ]
  }

  private var indicators: RouteSpec {
    .message(
      "/v1/indicators", operation: "listIndicators", tag: Self.tag, summary: "指标",
      parameters: ParameterSpec.paging
    ) { [statistics] request in
      try await statistics.listIndicators(
        ListIndicatorsRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token")),
        options: request.scope.options)
    }
  }

  private var channels: RouteSpec {
    .message(
      "/v1/channels", operation: "listChannels", tag: Self.tag,
      summary: "渠道；各渠道互有重叠，数字不相加"
    ) { [statistics] request in
      try await statistics.listChannels(ListChannelsRequest(), options: request.scope.options)
    }
  }

  private var forms: RouteSpec {
    .message(
      "/v1/forms", operation: "listForms", tag: Self.tag, summary: "报表",
      parameters: [.query("channel_code", "渠道代码")]
    ) { [statistics] request in
      try await statistics.listForms(
        ListFormsRequest(channelCode: request.text("channel_code")),
        options: request.scope.options)
    }
  }

  private var reports: RouteSpec {
    .message(
      "/v1/statistical-reports", operation: "listStatisticalReports", tag: Self.tag,
      summary: "报上来的报表",
      parameters: ParameterSpec.paging + [
        .query("place_code", .placeCode, "地区代码，含其以下各地"), .query("channel_code", "渠道代码"),
        .query("form_code", "报表代码"), .query("period", "期别：2013、2013-H1、2013-Q1、2013-05"),
        .query("unit_id", "企业的编号"),
        .query("coverage", .choice(ChoiceList(Coverage.allKnownCases)), "口径"),
        .query("nature", .choice(ChoiceList(Nature.allKnownCases)), "性质"),
        .query("include_withdrawn", .boolean, "是否含已撤回的"),
      ]
    ) { [statistics] request in
      try await statistics.listReports(
        ListReportsRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          placeCode: request.text("place_code"), channelCode: request.text("channel_code"),
          formCode: request.text("form_code"), period: request.text("period"),
          unitId: request.text("unit_id"), coverage: request.choice("coverage"),
          nature: request.choice("nature"), includeWithdrawn: request.flag("include_withdrawn")),
        options: request.scope.options)
    }
  }

  private var report: RouteSpec {
    .message(
      "/v1/statistical-reports/{id}", operation: "getStatisticalReport", tag: Self.tag,
      summary: "一份报表",
      parameters: [.path("id", .text, "报表的编号"), .recordedClock]
    ) { [statistics] request in
      try await statistics.getReport(
        GetReportRequest(id: request.text("id"), asOf: request.text("as_of")),
        options: request.scope.options)
    }
  }

  private var figures: RouteSpec {
    .message(
      "/v1/figures", operation: "getFigures", tag: "数字", summary: "按键取数字，可一次取多个",
      parameters: [
        .query(
          "key", required: true, repeated: true,
          "数字的键，可重复至\(limits.maximumKeys)次；其中的 ? 和 & 要转义"),
        .recordedClock,
        .query(
          "min_generation", .unsigned(maximum: UInt64(Int64.max)), "只用不早于这一版本的数据作答"),
      ]
    ) { request in
      try await figures(request)
    }
  }

  /// Figures of every service, in the order in which their keys were asked.
  private func figures(_ request: RouteRequest) async throws -> BatchGetFiguresResponse {
    let keys = request.all("key")
    guard keys.count <= limits.maximumKeys else {
      throw RPCError(.invalidArgument, "at most \(limits.maximumKeys) keys may be asked for")
    }
    let fetched = await fetcher.figures(
      keys, asOf: request.text("as_of"), minGeneration: request.signed64("min_generation"),
      scope: request.scope)
    // No list of figures is answered in part: a program would take the rest for complete.
    let failure = fetched.failures.min { $0.key < $1.key }?.value
    if let error = failure ?? fetched.refusals.min(by: { $0.key < $1.key })?.value { throw error }
    return BatchGetFiguresResponse(
      figures: keys.compactMap { fetched.figures[$0] },
      generation: fetched.generations.max() ?? 0)
  }

  private var targets: RouteSpec {
    .message(
      "/v1/targets", operation: "listTargets", tag: Self.tag, summary: "目标",
      parameters: ParameterSpec.paging + [
        .query("place_code", .placeCode, "地区代码"), .query("period", "期别，例如 2014"),
      ]
    ) { [statistics] request in
      try await statistics.listTargets(
        ListTargetsRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          placeCode: request.text("place_code"), period: request.text("period")),
        options: request.scope.options)
    }
  }

  private var years: RouteSpec {
    .message(
      "/v1/places/{code}/years", operation: "listYears", tag: Self.tag,
      summary: "一个地区有记录的年份",
      parameters: [.path("code", .placeCode, "地区代码")]
    ) { [statistics] request in
      try await statistics.listYears(
        ListYearsRequest(placeCode: request.text("code")), options: request.scope.options)
    }
  }

  private var placeTotals: RouteSpec {
    .message(
      "/v1/places/{code}/totals", operation: "listPlaceTotals", tag: Self.tag,
      summary: "直属各地区的数字",
      parameters: [
        .path("code", .placeCode, "上级地区代码"),
        .query("channel_code", required: true, "渠道代码"),
        .query("indicator_code", required: true, "指标代码"),
        .query("period", required: true, "期别，例如 2013"), .query("sector", "行业"),
        .query("nature", .choice(ChoiceList(Nature.allKnownCases)), "性质，不填为实际"),
      ]
    ) { [statistics] request in
      try await statistics.listPlaceTotals(
        ListPlaceTotalsRequest(
          parentCode: request.text("code"), channelCode: request.text("channel_code"),
          indicatorCode: request.text("indicator_code"), period: request.text("period"),
          sector: request.text("sector"), nature: request.choice("nature")),
        options: request.scope.options)
    }
  }

  private var differences: RouteSpec {
    .message(
      "/v1/differences", operation: "listDifferences", tag: Self.tag,
      summary: "与计算不符的原文数字",
      parameters: [
        .query("place_code", .placeCode, required: true, "地区代码"),
        .query("period", required: true, "期别，例如 2013"),
      ]
    ) { [statistics] request in
      try await statistics.listDifferences(
        ListDifferencesRequest(
          placeCode: request.text("place_code"), period: request.text("period")),
        options: request.scope.options)
    }
  }
}
