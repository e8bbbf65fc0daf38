internal import Entries
internal import Measures
internal import Testing

/// The rules within an entry.
struct RuleTests {
  private static func verdict(
    _ kind: EntryKind, _ cells: KeyValuePairs<String, String>
  ) throws -> EntryVerdict {
    kind.verdict(try Samples.content(kind, cells))
  }

  @Test func `a part that must not exceed its whole refuses the entry`() throws {
    let verdict = try Self.verdict(
      Samples.call, ["programme": "专项", "entered": "21项", "approved": "27项"])
    let violation = try #require(verdict.violations.first)
    #expect(verdict.violations.count == 1 && verdict.doubts.isEmpty)
    #expect(violation.field == "approved" && violation.rule == "quantity.part_exceeds_whole")
    #expect(violation.zh == "确定27项大于申报21项")
    let equal = try Self.verdict(
      Samples.call, ["programme": "专项", "entered": "21项", "approved": "21项"])
    #expect(equal.violations.isEmpty && equal.doubts.isEmpty)
  }

  @Test func `a doubtful part is kept with what may be meant`() throws {
    let verdict = try Self.verdict(Samples.training, ["people": "185人", "qualified": "1850人"])
    let doubt = try #require(verdict.doubts.first)
    #expect(verdict.violations.isEmpty && verdict.doubts.count == 1)
    #expect(doubt.field == Samples.qualified && doubt.rule == .partExceedsWhole)
    #expect(doubt.printed == "1850人" && doubt.zh == "合格人数1850人大于人数185人")
    #expect(doubt.candidates.first?.quantity.printed == "1850人")
    #expect(doubt.candidates.first?.rationaleChinese == "照原文")
  }

  @Test(arguments: [
    ("近80人", "100人", 0), ("近80人", "75人", 0), ("近80人", "70人", 1), ("80余人", "80人", 0),
    ("90余人", "80人", 1),
    ("100人", "近100人", 1), ("90人", "近100人", 0), ("1.2万余人", "1.2万人", 0),
  ])
  func `what is not decided is no doubt`(part: String, whole: String, doubts: Int) throws {
    let verdict = try Self.verdict(Samples.training, ["people": whole, "qualified": part])
    #expect(verdict.doubts.count == doubts)
  }

  @Test func `a missing side is no doubt`() throws {
    #expect(try Self.verdict(Samples.training, ["qualified": "80人"]).doubts.isEmpty)
    #expect(try Self.verdict(Samples.training, ["people": "80人"]).doubts.isEmpty)
  }

  @Test func `one of several fields is required`() throws {
    let verdict = try Self.verdict(Samples.call, ["entered": "1项"])
    #expect(verdict.violations.map { "\($0.field) \($0.rule)" } == ["batch required"])
    #expect(verdict.violations.first?.zh == "批次、专项至少填一项")
    for field in ["batch", "programme"] {
      #expect(try Self.verdict(Samples.call, [field: "甲"]).violations.isEmpty)
    }
  }

  @Test(arguments: [
    // 333 times.
    ("5000万元", "15万元", 1), ("5000多万元", "15万元", 1), ("1500万元", "20万元", 0),
    // Rounded at the last digit: whether it is a hundred times is not decided.
    ("1500万元", "15万元", 0),
  ])
  func `what is odd is told and kept`(claimed: String, base: String, warnings: Int) throws {
    let verdict = try Self.verdict(
      Samples.call, ["batch": "一", "claimed": claimed, "investment": base])
    #expect(verdict.warnings.count == warnings)
    #expect(verdict.violations.isEmpty && verdict.doubts.isEmpty)
    if let warning = verdict.warnings.first {
      #expect(warning.zh == "自报增加产值\(claimed)是投资15万元的100倍以上，请核对")
    }
  }

  @Test func `rules between entries say nothing of one`() throws {
    let verdict = try Self.verdict(
      Samples.awardTally,
      ["editions": "a", "place": "450000", "period": "2016", "level": "国家级", "awards": "110个"])
    #expect(verdict.violations.isEmpty && verdict.doubts.isEmpty && verdict.warnings.isEmpty)
  }
}

struct DoubtStateTests {
  @Test(arguments: EntryDoubtState.allCases, EntryDoubtState.Step.allCases)
  func `only an open doubt is decided`(
    state: EntryDoubtState, step: EntryDoubtState.Step
  ) throws {
    let ends: [EntryDoubtState.Step: EntryDoubtState] = [
      .accept: .accepted, .correct: .corrected, .reject: .rejected, .settle: .settled,
    ]
    if state == .open {
      #expect(try state.transition(step) == ends[step])
    } else {
      let error = #expect(throws: EntryError.self) { try state.transition(step) }
      #expect(error?.code == .failedPrecondition)
      #expect(error?.zh.contains(state.chinese) == true)
    }
  }

  @Test func `decisions are steps`() {
    #expect(EntryDecision.accept(0).step == .accept)
    #expect(EntryDecision.correct("1").step == .correct)
    #expect(EntryDecision.reject.step == .reject)
  }
}

struct DeclarationTests {
  @Test func `the samples have no flaws`() { #expect(Samples.register.flaws == []) }

  @Test func `flaws in declarations are found`() {
    let broken = EntryRegister(
      service: "broken",
      [
        EntryKind("a", "甲", "a", [EntryField("x", "乙", .text)]),
        EntryKind(
          "b", "丙", "b", counter: "鳖",
          [
            EntryField("x", "丁", .reference("a"), key: true),
            .quantity("q", "戊", "鳖"),
            EntryField("x", "己", .text),
          ]),
        EntryKind("b", "庚", "b", [EntryField("c", "辛", .code, key: true)]),
      ])
    for flaw in [
      "two kinds have one name", "a has no natural key", "b is counted in no unit",
      "b has two fields of one name", "b.q: no unit", "b.x refers to a, which has no code",
    ] {
      #expect(broken.flaws.contains(flaw), "\(flaw): \(broken.flaws)")
    }
  }

  @Test func `the natural key is the key's values, lists in any order`() throws {
    func key(_ editions: String, _ grade: String) throws -> [String] {
      Samples.awardTally.key(
        of: try Samples.content(
          Samples.awardTally,
          [
            "editions": editions, "place": "450000", "period": "2016", "level": "国家级",
            "grade": grade,
          ]
        ))
    }
    #expect(try key("a、b", "金奖") == key("b、a", "gold"))
    #expect(try key("a、b", "") != key("a、b", "gold"))
    #expect(try key("a、b", "gold") != key("a-b", "gold"))
  }

  @Test func `names of entries are words`() throws {
    let content = try Samples.content(
      Samples.awardTally,
      [
        "editions": "a、b", "place": "450000", "period": "2016", "level": "national",
        "grade": "gold",
      ])
    #expect(Samples.awardTally.naming(content) == "a、b 450000 2016 国家级 金奖")
  }

  @Test func `references to a kind are found`() {
    let found = Samples.register.references(to: "person").map { "\($0.kind.name).\($0.field.name)" }
    #expect(found == ["training.trainer"])
  }
}
