internal import Measures
internal import RegistryDomain
internal import Testing

struct EnterpriseTests {
  static func enterprise(
    _ name: String = "示例工艺品厂", code: String = "", from: String = "", to: String = "",
    _ change: (inout EnterpriseState) -> Void = { _ in }
  ) -> Enterprise {
    var state = EnterpriseState(creditCode: code, name: name, placeCode: "450923")
    change(&state)
    return Record(
      id: "e", code: "", timeline: Timeline(state, time: TimelineTests.time(from, to)))
  }

  static func former(_ name: String, _ from: String, _ to: String) -> FormerIdentity {
    FormerIdentity(name: name, time: TimelineTests.time(from, to))
  }

  @Test func aPlainEnterpriseKeepsAllRules() {
    #expect(
      Self.enterprise(code: "91450923MA5TE5T15M") {
        $0.industry = Industry(code: "2435", edition: "2017")
        $0.ownershipCode = "173"
        $0.sector = "工艺美术"
      }.violations.isEmpty)
  }

  @Test func everyBrokenRuleIsToldAtOnce() {
    let rules = Self.enterprise("", code: "91450923MA5TE5T15N") {
      $0.industry = Industry(code: "24357", edition: "2015")
      $0.ownershipCode = "999"
      $0.sector = String(repeating: "工", count: 33)
      $0.source = Source(document: "文件\u{0}")
    }.violations.map { "\($0.path) \($0.rule)" }
    #expect(
      rules == [
        "credit_code uscc.check_character", "name required", "sector text.length",
        "industry.code industry.code", "industry.edition industry.edition",
        "ownership_code ownership.code", "provenance.document text.control_character",
      ])
  }

  @Test func aRenamingLeavesAFormerIdentity() throws {
    let renamed = try Self.enterprise("旧名厂").applying(
      RecordUpdate(
        state: EnterpriseState(name: "新名公司", placeCode: ""), fields: [.name],
        effectiveFrom: TimelineTests.date("2008-05")),
      today: try TimelineTests.day("2024-05-01"))
    #expect(renamed.formerIdentities(before: 1) == [Self.former("旧名厂", "", "2008-05")])
    #expect(renamed.formerIdentities(before: 0).isEmpty)
  }

  @Test func aChangeOfPlaceIsNoFormerIdentity() throws {
    let moved = try Self.enterprise().applying(
      RecordUpdate(
        state: EnterpriseState(name: "", placeCode: "450922"), fields: [.placeCode],
        effectiveFrom: TimelineTests.date("2008")),
      today: try TimelineTests.day("2024-05-01"))
    #expect(moved.timeline.entries.count == 2)
    #expect(moved.formerIdentities(before: 1).isEmpty)
  }

  @Test func formerIdentitiesCanBeEnteredAndReplaced() throws {
    let entered = try Self.enterprise("今名", from: "1980").replacingFormerIdentities(
      [Self.former("一厂", "1980", "1990"), Self.former("二厂", "1990", "2000-06")], at: 0)
    #expect(entered.timeline.entries.map(\.state.name) == ["一厂", "二厂", "今名"])
    #expect(entered.timeline.span == TimelineTests.time("1980", ""))
    let replaced = try entered.replacingFormerIdentities(
      [Self.former("头厂", "1985", "1995")], at: 2)
    #expect(replaced.timeline.entries.map(\.state.name) == ["今名", "头厂", "今名"])
    let cleared = try entered.replacingFormerIdentities([], at: 2)
    #expect(cleared.timeline.entries.map(\.state.name) == ["今名"])
  }

  @Test(arguments: [
    ([former("甲", "1980", "")], "enterprise.former_end"),
    ([former("甲", "1990", "1980")], "enterprise.former_end"),
    ([former("甲", "1990", "2000"), former("乙", "1980", "1990")], "enterprise.former_order"),
    ([former("甲", "1990", "2000"), former("乙", "1995", "2005")], "enterprise.former_order"),
    ([former("甲", "1960", "1970")], "enterprise.former_order"),
    ([former("", "1980", "1990")], "required"),
    (
      [FormerIdentity(name: "甲", creditCode: "1", time: TimelineTests.time("1980", "1990"))],
      "uscc.length"
    ),
  ])
  func wrongFormerIdentitiesAreRefused(identities: [FormerIdentity], rule: String) {
    let error = #expect(throws: RegistryError.self) {
      try Self.enterprise("今名", from: "1975").replacingFormerIdentities(identities, at: 0)
    }
    #expect(error?.violations.map(\.rule) == [rule])
  }

  @Test func thereIsALimitOfFormerIdentities() {
    let many = (0...RegistryLimits.formerIdentities).map {
      Self.former("\($0)", "\(1900 + $0)", "\(1901 + $0)")
    }
    let error = #expect(throws: RegistryError.self) {
      try Self.enterprise("今名").replacingFormerIdentities(many, at: 0)
    }
    #expect(error?.violations.map(\.rule) == ["enterprise.former_count"])
  }
}

struct ClassificationTests {
  @Test func everyOwnershipCodeOfTheListIsAccepted() {
    for (code, _) in OwnershipCode.all { #expect(OwnershipCode.violation(code) == nil) }
    #expect(Set(OwnershipCode.all.map(\.code)).count == OwnershipCode.all.count)
    for code in ["", "11", "1100", "150", "abc"] {
      #expect(OwnershipCode.violation(code)?.rule == "ownership.code")
    }
  }

  @Test(arguments: ["24", "243", "2435", "0111"])
  func industriesHaveTwoToFourDigits(code: String) {
    #expect(Industry(code: code, edition: "2011").violations.isEmpty)
  }

  @Test(arguments: ["", "2", "24351", "99", "00", "C243", "２43"])
  func otherIndustriesAreRefused(code: String) {
    #expect(Industry(code: code, edition: "2017").violations.map(\.rule) == ["industry.code"])
  }
}
