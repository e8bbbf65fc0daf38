internal import Foundation
internal import GatewayAPI
internal import GatewaySupport
internal import HTTPTypes
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import Testing

struct RouteTests {
  private static let report = "/v1/federations/450000/report?year=2013"

  @Test(arguments: [
    ("application/json", "application/json", "{\"report\":"),
    ("text/markdown", "text/markdown; charset=utf-8", "# 广西"),
    ("text/html,*/*;q=0.8", "text/html; charset=utf-8", "<!doctype html>"),
    ("*/*", "application/json", "{"),
  ])
  func theReportComesInTheFormAskedFor(
    _ accept: String, _ type: String, _ begins: String
  ) async throws {
    let reply = try await Face().get(Self.report, accept: accept)
    #expect(reply.status == 200)
    #expect(reply.contentType == type)
    #expect(reply.header("vary") == "accept")
    #expect(reply.text.hasPrefix(begins))
    #expect(reply.text.contains("810亿元"))
  }

  @Test(arguments: [("json", "{"), ("markdown", "# "), ("html", "<!doctype html>")])
  func theFormMayBeNamedInTheQuery(_ form: String, _ begins: String) async throws {
    let reply = try await Face().get(Self.report + "&format=\(form)", accept: "text/csv")
    #expect(reply.status == 200)
    #expect(reply.text.hasPrefix(begins))
  }

  @Test func theReportIsTheMessagesOwnJSON() async throws {
    let report = try #require(
      try await Face().get(Self.report).object()["report"] as? [String: Any])
    #expect(report["federationCode"] as? String == "450000")
    #expect(report["year"] as? String == "2013")
    #expect(report["generation"] as? String == "7")
    let sections = try #require(report["sections"] as? [[String: Any]])
    let paragraphs = try #require(sections.first?["paragraphs"] as? [[String: Any]])
    let spans = try #require(paragraphs.first?["spans"] as? [[String: Any]])
    let figure = try #require(spans.compactMap { $0["figure"] as? [String: Any] }.first)
    #expect(figure["key"] as? String == "total/450000/bureau/gross_output/2013")
    #expect(figure["mark"] as? String == "MARK_COMPUTED")
    #expect(figure["service"] as? String == "statistics")
    #expect(
      figure["explainPath"] as? String
        == "/v1/figures/explain?key=total/450000/bureau/gross_output/2013")
    let quantity = try #require(figure["quantity"] as? [String: Any])
    #expect(quantity["text"] as? String == "810亿")
    #expect((quantity["low"] as? [String: Any])?["unscaled"] as? String != nil)
  }

  @Test func everyFigureOfTheReportCanBeExplained() async throws {
    let face = try await Face()
    let text = try await face.get(Self.report, accept: "text/markdown").text
    let paths = text.matches(of: /\]: (\/v1\/figures\/explain\S+)/).map { String($0.1) }
    #expect(paths.count > 30)
    for path in paths {
      // The sample answers every key of its own; stated figures of statistics are the service's.
      let reply = try await face.get(path)
      #expect(reply.status == 200, "\(path)")
    }
  }

  @Test func aServiceThatIsAwayIsNamedInThePartialReport() async throws {
    let face = try await Face()
    face.statistics.fail(RPCError(.unavailable, "connection refused"))
    let reply = try await face.get(Self.report)
    #expect(reply.status == 200)
    let report = try #require(try reply.object()["report"] as? [String: Any])
    let missing = try #require(report["missingServices"] as? [[String: Any]])
    #expect(missing.first?["service"] as? String == "statistics")
    #expect(missing.first?["code"] as? String == "unavailable")
    let page = try await face.get(Self.report, accept: "text/html")
    #expect(page.text.contains("统计服务没有应答"))
  }

  @Test(.timeLimit(.minutes(1)))
  func aSlowServiceIsLeftOutAtTheCallersDeadline() async throws {
    let face = try await Face()
    face.registry.beSilent()
    let reply = try await face.get(Self.report, headers: ["connect-timeout-ms": "4000"])
    #expect(reply.status == 200)
    #expect(reply.text.contains("deadline_exceeded") && reply.text.contains("810亿元"))
  }

  @Test func figuresOfBothServicesComeInTheOrderAsked() async throws {
    let uri =
      "/v1/figures?key=total/450000/bureau/gross_output/2013&key=registry/federations/450000/all/2013"
      + "&key=total/450000/region/gross_output/2013"
    let object = try await Face().get(uri).object()
    let figures = try #require(object["figures"] as? [[String: Any]])
    #expect(figures.compactMap { $0["printed"] as? String } == ["810亿元", "4", "200亿元"])
  }

  @Test func anExplanationIsAPageOrAMessage() async throws {
    let uri = "/v1/figures/explain?key=total/450000/bureau/gross_output/2013"
    let object = try await Face().get(uri).object()
    #expect((object["records"] as? [Any])?.count == 1)
    let page = try await Face().get(uri, accept: "text/html").text
    #expect(page.contains("<blockquote>示例原句") && page.contains("广西壮族自治区"))
    #expect(page.contains("真值在 809.5亿元 与 810.5亿元（不含） 之间"))
  }

  @Test func readsPassFiltersOn() async throws {
    let face = try await Face()
    let seen = Seen()
    face.registry.on(RegistryServiceMethods.listFederations) { request in
      await seen.keep(request)
      return ListFederationsResponse(nextPageToken: "next")
    }
    let reply = try await face.get(
      "/v1/federations?page_size=7&page_token=t&parent_code=450000&level=county&funding=fiscal"
        + "&name_contains=%E7%8E%89%E6%9E%97&order_by=name+desc&on_date=2013-12-31")
    #expect(reply.text == "{\"nextPageToken\":\"next\"}")
    let request = try #require(await seen.request)
    #expect(
      request
        == ListFederationsRequest(
          pageSize: 7, pageToken: "t", parentCode: "450000", level: .county, funding: .fiscal,
          nameContains: "玉林", orderBy: "name desc", onDate: "2013-12-31"))
  }

  private actor Seen {
    var request: ListFederationsRequest?
    func keep(_ request: ListFederationsRequest) { self.request = request }
  }

  @Test(arguments: ["city", "CITY", "FEDERATION_LEVEL_CITY"])
  func choicesAreNamedShortOrInFull(_ name: String) async throws {
    let reply = try await Face().get("/v1/federations?level=\(name)")
    #expect((try reply.object()["federations"] as? [Any])?.count == 2)
  }

  @Test func headAnswersAsGetWithoutBody() async throws {
    let reply = try await Face().get(Self.report, method: .head)
    #expect(reply.status == 200)
    #expect(reply.contentType == "application/json")
  }

  @Test func tokenAndTraceGoOn() async throws {
    let face = try await Face()
    let trace = "0af7651916cd43dd8448eb211c80319c"
    let reply = try await face.get(
      Self.report,
      headers: [
        "authorization": "Bearer abc", "traceparent": "00-\(trace)-b7ad6b7169203331-01",
      ])
    #expect(reply.header("x-trace-id") == trace)
    for call in face.registry.seen + face.statistics.seen {
      #expect(call.options.metadata["authorization"] == "Bearer abc")
      #expect(call.options.trace?.traceID == trace)
    }
  }

  @Test func theStartPageListsReportsAndRoutes() async throws {
    let page = try await Face().get("/", accept: "text/html").text
    #expect(page.contains("/v1/federations/450000/report?year=2013"))
    #expect(page.contains("/v1/openapi.json"))
    let face = try await Face()
    face.registry.fail(RPCError(.unavailable, "no"))
    let failed = try await face.get("/", accept: "text/html")
    #expect(failed.status == 200)
    #expect(failed.text.contains("名录服务：服务暂不可用"))
    let half = try await Face()
    half.statistics.fail(RPCError(.unavailable, "no"))
    let yearless = try await half.get("/", accept: "text/html").text
    #expect(yearless.contains("统计服务：服务暂不可用") && yearless.contains("玉林市联社"))
    #expect(!yearless.contains("没有记录"))
  }

  @Test func theStylesheetMayBeKept() async throws {
    let reply = try await Face().get("/assets/lianshe.css", accept: "text/css,*/*;q=0.1")
    #expect(reply.contentType == "text/css; charset=utf-8")
    #expect(reply.header("cache-control") == "max-age=3600")
  }

  @Test(arguments: [report, "/", "/v1/nothing", "/v1/federations/x"])
  func everyAnswerIsDressed(_ uri: String) async throws {
    let reply = try await Face().get(uri, accept: "text/html")
    #expect(reply.header("content-security-policy")?.hasPrefix("default-src 'none'") == true)
    #expect(reply.header("x-content-type-options") == "nosniff")
    #expect(reply.header("x-frame-options") == "DENY")
    #expect(reply.header("referrer-policy") == "no-referrer")
    #expect(reply.header("cache-control") == "no-cache")
    #expect(reply.header("x-trace-id")?.count == 32)
  }
}
