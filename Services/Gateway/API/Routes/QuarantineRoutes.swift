// Doubtful values of every service.

internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain

struct QuarantineRoutes: Sendable {
  let backends: Backends

  private static let tag = "存疑"
  private static let service = ParameterSpec.service(ServiceName.allCases, fallback: "statistics")

  var routes: [RouteSpec] { [list, one] }

  private var list: RouteSpec {
    .message(
      "/v1/quarantine", operation: "listQuarantineItems", tag: Self.tag, summary: "存疑数据",
      parameters: ParameterSpec.paging + [
        Self.service, .query("place_code", .placeCode, "地区代码"),
        .query("period", "期别，例如 2006"),
        .query("state", .choice(ChoiceList(QuarantineState.allKnownCases)), "状态"),
        .query("record_type", "记录的种类，例如 award_tally"),
      ]
    ) { [backends] request in
      try await backends.records(of: request.service(else: .statistics)).listQuarantineItems(
        ListQuarantineItemsRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          placeCode: request.text("place_code"), period: request.text("period"),
          state: request.choice("state"), recordType: request.text("record_type")),
        options: request.scope.options)
    }
  }

  private var one: RouteSpec {
    .message(
      "/v1/quarantine/{id}", operation: "getQuarantineItem", tag: Self.tag, summary: "一项存疑数据",
      parameters: [.path("id", .text, "存疑项的编号"), Self.service]
    ) { [backends] request in
      try await backends.records(of: request.service(else: .statistics)).getQuarantineItem(
        GetQuarantineItemRequest(id: request.text("id")), options: request.scope.options)
    }
  }
}
