// Reads of the register.

internal import GatewayClients
internal import RPC
internal import RegistryMessages

struct RegistryRoutes: Sendable {
  let registry: RegistryServiceClient

  private static let tag = "名录"

  var routes: [RouteSpec] {
    [places, place, federations, federation, enterprises, enterprise, memberships]
  }

  private var places: RouteSpec {
    .message(
      "/v1/places", operation: "listPlaces", tag: Self.tag, summary: "行政区划",
      parameters: ParameterSpec.paging + [
        .query("parent_code", .placeCode, "上级代码"),
        .query("level", .choice(ChoiceList(PlaceLevel.allKnownCases)), "级别"),
        .query("name_contains", "名称的一部分"),
        .query("order_by", "code、name 或 update_time，可加“ desc”"),
      ] + ParameterSpec.clocks
    ) { [registry] request in
      try await registry.listPlaces(
        ListPlacesRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          parentCode: request.text("parent_code"), level: request.choice("level"),
          nameContains: request.text("name_contains"), orderBy: request.text("order_by"),
          onDate: request.text("on_date"), asOf: request.text("as_of")),
        options: request.scope.options)
    }
  }

  private var place: RouteSpec {
    .message(
      "/v1/places/{code}", operation: "getPlace", tag: Self.tag, summary: "一个行政区划",
      parameters: [.path("code", .placeCode, "代码，例如 450923")] + ParameterSpec.clocks
    ) { [registry] request in
      try await registry.getPlace(
        GetPlaceRequest(
          code: request.text("code"), onDate: request.text("on_date"), asOf: request.text("as_of")),
        options: request.scope.options)
    }
  }

  private var federations: RouteSpec {
    .message(
      "/v1/federations", operation: "listFederations", tag: Self.tag, summary: "联社",
      parameters: ParameterSpec.paging + [
        .query("parent_code", .placeCode, "上级联社代码：只列直属"),
        .query("ancestor_code", .placeCode, "联社代码：列它和它以下全部"),
        .query("level", .choice(ChoiceList(FederationLevel.allKnownCases)), "级别"),
        .query("funding", .choice(ChoiceList(FundingKind.allKnownCases)), "经费来源"),
        .query("name_contains", "名称的一部分"),
        .query("order_by", "code、name 或 update_time，可加“ desc”"),
      ] + ParameterSpec.clocks
    ) { [registry] request in
      try await registry.listFederations(
        ListFederationsRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          parentCode: request.text("parent_code"), ancestorCode: request.text("ancestor_code"),
          level: request.choice("level"), funding: request.choice("funding"),
          nameContains: request.text("name_contains"), orderBy: request.text("order_by"),
          onDate: request.text("on_date"), asOf: request.text("as_of")),
        options: request.scope.options)
    }
  }

  private var federation: RouteSpec {
    .message(
      "/v1/federations/{code}", operation: "getFederation", tag: Self.tag, summary: "一个联社",
      parameters: [.path("code", .placeCode, "联社代码，例如 450000")] + ParameterSpec.clocks
    ) { [registry] request in
      try await registry.getFederation(
        GetFederationRequest(
          code: request.text("code"), onDate: request.text("on_date"), asOf: request.text("as_of")),
        options: request.scope.options)
    }
  }

  private var enterprises: RouteSpec {
    .message(
      "/v1/enterprises", operation: "listEnterprises", tag: Self.tag, summary: "企业",
      parameters: ParameterSpec.paging + [
        .query("place_code", .placeCode, "登记地代码，含其以下各地"),
        .query("sector", "行业，例如 工艺美术"), .query("ownership_code", "登记注册类型代码"),
        .query("credit_code", "统一社会信用代码"), .query("name_contains", "名称的一部分"),
        .query("federation_code", .placeCode, "联社代码：只列它的成员"),
        .query("order_by", "name、create_time 或 update_time，可加“ desc”"),
      ] + ParameterSpec.clocks
    ) { [registry] request in
      try await registry.listEnterprises(
        ListEnterprisesRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          placeCode: request.text("place_code"), sector: request.text("sector"),
          ownershipCode: request.text("ownership_code"), creditCode: request.text("credit_code"),
          nameContains: request.text("name_contains"),
          federationCode: request.text("federation_code"), orderBy: request.text("order_by"),
          onDate: request.text("on_date"), asOf: request.text("as_of")),
        options: request.scope.options)
    }
  }

  private var enterprise: RouteSpec {
    .message(
      "/v1/enterprises/{id}", operation: "getEnterprise", tag: Self.tag, summary: "一个企业",
      parameters: [.path("id", .text, "企业的编号")] + ParameterSpec.clocks
    ) { [registry] request in
      try await registry.getEnterprise(
        GetEnterpriseRequest(
          id: request.text("id"), onDate: request.text("on_date"), asOf: request.text("as_of")),
        options: request.scope.options)
    }
  }

  private var memberships: RouteSpec {
    .message(
      "/v1/memberships", operation: "listMemberships", tag: Self.tag, summary: "成员资格",
      parameters: ParameterSpec.paging + [
        .query("federation_code", .placeCode, "联社代码"), .query("enterprise_id", "企业的编号"),
        .query("state", .choice(ChoiceList(MembershipState.allKnownCases)), "状态"),
        .query("admitted_year", .year, "吸收的年份"),
      ]
    ) { [registry] request in
      try await registry.listMemberships(
        ListMembershipsRequest(
          pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
          federationCode: request.text("federation_code"),
          enterpriseId: request.text("enterprise_id"), state: request.choice("state"),
          admittedYear: request.text("admitted_year")),
        options: request.scope.options)
    }
  }
}
