// Entries of the register, exhibitions and talent: what happened, as documents tell it. Every service
// has a message of its own for them.

internal import CommonMessages
internal import ExhibitionsMessages
internal import GatewayClients
internal import GatewayDomain
internal import RPC
internal import RegistryMessages
internal import TalentMessages
internal import Wire

struct EntryRoutes: Sendable {
  let backends: Backends

  private static let tag = "事项"

  var routes: [RouteSpec] { [kinds, list, one, revisions] }

  private var kinds: RouteSpec {
    .message(
      "/v1/entry-kinds", operation: "listEntryKinds", tag: Self.tag, summary: "一个服务有哪些种类的事项，各有哪些字段",
      parameters: [.service(ServiceName.withEntries)]
    ) { [backends] request in
      try await backends.records(of: request.service(else: .registry)).listEntryKinds(
        options: request.scope.options)
    }
  }

  private var list: RouteSpec {
    RouteSpec(
      "/v1/entries", operation: "listEntries", tag: Self.tag, summary: "一个种类的事项",
      parameters: ParameterSpec.paging + [
        .service(ServiceName.withEntries), .query("kind", required: true, "种类，例如 award_tally"),
        .query("place_code", "地区代码，含其以下各地"), .query("period", "期别，例如 2016"),
        .query("filter", "字段=值，多个用 & 连接，要转义：grade%3Dgold%26level%3Dnational"),
        .query("text_contains", "任一文字字段所含的文字"), .recordedClock,
      ],
      schemas: [
        RegistryMessages.ListEntriesResponse.schema, ExhibitionsMessages.ListEntriesResponse.schema,
        TalentMessages.ListEntriesResponse.schema,
      ]
    ) { request in
      let wish = ListEntriesRequest(
        pageSize: request.unsigned32("page_size"), pageToken: request.text("page_token"),
        kind: request.text("kind"), placeCode: request.text("place_code"),
        period: request.text("period"), filter: request.text("filter"),
        textContains: request.text("text_contains"), asOf: request.text("as_of"))
      switch request.service(else: .registry) {
      case .exhibitions:
        return try await answer(
          ExhibitionsMessages.EntryServiceMethods.listEntries, .exhibitions, wish, request)
      case .talent:
        return try await answer(
          TalentMessages.EntryServiceMethods.listEntries, .talent, wish, request)
      case .registry, .statistics:
        return try await answer(
          RegistryMessages.EntryServiceMethods.listEntries, .registry, wish, request)
      }
    }
  }

  private var one: RouteSpec {
    RouteSpec(
      "/v1/entries/{service}/{id}", operation: "getEntry", tag: Self.tag, summary: "一个事项",
      parameters: [
        .servicePath(ServiceName.withEntries), .path("id", .text, "事项的编号"), .recordedClock,
      ],
      schemas: [
        RegistryMessages.GetEntryResponse.schema, ExhibitionsMessages.GetEntryResponse.schema,
        TalentMessages.GetEntryResponse.schema,
      ]
    ) { request in
      let wish = GetEntryRequest(id: request.text("id"), asOf: request.text("as_of"))
      switch request.service(else: .registry) {
      case .exhibitions:
        return try await answer(
          ExhibitionsMessages.EntryServiceMethods.getEntry, .exhibitions, wish, request)
      case .talent:
        return try await answer(
          TalentMessages.EntryServiceMethods.getEntry, .talent, wish, request)
      case .registry, .statistics:
        return try await answer(
          RegistryMessages.EntryServiceMethods.getEntry, .registry, wish, request)
      }
    }
  }

  private var revisions: RouteSpec {
    RouteSpec(
      "/v1/entries/{service}/{id}/revisions", operation: "listEntryRevisions", tag: Self.tag,
      summary: "一个事项的各次修订，新的在前",
      parameters: [.servicePath(ServiceName.withEntries), .path("id", .text, "事项的编号")],
      schemas: [
        RegistryMessages.ListEntryRevisionsResponse.schema,
        ExhibitionsMessages.ListEntryRevisionsResponse.schema,
        TalentMessages.ListEntryRevisionsResponse.schema,
      ]
    ) { request in
      let wish = ListEntryRevisionsRequest(id: request.text("id"))
      switch request.service(else: .registry) {
      case .exhibitions:
        return try await answer(
          ExhibitionsMessages.EntryServiceMethods.listEntryRevisions, .exhibitions, wish, request)
      case .talent:
        return try await answer(
          TalentMessages.EntryServiceMethods.listEntryRevisions, .talent, wish, request)
      case .registry, .statistics:
        return try await answer(
          RegistryMessages.EntryServiceMethods.listEntryRevisions, .registry, wish, request)
      }
    }
  }

  private func answer<Wish: WireMessage, Answer: WireMessage>(
    _ method: MethodDescriptor<Wish, Answer>, _ service: ServiceName, _ wish: Wish,
    _ request: RouteRequest
  ) async throws -> RouteReply {
    let channel = try backends.channel(to: service)
    return try .json(await channel.unary(method, wish, options: request.scope.options))
  }
}
