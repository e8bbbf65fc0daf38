internal import Storage
internal import TestSupport
internal import Testing

@Suite(.timeLimit(.minutes(5))) struct WriteOnceTests {
  private static func actor(_ requestID: String, _ subject: String = "user:1") -> Actor {
    Actor(subject: subject, requestID: requestID)
  }

  private static func add(
    _ code: String, as actor: Actor, method: String = "Create", _ database: Database
  ) async throws -> OnceResponse {
    try await database.writeOnce(as: actor, method: method, fingerprint: Array(code.utf8)) {
      try Samples.insert(code, 1, $0)
      return Array("made \(code)\0".utf8)
    }
  }

  @Test(arguments: Engine.allCases)
  func theSameRequestTwiceHasOneEffectAndOneAnswer(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let first = try await Self.add("a", as: Self.actor("r1"), database)
      let second = try await Self.add("a", as: Self.actor("r1"), database)
      #expect(!first.isReplayed)
      #expect(second.isReplayed)
      #expect(first.bytes == second.bytes)
      #expect(try await Samples.amounts(database) == ["a": 1])
    }
  }

  @Test(arguments: Engine.allCases)
  func anotherRequestUnderTheSameIDIsAConflict(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      _ = try await Self.add("a", as: Self.actor("r1"), database)
      let other = await storageError { try await Self.add("b", as: Self.actor("r1"), database) }
      #expect(other?.code == .conflict)
      let method = await storageError {
        try await Self.add("a", as: Self.actor("r1"), method: "Update", database)
      }
      #expect(method?.code == .conflict)
      #expect(try await Samples.amounts(database) == ["a": 1])
    }
  }

  @Test(arguments: Engine.allCases)
  func anotherCallersIDIsAnotherRequest(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      _ = try await Self.add("a", as: Self.actor("r1"), database)
      let other = try await Self.add("b", as: Self.actor("r1", "user:2"), database)
      #expect(!other.isReplayed)
    }
  }

  @Test(arguments: Engine.allCases)
  func aFailedRequestLeavesItsIDFree(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      struct Refused: Error {}
      await #expect(throws: Refused.self) {
        try await database.writeOnce(as: Self.actor("r1"), method: "Create", fingerprint: []) {
          try Samples.insert("a", 1, $0)
          throw Refused()
        }
      }
      let second = try await Self.add("b", as: Self.actor("r1"), database)
      #expect(!second.isReplayed)
      #expect(try await Samples.amounts(database) == ["b": 1])
    }
  }

  @Test(arguments: Engine.allCases)
  func concurrentDuplicatesHaveOneEffect(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumAttempts = 50
    options.leaseTimeout = .seconds(120)
    try await withTestDatabase(engine, migrations: [Samples.migration], options: options) {
      database in
      for round in 0..<5 {
        let answers = try await withThrowingTaskGroup(of: OnceResponse.self) { group in
          for _ in 0..<16 {
            group.addTask {
              try await database.writeOnce(
                as: Self.actor("r\(round)"), method: "Add", fingerprint: [1]
              ) { transaction in
                let row = try transaction.queryOne("SELECT COUNT(*) AS n FROM item")
                let count = try row?.int64("n") ?? 0
                try Samples.insert("i\(count)", 1, transaction)
                return Array("\(count)".utf8)
              }
            }
          }
          var answers: [OnceResponse] = []
          for try await answer in group { answers.append(answer) }
          return answers
        }
        #expect(answers.filter { !$0.isReplayed }.count == 1)
        #expect(Set(answers.map(\.bytes)) == [Array("\(round)".utf8)])
      }
      #expect(try await Samples.amounts(database).count == 5)
    }
  }

  @Test(arguments: Engine.allCases)
  func aForgottenRequestRunsAgain(engine: Engine) async throws {
    var options = DatabaseOptions()
    let clock = ManualClock()
    options.clock = clock.storage
    try await withTestDatabase(engine, migrations: [Samples.migration], options: options) {
      database in
      _ = try await Self.add("a", as: Self.actor("r1"), database)
      clock.advance(by: 1_000_000)
      _ = try await Self.add("b", as: Self.actor("r2"), database)
      #expect(try await database.trimRequests(recordedBefore: clock.now) == 1)
      #expect(try await Self.add("b", as: Self.actor("r2"), database).isReplayed)
      let again = try await Self.add("c", as: Self.actor("r1"), database)
      #expect(!again.isReplayed)
    }
  }

  @Test(arguments: [0, 129])
  func anIDOutsideItsLimitsIsRefused(length: Int) async throws {
    try await withTestDatabase(.sqlite, migrations: [Samples.migration]) { database in
      let id = String(repeating: "x", count: length)
      let error = await storageError { try await Self.add("a", as: Self.actor(id), database) }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test func aResponseBeyondTheLimitIsNotStored() async throws {
    var options = DatabaseOptions()
    options.maximumResponseBytes = 10
    try await withTestDatabase(.sqlite, migrations: [Samples.migration], options: options) {
      database in
      let error = await storageError {
        try await database.writeOnce(as: Self.actor("r"), method: "m", fingerprint: []) { _ in
          [UInt8](repeating: 0, count: 11)
        }
      }
      #expect(error?.code == .internal)
    }
  }
}
