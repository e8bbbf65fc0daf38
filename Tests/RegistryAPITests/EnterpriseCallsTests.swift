internal import Access
internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct EnterpriseCallsTests {
  typealias Methods = RegistryServiceMethods

  func update(
    _ fixture: APIFixture, _ enterprise: Enterprise, mask: [String] = [], from date: String = ""
  ) async throws -> Enterprise {
    try await fixture.api.updateEnterprise(
      UpdateEnterpriseRequest(enterprise: enterprise, updateMask: mask, effectiveFrom: date),
      context: fixture.call(Methods.updateEnterprise.info)
    ).enterprise ?? Enterprise()
  }

  func get(_ fixture: APIFixture, _ id: String, on date: String = "") async throws -> Enterprise {
    try await fixture.api.getEnterprise(
      GetEnterpriseRequest(id: id, onDate: date),
      context: fixture.call(Methods.getEnterprise.info, as: nil)
    ).enterprise ?? Enterprise()
  }

  @Test(arguments: Engine.allCases)
  func everyFieldComesBack(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let created = try await fixture.createEnterprise(
        Enterprise(
          creditCode: "91450923ma5te5t15m", name: "博白县新裕祥工艺品有限公司", placeCode: "450923",
          activityPlaceCode: "450981", industry: Industry(code: "2435", edition: "2017"),
          ownershipCode: "173", sector: "工艺美术", validFrom: "2008",
          formerIdentities: [
            FormerIdentity(name: "博白县工艺厂", validFrom: "2008", validTo: "2012-06")
          ],
          provenance: Provenance(document: "2013年总结")))
      #expect(created.creditCode == "91450923MA5TE5T15M")
      #expect(created.validFrom == "2012-06")
      #expect(created.formerIdentities.map(\.name) == ["博白县工艺厂"])
      #expect(try await get(fixture, created.id) == created)
      #expect(try await get(fixture, created.id, on: "2010-01-01").name == "博白县工艺厂")
      #expect(await code { _ = try await get(fixture, created.id, on: "2007-12-31") } == .notFound)
      #expect(await code { _ = try await get(fixture, "nobody") } == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func everythingWrongIsToldAtOnce(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let error = await failure {
        _ = try await fixture.createEnterprise(
          Enterprise(
            creditCode: "91110000600037341N", industry: Industry(code: "2435"),
            ownershipCode: "11", validFrom: "l998",
            formerIdentities: [FormerIdentity(name: "甲", validTo: "2012-13")]))
      }
      #expect(
        error?.broken == [
          "enterprise.valid_from date.format",
          "enterprise.former_identities[0].valid_to date.format",
          "enterprise.credit_code uscc.check_character", "enterprise.name required",
          "enterprise.industry.edition industry.edition",
          "enterprise.ownership_code ownership.code", "enterprise.place_code required",
        ])
      let nothing = await failure {
        _ = try await fixture.api.createEnterprise(
          CreateEnterpriseRequest(), context: fixture.call(Methods.createEnterprise.info))
      }
      #expect(nothing?.broken == ["enterprise.name required", "enterprise.place_code required"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aTakenCreditCodeNamesItsOwner(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let first = try await fixture.createEnterprise(
        Enterprise(creditCode: "91450923MA5TE5T15M", name: "甲", placeCode: "450923"))
      let error = await failure {
        _ = try await fixture.createEnterprise(
          Enterprise(creditCode: "91450923MA5TE5T15M", name: "乙", placeCode: "450923"))
      }
      #expect(error?.code == .alreadyExists)
      #expect(error?.resource?.description.contains(first.id) == true)
      let second = try await fixture.createEnterprise(Enterprise(name: "乙", placeCode: "450923"))
      let moved = await failure {
        _ = try await update(
          fixture,
          Enterprise(id: second.id, creditCode: "91450923MA5TE5T15M", etag: second.etag))
      }
      #expect(moved?.code == .alreadyExists)
    }
  }

  @Test(arguments: Engine.allCases)
  func aNewNameLeavesTheOldOneInTheHistory(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let created = try await fixture.createEnterprise(Enterprise(name: "旧名", placeCode: "450923"))
      let renamed = try await update(
        fixture, Enterprise(id: created.id, name: "新名", etag: created.etag), from: "2016-03")
      #expect(renamed.formerIdentities.map(\.name) == ["旧名"])
      #expect(renamed.formerIdentities.map(\.validTo) == ["2016-03"])
      let replaced = try await update(
        fixture,
        Enterprise(
          id: created.id,
          formerIdentities: [
            FormerIdentity(name: "头名", validFrom: "1990", validTo: "2000"),
            FormerIdentity(name: "旧名", validFrom: "2000", validTo: "2016-03"),
          ], etag: renamed.etag))
      #expect(replaced.formerIdentities.map(\.name) == ["新名", "头名", "旧名"])
      let cleared = try await update(
        fixture, Enterprise(id: created.id, etag: replaced.etag), mask: ["former_identities"])
      #expect(cleared.formerIdentities.isEmpty)
      #expect(cleared.revision == 4)
    }
  }

  @Test(arguments: Engine.allCases)
  func listsFilterByPlaceNameAndMembership(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      for (name, place) in [("编织厂", "450923"), ("陶瓷厂", "450981"), ("衣架厂", "450331")] {
        _ = try await fixture.createEnterprise(Enterprise(name: name, placeCode: place))
      }
      for (request, names) in [
        (ListEnterprisesRequest(placeCode: "450900"), ["编织厂", "陶瓷厂"]),
        (ListEnterprisesRequest(nameContains: "厂", orderBy: "create_time"), ["编织厂", "陶瓷厂", "衣架厂"]),
        (ListEnterprisesRequest(nameContains: "瓷"), ["陶瓷厂"]),
        (ListEnterprisesRequest(federationCode: "450900"), []),
      ] {
        let list = try await fixture.api.listEnterprises(
          request, context: fixture.call(Methods.listEnterprises.info, as: nil))
        #expect(list.enterprises.map(\.name) == names)
        #expect(list.totalSize == UInt64(names.count))
      }
      let malformed = await failure {
        _ = try await fixture.api.listEnterprises(
          ListEnterprisesRequest(
            placeCode: "博白", creditCode: "91110000600037341N", federationCode: "45"),
          context: fixture.call(Methods.listEnterprises.info))
      }
      #expect(
        malformed?.broken == [
          "place_code place_code.format", "federation_code place_code.format",
          "credit_code uscc.check_character",
        ])
      let unknown = await code {
        _ = try await fixture.api.listEnterprises(
          ListEnterprisesRequest(federationCode: "459999"),
          context: fixture.call(Methods.listEnterprises.info))
      }
      #expect(unknown == .notFound)
    }
  }
}
