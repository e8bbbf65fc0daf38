internal import Entries
internal import EntryAPI
internal import EntrySupport
internal import Testing
internal import TalentDomain
internal import TalentMessages

/// Declarations and messages of the service's entries have the same names.
struct EntryMessagesTests {
  @Test func `the declarations have no flaws`() { #expect(TalentEntries.register.flaws == []) }

  @Test func `an entry of every kind comes back from the wire as it went`() {
    #expect(WireProof.losses(TalentEntries.register, as: TalentMessages.Entry.self) == [])
  }

  @Test func `the protos say what is declared`() throws {
    #expect(
      try WireProof.differences(TalentEntries.register, proto: "talent/v1/resources.proto") == [])
  }
}
