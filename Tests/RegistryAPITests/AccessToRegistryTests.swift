internal import Access
internal import CommonMessages
internal import HealthMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct AccessToRegistryTests {
  @Test func everyMethodHasARule() throws {
    let methods =
      RegistryServiceMethods.all + EntryServiceMethods.all + FigureServiceMethods.all
      + QuarantineServiceMethods.all + ImportServiceMethods.all + StatedFigureServiceMethods.all
      + HealthMethods.all
    try RegistryPolicy.table().check(methods)
  }

  @Test func readsAreOpenAndWritesAreNot() throws {
    let table = try RegistryPolicy.table()
    for method in RegistryServiceMethods.all {
      let rule = table.rule(for: method)
      #expect((rule == .open) == (method.idempotency == .noSideEffects), "\(method)")
    }
  }

  @Test(arguments: Engine.allCases)
  func aWriterStaysInHisSubtree(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let enterprise = Enterprise(name: "编织厂", placeCode: "450923")
      for (organisation, expected) in [
        ("450900", nil), ("450923", RPCError.Code.alreadyExists), ("450300", .permissionDenied),
        ("450331", .permissionDenied), ("450000", .alreadyExists), ("440000", .permissionDenied),
      ] {
        let found = await code {
          _ = try await fixture.createEnterprise(
            enterprise, as: APIFixture.principal(organisation, .clerk))
        }
        #expect(found == expected, "\(organisation)")
      }
      let nobody = await code { _ = try await fixture.createEnterprise(enterprise, as: nil) }
      #expect(nobody == .unauthenticated)
    }
  }

  @Test(arguments: Engine.allCases)
  func theScopeFollowsAChangedCode(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      // The federation was entered under 450331; today's place is 450381.
      _ = try await fixture.createEnterprise(
        Enterprise(name: "衣架厂", placeCode: "450381"), as: APIFixture.principal("450331", .clerk))
      _ = try await fixture.createEnterprise(
        Enterprise(name: "木器厂", placeCode: "450331"), as: APIFixture.principal("450300", .clerk))
    }
  }

  /// Two federations bore one code one after the other; the one of today says where.
  @Test(arguments: Engine.allCases)
  func theScopeIsThatOfTheFederationOfToday(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      for (code, level, parent) in [
        ("450000", FederationLevel.province, ""), ("450900", .city, "450000"),
      ] {
        _ = try await fixture.createFederation(
          Federation(code: code, name: code, level: level, placeCode: code, parentCode: parent))
      }
      let files = RegistryImportsTests()
      let done = try await files.send(
        fixture, "federations",
        """
        code,name,level,place,parent,valid_from,valid_to
        450923,博白联社,county,450923,450900,,2005
        450923,博白联社,county,450981,450900,2005,2010
        """)
      #expect(done.state == .committed, "\(done.errors)")
      _ = try await fixture.createFederation(
        Federation(
          code: "450923", name: "博白县联社", level: .county, placeCode: "450923",
          parentCode: "450900", validFrom: "2016"))
      for (place, expected) in [("450923", nil), ("450981", RPCError.Code.permissionDenied)] {
        let found = await code {
          _ = try await fixture.createEnterprise(
            Enterprise(name: "编织厂", placeCode: place), as: APIFixture.principal("450923", .clerk))
        }
        #expect(found == expected, "\(place)")
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aFederationBearsTheCodeOfItsPlace(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let error = await failure {
        _ = try await fixture.createFederation(
          Federation(
            code: "450981", name: "北流市联社", level: .county, placeCode: "450923",
            parentCode: "450900"), as: APIFixture.principal("450900", .clerk))
      }
      #expect(error?.broken == ["federation.code federation.code_of_place"])
    }
  }

  @Test(arguments: Engine.allCases)
  func movingARecordNeedsBothPlaces(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let enterprise = try await fixture.createEnterprise(
        Enterprise(name: "编织厂", placeCode: "450923"))
      for (organisation, expected) in [
        ("450900", RPCError.Code.permissionDenied), ("450300", .permissionDenied), ("450000", nil),
      ] {
        let found = await code {
          _ = try await fixture.api.updateEnterprise(
            UpdateEnterpriseRequest(
              enterprise: Enterprise(
                id: enterprise.id, placeCode: "450300", etag: enterprise.etag)),
            context: fixture.call(
              RegistryServiceMethods.updateEnterprise.info,
              as: APIFixture.principal(organisation, .clerk)))
        }
        #expect(found == expected)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func anEmptyRegisterIsFilledByItsFutureOwner(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let foreign = await code {
        _ = try await fixture.createPlace(
          Place(code: "450000", name: "广西壮族自治区"), as: APIFixture.principal("440000"))
      }
      #expect(foreign == .permissionDenied)
      try await fixture.seedPlaces()
    }
  }
}
