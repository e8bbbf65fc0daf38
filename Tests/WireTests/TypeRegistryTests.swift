// The message types by name.

internal import FixtureMessages
internal import Testing
internal import WellKnownMessages
internal import Wire

@Suite struct TypeRegistryTests {
  @Test func aPackageGivesItsTypesAndThoseItImports() {
    let names = FixtureFiles.types.names
    #expect(names.contains("lianshe.fixture.v1.Many"))
    #expect(names.contains("lianshe.fixture.v1.Names.Nothing"))
    #expect(names.contains("google.protobuf.Timestamp"))
    #expect(!names.contains { $0.hasSuffix("Entry") })
    #expect(Set(names).count == names.count)
    #expect(WellKnownFiles.types.names.count == 17)
  }

  @Test func everyTypeIsFoundByItsNameAndNoOther() {
    let types = FixtureFiles.types
    for name in types.names {
      #expect(types.schema(named: name)?.name == name)
      #expect(types.schema(named: name + "X") == nil)
      #expect(types.schema(named: String(name.dropLast())) == nil)
    }
    #expect(types.schema(named: "") == nil)
    #expect(WellKnownFiles.types.schema(named: "lianshe.fixture.v1.Many") == nil)
    #expect(types.schema(named: "google.protobuf.Any") == AnyMessage.schema)
  }

  @Test func registriesAddUp() {
    #expect(TypeRegistry.empty.isEmpty)
    #expect(!FixtureFiles.types.isEmpty)
    #expect(TypeRegistry([.empty, WellKnownFiles.types]) == WellKnownFiles.types)
    #expect(TypeRegistry.empty.merging(FixtureFiles.types) == FixtureFiles.types)
    // What both have is there once.
    #expect(FixtureFiles.types.merging(WellKnownFiles.types) == FixtureFiles.types)
    let other = WellKnownFiles.types.merging(FixtureFiles.types)
    #expect(Set(other.names) == Set(FixtureFiles.types.names))
  }
}
