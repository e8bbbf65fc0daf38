internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import Storage
internal import TestSupport
internal import Testing

struct EnterprisesTests {
  @Test(arguments: Engine.allCases)
  func aCreditCodeBelongsToOneEnterprise(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      _ = try await fixture.write {
        try store.createEnterprise(
          RegistryFixture.enterprise("甲厂", code: "91450923MA5TE5T15M"), $0)
      }
      let error = await #expect(throws: RegistryError.self) {
        try await fixture.write {
          try store.createEnterprise(
            RegistryFixture.enterprise("乙厂", code: "91450923MA5TE5T15M", from: "2020"), $0)
        }
      }
      #expect(error?.code == .alreadyExists)
      // Without a code there may be many.
      for name in ["丙厂", "丁厂"] {
        _ = try await fixture.write {
          try store.createEnterprise(RegistryFixture.enterprise(name), $0)
        }
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aNameBelongsToOneEnterpriseOfAPlaceAtATime(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      _ = try await fixture.write {
        try store.createEnterprise(RegistryFixture.enterprise("甲厂", to: "2010"), $0)
      }
      let error = await #expect(throws: RegistryError.self) {
        try await fixture.write {
          try store.createEnterprise(RegistryFixture.enterprise("甲厂", from: "2009"), $0)
        }
      }
      #expect(error?.code == .alreadyExists)
      _ = try await fixture.write {
        try store.createEnterprise(RegistryFixture.enterprise("甲厂", from: "2010"), $0)
      }
      _ = try await fixture.write {
        try store.createEnterprise(RegistryFixture.enterprise("甲厂", "450981"), $0)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func ofParallelCreationsOfOneCodeOneWinsAndOthersDoNotHinder(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<20 {
          group.addTask {
            let enterprise = RegistryFixture.enterprise(
              "厂\(number)", code: number < 10 ? "91450923MA5TE5T15M" : "")
            do {
              _ = try await fixture.write {
                try fixture.store.createEnterprise(enterprise, $0)
              }
              return true
            } catch let error as RegistryError {
              #expect(error.code == .alreadyExists)
              return false
            } catch {
              Issue.record(error)
              return false
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.filter { $0 }.count == 11)
    }
  }

  @Test(arguments: Engine.allCases)
  func aPlaceHoldsWhatLiesInItWhateverTheCodeOfItsTime(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      try await fixture.write { transaction in
        for (name, place) in [("衣架厂", "450331"), ("木器厂", "450381"), ("编织厂", "450923")] {
          _ = try store.createEnterprise(RegistryFixture.enterprise(name, place), transaction)
        }
      }
      for (place, day, names) in [
        ("450300", "2013-12-31", ["木器厂", "衣架厂"]), ("450300", "2024-05-01", ["木器厂", "衣架厂"]),
        ("450381", "2024-05-01", ["木器厂", "衣架厂"]), ("450900", "2024-05-01", ["编织厂"]),
        ("450000", "2013-12-31", ["木器厂", "编织厂", "衣架厂"]),
        ("100000", "2013-12-31", ["木器厂", "编织厂", "衣架厂"]),
      ] {
        let moment = try RegistryFixture.moment(day)
        let found = try await fixture.read { transaction in
          try store.listEnterprises(
            EnterpriseFilter(placeCode: place),
            ListWish(moment: moment, order: .name, limit: 10), transaction
          ).records.map { $0.item.timeline.last.state.name }
        }
        #expect(found == names, "\(place) on \(day)")
      }
      await #expect(throws: RegistryError.self) {
        try await fixture.read { transaction in
          _ = try store.listEnterprises(
            EnterpriseFilter(placeCode: "450999"),
            ListWish(moment: RegistryFixture.moment("2024-05-01"), order: .name, limit: 10),
            transaction)
        }
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func filtersNarrowTheList(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let store = fixture.store
      try await fixture.write { transaction in
        _ = try store.createEnterprise(
          RegistryFixture.enterprise("甲", code: "91450923MA5TE5T15M", sector: "工艺美术"), transaction)
        _ = try store.createEnterprise(
          RegistryFixture.enterprise("乙", sector: "家具"), transaction)
      }
      for (filter, names) in [
        (EnterpriseFilter(sector: "家具"), ["乙"]),
        (EnterpriseFilter(creditCode: "91450923MA5TE5T15M"), ["甲"]),
        (EnterpriseFilter(ownershipCode: "110"), []),
      ] {
        let found = try await fixture.read { transaction in
          try store.listEnterprises(
            filter, ListWish(moment: RegistryFixture.moment("2024-05-01"), order: .name, limit: 9),
            transaction
          ).records.map { $0.item.timeline.last.state.name }
        }
        #expect(found == names)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aRenamingKeepsTheOldNameInItsTime(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let (store, today) = (fixture.store, fixture.today)
      let created = try await fixture.write {
        try store.createEnterprise(RegistryFixture.enterprise("旧名厂"), $0)
      }
      _ = try await fixture.write {
        try store.updateEnterprise(
          created.id, etag: ETag(revision: 1).description,
          RecordUpdate(
            state: EnterpriseState(name: "新名公司", placeCode: ""), fields: [.name],
            effectiveFrom: RegistryFixture.date("2016")), former: nil, today: today, $0)
      }
      for (day, part, count) in [
        ("2013-12-31", "旧名", 1), ("2013-12-31", "新名", 0), ("2024-05-01", "新名", 1),
        ("2024-05-01", "旧名", 0),
      ] {
        let total = try await fixture.read { transaction in
          try store.listEnterprises(
            EnterpriseFilter(),
            ListWish(
              moment: RegistryFixture.moment(day), order: .name, limit: 9, nameContains: part),
            transaction
          ).total
        }
        #expect(total == Int64(count))
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func anUnknownPlaceIsRefused(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let error = await #expect(throws: RegistryError.self) {
        try await fixture.write {
          try fixture.store.createEnterprise(RegistryFixture.enterprise("甲", "450999"), $0)
        }
      }
      #expect(error?.violations.map(\.path) == ["enterprise.place_code"])
    }
  }
}
