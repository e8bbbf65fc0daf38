internal import RegistryDomain
internal import Testing

struct PlaceCodeTests {
  @Test(arguments: [
    ("100000", PlaceLevel.national), ("450000", .province), ("450900", .prefecture),
    ("450923", .county), ("429004", .county), ("820000", .province),
  ])
  func readsTheLevelFromTheDigits(code: String, level: PlaceLevel) throws {
    #expect(try PlaceCode(code).level == level)
  }

  @Test(arguments: [
    ("", "place_code.format"), ("45092", "place_code.format"), ("4509230", "place_code.format"),
    ("45O923", "place_code.format"), ("４50923", "place_code.format"),
    ("050000", "place_code.structure"), ("950000", "place_code.structure"),
    ("101000", "place_code.structure"), ("450023", "place_code.structure"),
  ])
  func refusesWhatIsNoCode(code: String, rule: String) {
    let violation = #expect(throws: RegistryError.Violation.self) { try PlaceCode(code) }
    #expect(violation?.rule == rule)
  }
}

struct LevelTests {
  @Test func knowsLevelsByBothNames() {
    for level in PlaceLevel.allCases {
      #expect(PlaceLevel(name: level.name) == level)
      #expect(PlaceLevel(name: level.chineseName) == level)
    }
    for level in FederationLevel.allCases {
      #expect(FederationLevel(name: level.name) == level)
      #expect(FederationLevel(name: level.chineseName) == level)
    }
    #expect(PlaceLevel(name: "city") == nil)
    #expect(FundingKind(name: "财政拨款") == .fiscal)
    #expect(FundingKind(name: "") == .unknown)
  }

  @Test func placesContainNarrowerOnesAndZones() {
    #expect(PlaceLevel.province.mayContain(.prefecture))
    #expect(PlaceLevel.province.mayContain(.county))
    #expect(PlaceLevel.county.mayContain(.functionalZone))
    #expect(PlaceLevel.functionalZone.mayContain(.township))
    #expect(!PlaceLevel.county.mayContain(.county))
    #expect(!PlaceLevel.township.mayContain(.county))
    #expect(!PlaceLevel.village.mayContain(.functionalZone))
    #expect(!PlaceLevel.functionalZone.mayContain(.county))
  }

  @Test func aFederationsParentIsOneLevelUp() {
    #expect(FederationLevel.county.parent == .city)
    #expect(FederationLevel.city.parent == .province)
    #expect(FederationLevel.national.parent == nil)
  }
}
