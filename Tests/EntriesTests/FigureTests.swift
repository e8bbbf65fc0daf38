internal import Entries
internal import Measures
internal import Testing

/// What counts, and what is never added.
struct FigureTests {
  private static func award(
    _ id: String, _ grade: String, _ awards: String, level: String = "national",
    editions: String = "fair-51", place: String = "450000", doubts: [String] = []
  ) throws -> EntryFact {
    try Samples.fact(
      id, Samples.awardTally,
      [
        "editions": editions, "place": place, "period": "2016", "level": level, "grade": grade,
        "awards": awards,
      ], doubts: doubts)
  }

  private static func tally(
    _ id: String, _ place: String, _ period: String, _ cells: KeyValuePairs<String, String>,
    doubts: [String] = []
  ) throws -> EntryFact {
    var fact = try Samples.fact(id, Samples.restructuring, cells, doubts: doubts)
    fact.content[Samples.place] = .text(place)
    let time = try #require(Samples.restructuring.timeField)
    fact.content[time] = .text(period)
    return fact
  }

  private static func training(
    _ id: String, _ name: String, _ cells: KeyValuePairs<String, String>
  ) throws -> EntryFact {
    var fact = try Samples.fact(id, Samples.training, cells)
    let field = try #require(Samples.training.field("name"))
    fact.content[field] = .text(name)
    return fact
  }

  static func grades(_ level: String, _ values: [String], editions: String = "fair-51")
    throws -> [EntryFact]
  {
    try zip(["gold", "silver", "bronze", "excellent"], values).map {
      try award("\(level)-\($0)", $0, $1, level: level, editions: editions)
    }
  }

  @Test func `grades replace the total`() throws {
    let facts =
      try Self.grades("national", ["12个", "23个", "27个", "47个"])
      + [try Self.award("n", "", "110个", doubts: ["d1"])]
      + Self.grades("provincial", ["25个", "41个", "56个", "84个"])
      + [try Self.award("p", "", "206个", level: "provincial")]
    let path = "samples/award_tally/awards/450000/2016"
    let national = try Samples.figure("\(path)?level=national", facts)
    #expect(national.quantity?.printed == "109个" && national.doubtIDs == ["d1"])
    #expect(national.facts.count == 4)
    let provincial = try Samples.figure("\(path)?level=provincial", facts)
    #expect(provincial.quantity?.printed == "206个" && provincial.facts.count == 4)
    #expect(try Samples.printed("\(path)?level=national&grade=gold", facts) == "12个")
    #expect(try Samples.printed(path, facts) == "315个")
    // Whatever the order.
    #expect(try Samples.printed("\(path)?level=provincial", facts.reversed()) == "206个")
  }

  @Test func `a total alone counts`() throws {
    let facts =
      [try Self.award("t", "", "557个", editions: "fair-50")]
      + (try Self.grades("national", ["12个", "23个", "27个", "47个"]))
    let path = "samples/award_tally/awards/450000/2016"
    #expect(try Samples.printed("\(path)?editions=fair-50", facts) == "557个")
    // The grades of another edition replace nothing of it.
    #expect(try Samples.printed(path, facts) == "666个")
  }

  @Test func `editions in another order are the same group`() throws {
    let facts = [
      try Self.award("t", "", "12个", editions: "a、b"),
      try Self.award("g", "gold", "12个", editions: "b、a"),
    ]
    #expect(try Samples.printed("samples/award_tally/awards/450000/2016", facts) == "12个")
  }

  @Test func `a whole replaces its parts in place and in time`() throws {
    let facts = [
      try Self.tally("w", "450000", "2016", ["workers": "35人"]),
      try Self.tally("a", "450100", "2016", ["workers": "10人"]),
      try Self.tally("b", "450000", "2016-05", ["workers": "5人"]),
      try Self.tally("c", "450923", "2016-05", ["workers": "3人"]),
      try Self.tally("x", "450100", "2013", ["workers": "7人"]),
      try Self.tally("y", "460000", "2016", ["workers": "100人"]),
    ]
    let figure = try Samples.figure("samples/restructuring/workers/450000/2016", Array(facts[..<4]))
    #expect(figure.quantity?.printed == "35人" && figure.facts.map(\.id) == ["w"])
    #expect(figure.partialPlaces.isEmpty && figure.formula.zh == "一条记录")
    // The year without a whole is the sum of its parts; the other province is its own.
    let all = try Samples.figure("samples/restructuring/workers/000000/all", facts)
    #expect(all.quantity?.printed == "142人")
    // A part is asked for by itself.
    #expect(
      try Samples.printed(
        "samples/restructuring/workers/450100/2016", [facts[1]]) == "10人")
  }

  @Test func `a whole without the value replaces no part`() throws {
    let facts = [
      try Self.tally("w", "450000", "2016", ["workers": "35人"]),
      try Self.tally("a", "450100", "2016", ["debts": "1亿元"]),
    ]
    let figure = try Samples.figure("samples/restructuring/debts/450000/2016", facts)
    #expect(figure.quantity?.printed == "1亿元" && figure.partialPlaces == ["450100"])
    #expect(figure.notes == ["另有1条记录没有减免债务"])
  }

  @Test func `a partial sum names its places`() throws {
    let facts = [
      try Self.tally("b", "450300", "2016", ["workers": "20人"]),
      try Self.tally("a", "450100", "2016", ["workers": "10人"]),
    ]
    let figure = try Samples.figure("samples/restructuring/workers/450000/2016", facts)
    #expect(figure.quantity?.printed == "30人" && figure.partialPlaces == ["450100", "450300"])
    #expect(
      try Samples.figure("samples/restructuring/workers/450100/2016", [facts[1]])
        .partialPlaces.isEmpty)
  }

  @Test func `a sum is partial while any of its years is`() throws {
    let facts = [
      try Self.tally("w", "450000", "2016", ["workers": "35人"]),
      try Self.tally("a", "450100", "2013", ["workers": "10人"]),
    ]
    let figure = try Samples.figure("samples/restructuring/workers/450000/..2016", facts)
    #expect(figure.quantity?.printed == "45人" && figure.partialPlaces == ["450100"])
  }

  @Test func `entries with an open doubt are left out and named`() throws {
    let facts = [
      try Self.tally("w", "450000", "2016", ["debts": "8亿多元"]),
      try Self.tally("p", "450400", "2016", ["debts": "14亿元"], doubts: ["d1", "d2"]),
    ]
    let whole = try Samples.figure("samples/restructuring/debts/450000/2016", facts)
    // A part of a recorded whole takes nothing from it.
    #expect(whole.quantity?.printed == "8亿多元" && whole.doubtIDs.isEmpty)
    let part = try Samples.figure("samples/restructuring/debts/450400/2016", [facts[1]])
    #expect(part.quantity == nil && part.doubtIDs == ["d1", "d2"] && part.facts.isEmpty)
    let count = try Samples.figure("samples/restructuring/entries/450000/2016", facts)
    #expect(count.quantity?.printed == "1个" && count.doubtIDs.count == 2)
  }

  @Test func `different values are counted once`() throws {
    let facts = [
      try Self.training("a", "一", ["place": "450000", "period": "2013", "trainer": "li-si"]),
      try Self.training("b", "二", ["place": "450000", "period": "2013", "trainer": "li-si"]),
      try Self.training("c", "三", ["place": "450000", "period": "2013", "trainer": "wang-wu"]),
      try Self.training("d", "四", ["place": "450000", "period": "2013"]),
    ]
    let figure = try Samples.figure("samples/training/distinct-trainer/450000/2013", facts)
    #expect(figure.quantity?.printed == "2人" && figure.facts.count == 3)
    #expect(figure.notes == ["另有1条记录没有填写教师"])
    #expect(try Samples.printed("samples/training/entries/450000/2013", facts) == "4个")
    let editions = try [("x", "a、b"), ("y", "b、c")].map {
      try Self.award($0.0, "gold", "1个", editions: $0.1)
    }
    #expect(
      try Samples.printed("samples/award_tally/distinct-editions/450000/2016", editions) == "3个")
  }

  @Test func `a ratio is of the entries that have both`() throws {
    let facts = [
      try Self.training(
        "a", "一", ["place": "450000", "period": "2013", "people": "600人", "qualified": "60人"]),
      try Self.training("b", "二", ["place": "450000", "period": "2013", "people": "400人"]),
    ]
    let figure = try Samples.figure("samples/training/ratio-qualified-people/450000/2013", facts)
    let parts = try #require(figure.quantity?.printedParts)
    #expect(parts.number == "10.0" && parts.unit == "%")
    #expect(figure.notes == ["另有1条记录缺其中一项"] && figure.facts.map(\.id) == ["a"])
    let none = try Samples.figure("samples/training/ratio-qualified-people/450000/2013", [facts[1]])
    #expect(none.quantity == nil)
    let zero = try Self.training(
      "z", "三", ["place": "450000", "period": "2013", "people": "0人", "qualified": "0人"])
    #expect(
      try Samples.figure("samples/training/ratio-qualified-people/450000/2013", [zero]).quantity
        == nil)
  }

  @Test func `rates belong to their place and are never added`() throws {
    let facts = [
      try Self.tally("w", "450000", "2013", ["coverage": "90%以上"]),
      try Self.tally("a", "450100", "2013", ["coverage": "78%"]),
      try Self.tally("b", "450000", "2014", ["coverage": "95%"]),
    ]
    #expect(
      try Samples.printed("samples/restructuring/coverage/450000/2013", Array(facts[..<2]))
        == "90%以上")
    #expect(
      try Samples.printed("samples/restructuring/coverage/450900/2013", [facts[1]]) == "未统计")
    let two = try Samples.figure("samples/restructuring/coverage/450000/all", facts)
    #expect(two.quantity == nil && two.notes == ["有2条记录，比率不能相加"])
  }

  /// 634 person-times, 4119 who qualified, 185 people and a plan of 187 are four measures.
  @Test func `different measures have no common sum`() throws {
    let scope: KeyValuePairs<String, String> = ["place": "450000", "period": "2013"]
    func fact(_ field: String, _ value: String) throws -> EntryFact {
      var fact = try Self.training(field, field, scope)
      let declared = try #require(Samples.training.field(field))
      guard case .value(let value) = declared.read([value]) else { return fact }
      fact.content[declared] = value
      return fact
    }
    let facts = [
      try fact("person_times", "634人次"), try fact("qualified", "4119人"),
      try fact("people", "185人"), try fact("target", "187人"),
    ]
    var answers: [String: String] = [:]
    for field in Samples.training.fields where field.unit != nil {
      answers[field.name] = try Samples.printed(
        "samples/training/\(field.name)/450000/2013", facts)
    }
    #expect(
      answers == [
        "person_times": "634人次", "qualified": "4119人", "people": "185人", "target": "187人",
        "income": "未统计",
      ])
    #expect(
      try Samples.figure("samples/training/target/450000/2013", facts).quantity?.nature == .plan)
  }

  @Test func `a sum that cannot be kept says so, and blames no unit`() throws {
    let facts = try ["一", "二"].map { name in
      try Self.training(
        name, name, ["place": "450000", "period": "2013", "people": "9000000000000000000人"])
    }
    let figure = try Samples.figure("samples/training/people/450000/2013", facts)
    #expect(figure.quantity == nil && figure.notes == ["合计超出可以保存的范围"])
  }

  @Test func `units and natures that differ within a field are not added`() throws {
    let first = try Self.training("a", "一", ["place": "450000", "period": "2013", "people": "5人"])
    var second = first
    second.id = "b"
    second.content[try #require(Samples.training.field("name"))] = .text("二")
    second.content[Samples.people] = .quantity(try Quantity(parsing: "5人", nature: .plan))
    let figure = try Samples.figure("samples/training/people/450000/2013", [first, second])
    #expect(figure.quantity == nil && figure.notes == ["各条记录的单位或性质不同，不能相加"])
  }

  @Test func `missing is not zero`() throws {
    for measure in ["entries", "people", "distinct-trainer", "ratio-qualified-people"] {
      let figure = try Samples.figure("samples/training/\(measure)/450000/2013", [])
      #expect(figure.quantity == nil && figure.facts.isEmpty && figure.notes.isEmpty, "\(measure)")
    }
    let silent = [try Self.training("a", "一", ["place": "450000", "period": "2013"])]
    #expect(try Samples.printed("samples/training/people/450000/2013", silent) == "未统计")
    let zero = [
      try Self.training("a", "一", ["place": "450000", "period": "2013", "people": "0人"])
    ]
    #expect(try Samples.printed("samples/training/people/450000/2013", zero) == "0人")
  }

  @Test func `filters hold places below, times within and members of lists`() throws {
    let facts = [
      try Self.award("a", "gold", "1个", editions: "a、b", place: "450923"),
      try Self.award("b", "silver", "2个", editions: "b", place: "450100"),
    ]
    func printed(_ filter: String) throws -> String {
      try Samples.printed("samples/award_tally/awards/450000/2016?\(filter)", facts)
    }
    #expect(try printed("editions=a") == "1个")
    #expect(try printed("editions=b") == "3个")
    #expect(try printed("place=450900") == "1个")
    #expect(try printed("period=2016") == "3个")
    #expect(try printed("period=2016-H1") == "未统计")
    #expect(try printed("grade=bronze") == "未统计")
  }

  @Test func `labels are words`() throws {
    func label(_ key: String) throws -> String { try Samples.figure(key, []).label }
    #expect(
      try label("samples/award_tally/awards/450000/2016?grade=gold")
        == "2016年获奖统计（等级金奖）：数量")
    #expect(try label("samples/training/entries/450000/..2016") == "截至2016年培训：记录数")
    #expect(try label("samples/training/distinct-trainer/450000/all") == "历年培训：不同教师数")
    #expect(
      try label("samples/training/ratio-qualified-people/450000/2013") == "2013年培训：合格人数占人数的比重")
  }
}
