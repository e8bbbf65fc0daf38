internal import CommonMessages
internal import EntryAPI
internal import RPC
internal import ServiceAPI
internal import Storage
internal import Synchronization
internal import TalentMessages
internal import TestSupport
internal import Testing

struct EntryFeedTests {
  /// Ends a stream from the reader's side.
  private struct Enough: Error {}

  private func read(
    _ fixture: APIFixture, from cursor: String,
    until isEnough: @escaping @Sendable (WatchEntriesResponse) -> Bool
  ) async throws -> [WatchEntriesResponse] {
    let messages = Mutex<[WatchEntriesResponse]>([])
    let writer = ResponseWriter<WatchEntriesResponse> { message in
      messages.withLock { $0.append(message) }
      if isEnough(message) { throw Enough() }
    }
    do {
      try await fixture.desk.watch(
        WatchEntriesRequest(cursor: cursor), writer,
        fixture.call(
          Methods.watchEntries.info, as: nil, deadline: ContinuousClock.now + .seconds(60))
      ) { WatchEntriesResponse(cursor: $0, change: $1, entry: $2, version: $3) }
    } catch is Enough {}
    return messages.withLock { $0 }
  }

  @Test(arguments: Engine.allCases)
  func `a snapshot, then every change with a rising version`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let title = try await fixture.create(APIFixture.master)
      let part = try await fixture.create(APIFixture.tally("450100", "50人"))
      let snapshot = try await read(fixture, from: "") { $0.change == .snapshotEnd }
      #expect(snapshot.map(\.change) == [.snapshot, .snapshot, .snapshotEnd])
      #expect(snapshot.dropLast().map { $0.entry } == [title, part])
      #expect(snapshot.dropLast().allSatisfy { $0.cursor.isEmpty && $0.version == 1 })
      let cursor = try #require(snapshot.last?.cursor)
      #expect(!cursor.isEmpty && snapshot.last?.entry == nil)

      // The whole makes the part doubtful; the part is told before it, with its doubt.
      let whole = try await fixture.create(APIFixture.tally("450000", "40人"))
      try await fixture.delete(whole)
      let last = whole.id
      let changes = try await read(fixture, from: cursor) {
        $0.change == .delete && $0.entry?.id == last
      }.filter { $0.change == .upsert || $0.change == .delete }
      func told(_ id: String) -> [String] {
        changes.filter { $0.entry?.id == id && $0.version > 0 }.map {
          "\($0.version) \($0.change) \($0.entry?.header?.quarantineIds.count ?? 0)"
        }
      }
      let ofPart = told(part.id).filter { !$0.hasPrefix("1 ") }
      #expect(ofPart == ["2 upsert 1", "3 upsert 0"])
      #expect(told(whole.id) == ["1 upsert 0", "2 delete 0"])
      #expect(changes.last?.entry?.header?.deleted == true)
      let end = try #require(changes.last?.cursor)
      let quiet = try await read(fixture, from: end) { $0.change == .heartbeat }
      #expect(quiet.map(\.change) == [.heartbeat] && quiet.first?.entry == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a cursor that is no longer served is out of range`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let end = try await read(fixture, from: "") { $0.change == .snapshotEnd }
      try await fixture.database.renewFeed()
      for cursor in [try #require(end.last?.cursor), "x"] {
        let found = await code { _ = try await read(fixture, from: cursor) { _ in true } }
        #expect(found == .outOfRange || found == .invalidArgument)
      }
    }
  }
}
