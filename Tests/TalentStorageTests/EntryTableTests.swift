internal import EntrySupport
internal import Storage
internal import TestSupport
internal import Testing
internal import TalentDomain
internal import TalentStorage

struct EntryTableTests {
  @Test(arguments: Engine.allCases)
  func `the tables hold what the kinds declare`(engine: Engine) async throws {
    #expect(
      try await StoredProof.losses(
        TalentEntries.register, on: engine, TalentMigrations.all) == [])
  }

  @Test(arguments: Engine.allCases)
  func `a released migration keeps its text`(engine: Engine) {
    let digests = StoredProof.digests(
      TalentMigrations.all, ["talent/", "entries/"], on: engine)
    #expect(digests == Self.released[engine])
  }

  private static let released: [Engine: [String]] = [
    .sqlite: [
      "talent/0001_base 88369d49c5a59368",
      "entries/0001_base 806a37a6783ea09e",
    ],
    .postgres: [
      "talent/0001_base 4508ed75cde645a9",
      "entries/0001_base 6973a6f4e3455338",
    ],
  ]
}
