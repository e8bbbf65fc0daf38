// An indicator that was asked for is answered from memory, until anything changes.

internal import CommonMessages
internal import RPC
internal import StatisticsAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

@Suite struct IndicatorMemoryTests {
  private func get(_ code: String, _ fixture: APIFixture) async throws -> Indicator? {
    try await fixture.api.getIndicator(
      GetIndicatorRequest(code: code), context: fixture.call(Methods.getIndicator.info, as: nil)
    ).indicator
  }

  private func create(_ code: String, _ fixture: APIFixture) async throws {
    _ = try await fixture.api.createIndicator(
      CreateIndicatorRequest(
        indicator: Indicator(
          code: code, nameZh: code, nameEn: code, unit: "元", scale: 2, kind: .flow)),
      context: fixture.call(Methods.createIndicator.info))
  }

  @Test(arguments: Engine.allCases)
  func `an indicator is answered from memory until something changes`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      try await create("first", fixture)
      let asked = try await get("first", fixture)
      #expect(asked?.nameZh == "first")
      // Behind the back of this process, which is the only way to see where an answer comes from.
      let removed = try await fixture.database.write(as: .system("test")) {
        try CatalogueTable.remove("first", $0)
      }
      #expect(removed)
      #expect(try await get("first", fixture) == asked)
      try await create("second", fixture)
      await #expect(throws: (any Error).self) { try await get("first", fixture) }
    }
  }

  @Test(arguments: Engine.allCases)
  func `an indicator that was not there is seen as soon as it is`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let another = APIFixture(fixture.database)
      await #expect(throws: (any Error).self) { try await get("late", fixture) }
      try await create("late", another)
      #expect(try await get("late", fixture)?.code == "late")
    }
  }
}
