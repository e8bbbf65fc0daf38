internal import CommonMessages
internal import EntryAPI
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TalentMessages
internal import TestSupport
internal import Testing

struct FigureCallsTests {
  typealias Figures = FigureServiceMethods

  static let key = "talent/grant_tally/people/450000/2016"

  private static func batch(
    _ fixture: APIFixture, _ keys: [String]
  ) async throws -> [Figure] {
    try await fixture.house.figures.batchGetFigures(
      BatchGetFiguresRequest(keys: keys),
      context: fixture.call(Figures.batchGetFigures.info, as: nil)
    ).figures
  }

  @Test(arguments: Engine.allCases)
  func `a figure has a mark, its records and its doubts`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let none = try await fixture.figure(Self.key)
      #expect(none.mark == .notRecorded && none.printed == "未统计" && none.quantity == nil)
      #expect(none.recordCount == 0 && none.key == Self.key)
      try await fixture.create(APIFixture.master)
      let entry = try await fixture.create(APIFixture.tally("450000", "40人"))
      let one = try await fixture.figure(Self.key)
      #expect(one.mark == .computed && one.printed == "40" && one.printedUnit == "人")
      #expect(one.recordCount == 1 && one.label == "2016年授予统计：人数")
      #expect(one.provenance == APIFixture.source && one.quantity?.unit == "人")
      #expect(one.quarantineIds.isEmpty && one.partialSum == nil)
      let part = try await fixture.create(APIFixture.tally("450100", "50人"))
      let doubtful = try await fixture.figure(Self.key)
      // The whole is recorded, so a doubt about a part of it is no doubt about the figure.
      #expect(doubtful.printed == "40" && doubtful.quarantineIds.isEmpty)
      #expect(part.header?.quarantineIds.count == 1)
      let ofPart = try await fixture.figure("talent/grant_tally/people/450100/2016")
      #expect(ofPart.quarantineIds == part.header?.quarantineIds && ofPart.mark == .notRecorded)
      // As it was known before.
      let then = try await fixture.figure(Self.key, asOf: entry.header?.recordTime ?? "")
      #expect(then.quarantineIds.isEmpty && then.printed == "40")
      try await fixture.delete(entry)
      let partial = try await fixture.figure(Self.key)
      #expect(partial.printed == "50" && partial.partialSum?.placeCodes == ["450100"])
      #expect(partial.partialSum?.recordedPlaces == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `many figures are answered in the order of their keys`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.create(APIFixture.master)
      try await fixture.create(APIFixture.tally("450000", "40人"))
      let keys = [Self.key, "talent/title/entries/000000/all", "talent/stated/none", Self.key]
      let figures = try await Self.batch(fixture, keys)
      #expect(figures.map(\.key) == keys)
      #expect(figures.map(\.printed) == ["40", "1", "未统计", "40"])
      #expect(try await Self.batch(fixture, []).isEmpty)
      let many = Array(repeating: Self.key, count: 500)
      #expect(try await Self.batch(fixture, many).count == 500)
      let refused = await failure { _ = try await Self.batch(fixture, many + [Self.key]) }
      #expect(refused?.broken == ["keys keys.count"])
      let wrong = await failure { _ = try await Self.batch(fixture, [Self.key, "talent/x"]) }
      #expect(wrong?.broken == ["key figure_key.form"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a stated figure is what the document says`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let stated = StatedFigure(
        code: "masters-2016", label: "大师人数", placeCode: "450000", period: "2016", kind: .value,
        quantity: Quantity(text: "近200名"), provenance: APIFixture.source)
      _ = try await fixture.house.statedFigures.createStatedFigure(
        CreateStatedFigureRequest(statedFigure: stated),
        context: fixture.call(StatedFigureServiceMethods.createStatedFigure.info))
      let figure = try await fixture.figure("talent/stated/masters-2016")
      #expect(figure.mark == .stated && figure.printed == "近200名" && figure.printedUnit == "")
      #expect(figure.label == "大师人数" && figure.provenance == APIFixture.source)
      #expect(figure.recordCount == 1)
      let missing = try await fixture.figure("talent/stated/x")
      #expect(missing.mark == .notRecorded)
      for wrong in ["", "stated/masters-2016", "registry/stated/x"] {
        #expect(await code { _ = try await fixture.figure(wrong) } == .invalidArgument)
      }
      var outside = stated
      outside.code = "outside"
      outside.placeCode = "460000"
      #expect(
        await code {
          _ = try await fixture.house.statedFigures.createStatedFigure(
            CreateStatedFigureRequest(statedFigure: outside),
            context: fixture.call(StatedFigureServiceMethods.createStatedFigure.info))
        } == .permissionDenied)
    }
  }

  @Test(arguments: Engine.allCases)
  func `an explanation gives the records page by page`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.create(APIFixture.master)
      for place in ["450100", "450200", "450300"] {
        try await fixture.create(APIFixture.tally(place, "10人"))
      }
      var request = ExplainFigureRequest(key: Self.key, pageSize: 2)
      var records: [FigureRecord] = []
      repeat {
        let explanation = try #require(
          try await fixture.house.figures.explainFigure(
            request, context: fixture.call(Figures.explainFigure.info, as: nil)
          ).explanation)
        #expect(explanation.figure?.printed == "30" && explanation.totalSize == 3)
        #expect(!explanation.formulaZh.isEmpty && !explanation.formulaEn.isEmpty)
        #expect(explanation.records.count <= 2)
        records += explanation.records
        request.pageToken = explanation.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(records.map(\.placeCode) == ["450100", "450200", "450300"])
      #expect(records.allSatisfy { $0.recordType == "grant_tally" && $0.quantity?.text == "10" })
      #expect(records.allSatisfy { $0.period == "2016" && $0.provenance == APIFixture.source })
      #expect(Set(records.map(\.recordId)).count == 3)
      request.pageToken = "x"
      let foreign = await failure {
        _ = try await fixture.house.figures.explainFigure(
          request, context: fixture.call(Figures.explainFigure.info, as: nil))
      }
      #expect(foreign?.broken == ["page_token page_token.foreign"])
    }
  }
}
