internal import CommonMessages
internal import EntryAPI
internal import RPC
@testable internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing

typealias Entry = RegistryMessages.Entry

extension APIFixture {
  static func entry(_ content: Entry.Content) -> Entry {
    Entry(header: EntryHeader(provenance: Provenance(document: "示例文件")), content: content)
  }

  @discardableResult
  func create(
    _ content: Entry.Content, as organisation: String = "450000"
  ) async throws -> Entry {
    clock.advance(by: 1_000_000)
    return try #require(
      try await RegistryServices.entries(database).createEntry(
        CreateEntryRequest(entry: Self.entry(content)),
        context: call(EntryServiceMethods.createEntry.info, as: Self.principal(organisation))
      ).entry)
  }
}

/// What the register's entries have beyond those of other services: its places.
struct EntryCallsTests {
  private static func admitted(
    _ place: String, _ count: String, period: String = "2016"
  ) -> Entry.Content {
    .membershipTally(
      MembershipTally(place: place, period: period, admitted: Quantity(text: count)))
  }

  private static func figure(_ fixture: APIFixture, _ key: String) async throws -> Figure {
    try #require(
      try await EntryFigureAPI(RegistryServices.surroundings(fixture.database)).getFigure(
        GetFigureRequest(key: key), context: fixture.call(FigureServiceMethods.getFigure.info)
      ).figure)
  }

  @Test(arguments: Engine.allCases)
  func `an entry lies in a place of the register`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let error = await failure { try await fixture.create(Self.admitted("450999", "3家")) }
      #expect(error?.broken == ["entry.place place.unknown"])
      try await fixture.create(Self.admitted("450923", "3家"))
      // A place that ended is known still.
      try await fixture.create(Self.admitted("450331", "3家", period: "2013"))
    }
  }

  @Test(arguments: Engine.allCases)
  func `a federation writes in the subtree of its place`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      try await fixture.create(Self.admitted("450923", "3家"), as: "450900")
      #expect(
        await code { try await fixture.create(Self.admitted("450381", "3家"), as: "450900") }
          == .permissionDenied)
      // 荔浦县 became 荔浦市: its city holds both.
      try await fixture.create(Self.admitted("450331", "3家", period: "2013"), as: "450300")
      try await fixture.create(Self.admitted("450381", "3家"), as: "450300")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a partial sum says of how many places`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.create(Self.admitted("450900", "3家"))
      let partial = try await Self.figure(fixture, "registry/membership_tally/admitted/450000/2016")
      #expect(partial.printed == "3" && partial.partialSum?.recordedPlaces == 1)
      #expect(partial.partialSum?.places == 2 && partial.partialSum?.placeCodes == ["450900"])
      try await fixture.create(Self.admitted("450000", "11家"))
      let whole = try await Self.figure(fixture, "registry/membership_tally/admitted/450000/2016")
      #expect(whole.printed == "11" && whole.partialSum == nil && whole.printedUnit == "家")
    }
  }

  /// Ends a stream from the reader's side.
  private struct Enough: Error {}

  /// Both feeds read one stream of changes: each tells of its own.
  @Test(arguments: Engine.allCases)
  func `the feed of entries leaves places out`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let cursor = try await fixture.database.read { try $0.feedCursor() }
      let entry = try await fixture.create(Self.admitted("450923", "3家"))
      _ = try await fixture.createPlace(
        Place(code: "450922", name: "陆川县", parentCode: "450900"))
      let last = try await fixture.create(Self.admitted("450922", "3家"))
      let told = Mutex<[String]>([])
      do {
        try await RegistryServices.entries(fixture.database).watchEntries(
          WatchEntriesRequest(cursor: cursor),
          responses: ResponseWriter { message in
            guard let entry = message.entry else { return }
            told.withLock { $0.append(entry.header?.id ?? "") }
            if entry.header?.id == last.header?.id { throw Enough() }
          }, context: fixture.call(EntryServiceMethods.watchEntries.info))
      } catch is Enough {}
      #expect(told.withLock { $0 } == [entry.header?.id, last.header?.id])
    }
  }

  @Test(arguments: Engine.allCases)
  func `the feed of places leaves entries out`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let cursor = try await fixture.database.read { try $0.feedCursor() }
      _ = try await fixture.create(Self.admitted("450923", "3家"))
      let last = try await fixture.createPlace(
        Place(code: "450922", name: "陆川县", parentCode: "450900"))
      do {
        try await fixture.api.watchChanges(
          WatchChangesRequest(cursor: cursor),
          responses: ResponseWriter { message in
            if case .place(let place)? = message.entity, place.code == last.code {
              throw Enough()
            }
          }, context: fixture.call(RegistryServiceMethods.watchChanges.info))
      } catch is Enough {}
    }
  }
}
