internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import Storage
internal import TestSupport
internal import Testing

struct MembershipsTests {
  static func with(
    _ engine: Engine, _ body: (RegistryFixture, Enterprise) async throws -> Void
  ) async throws {
    try await RegistryFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let enterprise = try await fixture.write {
        try fixture.store.createEnterprise(RegistryFixture.enterprise("编织厂"), $0)
      }
      try await body(fixture, enterprise)
    }
  }

  static func begin(
    _ fixture: RegistryFixture, _ enterprise: String, _ state: MembershipState = .applied,
    _ date: String = "2013-03", federation: String = "450900"
  ) async throws -> Membership {
    let membership = try Membership(
      id: UUIDv7.next(), federationCode: federation, enterpriseID: enterprise,
      first: MembershipEvent(state: state, date: try PartialDate(parsing: date)),
      source: Source(document: "2013年总结"), today: fixture.today)
    return try await fixture.write {
      try fixture.store.beginMembership(membership, today: fixture.today, $0)
    }
  }

  static func step(
    _ fixture: RegistryFixture, _ membership: Membership, _ step: MembershipStep, _ date: String
  ) async throws -> Membership {
    let day = try PartialDate(parsing: date)
    return try await fixture.write {
      try fixture.store.step(
        step, membership: membership.id, etag: ETag(revision: membership.revision).description,
        on: day, reason: "原因", today: fixture.today, $0)
    }
  }

  @Test(arguments: Engine.allCases)
  func everyStepIsKept(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      var membership = try await Self.begin(fixture, enterprise.id)
      membership = try await Self.step(fixture, membership, .admit, "2013-05-06")
      membership = try await Self.step(fixture, membership, .suspend, "2015")
      let id = membership.id
      let stored = try await fixture.read { try fixture.store.membership(id, $0) }
      #expect(stored == membership)
      #expect(stored.events.map(\.state) == [.applied, .admitted, .suspended])
      #expect(stored.events.map(\.date.description) == ["2013-03", "2013-05-06", "2015"])
      #expect(stored.revision == 3)
      #expect(stored.source.document == "2013年总结")
    }
  }

  @Test(arguments: Engine.allCases)
  func anOpenMembershipCannotBeAppliedForAgain(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      let first = try await Self.begin(fixture, enterprise.id)
      let error = await #expect(throws: RegistryError.self) {
        try await Self.begin(fixture, enterprise.id)
      }
      #expect(error?.code == .alreadyExists)
      _ = try await Self.step(fixture, first, .withdraw, "2014")
      _ = try await Self.begin(fixture, enterprise.id, .applied, "2016")
    }
  }

  @Test(arguments: Engine.allCases)
  func bothPartiesMustExist(engine: Engine) async throws {
    try await Self.with(engine) { fixture, _ in
      let error = await #expect(throws: RegistryError.self) {
        try await Self.begin(fixture, UUIDv7.next(), federation: "459999")
      }
      #expect(error?.violations.map(\.path) == ["federation_code", "enterprise_id"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aStaleStepIsRefused(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      let first = try await Self.begin(fixture, enterprise.id)
      _ = try await Self.step(fixture, first, .admit, "2014")
      let error = await #expect(throws: RegistryError.self) {
        try await Self.step(fixture, first, .withdraw, "2014")
      }
      #expect(error?.code == .stale)
    }
  }

  @Test(arguments: Engine.allCases)
  func newMembersAreThoseFirstAdmittedInAYear(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      var membership = try await Self.begin(fixture, enterprise.id, .admitted, "2013")
      membership = try await Self.step(fixture, membership, .suspend, "2014")
      membership = try await Self.step(fixture, membership, .reinstate, "2015")
      for (filter, count) in [
        (MembershipFilter(admittedYear: 2013), 1), (MembershipFilter(admittedYear: 2015), 0),
        (MembershipFilter(federationCode: "450900", state: .admitted), 1),
        (MembershipFilter(federationCode: "450300"), 0),
        (MembershipFilter(enterpriseID: enterprise.id), 1),
      ] {
        let found = try await fixture.read {
          try fixture.store.listMemberships(filter, after: "", limit: 10, $0)
        }
        #expect(found.total == Int64(count))
        #expect(found.memberships.count == count)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func membersOfAFederationAreThoseAdmittedOnTheDay(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      let membership = try await Self.begin(fixture, enterprise.id, .admitted, "2013-06")
      _ = try await Self.step(fixture, membership, .withdraw, "2016")
      for (day, total) in [
        ("2013-05-31", 0), ("2013-06-01", 1), ("2015-12-31", 1), ("2016-01-01", 0),
      ] {
        let found = try await fixture.read { transaction in
          try fixture.store.listEnterprises(
            EnterpriseFilter(federationCode: "450900"),
            ListWish(moment: RegistryFixture.moment(day), order: .name, limit: 9), transaction
          ).total
        }
        #expect(found == Int64(total), "on \(day)")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func stepsAreTakenBackToWhatWasBefore(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      var membership = try await Self.begin(fixture, enterprise.id)
      membership = try await Self.step(fixture, membership, .admit, "2014")
      let id = membership.id
      let refused = try await fixture.write {
        try fixture.store.revertMembership(id, revision: 1, steps: 1, $0)
      }
      #expect(refused?.rule == "import.changed_since")
      _ = try await fixture.write {
        try fixture.store.revertMembership(id, revision: 2, steps: 1, $0)
      }
      let left = try await fixture.read { try fixture.store.membership(id, $0) }
      #expect(left.events.map(\.state) == [.applied])
      #expect(left.revision == 3)
      let again = try await Self.step(fixture, left, .admit, "2015")
      #expect(again.events.map(\.date.description) == ["2013-03", "2015"])
      _ = try await fixture.write {
        try fixture.store.revertMembership(id, revision: 4, steps: 2, $0)
      }
      await #expect(throws: RegistryError.self) {
        try await fixture.read { try fixture.store.membership(id, $0) }
      }
      // Nothing stands in the way of a new one.
      _ = try await Self.begin(fixture, enterprise.id)
    }
  }
}

extension MembershipsTests {
  @Test(arguments: Engine.allCases)
  func aMembershipThatIsGoneIsAnObstacleAndNoFailure(engine: Engine) async throws {
    try await RegistryFixture.with(engine) { fixture in
      let obstacle = try await fixture.write {
        try fixture.store.revertMembership("no-such-membership", revision: 1, steps: 1, $0)
      }
      #expect(obstacle?.name == "no-such-membership")
      #expect(obstacle?.zh.isEmpty == false)
    }
  }
}
