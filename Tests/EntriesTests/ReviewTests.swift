internal import Entries
internal import Measures
internal import Testing

/// What entries of a group say about each other.
struct ReviewTests {
  private static func award(_ id: String, _ grade: String, _ awards: String) throws -> EntryMember {
    try Samples.member(
      id, Samples.awardTally,
      [
        "editions": "fair-51", "place": "450000", "period": "2016", "level": "national",
        "grade": grade, "awards": awards,
      ])
  }

  private static func tally(
    _ id: String, _ place: String, _ cells: KeyValuePairs<String, String>
  ) throws -> EntryMember {
    var content = try Samples.content(Samples.restructuring, cells)
    content[Samples.place] = .text(place)
    return EntryMember(id: id, content: content)
  }

  @Test func `a part greater than its whole is doubtful, whichever came first`() throws {
    let part = try Self.tally("p", "450400", ["debts": "14亿元"])
    let whole = try Self.tally("w", "450000", ["debts": "8亿多元"])
    for members in [[part, whole], [whole, part]] {
      let found = Samples.restructuring.review(members, varying: Samples.place)
      #expect(Set(found.keys) == ["p"] && found["p"]?.count == 1)
      let doubt = try #require(found["p"]?.first)
      #expect(doubt.rule == .partExceedsWhole && doubt.field == Samples.debts)
      #expect(doubt.printed == "14亿元" && doubt.relatedIDs == ["w"])
      #expect(doubt.candidates.map(\.quantity.printed) == ["14亿元", "1.4亿元"])
      #expect(doubt.zh == "减免债务14亿元（450400）大于其所在地区（450000）的8亿多元")
    }
  }

  @Test func `parts that may fit, that lie elsewhere or say nothing are no doubt`() throws {
    let members = [
      try Self.tally("w", "450000", ["debts": "8亿多元"]),
      try Self.tally("a", "450400", ["debts": "8亿元"]),
      try Self.tally("b", "460000", ["debts": "14亿元"]),
      try Self.tally("c", "450500", ["workers": "3000多人"]),
    ]
    #expect(Samples.restructuring.review(members, varying: Samples.place).isEmpty)
    #expect(Samples.restructuring.review([], varying: Samples.place).isEmpty)
  }

  @Test func `each quantity of a tally is compared by itself`() throws {
    let members = [
      try Self.tally("w", "450400", ["debts": "1亿元", "workers": "100人"]),
      try Self.tally("p", "450423", ["debts": "2亿元", "workers": "200人"]),
    ]
    let found = Samples.restructuring.review(members, varying: Samples.place)
    #expect(found["p"]?.map(\.field.name) == ["debts", "workers"])
  }

  @Test func `a whole less than its parts together is doubtful`() throws {
    let members = [
      try Self.tally("w", "450000", ["workers": "100人"]),
      try Self.tally("a", "450100", ["workers": "70人"]),
      try Self.tally("b", "450200", ["workers": "60人"]),
      // A county of the first city is in it already.
      try Self.tally("c", "450126", ["workers": "50人"]),
    ]
    let found = Samples.restructuring.review(members, varying: Samples.place)
    #expect(Set(found.keys) == ["w"])
    let doubt = try #require(found["w"]?.first)
    #expect(doubt.rule == .partExceedsWhole && doubt.relatedIDs == ["a", "b"])
    #expect(doubt.candidates.first?.quantity.printed == "100人")
    #expect(doubt.candidates.last?.quantity.printed == "130人")
    let fitting = Array(members[..<2]) + [members[3]]
    #expect(Samples.restructuring.review(fitting, varying: Samples.place).isEmpty)
  }

  @Test func `a total that is not the sum of its parts has both as candidates`() throws {
    let members = [
      try Self.award("t", "", "110个"), try Self.award("g", "金奖", "12个"),
      try Self.award("s", "银奖", "23个"), try Self.award("b", "铜奖", "27个"),
      try Self.award("e", "优秀奖", "47个"),
    ]
    for order in [members, members.reversed(), Array(members[2...] + members[..<2])] {
      let found = Samples.awardTally.review(order, varying: Samples.grade)
      #expect(Set(found.keys) == ["t"])
      let doubt = try #require(found["t"]?.first)
      #expect(doubt.rule == .totalDiffers && doubt.printed == "110个")
      #expect(doubt.candidates.map(\.quantity.printed) == ["110个", "109个"])
      #expect(Set(doubt.relatedIDs) == ["g", "s", "b", "e"])
      #expect(doubt.zh == "合计110个不等于各等级之和109个")
    }
  }

  @Test func `an equal total, and one that may be equal, are no doubt`() throws {
    for (total, gold, silver) in [
      ("35个", "12个", "23个"), ("近40个", "12个", "23个"), ("35个", "10多个", "23个"),
    ] {
      let members = [
        try Self.award("t", "", total), try Self.award("g", "gold", gold),
        try Self.award("s", "silver", silver),
      ]
      #expect(Samples.awardTally.review(members, varying: Samples.grade).isEmpty, "\(total)")
    }
  }

  @Test func `a total is not compared while a part cannot be read`() throws {
    let members = [
      try Self.award("t", "", "110个"), try Self.award("g", "gold", "12个"),
      try Self.award("s", "silver", "2 3个"),
    ]
    #expect(Samples.awardTally.review(members, varying: Samples.grade).isEmpty)
    #expect(Samples.awardTally.review([members[0]], varying: Samples.grade).isEmpty)
  }

  @Test func `fields that vary are those of rules between entries`() {
    #expect(Samples.awardTally.varyingFields == [Samples.grade])
    #expect(Samples.restructuring.varyingFields == [Samples.place])
    #expect(Samples.training.varyingFields.isEmpty)
  }
}
