internal import Access
internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct PlaceCallsTests {
  typealias Methods = RegistryServiceMethods

  func get(
    _ fixture: APIFixture, _ code: String, on date: String = "", asOf: String = ""
  ) async throws -> Place {
    try await fixture.api.getPlace(
      GetPlaceRequest(code: code, onDate: date, asOf: asOf),
      context: fixture.call(Methods.getPlace.info, as: nil)
    ).place ?? Place()
  }

  func update(
    _ fixture: APIFixture, _ place: Place, mask: [String] = [], from date: String = "",
    as principal: Principal? = APIFixture.principal("450000"), validateOnly: Bool = false
  ) async throws -> Place {
    try await fixture.api.updatePlace(
      UpdatePlaceRequest(
        place: place, updateMask: mask, validateOnly: validateOnly, effectiveFrom: date),
      context: fixture.call(Methods.updatePlace.info, as: principal)
    ).place ?? Place()
  }

  @Test(arguments: Engine.allCases)
  func theCodeChangeOf2018IsSeenFromBothSides(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      #expect(try await get(fixture, "450331", on: "2013-12-31").name == "荔浦县")
      #expect(try await get(fixture, "450381").name == "荔浦市")
      let error = await failure { _ = try await get(fixture, "450331") }
      #expect(error?.code == .notFound)
      #expect(error?.resource?.available == ["450381 荔浦市"])
      let unknown = await failure { _ = try await get(fixture, "450999") }
      #expect(unknown?.resource?.available == ["450900 玉林市", "450923 博白县", "450981 北流市"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aMessageShowsOneStateAndTheOthersBesideIt(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let created = try await get(fixture, "450923")
      #expect(created.etag == "\"r1\"")
      #expect(created.level == .county)
      fixture.clock.advance(by: 60_000_000)
      let changed = try await update(
        fixture, Place(code: "450923", name: "博白市", etag: created.etag), from: "2020-07")
      #expect(changed.name == "博白市")
      #expect(changed.validFrom == "2020-07")
      #expect(changed.revision == 2)
      #expect(changed.otherStates.map(\.name) == ["博白县"])
      #expect(changed.otherStates.map(\.validTo) == ["2020-07"])
      let then = try await get(fixture, "450923", on: "2013")
      #expect(then.name == "博白县")
      #expect(then.otherStates.map(\.name) == ["博白市"])
      let known = try await get(
        fixture, "450923", asOf: Instant.text(fixture.clock.now - 30_000_000))
      #expect(known.name == "博白县")
      #expect(known.revision == 1)
      #expect(known.otherStates.isEmpty)
    }
  }

  @Test(arguments: Engine.allCases)
  func everythingWrongIsToldAtOnce(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let error = await failure {
        _ = try await fixture.createPlace(
          Place(code: "4509", parentCode: "45", validFrom: "2013-13", validTo: "20l3"))
      }
      #expect(error?.code == .invalidArgument)
      #expect(
        error?.broken == [
          "place.level place.level", "place.valid_from date.format", "place.valid_to date.format",
        ])
      let rules = await failure {
        _ = try await fixture.createPlace(
          Place(code: "450924", level: .county, parentCode: "450300", successorCode: "450924"))
      }
      #expect(
        rules?.broken == [
          "place.name required", "place.parent_code place.parent_digits",
          "place.successor_code place.successor_self",
          "place.successor_code place.successor_needs_end",
        ])
      #expect(rules?.violations.first?.messageZh == "必填")
      let tree = await failure {
        _ = try await fixture.createPlace(Place(code: "450999", name: "甲", parentCode: "450998"))
      }
      #expect(tree?.code == .invalidArgument)
      let dates = await failure { _ = try await get(fixture, "450923", on: "x", asOf: "y") }
      #expect(dates?.broken == ["on_date date.format", "as_of time.format"])
      for (code, rule) in [
        ("", "required"), ("4509", "place_code.format"), ("玉林", "place_code.format"),
      ] {
        let malformed = await failure { _ = try await get(fixture, code) }
        #expect(malformed?.broken == ["code \(rule)"])
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func aDryRunAnswersAsTheRunAndStoresNothing(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let place = Place(code: "450922", name: "陆川县", parentCode: "450900")
      let dry = try await fixture.createPlace(place, validateOnly: true)
      #expect(dry.name == "陆川县")
      #expect(await code { _ = try await get(fixture, "450922") } == .notFound)
      let error = await failure {
        _ = try await fixture.createPlace(
          Place(code: "450923", name: "别名", parentCode: "450900"), validateOnly: true)
      }
      #expect(error?.code == .alreadyExists)
      let same = try await update(
        fixture, Place(code: "450923", name: "甲", etag: "\"r1\""), validateOnly: true)
      #expect(same.revision == 2)
      #expect(try await get(fixture, "450923").revision == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aRepeatedRequestHasOneEffect(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let place = Place(code: "450922", name: "陆川县", parentCode: "450900")
      let first = try await fixture.createPlace(place, id: "request-1")
      let second = try await fixture.createPlace(place, id: "request-1")
      #expect(first == second)
      let other = await failure {
        _ = try await fixture.createPlace(
          Place(code: "450924", name: "兴业县", parentCode: "450900"), id: "request-1")
      }
      #expect(other?.code == .alreadyExists)
    }
  }

  @Test(arguments: Engine.allCases)
  func theMaskSaysWhatChanges(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let message = Place(
        code: "450331", name: "改名", parentCode: "450900", etag: "\"r1\"")
      let renamed = try await update(fixture, message, mask: ["name"])
      #expect(renamed.name == "改名")
      #expect(renamed.parentCode == "450300")
      // A field named by the mask and not set is emptied.
      let cleared = try await update(
        fixture, Place(code: "450331", etag: "\"r2\""), mask: ["successor_code"])
      #expect(cleared.successorCode.isEmpty)
      let unknown = await failure {
        _ = try await update(fixture, message, mask: ["code", "revision"])
      }
      #expect(
        unknown?.broken == [
          "update_mask update_mask.unknown", "update_mask update_mask.unknown",
        ])
      let empty = await failure {
        _ = try await update(fixture, Place(code: "450331", etag: "\"r3\""))
      }
      #expect(empty?.broken == ["update_mask update_mask.empty"])
    }
  }

  @Test(arguments: Engine.allCases)
  func anUpdateNamesTheRevisionItWasMadeFrom(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      for (etag, expected) in [
        ("", RPCError.Code.invalidArgument), ("x", .invalidArgument), ("\"r7\"", .aborted),
      ] {
        let found = await code {
          _ = try await update(fixture, Place(code: "450923", name: "甲", etag: etag))
        }
        #expect(found == expected)
      }
      let missing = await code {
        _ = try await update(fixture, Place(code: "450999", name: "甲", etag: "\"r1\""))
      }
      #expect(missing == .notFound)
    }
  }

  @Test(arguments: Engine.allCases)
  func placesWithoutCodeAreNamedByTheirID(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let town = try await fixture.createPlace(
        Place(name: "浪平乡", level: .township, parentCode: "450923"))
      #expect(town.code.isEmpty)
      #expect(try await get(fixture, town.id).name == "浪平乡")
      let renamed = try await update(
        fixture, Place(id: town.id, name: "浪平镇", etag: town.etag), from: "2015")
      #expect(renamed.name == "浪平镇")
      let twice = await code {
        _ = try await fixture.createPlace(
          Place(name: "浪平镇", level: .township, parentCode: "450923", validFrom: "2016"))
      }
      #expect(twice == .alreadyExists)
    }
  }

  @Test(arguments: Engine.allCases)
  func listsFilterOrderAndPage(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let context = fixture.call(Methods.listPlaces.info, as: nil)
      var request = ListPlacesRequest(pageSize: 2, level: .county, orderBy: "code desc")
      var codes: [String] = []
      repeat {
        let page = try await fixture.api.listPlaces(request, context: context)
        #expect(page.totalSize == 3)
        #expect(page.places.allSatisfy { $0.otherStates.isEmpty })
        codes += page.places.map(\.code)
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(codes == ["450981", "450923", "450381"])
      let then = try await fixture.api.listPlaces(
        ListPlacesRequest(level: .county, nameContains: "荔", onDate: "2013-12-31"),
        context: context)
      #expect(then.places.map(\.code) == ["450331"])
    }
  }

  @Test(arguments: Engine.allCases)
  func aForeignPageTokenIsRefused(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      let context = fixture.call(Methods.listPlaces.info, as: nil)
      let page = try await fixture.api.listPlaces(
        ListPlacesRequest(pageSize: 1), context: context)
      for request in [
        ListPlacesRequest(pageToken: "rubbish"),
        ListPlacesRequest(pageToken: page.nextPageToken, parentCode: "450000"),
        ListPlacesRequest(pageToken: page.nextPageToken, orderBy: "name"),
      ] {
        let error = await failure {
          _ = try await fixture.api.listPlaces(request, context: context)
        }
        #expect(error?.broken == ["page_token page_token.foreign"])
      }
      let order = await failure {
        _ = try await fixture.api.listPlaces(
          ListPlacesRequest(level: .unrecognized(77), orderBy: "size"), context: context)
      }
      let parent = await failure {
        _ = try await fixture.api.listPlaces(
          ListPlacesRequest(parentCode: "45"), context: context)
      }
      #expect(parent?.broken == ["parent_code place_code.format"])
      #expect(order?.broken == ["order_by order_by.unknown", "level enum.unknown"])
    }
  }
}
