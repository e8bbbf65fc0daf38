internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import Storage
internal import TestSupport
internal import Testing

struct FederationsTests {
  @Test(arguments: Engine.allCases)
  func federationsAreCountedByLevelAndFunding(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let store = fixture.store
      let moment = try RegistryFixture.moment("2013-12-31")
      let all = try await fixture.read { try store.countFederations(under: "", at: moment, $0) }
      #expect(
        all == [
          FederationTally(
            level: .province, count: 1, fiscal: 1, fundingUnknown: 0, startUnknown: 1),
          FederationTally(level: .city, count: 2, fiscal: 1, fundingUnknown: 0, startUnknown: 2),
          FederationTally(level: .county, count: 2, fiscal: 1, fundingUnknown: 1, startUnknown: 2),
        ])
      let guilin = try await fixture.read {
        try store.countFederations(under: "450300", at: moment, $0)
      }
      #expect(guilin.map(\.count) == [1, 1])
    }
  }

  @Test(arguments: Engine.allCases)
  func aMoveIsSeenFromItsDate(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let (store, today) = (fixture.store, fixture.today)
      // 荔浦 keeps its federation's code and gets the new code of its place.
      let changed = try await fixture.write {
        try store.updateFederation(
          "450331", etag: ETag(revision: 1).description,
          RecordUpdate(
            state: FederationState(name: "荔浦市联社", level: .county, placeCode: "450381"),
            fields: [.name, .placeCode], effectiveFrom: RegistryFixture.date("2018")),
          today: today, $0)
      }
      #expect(changed.timeline.entries.map(\.state.placeCode) == ["450331", "450381"])
      for (day, name) in [("2013-12-31", "450331联社"), ("2024-05-01", "荔浦市联社")] {
        let moment = try RegistryFixture.moment(day)
        let listed = try await fixture.read { transaction in
          try store.listFederations(
            FederationFilter(ancestorCode: "450300", level: .county),
            ListWish(moment: moment, order: .code, limit: 10), transaction)
        }
        #expect(listed.total == 1)
        let entry = listed.records.first?.item.timeline.entry(on: moment.day)
        #expect(entry?.state.name == name)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func filtersNarrowTheList(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let store = fixture.store
      let moment = try RegistryFixture.moment("2024-05-01")
      for (filter, codes) in [
        (FederationFilter(), ["450000", "450300", "450331", "450900", "450923"]),
        (FederationFilter(parentCode: "450000"), ["450300", "450900"]),
        (FederationFilter(ancestorCode: "450900"), ["450900", "450923"]),
        (FederationFilter(level: .county), ["450331", "450923"]),
        (FederationFilter(funding: .fiscal), ["450000", "450300", "450923"]),
        (FederationFilter(ancestorCode: "450900", funding: .other), ["450900"]),
      ] {
        let found = try await fixture.read { transaction in
          try store.listFederations(
            filter, ListWish(moment: moment, order: .code, limit: 10), transaction
          ).records.map(\.item.code)
        }
        #expect(found == codes)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aFederationThatBreaksTheTreeIsRefused(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let store = fixture.store
      for (federation, rule) in [
        (RegistryFixture.federation("450981", .county, "450300"), "federation.parent_place"),
        (RegistryFixture.federation("450981", .county, "450000"), "federation.parent_level"),
        (RegistryFixture.federation("450922", .county, "450900"), "place.unknown"),
      ] {
        let error = await #expect(throws: RegistryError.self) {
          try await fixture.write { try store.createFederation(federation, $0) }
        }
        #expect(error?.violations.map(\.rule) == [rule])
        #expect(error?.violations.first?.path.hasPrefix("federation.") == true)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func endingAParentBeforeItsChildrenIsRefused(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let (store, today) = (fixture.store, fixture.today)
      let error = await #expect(throws: RegistryError.self) {
        try await fixture.write {
          try store.updateFederation(
            "450300", etag: ETag(revision: 1).description,
            RecordUpdate(
              state: FederationState(name: "", level: .city, placeCode: ""), fields: [],
              validTo: .some(RegistryFixture.date("2015"))), today: today, $0)
        }
      }
      #expect(error?.violations.map(\.rule) == ["federation.child"])
    }
  }

  @Test(arguments: Engine.allCases)
  func anUnknownFederationNamesThoseThatExist(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let store = fixture.store
      let error = await #expect(throws: RegistryError.self) {
        try await fixture.read {
          try store.federation("450999", at: RegistryFixture.moment("2024-05-01"), $0)
        }
      }
      #expect(error?.resource?.available == ["450900 450900联社", "450923 450923联社"])
    }
  }
}
