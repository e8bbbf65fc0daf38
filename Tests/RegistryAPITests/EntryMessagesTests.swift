internal import Entries
internal import EntryAPI
internal import EntrySupport
internal import Testing
internal import RegistryDomain
internal import RegistryMessages

/// Declarations and messages of the service's entries have the same names.
struct EntryMessagesTests {
  @Test func `the declarations have no flaws`() { #expect(RegistryEntries.register.flaws == []) }

  @Test func `an entry of every kind comes back from the wire as it went`() {
    #expect(WireProof.losses(RegistryEntries.register, as: RegistryMessages.Entry.self) == [])
  }

  @Test func `the protos say what is declared`() throws {
    #expect(
      try WireProof.differences(
        RegistryEntries.register, proto: "registry/v1/register_entries.proto") == [])
  }
}
