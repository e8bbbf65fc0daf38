internal import Storage
internal import TestSupport
internal import Testing

@Suite struct IdentifierTests {
  @Test func identifiersAreValidAndRise() {
    let made = (0..<20_000).map { _ in UUIDv7.next() }
    #expect(made.allSatisfy(UUIDv7.isValid))
    #expect(made == made.sorted())
    #expect(Set(made).count == made.count)
  }

  @Test func concurrentIdentifiersDiffer() async {
    let all = await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 { group.addTask { (0..<2_000).map { _ in UUIDv7.next() } } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(all).count == 16_000)
  }

  @Test func theTimeStandsInFront() {
    let future: Int64 = 4_102_444_800_000_000  // 2100-01-01
    #expect(UUIDv7.next(microseconds: future).hasPrefix("03bb2cc3-d800-7"))
  }

  @Test(arguments: [
    "", "018f", "018f6b0e-0000-4000-8000-000000000000", "018F6B0E-0000-7000-8000-000000000000",
    "018f6b0e-0000-7000-c000-000000000000", "018f6b0e_0000_7000_8000_000000000000",
    "018f6b0e-0000-7000-8000-00000000000g",
  ])
  func othersAreNot(text: String) {
    #expect(!UUIDv7.isValid(text))
  }

  @Test func anETagIsCheckedAgainstTheRevision() throws {
    #expect("\(ETag(revision: 12))" == "\"r12\"")
    try ETag.check("\"r12\"", current: 12)
    try ETag.check("", current: 12)
    #expect(throws: StorageError.self) { try ETag.check("\"r11\"", current: 12) }
    for text in [
      "r12", "\"12\"", "\"r\"", "\"r0\"", "\"r-1\"", "W/\"r12\"", "\"r99999999999999999999\"",
    ] {
      #expect(throws: StorageError.self) { try ETag(text) }
    }
  }
}
