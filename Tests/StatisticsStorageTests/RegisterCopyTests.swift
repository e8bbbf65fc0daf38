internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

struct RegisterCopyTests {
  private func place(_ code: String, _ name: String, parent: String) -> RegisterEntity {
    .place(id: "place-\(code)", [Bench.place(code, name, .county, parent)])
  }

  @Test(arguments: Engine.allCases)
  func `a change is applied once, in order, with its cursor`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      #expect(try await bench.database.read { try RegisterCopy.cursor($0) } == "c0")
      let newer = RegisterChange(entity: place("450923", "博白新县", parent: "450900"), revision: 3)
      let older = RegisterChange(entity: place("450923", "博白旧县", parent: "450900"), revision: 2)
      try await bench.database.write(as: .system("test")) {
        try RegisterCopy.apply([newer], from: "c0", to: "c1", $0)
      }
      try await bench.database.write(as: .system("test")) {
        try RegisterCopy.apply([older], from: "c1", to: "c2", $0)
      }
      let tree = try await bench.database.read { try RegisterLookup.places($0) }
      #expect(tree.fact("450923", on: Bench.day("2013-12-31"))?.name == "博白新县")
      let stale = await #expect(throws: StorageError.self) {
        try await bench.database.write(as: .system("test")) {
          try RegisterCopy.apply([newer], from: "c0", to: "c9", $0)
        }
      }
      #expect(stale?.code == .stale)
      #expect(try await bench.database.read { try RegisterCopy.cursor($0) } == "c2")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a moved place moves its figures`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      try await bench.submit(Bench.key("450923"), ["gross_output": "30亿元"])
      #expect(try await bench.printed("total/450900/bureau/gross_output/2013") == "30亿元")
      let generation = try await bench.generation()
      let moved = RegisterChange(entity: place("450923", "博白县", parent: "450100"), revision: 2)
      try await bench.database.write(as: .system("test")) {
        try RegisterCopy.apply([moved], from: "c0", to: "c1", $0)
      }
      #expect(try await bench.generation() > generation)
      #expect(try await bench.printed("total/450900/bureau/gross_output/2013") == "未统计")
      #expect(try await bench.printed("total/450100/bureau/gross_output/2013") == "30亿元")
      #expect(try await bench.printed("total/450000/bureau/gross_output/2013") == "30亿元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a removed record goes, and a snapshot replaces everything`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let status = try await bench.database.read { try RegisterCopy.status($0) }
      #expect(status.isComplete)
      #expect(status.placeCount == 9 && status.federationCount == 1)
      #expect(status.enterpriseCount == 2 && status.appliedTime != nil)
      let removed = RegisterChange(
        entity: .enterprise(id: "u1", []), revision: 2, isRemoved: true)
      try await bench.database.write(as: .system("test")) {
        try RegisterCopy.apply([removed], from: "c0", to: "c1", $0)
      }
      let left = try await bench.database.read {
        try RegisterLookup.enterprises(named: "示例编织厂", $0)
      }
      #expect(left.isEmpty)
      try await bench.install(Array(Bench.register.prefix(3)), cursor: "c9")
      let after = try await bench.database.read { try RegisterCopy.status($0) }
      #expect(after.placeCount == 3 && after.enterpriseCount == 0 && after.cursor == "c9")
    }
  }

  @Test(arguments: Engine.allCases)
  func `units are found by id, credit code and name`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      for name in ["u1", "91450923MA5TE5T15M", "示例编织厂"] {
        let found = try await bench.database.read {
          try RegisterLookup.enterprises(named: name, $0)
        }
        #expect(found == ["u1"])
      }
      let place = try await bench.database.read {
        try RegisterLookup.place(ofFederation: "450000", on: Bench.day("2013-12-31"), $0)
      }
      #expect(place == "450000")
      let unknown = try await bench.database.read {
        try RegisterLookup.place(ofFederation: "459999", on: Bench.day("2013-12-31"), $0)
      }
      #expect(unknown == nil)
    }
  }
}
