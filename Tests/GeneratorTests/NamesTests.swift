// How proto names become Swift, C and module names.

internal import Testing

@testable internal import ProtocGenLianshe

@Suite struct NamesTests {
  @Test(arguments: [
    ("name", "name"), ("place_code", "placeCode"), ("URLPath", "urlPath"), ("URL", "url"),
    ("with_1_digit", "with1Digit"), ("__x__y__", "xY"), ("fooBar", "fooBar"), ("FOO_BAR", "fooBar"),
    ("class", "`class`"), ("in", "`in`"), ("self", "self_"), ("init", "init_"), ("Type", "type"),
    ("_", "_"), ("a_URL", "aURL"),
  ])
  func fieldsAreInLowerCamelCase(proto: String, swift: String) {
    #expect(SwiftNames.property(proto) == swift)
  }

  @Test(arguments: [
    ("PLACE_LEVEL_COUNTY", "PlaceLevel", "county"),
    ("PLACE_LEVEL_UNSPECIFIED", "PlaceLevel", "unspecified"),
    ("PLACE_LEVEL_IN_REVIEW", "PlaceLevel", "inReview"),
    ("PLACE_LEVELS", "PlaceLevel", "placeLevels"), ("OTHER", "PlaceLevel", "other"),
    ("COLOR_2013", "Color", "_2013"), ("COLOR", "Color", "color"), ("COLOR_", "Color", "color"),
    ("COLOR_DEFAULT", "Color", "`default`"), ("COLOR_SELF", "Color", "self_"),
    ("COLOR_UNRECOGNIZED", "Color", "unrecognized_"),
    ("ALL_KNOWN_CASES", "Color", "allKnownCases_"), ("URLKIND_HTTP", "URLKind", "http"),
    ("URL_KIND_HTTP", "URLKind", "http"), ("NULL_VALUE", "NullValue", "nullValue"),
  ])
  func enumCasesLoseTheNameOfTheirEnum(value: String, enumeration: String, swift: String) {
    #expect(SwiftNames.enumCase(value, of: enumeration) == swift)
  }

  /// A oneof is mostly met as an optional, which has cases of these names.
  @Test(arguments: [
    ("none", "none_"), ("some", "some_"), ("None", "none_"), ("in", "`in`"), ("self", "self_"),
    ("place_code", "placeCode"),
  ])
  func membersOfOneofsAreNoneOfTheCasesOfOptionals(proto: String, swift: String) {
    #expect(SwiftNames.oneofCase(proto) == swift)
  }

  @Test(arguments: [
    ("GetPlace", "getPlace"), ("List", "list"), ("URLOf", "urlOf"), ("Import", "`import`"),
    ("Self", "self_"), ("HTTP2Ping", "http2Ping"),
  ])
  func methodsAreInLowerCamelCase(proto: String, swift: String) {
    #expect(SwiftNames.method(proto) == swift)
  }

  @Test func typesThatSwiftReservesAreRenamed() {
    #expect(SwiftNames.type("Any", reservedEnding: "Message") == "AnyMessage")
    #expect(SwiftNames.type("Type", reservedEnding: "Enum") == "TypeEnum")
    #expect(SwiftNames.type("Place", reservedEnding: "Message") == "Place")
  }

  @Test(arguments: [
    ("lianshe.registry.v1", "Registry"), ("grpc.health.v1", "Health"),
    ("acme.tea_house.v2beta1", "TeaHouse"),
    ("acme", "Acme"), ("acme.v1", "Acme"), ("acme.video", "Video"), ("v1", "V1"),
  ])
  func packagesAreCalledByTheirLastWord(package: String, name: String) {
    #expect(Modules.name(of: package) == name)
  }

  /// These are the names that protoc-gen-c gives; the tests of Wire link against them.
  @Test(arguments: [
    ("lianshe.registry.v1.PlaceLevel", "lianshe__registry__v1__place_level"),
    ("a.HTTPServer", "a__httpserver"), ("a.B.C", "a__b__c"), ("a.FooBarEntry", "a__foo_bar_entry"),
    ("a.Value2Go", "a__value2_go"),
  ])
  func cNamesAreThoseOfTheCPlugin(proto: String, cName: String) {
    #expect(CNames.lower(proto) == cName)
  }

  @Test func moduleNamesMustBeTypeNames() {
    #expect(SwiftNames.isTypeName("Registry2"))
    for name in ["", "2", "a-b", "é", "Any", "_x", "Swift"] {
      #expect(!SwiftNames.isTypeName(name))
    }
  }
}
