internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

struct ReportBookTests {
  @Test(arguments: Engine.allCases)
  func `a decision that is still odd stands, with a warning`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.submit(
        Bench.key("450000", "2006"), ["gross_output": "2 3亿元", "export_delivery": "2.2亿元"])
      let id = try #require(change.items.first?.item.id)
      let resolved = try await bench.write {
        try $0.resolve(id, .correct(text: "1亿元"), reason: "核对")
      }
      #expect(resolved.report.observations.count == 2)
      #expect(
        resolved.report.warnings == [
          "核定后仍有疑问：出口交货值是部分数，占1亿元的220.0%，超过100%"
        ])
    }
  }

  @Test(arguments: ["2.3", "-2.3亿元"])
  func `a correction is a value of its indicator`(text: String) async throws {
    try await Bench.run(.sqlite) { bench in
      let change = try await bench.submit(
        Bench.key("450000", "2006"), ["gross_output": "2 3亿元"])
      let id = try #require(change.items.first?.item.id)
      let error = await #expect(throws: StatisticsError.self) {
        _ = try await bench.write { try $0.resolve(id, .correct(text: text), reason: "核对") }
      }
      #expect(error?.violations.map(\.path) == ["corrected_text"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a report's figures are right in the next read`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let before = try await bench.generation()
      let change = try await bench.submit(
        Bench.key("450000"), ["gross_output": "810亿元", "export_delivery": "48亿元"])
      #expect(change.report.revision == 1 && change.items.isEmpty)
      #expect(try await bench.printed("total/450000/bureau/gross_output/2013") == "810亿元")
      #expect(try await bench.printed("total/450000/bureau/export_delivery/2013") == "48亿元")
      #expect(try await bench.printed("total/450000/bureau/gross_output/2012") == "未统计")
      #expect(try await bench.generation() > before)
      let figure = try await bench.figure("total/450000/bureau/gross_output/2013")
      #expect(figure.quantity?.interval.description == "[80950000000, 81050000000)")
      #expect(figure.statedLevel == .province)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a change moves its own figures and those that depend on it, no others`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.submit(
        Bench.key("450000"), ["gross_output": "810亿元", "export_delivery": "48亿元"])
      try await bench.submit(Bench.key("450000", "2012"), ["gross_output": "750亿元"])
      try await bench.submit(
        Bench.key("450000", channel: "region"), ["gross_output": "200亿元"])
      let keys = [
        "total/450000/bureau/gross_output/2013", "growth/450000/bureau/gross_output/2013",
        "total/450000/bureau/export_delivery/2013", "total/450000/bureau/gross_output/2012",
        "total/450000/region/gross_output/2013",
      ]
      func all() async throws -> [String] {
        var printed: [String] = []
        for key in keys { printed.append(try await bench.printed(key)) }
        return printed
      }
      #expect(try await all() == ["810亿元", "8.0%", "48亿元", "750亿元", "200亿元"])
      let revised = try await bench.revise(
        change.report, ["gross_output": "825亿元", "export_delivery": "48亿元"])
      #expect(revised.report.revision == 2)
      #expect(try await all() == ["825亿元", "10.0%", "48亿元", "750亿元", "200亿元"])
      try await bench.withdraw(change.report)
      #expect(try await all() == ["未统计", "未统计", "未统计", "750亿元", "200亿元"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `the misprints of 2006 wait for a clerk`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.submit(
        Bench.key("450000", "2006", channel: "collective"),
        ["gross_output": "2 3亿元", "export_delivery": "22亿元"])
      #expect(change.report.observations.isEmpty)
      #expect(change.items.map(\.item.doubt.rule) == [.unreadable, .implausibleRatio])
      let key = "total/450000/collective/gross_output/2006"
      let waiting = try await bench.figure(key)
      #expect(waiting.mark == .notRecorded)
      #expect(waiting.quarantineIDs == [change.items[0].item.id])
      let id = change.items[0].item.id
      let resolved = try await bench.write {
        try $0.resolve(id, .accept(candidateIndex: 1), reason: "与出口数核对")
      }
      #expect(resolved.report.revision == 2)
      #expect(resolved.items[0].item.state == .accepted)
      #expect(resolved.items[0].item.resolution?.by == "clerk")
      #expect(try await bench.printed(key) == "2.3亿元")
      let export = change.items[1].item.id
      _ = try await bench.write {
        try $0.resolve(export, .correct(text: "2.2亿元"), reason: "漏印小数点")
      }
      #expect(
        try await bench.printed("total/450000/collective/export_delivery/2006") == "2.2亿元")
      await #expect(throws: StatisticsError.self) {
        _ = try await bench.write { try $0.resolve(export, .reject, reason: "再想想") }
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `what was decided stands when the same text comes again`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let key = try Bench.key("450000", "2006", channel: "collective")
      let draft = Bench.draft(key, ["gross_output": "2 3亿元", "export_delivery": "22亿元"])
      let first = try await bench.write { try $0.record(draft, reason: "导入") }
      #expect(first.before == nil && first.items.count == 2)
      let again = try await bench.write { try $0.record(draft, reason: "导入") }
      #expect(again.isUnchanged)
      let id = first.items[0].item.id
      _ = try await bench.write { try $0.resolve(id, .accept(candidateIndex: 0), reason: "核对") }
      let third = try await bench.write { try $0.record(draft, reason: "导入") }
      #expect(third.isUnchanged)
      #expect(third.report.observations.map(\.quantity.text) == ["23亿"])
      let corrected = Bench.draft(
        key, ["gross_output": "2 3亿元", "export_delivery": "2.2亿元"])
      let fourth = try await bench.write { try $0.record(corrected, reason: "导入") }
      #expect(fourth.report.observations.map(\.quantity.text) == ["23亿", "2.2亿"])
      #expect(fourth.items.map(\.item.state) == [.corrected])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a withdrawn report ends its doubts and gives its slot back`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let key = try Bench.key("450000", "2006", channel: "collective")
      let change = try await bench.submit(key, ["gross_output": "2 3亿元"])
      let withdrawn = try await bench.withdraw(change.report)
      #expect(withdrawn.report.state == .withdrawn)
      #expect(withdrawn.items.map(\.item.state) == [.rejected])
      let figure = try await bench.figure("total/450000/collective/gross_output/2006")
      #expect(figure.quarantineIDs.isEmpty)
      await #expect(throws: StatisticsError.self) { try await bench.withdraw(change.report) }
      let anew = try await bench.submit(key, ["gross_output": "2.3亿元"])
      #expect(anew.report.id != change.report.id)
      #expect(try await bench.printed("total/450000/collective/gross_output/2006") == "2.3亿元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `overlaps are refused and name the other report`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let whole = try await bench.submit(Bench.key("450900"), ["gross_output": "192亿元"])
      let unit = try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u1"), ["gross_output": "3000万元"])
      let refused: [(ReportKey, String)] = [
        (try Bench.key("450900"), whole.report.id),
        (try Bench.key("450900", "2013", .remainder), whole.report.id),
        (try Bench.key("450923", "2013", .unit, unit: "u1"), unit.report.id),
      ]
      for (key, other) in refused {
        let error = await #expect(throws: StatisticsError.self) {
          try await bench.submit(key, ["gross_output": "1亿元"])
        }
        #expect(error?.code == .alreadyExists)
        #expect(error?.resource?.name == other)
      }
      // Another period, channel, nature, sector or place is another thing.
      try await bench.submit(Bench.key("450900", "2012"), ["gross_output": "180亿元"])
      try await bench.submit(
        Bench.key("450900", nature: .expected), ["gross_output": "190亿元"])
      try await bench.submit(Bench.key("450900", sector: "陶瓷"), ["gross_output": "20亿元"])
      try await bench.submit(Bench.key("450981"), ["gross_output": "60亿元"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a unit's profile is that of the period and stays`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let then = try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u1"), ["gross_output": "3000万元"])
      #expect(then.report.key.placeCode == "450923")
      #expect(then.report.profile?.sector == "工艺美术")
      #expect(then.report.profile?.industryCode == "2435")
      #expect(then.report.profile?.federationCodes == ["450900"])
      let later = try await bench.submit(
        Bench.key("", "2016", .unit, unit: "u1"), ["gross_output": "4000万元"])
      #expect(later.report.key.placeCode == "450981")
      #expect(later.report.profile?.federationCodes == [])
      // The place of a unit is the code that was valid in the period.
      let moved = try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u2"), ["gross_output": "500万元"])
      #expect(moved.report.key.placeCode == "450331")
      #expect(
        try await bench.printed("total/450900/bureau/gross_output/2013?sector=工艺美术") == "3000万元")
      #expect(try await bench.printed("total/450000/bureau/gross_output/2013") == "3500万元")
      var changed = Bench.register
      changed.removeAll { $0.entity.id == "u1" }
      try await bench.install(changed, cursor: "c1")
      #expect(
        try await bench.printed("total/450900/bureau/gross_output/2013?sector=工艺美术") == "3000万元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `places and units that are not there then are refused`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let refused: [(ReportKey, String)] = [
        (try Bench.key("459999"), "report.place_unknown"),
        (try Bench.key("450381", "2013"), "report.place_not_valid"),
        (try Bench.key("450331", "2020"), "report.place_not_valid"),
        (try Bench.key("", "2013", .unit, unit: "u9"), "report.unit_unknown"),
        (try Bench.key("450100", "2013", .unit, unit: "u1"), "report.unit_place"),
      ]
      for (key, rule) in refused {
        let error = await #expect(throws: StatisticsError.self) {
          try await bench.submit(key, ["gross_output": "1亿元"])
        }
        #expect(error?.violations.map(\.rule) == [rule])
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `parts that are more than a whole are doubtful, from above and from below`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      try await bench.submit(Bench.key("450000"), ["gross_output": "200亿元"])
      try await bench.submit(Bench.key("450900"), ["gross_output": "150亿元"])
      let more = try await bench.submit(Bench.key("450100"), ["gross_output": "60亿元"])
      #expect(more.items.map(\.item.doubt.rule) == [.partExceedsWhole])
      #expect(more.items[0].item.doubt.chinese.contains("广西壮族自治区"))
      #expect(try await bench.printed("total/450100/bureau/gross_output/2013") == "未统计")
      // Units count towards the nearest whole above them.
      let unit = try await bench.submit(
        Bench.key("", "2013", .unit, unit: "u1"), ["gross_output": "151亿元"])
      #expect(unit.items.map(\.item.doubt.rule) == [.partExceedsWhole])
      let less = try await bench.submit(
        Bench.key("450000", "2012"), ["gross_output": "100亿元"])
      try await bench.submit(Bench.key("450900", "2012"), ["gross_output": "90亿元"])
      let revised = try await bench.revise(less.report, ["gross_output": "80亿元"])
      #expect(revised.items.map(\.item.doubt.rule) == [.partExceedsWhole])
      let sector = try await bench.submit(
        Bench.key("450900", sector: "陶瓷"), ["gross_output": "151亿元"])
      #expect(sector.items.map(\.item.doubt.rule) == [.partExceedsWhole])
      // A correction of a part is compared without its old value.
      let part = try await bench.submit(Bench.key("450900", "2011"), ["gross_output": "60亿元"])
      try await bench.submit(Bench.key("450000", "2011"), ["gross_output": "100亿元"])
      let higher = try await bench.revise(part.report, ["gross_output": "90亿元"])
      #expect(higher.items.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func `last year's report of the same thing shows a jump`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      try await bench.submit(Bench.key("450000", "2012"), ["gross_output": "75亿元"])
      let jump = try await bench.submit(Bench.key("450000"), ["gross_output": "810亿元"])
      #expect(jump.items.map(\.item.doubt.rule) == [.tenfoldJump])
      let item = try await bench.database.read {
        try QuarantineTable.item(jump.items[0].item.id, $0)
      }
      #expect(item == jump.items[0].item)
    }
  }

  @Test(arguments: Engine.allCases)
  func `what identifies a report cannot be revised, and a reason is needed`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let change = try await bench.submit(Bench.key("450900"), ["gross_output": "192亿元"])
      let moved = Bench.draft(try Bench.key("450100"), ["gross_output": "192亿元"])
      let error = await #expect(throws: StatisticsError.self) {
        _ = try await bench.write { try $0.revise(change.report.id, to: moved, reason: " ") }
      }
      #expect(error?.violations.map(\.rule) == ["report.key_fixed", "report.reason"])
      let same = try await bench.revise(change.report, ["gross_output": "192亿元"])
      #expect(same.isUnchanged && same.report.revision == 1)
      let unknown = await #expect(throws: StatisticsError.self) {
        _ = try await bench.write { try $0.withdraw("nothing", reason: "重复") }
      }
      #expect(unknown?.code == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `an actual report of a period that is not over is odd`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let early = try await bench.submit(Bench.key("450000", "2026"), ["gross_output": "810亿元"])
      #expect(early.report.warnings == ["录入时2026年尚未结束，而性质为实际"])
      let error = await #expect(throws: StatisticsError.self) {
        try await bench.submit(Bench.key("450000", "2027"), ["gross_output": "810亿元"])
      }
      #expect(error?.violations.map(\.rule) == ["report.future"])
      try await bench.submit(
        Bench.key("450000", "2027", nature: .expected), ["gross_output": "810亿元"])
      let expected = try await bench.submit(
        Bench.key("450000", "2026", nature: .expected), ["gross_output": "810亿元"])
      #expect(expected.report.warnings.isEmpty)
    }
  }
}
