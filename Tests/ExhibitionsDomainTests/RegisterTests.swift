internal import Entries
internal import ExhibitionsDomain
internal import Testing

@Suite struct ExhibitionsRegisterTests {
  @Test func theDeclarationsHaveNoFlaws() {
    #expect(ExhibitionsEntries.register.flaws.isEmpty)
  }
}
