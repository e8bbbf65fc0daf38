internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

struct ConcurrencyTests {
  @Test(arguments: Engine.allCases)
  func `of forty reports of one key one is accepted`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let key = try Bench.key("450000")
      let outcomes = await withTaskGroup(of: String.self) { group in
        for number in 0..<40 {
          group.addTask {
            do {
              let change = try await bench.submit(key, ["gross_output": "8\(10 + number)亿元"])
              return "accepted \(change.report.id)"
            } catch let error as StatisticsError {
              return error.code.rawValue + " " + (error.resource?.name ?? "")
            } catch {
              return "\(error)"
            }
          }
        }
        var all: [String] = []
        for await outcome in group { all.append(outcome) }
        return all
      }
      let accepted = outcomes.filter { $0.hasPrefix("accepted ") }
      #expect(accepted.count == 1)
      let id = accepted.first?.dropFirst("accepted ".count) ?? ""
      #expect(outcomes.filter { $0 == "alreadyExists \(id)" }.count == 39, "\(Set(outcomes))")
      #expect(
        try await bench.figure("total/450000/bureau/gross_output/2013").recordCount == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `writers of many counties at once lose nothing`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let counties = ["450126", "450331", "450923", "450981"]
      let generation = try await bench.generation()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for county in counties {
          group.addTask {
            for month in 1...6 {
              let key = try Bench.key(county, "2013-0\(month)", .remainder)
              let change = try await bench.submit(key, ["gross_output": "\(month)亿元"])
              if month.isMultiple(of: 2) {
                try await bench.revise(change.report, ["gross_output": "\(month * 2)亿元"])
              }
              if month == 5 { try await bench.withdraw(change.report) }
            }
          }
        }
        try await group.waitForAll()
      }
      // 1, 4, 3, 8, nothing, 12: per county.
      #expect(try await bench.printed("total/450000/bureau/gross_output/2013-04") == "32亿元")
      #expect(try await bench.printed("total/450000/bureau/gross_output/2013-05") == "未统计")
      #expect(try await bench.printed("ytd/450000/bureau/gross_output/2013-04") == "64亿元")
      #expect(try await bench.generation() == generation + 4 * 10)
      try await Recount.check(bench)
    }
  }

  @Test(arguments: Engine.allCases)
  func `units of one county at once add up`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let units = (0..<24).map { "n\($0)" }
      try await bench.install(
        Bench.register
          + units.map {
            RegisterChange(
              entity: .enterprise(
                id: $0,
                [EnterpriseFact(creditCode: "", name: "示例\($0)厂", placeCode: "450923")]),
              revision: 1)
          })
      try await withThrowingTaskGroup(of: Void.self) { group in
        for unit in units {
          group.addTask {
            try await bench.submit(
              Bench.key("", "2013", .unit, unit: unit), ["gross_output": "100万元"])
          }
        }
        try await group.waitForAll()
      }
      let figure = try await bench.figure("total/450923/bureau/gross_output/2013")
      #expect(figure.recordCount == 24)
      #expect(figure.printed.number + figure.printed.unit == "2400万元")
      try await Recount.check(bench)
    }
  }

  @Test(arguments: Engine.allCases)
  func `of many decisions about one value one counts, and revisions queue`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.submit(
        Bench.key("450000"), ["gross_output": "8 1亿元", "export_delivery": "1亿元"])
      let id = change.items[0].item.id
      let decided = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<12 {
          group.addTask {
            let result = try? await bench.write {
              try $0.resolve(id, .correct(text: "8\(number)亿元"), reason: "核对")
            }
            return result != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(decided == 1)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...12 {
          group.addTask {
            try await bench.revise(
              change.report, ["gross_output": "90亿元", "export_delivery": "\(number).25亿元"])
          }
        }
        try await group.waitForAll()
      }
      let report = try await bench.database.read { [cache = bench.cache] transaction in
        try ReportArchive.report(
          change.report.id, cache.reference(transaction).catalogue, transaction)
      }
      #expect(report?.revision == 14)
      try await Recount.check(bench)
    }
  }
}
