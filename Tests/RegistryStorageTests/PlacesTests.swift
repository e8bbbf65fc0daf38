internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import Storage
internal import TestSupport
internal import Testing

struct PlacesTests {
  @Test(arguments: Engine.allCases)
  func theTreeOf2013AndOfTodayBothAnswer(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let (then, now) = (
        try RegistryFixture.moment("2013-12-31"), try RegistryFixture.moment("2024-05-01")
      )
      let store = fixture.store
      let old = try await fixture.read { try store.place("450331", at: then, $0) }
      #expect(old.timeline.last.state.name == "荔浦县")
      let new = try await fixture.read { try store.place("450381", at: now, $0) }
      #expect(new.timeline.last.state.name == "荔浦市")
      for (code, moment) in [("450331", now), ("450381", then)] {
        let error = await #expect(throws: RegistryError.self) {
          try await fixture.read { try store.place(code, at: moment, $0) }
        }
        #expect(error?.code == .notFound)
        // It says what stands there instead.
        #expect(error?.resource?.available.count == 1)
      }
      let counties = { (moment: Moment) in
        try await fixture.read { transaction in
          try store.listPlaces(
            PlaceFilter(parentCode: "450300"), ListWish(moment: moment, order: .code, limit: 10),
            transaction
          ).records.map(\.item.code)
        }
      }
      #expect(try await counties(then) == ["450331"])
      #expect(try await counties(now) == ["450381"])
    }
  }

  @Test(arguments: Engine.allCases)
  func bothClocksAnswer(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      let first = try await fixture.read {
        try store.place("450923", at: RegistryFixture.moment("2024-05-01"), $0)
      }
      let today = fixture.today
      let renamed = try await fixture.write { transaction in
        try store.updatePlace(
          "450923", etag: ETag(revision: 1).description,
          RecordUpdate(
            state: PlaceState(name: "博白市", level: .county), fields: [.name],
            effectiveFrom: RegistryFixture.date("2020")), today: today, transaction)
      }
      let corrected = try await fixture.write { transaction in
        try store.updatePlace(
          "450923", etag: ETag(revision: 2).description,
          RecordUpdate(
            state: PlaceState(name: "搏白县", level: .county), fields: [.name],
            effectiveFrom: RegistryFixture.date("2019-06")), today: today, transaction)
      }
      #expect(corrected.revision == 3)
      #expect(corrected.timeline.entries.map(\.state.name) == ["博白县", "搏白县", "博白市"])
      let cases: [(String, Int64?, String)] = [
        ("2019-12-31", nil, "搏白县"), ("2019-05-31", nil, "博白县"), ("2020-01-01", nil, "博白市"),
        ("2019-12-31", renamed.updateTime, "博白县"), ("2020-01-01", renamed.updateTime, "博白市"),
        ("2020-01-01", first.updateTime, "博白县"),
      ]
      for (day, time, name) in cases {
        let place = try await fixture.read {
          try store.place("450923", at: RegistryFixture.moment(day, knownAt: time), $0)
        }
        let at = try CalendarDate(parsing: day)
        #expect(place.timeline.entry(on: at)?.state.name == name)
      }
      let before = try await fixture.read {
        try store.place(
          "450923", at: RegistryFixture.moment("2020-01-01", knownAt: first.updateTime), $0)
      }
      #expect(before.revision == 1)
      await #expect(throws: RegistryError.self) {
        try await fixture.read {
          try store.place(
            "450923", at: RegistryFixture.moment("2020-01-01", knownAt: first.createTime - 1), $0)
        }
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func oneCodeHasOnePlaceAtATime(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      let error = await #expect(throws: RegistryError.self) {
        try await fixture.write {
          try store.createPlace(
            RegistryFixture.place("450923", "别名", .county, "450900", from: "2020"), $0)
        }
      }
      #expect(error?.code == .alreadyExists)
      // The same code at another time is another place.
      _ = try await fixture.write {
        try store.createPlace(
          RegistryFixture.place("450331", "荔浦开发区", .functionalZone, "450300", from: "2030"), $0)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func ofTwentyParallelCreationsOfOneCodeOneWins(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let results = await withTaskGroup(of: Result<Place, any Error>.self) { group in
        for number in 0..<20 {
          group.addTask {
            let place = RegistryFixture.place("450922", "陆川县\(number)", .county, "450900")
            do {
              return .success(
                try await fixture.write { try fixture.store.createPlace(place, $0) })
            } catch {
              return .failure(error)
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      var winners = 0
      for result in results {
        switch result {
        case .success: winners += 1
        case .failure(let error as RegistryError): #expect(error.code == .alreadyExists)
        case .failure(let error as StorageError):
          #expect([.conflict, .busy].contains(error.code), "\(error.debugDescription)")
        case .failure(let error): Issue.record(error)
        }
      }
      #expect(winners == 1)
      let count = try await fixture.read { transaction in
        try fixture.store.places(code: "450922", transaction).count
      }
      #expect(count == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func ofTwoUpdatesWithOneETagOneWins(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let etag = ETag(revision: 1).description
      let results = await withTaskGroup(of: RegistryError.Code?.self) { group in
        for name in ["甲县", "乙县"] {
          group.addTask {
            let update = RecordUpdate(
              state: PlaceState(name: name, level: .county), fields: [.name])
            do {
              _ = try await fixture.write {
                try fixture.store.updatePlace(
                  "450923", etag: etag, update, today: fixture.today, $0)
              }
              return nil
            } catch let error as RegistryError {
              return error.code
            } catch {
              Issue.record(error)
              return nil
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(results.filter { $0 == nil }.count == 1)
      #expect(results.contains(.stale))
    }
  }

  @Test(arguments: Engine.allCases)
  func aChangeThatBreaksWhatIsBelowIsRefused(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let (store, today) = (fixture.store, fixture.today)
      let error = await #expect(throws: RegistryError.self) {
        try await fixture.write {
          try store.updatePlace(
            "450900", etag: ETag(revision: 1).description,
            RecordUpdate(
              state: PlaceState(name: "", level: .prefecture), fields: [],
              validTo: .some(RegistryFixture.date("2015"))), today: today, $0)
        }
      }
      let rules = Set(error?.violations.map(\.rule) ?? [])
      #expect(rules == ["place.child", "place.federation"])
    }
  }

  @Test(arguments: Engine.allCases)
  func listsComeInPagesThatHoldStill(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      let moment = try RegistryFixture.moment("2024-05-01")
      for (order, descending) in [
        (RecordOrder.code, false), (.code, true), (.name, false), (.updateTime, true),
      ] {
        let whole = try await fixture.read { transaction in
          try store.listPlaces(
            PlaceFilter(),
            ListWish(moment: moment, order: order, isDescending: descending, limit: 100),
            transaction)
        }
        #expect(whole.total == 6)
        #expect(whole.records.count == 6)
        var paged: [String] = []
        var after: [SQLValue]?
        while true {
          let start = after
          let page = try await fixture.read { transaction in
            try store.listPlaces(
              PlaceFilter(),
              ListWish(
                moment: moment, order: order, isDescending: descending, after: start, limit: 2),
              transaction
            ).records
          }
          paged += page.map(\.item.id)
          guard let last = page.last else { break }
          after = last.position
        }
        #expect(paged == whole.records.map(\.item.id))
      }
    }
  }

  @Test(
    arguments: Engine.allCases,
    [
      ("桂", ["450300"]), ("市", ["450300", "450381", "450900", "450981"]), ("荔浦", ["450381"]),
      ("林市", ["450300", "450900"]), ("壮族自治", ["450000"]), ("博白县", ["450923"]),
      ("博县", []), ("%", []), ("_", []), ("!", []),
    ] as [(String, [String])])
  func namesAreFoundByAnyPart(engine: Engine, search: (part: String, codes: [String])) async throws
  {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      let moment = try RegistryFixture.moment("2024-05-01")
      let found = try await fixture.read { transaction in
        try store.listPlaces(
          PlaceFilter(),
          ListWish(moment: moment, order: .code, limit: 100, nameContains: search.part),
          transaction
        ).records.map(\.item.code)
      }
      #expect(found == search.codes)
    }
  }

  @Test(arguments: Engine.allCases)
  func everyChangeIsToldToFeedAndAudit(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      let cursor = try await fixture.read { try $0.feedCursor() }
      try await fixture.seedPlaces()
      // A change that is refused leaves nothing; the one after it comes next.
      await #expect(throws: RegistryError.self) {
        try await fixture.write {
          try fixture.store.createPlace(
            RegistryFixture.place("450982", "无上级", .county, "459900"), $0)
        }
      }
      _ = try await fixture.write {
        try fixture.store.createPlace(
          RegistryFixture.place("450922", "陆川县", .county, "450900"), $0)
      }
      let events = try await fixture.changes(after: cursor, count: 8)
      #expect(events.count == 8)
      #expect(events.allSatisfy { $0.entity == "place" && $0.action == .put && $0.revision == 1 })
      for id in events.map(\.id) {
        let entries = try await fixture.read { try $0.auditEntries(entity: "place", id: id) }
        #expect(entries.map(\.action) == ["create"])
        #expect(entries.first?.actor.subject == "tester")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func anUpdateThatSaysTheSameIsNoRevision(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let (store, today) = (fixture.store, fixture.today)
      let place = try await fixture.write {
        try store.updatePlace(
          "450923", etag: ETag(revision: 1).description,
          RecordUpdate(state: PlaceState(name: "博白县", level: .county), fields: [.name]),
          today: today, $0)
      }
      #expect(place.revision == 1)
    }
  }

  @Test func theReleasedMigrationIsFrozen() {
    #expect(RegistryMigrations.all[0].id == "registry/0001_base")
    #expect(
      RegistryMigrations.all[0].digest(.sqlite)
        == "54e75d85069f261e1ce710994e6a2018e2efe1b5bc5a7a3e861104e4230bd109")
    #expect(
      RegistryMigrations.all[0].digest(.postgres)
        == "8d1084e71a88ed89336991d8aaa4fa95c2b31b2819b538ac1b12260fdd7c30d9")
  }
}
