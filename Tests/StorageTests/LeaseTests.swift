internal import Storage
internal import TestSupport
internal import Testing

@Suite struct LeaseTests {
  @Test(arguments: Engine.allCases)
  func aLeaseHasOneHolderUntilItExpires(engine: Engine) async throws {
    var options = DatabaseOptions()
    let clock = ManualClock()
    options.clock = clock.storage
    try await withTestDatabase(engine, options: options) { database in
      func acquire(_ holder: String) async throws -> Bool {
        try await database.acquireLease("apply", holder: holder, for: .seconds(10))
      }
      #expect(try await acquire("a"))
      #expect(try await !acquire("b"))
      #expect(try await acquire("a"), "its holder prolongs it")
      clock.advance(by: 11_000_000)
      #expect(try await acquire("b"), "it had expired")
      #expect(try await !acquire("a"))
      try await database.releaseLease("apply", holder: "a")
      #expect(try await !acquire("a"), "only its holder gives it back")
      try await database.releaseLease("apply", holder: "b")
      #expect(try await acquire("a"))
    }
  }
}
