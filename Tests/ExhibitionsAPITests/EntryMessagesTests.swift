internal import Entries
internal import EntryAPI
internal import EntrySupport
internal import Testing
internal import ExhibitionsDomain
internal import ExhibitionsMessages

/// Declarations and messages of the service's entries have the same names.
struct EntryMessagesTests {
  @Test func `the declarations have no flaws`() { #expect(ExhibitionsEntries.register.flaws == []) }

  @Test func `an entry of every kind comes back from the wire as it went`() {
    #expect(WireProof.losses(ExhibitionsEntries.register, as: ExhibitionsMessages.Entry.self) == [])
  }

  @Test func `the protos say what is declared`() throws {
    #expect(
      try WireProof.differences(
        ExhibitionsEntries.register, proto: "exhibitions/v1/resources.proto") == [])
  }
}
