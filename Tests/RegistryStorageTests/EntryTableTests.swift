internal import EntrySupport
internal import Storage
internal import TestSupport
internal import Testing
internal import RegistryDomain
internal import RegistryStorage

struct EntryTableTests {
  @Test(arguments: Engine.allCases)
  func `the tables hold what the kinds declare`(engine: Engine) async throws {
    #expect(
      try await StoredProof.losses(
        RegistryEntries.register, on: engine, RegistryMigrations.all) == [])
  }

  @Test(arguments: Engine.allCases)
  func `a released migration keeps its text`(engine: Engine) {
    let digests = StoredProof.digests(
      RegistryMigrations.all, ["registry/", "entries/"], on: engine)
    #expect(digests == Self.released[engine])
  }

  private static let released: [Engine: [String]] = [
    .sqlite: [
      "registry/0001_base 54e75d85069f261e",
      "entries/0001_base 806a37a6783ea09e",
      "registry/0002_entries 634e6f9dab4280ad",
    ],
    .postgres: [
      "registry/0001_base 8d1084e71a88ed89",
      "entries/0001_base 6973a6f4e3455338",
      "registry/0002_entries df5123cf292ab546",
    ],
  ]
}
