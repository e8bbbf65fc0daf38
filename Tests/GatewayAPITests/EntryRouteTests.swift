internal import GatewayDomain
internal import CommonMessages
internal import ExhibitionsMessages
internal import Foundation
internal import GatewayAPI
internal import GatewaySupport
internal import RPC
internal import RegistryMessages
internal import Synchronization
internal import TalentMessages
internal import Testing

struct EntryRouteTests {
  @Test(arguments: ["registry", "exhibitions", "talent"])
  func kindsOfEveryServiceAreListed(_ service: String) async throws {
    let reply = try await Face().get("/v1/entry-kinds?service=\(service)")
    #expect(reply.status == 200 && reply.text.contains("award_tally"))
  }

  @Test(arguments: ["", "?service=statistics", "?service=weather"])
  func theServiceIsOneThatKeepsEntries(_ query: String) async throws {
    #expect(try await Face().get("/v1/entry-kinds" + query).status == 400)
  }

  @Test func everyFilterGoesOn() async throws {
    let face = try await Face()
    let seen = Mutex(ListEntriesRequest())
    face.exhibitions.on(ExhibitionsMessages.EntryServiceMethods.listEntries) { request in
      seen.withLock { $0 = request }
      return ExhibitionsMessages.ListEntriesResponse(totalSize: 9)
    }
    let reply = try await face.get(
      "/v1/entries?service=exhibitions&kind=award_tally&place_code=450000&period=2016"
        + "&filter=grade%3Dgold%26level%3Dnational&text_contains=%E9%99%B6&page_size=3&page_token=t"
        + "&as_of=2026-01-02T03:04:05Z")
    #expect(try reply.object()["totalSize"] as? String == "9")
    #expect(
      seen.withLock { $0 }
        == ListEntriesRequest(
          pageSize: 3, pageToken: "t", kind: "award_tally", placeCode: "450000", period: "2016",
          filter: "grade=gold&level=national", textContains: "陶", asOf: "2026-01-02T03:04:05Z"))
  }

  @Test func anEntryAndItsRevisionsAreRead() async throws {
    let face = try await Face()
    face.talent.on(TalentMessages.EntryServiceMethods.getEntry) { request in
      TalentMessages.GetEntryResponse(
        entry: TalentMessages.Entry(header: EntryHeader(id: request.id, revision: 2)))
    }
    face.registry.on(RegistryMessages.EntryServiceMethods.listEntryRevisions) { request in
      RegistryMessages.ListEntryRevisionsResponse(revisions: [
        RegistryMessages.Entry(header: EntryHeader(id: request.id, revision: 1))
      ])
    }
    let entry = try await face.get("/v1/entries/talent/e-1").object()["entry"] as? [String: Any]
    #expect((entry?["header"] as? [String: Any])?["id"] as? String == "e-1")
    let revisions = try await face.get("/v1/entries/registry/e-2/revisions").object()
    #expect((revisions["revisions"] as? [Any])?.count == 1)
    #expect(try await face.get("/v1/entries/statistics/e-3").status == 400)
  }

  @Test func figuresOfFourServicesComeInTheOrderAsked() async throws {
    var awards = MemoryEntries(.exhibitions)
    awards.figures = ["exhibitions/award_tally/awards/450000/2016": "206个"]
    var grants = MemoryEntries(.talent)
    grants.figures = ["talent/grant/distinct-person/450000/2016": "21人"]
    let face = try await Face(exhibitions: awards.channel(), talent: grants.channel())
    let keys = [
      "talent/grant/distinct-person/450000/2016", "total/450000/bureau/gross_output/2013",
      "exhibitions/award_tally/awards/450000/2016", "registry/membership/entries/450000/2013",
      "registry/federations/450000/all/2013", "talent/grant/distinct-person/450000/2016",
    ]
    let uri = "/v1/figures?" + keys.map { "key=\($0)" }.joined(separator: "&")
    let object = try await face.get(uri).object()
    let figures = try #require(object["figures"] as? [[String: Any]])
    #expect(figures.compactMap { $0["key"] as? String } == keys)
    #expect(
      figures.map { $0["printed"] as? String } == ["21", "810亿元", "206", "未统计", "4", "21"])
    #expect(object["generation"] as? String == "7")
    face.talent.fail(RPCError(.unavailable, "no"))
    let failed = try await face.get(uri)
    #expect(failed.status == 503 && failed.text.contains("talent"))
  }

  @Test func anEntryFigureIsExplainedByItsServiceWithTheTitleOfItsKind() async throws {
    let face = try await Face()
    let uri = "/v1/figures/explain?key=exhibitions/award_tally/awards/450000/2016"
    let page = try await face.get(uri, accept: "text/html").text
    #expect(page.contains("获奖统计") && page.contains("/v1/entries/exhibitions/entry-1"))
    #expect(page.contains("各条记录相加"))
  }

  @Test func doubtsOfEveryServiceAreRead() async throws {
    var awards = MemoryEntries(.exhibitions)
    awards.quarantine = [QuarantineItem(id: "q9", printedText: "2l个", state: .open)]
    let face = try await Face(exhibitions: awards.channel())
    #expect(try await face.get("/v1/quarantine?service=exhibitions").text.contains("2l个"))
    #expect(try await face.get("/v1/quarantine").text.contains("2 3亿"))
    #expect(try await face.get("/v1/quarantine?service=talent").text == "{}")
  }

  @Test(arguments: ["exhibitions", "talent", "registry"])
  func statedFiguresOfEveryServiceAreRead(_ service: String) async throws {
    let face = try await Face()
    face.exhibitions.on(ExhibitionsMessages.StatedFigureServiceMethods.getStatedFigure) { request in
      GetStatedFigureResponse(statedFigure: StatedFigure(code: request.code))
    }
    face.talent.on(TalentMessages.StatedFigureServiceMethods.getStatedFigure) { request in
      GetStatedFigureResponse(statedFigure: StatedFigure(code: request.code))
    }
    let reply = try await face.get("/v1/\(service)/stated-figures/gx-2006-federations")
    #expect(reply.status == 200 && reply.text.contains("gx-2006-federations"))
  }
}
