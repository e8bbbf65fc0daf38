internal import Measures
internal import RegistryDomain
internal import Testing

struct TreeTests {
  static func place(
    _ code: String, _ name: String, _ level: PlaceLevel, _ parent: String = "",
    _ from: String = "", _ to: String = "", successor: String = ""
  ) -> Place {
    Record(
      id: code, code: code,
      timeline: Timeline(
        PlaceState(name: name, level: level, parentCode: parent, successorCode: successor),
        time: TimelineTests.time(from, to)))
  }

  static let guangxi = [
    place("450000", "广西壮族自治区", .province),
    place("450300", "桂林市", .prefecture, "450000"),
    place("450900", "玉林市", .prefecture, "450000"),
    place("450331", "荔浦县", .county, "450300", "", "2018", successor: "450381"),
    place("450381", "荔浦市", .county, "450300", "2018"),
    place("450923", "博白县", .county, "450900"),
  ]

  static func federation(
    _ code: String, _ level: FederationLevel, _ parent: String = "", place: String? = nil,
    from: String = "", to: String = ""
  ) -> Federation {
    Record(
      id: code, code: code,
      timeline: Timeline(
        FederationState(
          name: "\(code)联社", level: level, placeCode: place ?? code, parentCode: parent),
        time: TimelineTests.time(from, to)))
  }

  let tree = PlaceTree(Self.guangxi)

  @Test func aChangedCodeIsFoundOnBothSidesOfTheChange() throws {
    let then = try TimelineTests.day("2013-12-31")
    let now = try TimelineTests.day("2024-05-01")
    #expect(tree.node("450381", on: then) == nil)
    #expect(tree.node("450331", on: then)?.state.name == "荔浦县")
    #expect(tree.resolve("450331", on: now)?.state.name == "荔浦市")
    #expect(tree.resolve("450381", on: then)?.state.name == "荔浦县")
    #expect(tree.contains("450300", "450331", on: now))
    #expect(tree.contains("450000", "450381", on: then))
    #expect(!tree.contains("450900", "450331", on: now))
    #expect(tree.resolve("450999", on: now) == nil)
  }

  @Test func successorsInACircleEnd() {
    let circle = PlaceTree([
      Self.place("450331", "甲", .county, "450300", "", "2018", successor: "450381"),
      Self.place("450381", "乙", .county, "450300", "", "2010", successor: "450331"),
    ])
    #expect(circle.resolve("450331", on: .earliest) != nil)
    #expect(
      (try? CalendarDate(parsing: "2024-01-01")).flatMap { circle.resolve("450331", on: $0) } == nil
    )
  }

  @Test func aParentMustExistForTheWholeTime() {
    let orphan = Self.place("450924", "兴业县", .county, "451900")
    #expect(tree.violations(of: orphan).map(\.rule) == ["place.parent_unknown"])
    let wrong = Self.place("450924", "兴业县", .county, "450923")
    #expect(tree.violations(of: wrong).map(\.rule) == ["place.parent_level"])
  }

  @Test func anUnknownSuccessorIsRefused() {
    let place = Self.place(
      "450332", "恭城瑶族自治县", .county, "450300", "", "2020", successor: "450382")
    #expect(tree.violations(of: place).map(\.rule) == ["place.successor_unknown"])
  }

  @Test(arguments: [
    (place("450923", "", .county, "450900"), "required"),
    (place("450923", "博白县", .prefecture, "450900"), "place.level_of_code"),
    (place("450923", "博白县", .county), "place.parent_required"),
    (place("450923", "博白县", .county, "450800"), "place.parent_digits"),
    (place("450923", "博白县", .county, "450900", successor: "450924"), "place.successor_needs_end"),
    (
      place("450923", "博白县", .county, "450900", "", "2020", successor: "450923"),
      "place.successor_self"
    ),
    (place("", "博白县", .county, "450900"), "place.code_required"),
    (place("45092", "博白县", .county, "450900"), "place_code.format"),
    (place("450923", " 博白县", .county, "450900"), "text.blank_ends"),
    (place("450923", "博白\u{7}县", .county, "450900"), "text.control_character"),
    (place("450923", String(repeating: "县", count: 121), .county, "450900"), "text.length"),
  ])
  func aPlacesOwnRulesAreNamed(place: Place, rule: String) {
    #expect(place.violations.map(\.rule).contains(rule))
  }

  @Test func townshipsNeedNoCode() {
    #expect(Self.place("", "罗秀镇", .township, "450881").violations.isEmpty)
    #expect(Self.place("450370", "开发区", .functionalZone, "450300").violations.isEmpty)
  }

  @Test func aFederationStandsOneLevelBelowAParentWhosePlaceHoldsIt() {
    let members = [
      Self.federation("450000", .province), Self.federation("450300", .city, "450000"),
      Self.federation("450331", .county, "450300"),
    ]
    let federations = FederationTree(members, places: tree)
    for member in members { #expect(federations.violations(of: member).isEmpty) }
  }

  @Test(arguments: [
    (federation("450331", .county, "450000"), "federation.parent_level"),
    (federation("450331", .county, "450900"), "federation.parent_place"),
    (federation("450331", .county, "451900"), "federation.parent_unknown"),
    (federation("450331", .city, "450000"), "federation.level_of_place"),
    (federation("450331", .county, "450300", place: "459999"), "place.unknown"),
    (federation("450331", .county, "450800"), "federation.parent_unknown"),
  ])
  func aFederationsTreeRulesAreNamed(federation: Federation, rule: String) {
    let federations = FederationTree(
      [
        Self.federation("450000", .province), Self.federation("450300", .city, "450000"),
        Self.federation("450900", .city, "450000"),
        Self.federation("450800", .city, "450000", place: "450900", from: "2020"), federation,
      ], places: tree)
    #expect(federations.violations(of: federation).map(\.rule) == [rule])
  }

  @Test func aChangeAboveIsToldByTheChildrenItBreaks() {
    let ended = Self.federation("450300", .city, "450000", to: "2015")
    let federations = FederationTree(
      [
        Self.federation("450000", .province), ended,
        Self.federation("450331", .county, "450300"),
      ], places: tree)
    #expect(federations.violations(of: ended).isEmpty)
    #expect(federations.violationsBelow("450300").map(\.rule) == ["federation.child"])
  }

  @Test func aCityOrCountyFederationNeedsAParent() {
    #expect(
      Self.federation("450300", .city).violations.map(\.rule) == ["federation.parent_required"])
    #expect(Self.federation("450000", .province).violations.isEmpty)
  }
}
