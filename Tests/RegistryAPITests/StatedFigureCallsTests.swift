internal import Access
internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct StatedFigureCallsTests {
  typealias Methods = RegistryServiceMethods

  static func figure(
    _ code: String = "gx-2006-federations", text: String = "82个", etag: String = ""
  ) -> StatedFigure {
    StatedFigure(
      code: code, label: "三级联社个数", placeCode: "450000", period: "2006", kind: .value,
      quantity: Quantity(text: text), provenance: Provenance(document: "2006年总结", sentence: "82个"),
      etag: etag)
  }

  func create(
    _ fixture: APIFixture, _ figure: StatedFigure, organisation: String = "450000"
  ) async throws -> StatedFigure {
    try await fixture.stated.createStatedFigure(
      CreateStatedFigureRequest(statedFigure: figure),
      context: fixture.call(
        StatedFigureServiceMethods.createStatedFigure.info,
        as: APIFixture.principal(organisation, .statistician))
    ).statedFigure ?? StatedFigure()
  }

  @Test(arguments: Engine.allCases)
  func aFigureLivesFromCreationToDeletion(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let created = try await create(fixture, Self.figure())
      #expect(created.quantity?.value == Decimal(unscaled: 82))
      #expect(created.quantity?.unit == "个")
      #expect(created.quantity?.nature == .actual)
      let updated = try await fixture.stated.updateStatedFigure(
        UpdateStatedFigureRequest(statedFigure: Self.figure(text: "近80个", etag: created.etag)),
        context: fixture.call(StatedFigureServiceMethods.updateStatedFigure.info)
      ).statedFigure
      #expect(updated?.revision == 2)
      #expect(updated?.quantity?.value == nil || updated?.quantity?.high != nil)
      let read = try await fixture.stated.getStatedFigure(
        GetStatedFigureRequest(code: created.code),
        context: fixture.call(StatedFigureServiceMethods.getStatedFigure.info, as: nil)
      ).statedFigure
      #expect(read == updated)
      #expect(read?.recordedBy == "administrator.450000")
      #expect(read?.createTime == created.createTime && read?.recordTime != created.recordTime)
      _ = try await fixture.stated.deleteStatedFigure(
        DeleteStatedFigureRequest(code: created.code, etag: updated?.etag ?? ""),
        context: fixture.call(StatedFigureServiceMethods.deleteStatedFigure.info))
      let gone = await failure {
        _ = try await fixture.stated.getStatedFigure(
          GetStatedFigureRequest(code: created.code),
          context: fixture.call(StatedFigureServiceMethods.getStatedFigure.info))
      }
      #expect(gone?.code == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func badInputIsRefusedWithItsPath(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      var wrong = Self.figure("GX 2006", text: "2 3亿元")
      wrong.label = ""
      wrong.period = "2006年"
      wrong.kind = .unspecified
      wrong.provenance = nil
      let error = await failure { _ = try await create(fixture, wrong) }
      #expect(
        error?.broken == [
          "stated_figure.label required", "stated_figure.provenance.document required",
          "stated_figure.code stated_figure.code", "stated_figure.kind required",
          "stated_figure.period period.format", "stated_figure.quantity.text quantity.unreadable",
        ])
      var elsewhere = Self.figure()
      elsewhere.placeCode = "450999"
      let unknown = await failure { _ = try await create(fixture, elsewhere) }
      #expect(unknown?.broken == ["stated_figure.place_code place.unknown"])
      _ = try await create(fixture, Self.figure())
      #expect(await code { _ = try await create(fixture, Self.figure()) } == .alreadyExists)
      let outside = await code {
        _ = try await create(fixture, Self.figure("other"), organisation: "450900")
      }
      #expect(outside == .permissionDenied)
      let stale = await code {
        _ = try await fixture.stated.updateStatedFigure(
          UpdateStatedFigureRequest(statedFigure: Self.figure(text: "83个", etag: "\"r5\"")),
          context: fixture.call(StatedFigureServiceMethods.updateStatedFigure.info))
      }
      #expect(stale == .aborted)
    }
  }

  @Test(arguments: Engine.allCases)
  func listsFilterAndPage(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      for number in 0..<5 { _ = try await create(fixture, Self.figure("figure-\(number)")) }
      var request = ListStatedFiguresRequest(pageSize: 2, placeCode: "450000", period: "2006")
      var codes: [String] = []
      repeat {
        let page = try await fixture.stated.listStatedFigures(
          request, context: fixture.call(StatedFigureServiceMethods.listStatedFigures.info, as: nil)
        )
        #expect(page.totalSize == 5)
        codes += page.statedFigures.map(\.code)
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(codes == (0..<5).map { "figure-\($0)" })
      let other = try await fixture.stated.listStatedFigures(
        ListStatedFiguresRequest(period: "2013"),
        context: fixture.call(StatedFigureServiceMethods.listStatedFigures.info))
      #expect(other.statedFigures.isEmpty)
    }
  }
}
