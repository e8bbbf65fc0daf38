internal import CommonMessages
internal import EntryAPI
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TalentMessages
internal import TestSupport
internal import Testing

struct QuarantineCallsTests {
  typealias Quarantine = QuarantineServiceMethods

  @Test(arguments: Engine.allCases)
  func `a doubt is told, decided and remembered`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let entry = try await fixture.create(
        APIFixture.training("甲班", place: "450923", people: "1 85名"))
      let item = try #require(try await fixture.doubts().first)
      #expect(entry.header?.quarantineIds == [item.id] && entry.training?.people == nil)
      #expect(item.recordId == entry.id && item.recordType == "training" && item.field == "people")
      #expect(item.rule == "unreadable" && item.printedText == "1 85名" && item.state == .open)
      #expect(item.placeCode == "450923" && item.period == "2013" && item.etag == "\"r1\"")
      #expect(item.candidates.compactMap(\.quantity?.text).contains("185"))
      #expect(item.provenance == APIFixture.source && item.resolveTime.isEmpty)
      let got = try await fixture.house.quarantine.getQuarantineItem(
        GetQuarantineItemRequest(id: item.id),
        context: fixture.call(Quarantine.getQuarantineItem.info, as: nil))
      #expect(got.item == item)
      let number = try #require(item.candidates.firstIndex { $0.quantity?.text == "185" }) + 1
      let request = ResolveQuarantineItemRequest(
        requestId: "r1", id: item.id, etag: item.etag, decision: .accepted,
        candidateNumber: UInt32(number), reason: "核对原件")
      let answer = try await fixture.resolve(request)
      #expect(answer.recordType == "training" && answer.recordId == entry.id)
      #expect(answer.recordRevision == 2 && answer.warnings.isEmpty)
      #expect(answer.item?.state == .accepted && answer.item?.resolvedQuantity?.text == "185")
      #expect(answer.item?.resolvedBy == "administrator.450000")
      #expect(answer.item?.resolutionReason == "核对原件" && answer.item?.resolveTime != "")
      #expect(try await fixture.resolve(request) == answer)
      #expect(try await fixture.get(entry.id).training?.people?.text == "185")
      #expect(try await fixture.doubts().isEmpty)
      #expect(try await fixture.doubts(.accepted).map(\.id) == [item.id])
      var again = request
      again.requestId = ""
      again.etag = "\"r2\""
      #expect(await code { _ = try await fixture.resolve(again) } == .failedPrecondition)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a decision that cannot be is refused`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.create(APIFixture.training("甲班", place: "450923", people: "1 85名"))
      let item = try #require(try await fixture.doubts().first)
      let right = ResolveQuarantineItemRequest(
        id: item.id, etag: item.etag, decision: .accepted, candidateNumber: 1, reason: "核对")
      func broken(
        _ change: (inout ResolveQuarantineItemRequest) -> Void
      ) async -> [String]? {
        var request = right
        change(&request)
        return await failure { _ = try await fixture.resolve(request) }?.broken
      }
      for decision in [QuarantineState.unspecified, .open, .settled, .unrecognized(9)] {
        #expect(await broken { $0.decision = decision } == ["decision quarantine.decision"])
      }
      for number in [UInt32(0), 99, .max] {
        #expect(
          await broken { $0.candidateNumber = number }
            == ["candidate_number quarantine.candidate"])
      }
      #expect(await broken { $0.reason = "" } == ["reason required"])
      #expect(
        await broken {
          $0.decision = .corrected
          $0.correctedText = "2l名"
        } == ["corrected_text quantity.letter_in_number"])
      var stale = right
      stale.etag = "\"r9\""
      #expect(await code { _ = try await fixture.resolve(stale) } == .aborted)
      var unknown = right
      unknown.id = "x"
      #expect(await code { _ = try await fixture.resolve(unknown) } == .notFound)
      #expect(
        await code { _ = try await fixture.resolve(right, as: "450100") } == .permissionDenied)
      #expect(
        await code {
          _ = try await fixture.house.quarantine.getQuarantineItem(
            GetQuarantineItemRequest(id: "x"),
            context: fixture.call(Quarantine.getQuarantineItem.info, as: nil))
        } == .notFound)
      #expect(try await fixture.doubts() == [item])
    }
  }

  @Test(arguments: Engine.allCases)
  func `doubts are listed and paged`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      for (name, place) in [("甲", "450923"), ("乙", "450100"), ("丙", "450900")] {
        try await fixture.create(APIFixture.training(name, place: place, people: "1 85名"))
      }
      let context = fixture.call(Quarantine.listQuarantineItems.info, as: nil)
      func list(_ request: ListQuarantineItemsRequest) async throws -> ListQuarantineItemsResponse {
        try await fixture.house.quarantine.listQuarantineItems(request, context: context)
      }
      #expect(try await list(ListQuarantineItemsRequest(placeCode: "450900")).totalSize == 2)
      #expect(try await list(ListQuarantineItemsRequest(period: "2014")).totalSize == 0)
      #expect(try await list(ListQuarantineItemsRequest(recordType: "training")).totalSize == 3)
      #expect(try await list(ListQuarantineItemsRequest(recordType: "title")).totalSize == 0)
      let first = try await list(ListQuarantineItemsRequest(pageSize: 2))
      #expect(first.items.count == 2 && first.totalSize == 3 && !first.nextPageToken.isEmpty)
      let second = try await list(
        ListQuarantineItemsRequest(pageSize: 2, pageToken: first.nextPageToken))
      #expect(second.items.count == 1 && second.nextPageToken.isEmpty)
      #expect(Set((first.items + second.items).map(\.id)).count == 3)
      let foreign = await failure {
        _ = try await list(
          ListQuarantineItemsRequest(
            pageSize: 2, pageToken: first.nextPageToken, recordType: "training"))
      }
      #expect(foreign?.broken == ["page_token page_token.foreign"])
    }
  }
}
