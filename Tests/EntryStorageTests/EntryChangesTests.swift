internal import Entries
internal import EntryStorage
internal import Measures
internal import Storage
internal import TestSupport
internal import Testing

struct EntryChangesTests {
  static let promotion = ["name": "晋级", "place": "450000", "promoted": "600件"]

  @Test func `the kinds of these tests have no flaws`() { #expect(Kinds.register.flaws == []) }

  @Test(arguments: Engine.allCases)
  func `an entry is entered, corrected, deleted, and read as it was known`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let first = try await bench.create(Kinds.promotion, Self.promotion)
      #expect(first.effect == .created && first.record.revision == 1 && first.before == nil)
      #expect(first.record.recordedBy == "clerk.450000")
      #expect(first.record.source == EntrySource(document: "示例文件", sentence: "示例句"))
      let id = first.record.id
      #expect(try await bench.get(id) == first.record)

      let second = try await bench.update(
        first.record, Self.promotion.merging(["promoted": "610件"]) { $1 })
      #expect(second.effect == .revised && second.record.revision == 2)
      #expect(second.before == first.record)
      #expect(second.record.createTime == first.record.createTime)
      try await bench.delete(second.record)

      let gone = try await refusal { _ = try await bench.get(id) }
      #expect(gone?.code == .notFound && gone?.type == "promotion")
      func known(at time: Int64) async throws -> String? {
        try await bench.get(id, at: time).content.quantity(Kinds.promoted)?.printed
      }
      #expect(try await known(at: first.record.recordTime) == "600件")
      #expect(try await known(at: second.record.recordTime - 1) == "600件")
      #expect(try await known(at: second.record.recordTime) == "610件")
      let before = try await refusal { _ = try await known(at: first.record.recordTime - 1) }
      #expect(before?.code == .notFound)
      let revisions = try await bench.database.read { try Bench.book.revisions(of: id, $0) }
      #expect(revisions.map(\.revision) == [2, 1])
      #expect(revisions.map(\.isDeleted) == [true, false])
      let again = try await refusal { try await bench.delete(second.record) }
      #expect(again?.code == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `an id that there is not is not found`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      for id in ["", "x", "' OR 1=1 --", UUIDv7.next(microseconds: 1)] {
        let error = try await refusal { _ = try await bench.get(id) }
        #expect(error?.code == .notFound && error?.type == "entry", "\(id)")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `etags keep two clerks apart`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let first = try await bench.create(Kinds.promotion, Self.promotion).record
      try await bench.update(first, Self.promotion.merging(["promoted": "610件"]) { $1 })
      let stale = try await refusal { try await bench.update(first, Self.promotion) }
      #expect(stale?.code == .stale)
      #expect(try await refusal { try await bench.delete(first) }?.code == .stale)
      for (etag, rule) in [("", "required"), ("r1", "etag.format"), ("*", "etag.format")] {
        let error = try await refusal {
          try await bench.write { try $0.delete(first.id, etag: etag, $1) }
        }
        #expect(error?.broken == ["etag \(rule)"], "\(etag)")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `a natural key is there once`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      for code in ["a", "b"] {
        try await bench.create(Kinds.edition, ["code": code, "name": code])
      }
      let cells = ["editions": "a、b", "place": "450000", "period": "2016", "awards": "5个"]
      let first = try await bench.create(Kinds.awardTally, cells).record
      // Editions in another order are the same entry.
      for editions in ["a、b", "b、a"] {
        let error = try await refusal {
          try await bench.create(Kinds.awardTally, cells.merging(["editions": editions]) { $1 })
        }
        #expect(error?.code == .alreadyExists, "\(editions)")
        #expect(error?.zh.contains(first.id) == true)
      }
      let other = try await bench.create(
        Kinds.awardTally, cells.merging(["editions": "a"]) { $1 }
      ).record
      let taken = try await refusal { try await bench.update(other, cells) }
      #expect(taken?.code == .alreadyExists)
      // Its own key is no obstacle, and a deleted entry's key is free.
      try await bench.update(other, cells.merging(["editions": "a", "awards": "6个"]) { $1 })
      try await bench.delete(first)
      try await bench.create(Kinds.awardTally, cells)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a file that brings a known entry corrects it or changes nothing`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      let first = try await bench.enter(Kinds.promotion, Self.promotion)
      #expect(first.effect == .created)
      let same = try await bench.enter(Kinds.promotion, Self.promotion)
      #expect(same.effect == .unchanged && same.record == first.record)
      let other = try await bench.enter(
        Kinds.promotion, Self.promotion.merging(["promoted": "610件"]) { $1 })
      #expect(other.effect == .revised && other.record.revision == 2)
      #expect(other.record.id == first.record.id)
      // Another source is another revision.
      let source = try await bench.enter(
        Kinds.promotion, Self.promotion.merging(["promoted": "610件", "document": "总结"]) { $1 })
      #expect(source.effect == .revised && source.record.source.document == "总结")
      // What a file leaves out is no longer said.
      let less = try await bench.enter(Kinds.promotion, ["name": "晋级", "place": "450000"])
      #expect(less.record.content.quantity(Kinds.promoted) == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func `every broken rule is told at once`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let error = try await refusal {
        try await bench.create(
          Kinds.awardTally,
          [
            "editions": "x、y", "place": "459999", "awards": "5个", "document": " ",
            "sentence": String(repeating: "字", count: 2_001),
          ])
      }
      #expect(error?.code == .invalid)
      #expect(
        Set(error?.broken ?? []) == [
          "provenance.document required", "provenance.sentence text.length",
          "editions reference.unknown", "place place.unknown", "period required",
        ])
      #expect(error?.violations.filter { $0.field == "editions" }.map(\.value) == ["x", "y"])
      let refused = try await refusal {
        try await bench.create(
          Kinds.round,
          ["name": "意见", "place": "450000", "collected": "114条", "grouped": "658条"])
      }
      #expect(refused?.broken == ["grouped quantity.part_exceeds_whole"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `what is referred to stays`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      var editions: [String: EntryRecord] = [:]
      for code in ["fair-5", "fair-51", "fair"] {
        editions[code] = try await bench.create(Kinds.edition, ["code": code, "name": code]).record
      }
      let one = try await bench.create(Kinds.work, ["title": "老山界", "edition": "fair-5"]).record
      let several = try await bench.create(
        Kinds.awardTally,
        ["editions": "fair-5、fair-51", "place": "450000", "period": "2016", "awards": "5个"]
      ).record
      let (fair5, fair51) = (try #require(editions["fair-5"]), try #require(editions["fair-51"]))
      for record in [fair5, fair51] {
        #expect(
          try await refusal { try await bench.delete(record) }?.code == .failedPrecondition)
      }
      // A code that begins like another is another.
      try await bench.delete(try #require(editions["fair"]))
      let renamed = try await refusal {
        try await bench.update(fair51, ["code": "fair-51-a", "name": "改名"])
      }
      #expect(renamed?.code == .failedPrecondition)
      try await bench.update(fair51, ["code": "fair-51", "name": "改名"])
      try await bench.delete(one)
      #expect(try await refusal { try await bench.delete(fair5) }?.code == .failedPrecondition)
      try await bench.delete(several)
      try await bench.delete(fair5)
      let unknown = try await refusal {
        try await bench.create(Kinds.work, ["title": "新作", "edition": "fair-5"])
      }
      #expect(unknown?.broken == ["edition reference.unknown"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `a clerk writes in his own places`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      func code(_ body: () async throws -> Void) async throws -> EntryError.Code? {
        try await refusal(body)?.code
      }
      let cells = ["name": "晋级", "place": "450923"]
      let record = try await bench.create(Kinds.promotion, cells, as: "450900").record
      for outside in ["450100", "450922", "460000", ""] {
        #expect(
          try await code {
            try await bench.create(Kinds.promotion, ["name": "乙", "place": "450923"], as: outside)
          } == .permissionDenied)
        #expect(
          try await code { try await bench.enter(Kinds.promotion, cells, as: outside) }
            == .permissionDenied)
        #expect(try await code { try await bench.delete(record, as: outside) } == .permissionDenied)
      }
      // Neither out of his places nor into them.
      #expect(
        try await code {
          try await bench.update(record, ["name": "晋级", "place": "450100"], as: "450900")
        } == .permissionDenied)
      let other = try await bench.create(Kinds.promotion, ["name": "丙", "place": "450100"]).record
      #expect(
        try await code {
          try await bench.update(other, ["name": "丙", "place": "450923"], as: "450900")
        } == .permissionDenied)
      // What lies nowhere is the province's.
      #expect(
        try await code {
          try await bench.create(Kinds.edition, ["code": "a", "name": "甲"], as: "450900")
        } == .permissionDenied)
      try await bench.create(Kinds.edition, ["code": "a", "name": "甲"], as: "450000")
    }
  }

  @Test(arguments: Engine.allCases)
  func `every change is audited, before and after`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let first = try await bench.create(Kinds.promotion, Self.promotion).record
      let second = try await bench.update(
        first, Self.promotion.merging(["promoted": "610件"]) { $1 }
      ).record
      try await bench.enter(
        Kinds.promotion, Self.promotion.merging(["promoted": "610件"]) { $1 })
      try await bench.delete(second)
      let entries = try await bench.database.read {
        try $0.auditEntries(entity: "promotion", id: first.id)
      }
      // What changed nothing left no trace.
      #expect(entries.map(\.action) == ["create", "update", "delete"])
      #expect(entries.allSatisfy { $0.actor.subject == "clerk.450000" })
      #expect(entries.map { $0.before == nil } == [true, false, false])
      #expect(entries.map { $0.after == nil } == [false, false, true])
      #expect(entries[1].before?.contains("\"revision\":1") == true)
      #expect(entries[1].after?.contains("\"revision\":2") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func `of twenty entries with one key one is accepted`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let outcomes = await withTaskGroup(of: String.self) { group in
        for number in 0..<20 {
          group.addTask {
            do {
              _ = try await bench.create(
                Kinds.promotion, Self.promotion.merging(["promoted": "6\(10 + number)件"]) { $1 })
              return "created"
            } catch let error as EntryError {
              return error.code.rawValue
            } catch let error as StorageError where error.code == .conflict {
              // PostgreSQL may find the other's key only when it writes.
              return "alreadyExists"
            } catch {
              return "\(error)"
            }
          }
        }
        var all: [String] = []
        for await outcome in group { all.append(outcome) }
        return all
      }
      #expect(outcomes.filter { $0 == "created" }.count == 1, "\(Set(outcomes))")
      #expect(outcomes.filter { $0 == "alreadyExists" }.count == 19, "\(Set(outcomes))")
    }
  }
}

/// Taking back what an import entered.
struct EntryRevertTests {
  private static func revert(
    _ bench: Bench, _ change: EntryChange
  ) async throws -> EntryObstacle? {
    let record = change.record
    return try await bench.write {
      try $0.revert(
        record.id, revision: record.revision, isNew: change.effect == .created, $1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `what is new goes, what was corrected goes back`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let cells = EntryChangesTests.promotion
      let first = try await bench.enter(Kinds.promotion, cells)
      let second = try await bench.enter(
        Kinds.promotion, cells.merging(["promoted": "610件", "document": "总结"]) { $1 })
      #expect(try await Self.revert(bench, first)?.rule == "import.changed_since")
      #expect(try await Self.revert(bench, second) == nil)
      let back = try await bench.get(first.record.id)
      #expect(back.revision == 3 && back.content == first.record.content)
      #expect(back.source == first.record.source)
      let other = try await bench.enter(Kinds.promotion, ["name": "乙", "place": "450000"])
      #expect(try await Self.revert(bench, other) == nil)
      #expect(
        try await refusal { _ = try await bench.get(other.record.id) }?.code == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func `what others refer to stays`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let edition = try await bench.enter(Kinds.edition, ["code": "fair", "name": "交易会"])
      try await bench.enter(Kinds.work, ["title": "老山界", "edition": "fair"])
      let obstacle = try await Self.revert(bench, edition)
      #expect(obstacle?.rule == "import.failedPrecondition")
      #expect(obstacle?.name == "fair" && obstacle?.zh.contains("老山界") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a doubt that a file ended is open again`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let cells = ["name": "晋级", "place": "450000"]
      try await bench.enter(Kinds.promotion, cells.merging(["promoted": "6 00件"]) { $1 })
      let corrected = try await bench.enter(
        Kinds.promotion, cells.merging(["promoted": "600件"]) { $1 })
      #expect(try await bench.doubts().isEmpty)
      #expect(try await Self.revert(bench, corrected) == nil)
      #expect(try await bench.doubts().map(\.doubt.printed) == ["6 00件"])
      #expect(try await bench.get(corrected.record.id).doubtIDs.count == 1)
      #expect(try await bench.printed("test/promotion/entries/450000/all") == "未统计")
    }
  }
}
