// Single records by their code or number, and what belongs to one record.

internal import CommonMessages
internal import GatewayClients
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages

struct RecordRoutes: Sendable {
  let registry: RegistryServiceClient
  let statistics: StatisticsServiceClient

  private static let registers = "名录"
  private static let figures = "统计"

  var routes: [RouteSpec] {
    [
      membership, counts, indicator, target, revisions,
      reportingPeriods,
    ]
  }

  private var membership: RouteSpec {
    .message(
      "/v1/memberships/{id}", operation: "getMembership", tag: Self.registers, summary: "一项成员资格",
      parameters: [.path("id", .text, "成员资格的编号")]
    ) { [registry] request in
      try await registry.getMembership(
        GetMembershipRequest(id: request.text("id")), options: request.scope.options)
    }
  }

  private var counts: RouteSpec {
    .message(
      "/v1/federations/{code}/counts", operation: "countFederations", tag: Self.registers,
      summary: "一个联社及其下级的个数，按级别和经费来源",
      parameters: [.path("code", .placeCode, "联社代码，例如 450000")] + ParameterSpec.clocks
    ) { [registry] request in
      try await registry.countFederations(
        CountFederationsRequest(
          ancestorCode: request.text("code"), onDate: request.text("on_date"),
          asOf: request.text("as_of")), options: request.scope.options)
    }
  }

  private var indicator: RouteSpec {
    .message(
      "/v1/indicators/{code}", operation: "getIndicator", tag: Self.figures, summary: "一个指标",
      parameters: [.path("code", .text, "指标代码，例如 gross_output")]
    ) { [statistics] request in
      try await statistics.getIndicator(
        GetIndicatorRequest(code: request.text("code")), options: request.scope.options)
    }
  }

  private var target: RouteSpec {
    .message(
      "/v1/targets/{id}", operation: "getTarget", tag: Self.figures, summary: "一个目标",
      parameters: [.path("id", .text, "目标的编号")]
    ) { [statistics] request in
      try await statistics.getTarget(
        GetTargetRequest(id: request.text("id")), options: request.scope.options)
    }
  }

  private var revisions: RouteSpec {
    .message(
      "/v1/statistical-reports/{id}/revisions", operation: "listReportRevisions",
      tag: Self.figures, summary: "一份报表的各次修订",
      parameters: [.path("id", .text, "报表的编号")]
    ) { [statistics] request in
      try await statistics.listReportRevisions(
        ListReportRevisionsRequest(id: request.text("id")), options: request.scope.options)
    }
  }

  private var reportingPeriods: RouteSpec {
    .message(
      "/v1/forms/{code}/periods", operation: "listReportingPeriods", tag: Self.figures,
      summary: "一种报表在一年里的各期和报送期限",
      parameters: [
        .path("code", .text, "报表代码"), .query("year", .year, required: true, "年份，例如 2013"),
      ]
    ) { [statistics] request in
      try await statistics.listReportingPeriods(
        ListReportingPeriodsRequest(
          formCode: request.text("code"), year: request.text("year")),
        options: request.scope.options)
    }
  }
}
