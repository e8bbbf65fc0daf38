internal import Storage
internal import TestSupport
internal import Testing

@Suite struct PagingTests {

  @Test(arguments: [
    [SQLValue](), [nil], [1, nil, "a"], [.integer(.min), .integer(.max)],
    ["", "玉林市", "a;b:c", "i5;"],
  ])
  func aPositionComesBackAsItWent(position: [SQLValue]) async throws {
    try await withTestDatabase(.sqlite) { database in
      let tokens = try await database.pageTokens(query: ["ListPlaces", "filter"])
      #expect(try tokens.position(tokens.token(after: position)) == position)
      #expect(try tokens.position("") == nil)
    }
  }

  @Test func aTokenOfAnotherQueryIsRefused() async throws {
    try await withTestDatabase(.sqlite) { database in
      let token = try await database.pageTokens(query: ["List", "a", "b"]).token(after: [1])
      for query in [["List", "a", "c"], ["List", "ab", ""], ["List", "a"], []] {
        let other = try await database.pageTokens(query: query)
        #expect(throws: StorageError.self) { try other.position(token) }
      }
    }
  }

  @Test func aTokenOfAnotherDatabaseIsRefused() async throws {
    try await withTestDatabase(.sqlite) { first in
      try await withTestDatabase(.sqlite) { second in
        let token = try await first.pageTokens(query: ["q"]).token(after: [1])
        let other = try await second.pageTokens(query: ["q"])
        #expect(throws: StorageError.self) { try other.position(token) }
      }
    }
  }

  @Test func everyChangedByteIsRefused() async throws {
    try await withTestDatabase(.sqlite) { database in
      let tokens = try await database.pageTokens(query: ["q"])
      let token = tokens.token(after: [42, "玉林"])
      for index in token.indices {
        var damaged = token
        let other: Character = token[index] == "A" ? "B" : "A"
        damaged.replaceSubrange(index...index, with: String(other))
        // The last character may carry bits that stand for nothing.
        if let position = try? tokens.position(damaged) { #expect(position == [42, "玉林"]) }
      }
      for text in ["x", "AAAA", String(repeating: "A", count: 5_000), "a=b", token + "A"] {
        #expect(throws: StorageError.self) { try tokens.position(text) }
      }
    }
  }

  @Test(arguments: [(0, 50), (1, 1), (50, 50), (1_000, 1_000), (1_001, 1_000), (Int.max, 1_000)])
  func theSizeIsHeldWithinItsLimits(asked: Int, given: Int) throws {
    #expect(try PageRequest(size: asked, token: "").size == given)
  }

  @Test func aNegativeSizeIsRefused() {
    #expect(throws: StorageError.self) { try PageRequest(size: -1, token: "") }
  }

  @Test(arguments: Engine.allCases)
  func pagesCoverEveryRowOnceWhileRowsComeAndGo(engine: Engine) async throws {
    try await withTestDatabase(engine, migrations: [Samples.migration]) { database in
      let codes = (0..<97).map { "c\(100 + $0)" }
      try await database.write(as: Samples.actor) { transaction in
        for code in codes { try Samples.insert(code, Int64(code.count), transaction) }
      }
      let tokens = try await database.pageTokens(query: ["ListItems"])
      var seen: [String] = []
      var token = ""
      repeat {
        let request = try PageRequest(size: 10, token: token)
        let position = try tokens.position(request.token) ?? [""]
        let rows = try await database.read { transaction in
          try transaction.query(
            "SELECT code FROM item WHERE code > $1 ORDER BY code LIMIT $2",
            [position[0], .integer(Int64(request.size) + 1)]
          ).map { try $0.text("code") }
        }
        let page = tokens.page(rows, size: request.size) { [.text($0)] }
        seen += page.items
        token = page.nextToken
        // What is removed behind the reader moves nothing before it.
        let first = seen[0]
        try await database.write(as: Samples.actor) {
          try $0.execute("DELETE FROM item WHERE code = $1", [.text(first)])
        }
      } while !token.isEmpty
      #expect(seen == codes)
    }
  }
}
