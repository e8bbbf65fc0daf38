internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct OnceTests {
  /// Stores a figure and answers with it; the id is new on every run.
  func create(
    _ fixture: ServiceFixture, _ code: String, requestID: String, validateOnly: Bool = false,
    subject: String = "li"
  ) async throws -> StatedFigure {
    let book = StatedFigureBook(database: fixture.database)
    return try await fixture.database.answerOnce(
      StatedFigure(code: code), requestID: requestID, context: fixture.call(subject: subject),
      validateOnly: validateOnly
    ) { transaction in
      try book.create(StatedFigureRow(id: UUIDv7.next(), code: code), transaction)
    }
  }

  @Test(arguments: Engine.allCases)
  func aRepeatedRequestGetsTheStoredAnswer(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      let first = try await create(fixture, "a", requestID: "r1")
      let second = try await create(fixture, "a", requestID: "r1")
      #expect(first == second)
      // The same id of another caller is another request.
      await #expect(throws: RPCError.self) {
        try await create(fixture, "a", requestID: "r1", subject: "wang")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func anotherRequestUnderTheSameIDIsRefused(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      _ = try await create(fixture, "a", requestID: "r1")
      let error = await #expect(throws: StorageError.self) {
        try await create(fixture, "b", requestID: "r1")
      }
      #expect(error?.code == .conflict)
    }
  }

  @Test(arguments: Engine.allCases)
  func ofManyEqualRequestsAtOnceOneRuns(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      let ids = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<12 {
          group.addTask { try await create(fixture, "a", requestID: "r1").id }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(ids.count == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aDryRunLeavesNothing(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      let dry = try await create(fixture, "a", requestID: "r1", validateOnly: true)
      #expect(dry.code == "a")
      let book = StatedFigureBook(database: fixture.database)
      await #expect(throws: RPCError.self) { try await book.get("a", context: fixture.call()) }
      // Nor does it use the id up.
      let real = try await create(fixture, "a", requestID: "r1")
      #expect(real.id != dry.id)
    }
  }

  @Test(arguments: Engine.allCases)
  func aFailedRequestMayBeTriedAgain(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      await #expect(throws: RPCError.self) {
        try await fixture.database.answerOnce(
          StatedFigure(code: "a"), requestID: "r1", context: fixture.call()
        ) { _ -> StatedFigure in throw RPCError(.invalidArgument, "no") }
      }
      let second = try await create(fixture, "a", requestID: "r1")
      #expect(second.code == "a")
    }
  }
}
