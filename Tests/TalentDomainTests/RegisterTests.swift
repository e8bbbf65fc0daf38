internal import Entries
internal import TalentDomain
internal import Testing

@Suite struct TalentRegisterTests {
  @Test func theDeclarationsHaveNoFlaws() {
    #expect(TalentEntries.register.flaws.isEmpty)
  }
}
