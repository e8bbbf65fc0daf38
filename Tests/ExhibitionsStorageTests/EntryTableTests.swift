internal import EntrySupport
internal import Storage
internal import TestSupport
internal import Testing
internal import ExhibitionsDomain
internal import ExhibitionsStorage

struct EntryTableTests {
  @Test(arguments: Engine.allCases)
  func `the tables hold what the kinds declare`(engine: Engine) async throws {
    #expect(
      try await StoredProof.losses(
        ExhibitionsEntries.register, on: engine, ExhibitionsMigrations.all) == [])
  }

  @Test(arguments: Engine.allCases)
  func `a released migration keeps its text`(engine: Engine) {
    let digests = StoredProof.digests(
      ExhibitionsMigrations.all, ["exhibitions/", "entries/"], on: engine)
    #expect(digests == Self.released[engine])
  }

  private static let released: [Engine: [String]] = [
    .sqlite: [
      "exhibitions/0001_base 42aceceac727120f",
      "entries/0001_base 806a37a6783ea09e",
    ],
    .postgres: [
      "exhibitions/0001_base 7e7cc54e0770a13d",
      "entries/0001_base 6973a6f4e3455338",
    ],
  ]
}
