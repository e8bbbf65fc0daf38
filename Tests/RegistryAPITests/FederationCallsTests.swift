internal import Access
internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct FederationCallsTests {
  typealias Methods = RegistryServiceMethods

  static func with(
    _ engine: Engine, _ body: (APIFixture) async throws -> Void
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      try await body(fixture)
    }
  }

  func update(
    _ fixture: APIFixture, _ federation: Federation, mask: [String] = [], from date: String = ""
  ) async throws -> Federation {
    try await fixture.api.updateFederation(
      UpdateFederationRequest(federation: federation, updateMask: mask, effectiveFrom: date),
      context: fixture.call(Methods.updateFederation.info)
    ).federation ?? Federation()
  }

  @Test(arguments: Engine.allCases)
  func everyFieldComesBack(engine: Engine) async throws {
    try await Self.with(engine) { fixture in
      let created = try await fixture.createFederation(
        Federation(
          name: "北流市二轻城镇集体工业联合社", shortName: "北流市联社", level: .county,
          placeCode: "450981", parentCode: "450900", funding: .fiscal, validFrom: "1994",
          provenance: Provenance(document: "2013年总结", sentence: "北流…", note: "注")))
      #expect(created.code == "450981")
      let read = try await fixture.api.getFederation(
        GetFederationRequest(code: "450981"), context: fixture.call(Methods.getFederation.info)
      ).federation
      #expect(read == created)
      #expect(read?.funding == .fiscal)
      #expect(read?.provenance?.sentence == "北流…")
      #expect(read?.createTime == read?.updateTime)
      #expect(read?.createTime.hasSuffix("Z") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func theRulesOfTheTreeAreTold(engine: Engine) async throws {
    try await Self.with(engine) { fixture in
      for (federation, broken) in [
        (
          Federation(name: "甲", level: .county, placeCode: "450981", parentCode: "450300"),
          ["federation.parent_code federation.parent_place"]
        ),
        (
          Federation(name: "甲", level: .county, placeCode: "450981", parentCode: "450000"),
          ["federation.parent_code federation.parent_level"]
        ),
        (
          Federation(name: "甲", level: .city, placeCode: "450981", parentCode: "450000"),
          ["federation.level federation.level_of_place"]
        ),
        (
          Federation(level: .county, placeCode: "4509", funding: .unrecognized(9)),
          [
            "federation.funding federation.funding", "federation.code place_code.format",
            "federation.name required", "federation.place_code place_code.format",
            "federation.parent_code federation.parent_required",
          ]
        ),
      ] {
        let error = await failure { _ = try await fixture.createFederation(federation) }
        #expect(error?.broken == broken)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aDatedChangeAndACorrectionDiffer(engine: Engine) async throws {
    try await Self.with(engine) { fixture in
      let dated = try await update(
        fixture,
        Federation(code: "450331", name: "荔浦市联社", placeCode: "450381", etag: "\"r1\""),
        from: "2018")
      #expect(dated.name == "荔浦市联社")
      #expect(dated.otherStates.map(\.name) == ["450331联社"])
      #expect(dated.otherStates.map(\.placeCode) == ["450331"])
      let corrected = try await update(
        fixture, Federation(code: "450331", funding: .fiscal, etag: "\"r2\""))
      #expect(corrected.funding == .fiscal)
      // Nobody knew the funding before either, so it is corrected for the whole time.
      #expect(corrected.otherStates.map(\.funding) == [.fiscal])
      let outside = await failure {
        _ = try await update(
          fixture, Federation(code: "450331", validTo: "2017", etag: "\"r3\""))
      }
      #expect(outside?.broken == ["federation.valid_from valid_time.swallows"])
    }
  }

  @Test(arguments: Engine.allCases)
  func countsSayWhatNobodyRecorded(engine: Engine) async throws {
    try await Self.with(engine) { fixture in
      let counts = try await fixture.api.countFederations(
        CountFederationsRequest(ancestorCode: "450000", onDate: "2013-12-31"),
        context: fixture.call(Methods.countFederations.info)
      ).counts
      #expect(counts.map(\.level) == [.province, .city, .county])
      #expect(counts.map(\.count) == [1, 2, 2])
      #expect(counts.map(\.fundingUnknownCount) == [1, 2, 2])
      let malformed = await failure {
        _ = try await fixture.api.getFederation(
          GetFederationRequest(code: "广西"), context: fixture.call(Methods.getFederation.info))
      }
      #expect(malformed?.broken == ["code place_code.format"])
      let missing = await failure {
        _ = try await fixture.api.countFederations(
          CountFederationsRequest(ancestorCode: "459900"),
          context: fixture.call(Methods.countFederations.info))
      }
      #expect(missing?.code == .notFound)
      #expect(missing?.resource?.available.isEmpty == false)
    }
  }

  @Test(arguments: Engine.allCases)
  func listsTakeTheWholeSubtree(engine: Engine) async throws {
    try await Self.with(engine) { fixture in
      let list = try await fixture.api.listFederations(
        ListFederationsRequest(ancestorCode: "450900", orderBy: "name desc"),
        context: fixture.call(Methods.listFederations.info))
      #expect(list.federations.map(\.code) == ["450923", "450900"])
      #expect(list.totalSize == 2)
      let funded = try await fixture.api.listFederations(
        ListFederationsRequest(level: .county, funding: .fiscal),
        context: fixture.call(Methods.listFederations.info))
      #expect(funded.federations.isEmpty)
    }
  }
}
