// A small register with every form of field and every rule, and short words for its contents.

internal import Entries
internal import Measures
internal import Testing

enum Samples {
  static let grades = EntryChoices(
    "AwardGrade",
    [.init("gold", "金奖"), .init("silver", "银奖"), .init("bronze", "铜奖"), .init("excellent", "优秀奖")])

  static let edition = EntryKind(
    "edition", "展会届次", "edition",
    [
      EntryField("code", "代码", .code, required: true, key: true),
      EntryField("number", "届次", .number),
      EntryField("name", "名称", .text, required: true),
      EntryField("hosts", "主办单位", .text, isList: true),
      EntryField("period", "时间", .time),
      EntryField("place", "举办地", .place),
    ])

  static let person = EntryKind(
    "person", "人员", "person", counter: "人",
    [
      EntryField("code", "编号", .code, required: true, key: true),
      EntryField("name", "姓名", .text, required: true),
    ])

  static let grade = EntryField("grade", "等级", .choice(grades), key: true)
  static let awards = EntryField.quantity("awards", "数量", "个", required: true)

  /// Parts that add up to a total.
  static let awardTally = EntryKind(
    "award_tally", "获奖统计", "tally of awards",
    [
      EntryField(
        "editions", "届次", .reference("edition"), isList: true, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "年份", .time, required: true, key: true),
      EntryField("level", "级别", .choice(.level), required: true, key: true),
      grade,
      awards,
    ], rules: [.partsAddUp(grade, of: awards)])

  static let place = EntryField("place", "地区", .place, required: true, key: true)
  static let debts = EntryField.quantity("debts", "减免债务", "元")
  static let workers = EntryField.quantity("workers", "职工", "人")

  /// Wholes and parts, and a rate.
  static let restructuring = EntryKind(
    "restructuring", "改制统计", "tally of restructuring",
    [
      place,
      EntryField("period", "时间", .time, required: true, key: true),
      debts,
      workers,
      .quantity("coverage", "改制面", "%"),
    ], rules: [.whole(place, of: debts), .whole(place, of: workers)])

  static let people = EntryField.quantity("people", "人数", "人")
  static let qualified = EntryField.quantity("qualified", "合格人数", "人")

  static let training = EntryKind(
    "training", "培训", "training",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "时间", .time, required: true, key: true),
      EntryField("trainer", "教师", .reference("person")),
      people,
      .quantity("person_times", "人次", "人次"),
      qualified,
      .quantity("income", "收入", "元"),
      .quantity("target", "目标", "人", .plan),
    ], rules: [.atMost(qualified, people, .doubt)])

  static let entered = EntryField.quantity("entered", "申报", "项")
  static let approved = EntryField.quantity("approved", "确定", "项")
  static let investment = EntryField.quantity("investment", "投资", "元")
  static let claimed = EntryField.quantity("claimed", "自报增加产值", "元", .claimed)
  static let batch = EntryField("batch", "批次", .text)
  static let programme = EntryField("programme", "专项", .text)

  static let call = EntryKind(
    "call", "申报", "call",
    [
      EntryField("code", "代码", .code, required: true, key: true),
      batch,
      programme,
      entered,
      approved,
      investment,
      claimed,
    ],
    rules: [
      .atMost(approved, entered, .refuse), .oneOf([batch, programme]),
      .plausible(claimed, investment, times: 100),
    ])

  static let register = EntryRegister(
    service: "samples", [edition, person, awardTally, restructuring, training, call])

  /// A content as a file has it; cells that say nothing certain stay absent.
  static func content(
    _ kind: EntryKind, _ cells: KeyValuePairs<String, String>
  ) throws -> EntryContent {
    var content = EntryContent()
    for (name, cell) in cells {
      let field = try #require(kind.field(name), "\(kind.name) has no field \(name)")
      switch field.read(cell: cell) {
      case .value(let value): content[field] = value
      case .doubtful: break
      case .invalid(let violation): throw violation
      }
    }
    return content
  }

  static func member(
    _ id: String, _ kind: EntryKind, _ cells: KeyValuePairs<String, String>
  ) throws -> EntryMember {
    EntryMember(id: id, content: try content(kind, cells))
  }

  static func fact(
    _ id: String, _ kind: EntryKind, _ cells: KeyValuePairs<String, String>,
    doubts: [String] = []
  ) throws -> EntryFact {
    EntryFact(
      id: id, revision: 1, content: try content(kind, cells),
      source: EntrySource(document: "示例文件"), recordedBy: "li.si", recordTime: 1,
      doubtIDs: doubts)
  }

  static func figure(_ key: String, _ facts: [EntryFact]) throws -> EntryFigure {
    EntryFigureEngine.figure(
      try EntryFigureKey(parsing: key, in: register), facts, register: register)
  }

  /// "109个", or "未统计".
  static func printed(_ key: String, _ facts: [EntryFact]) throws -> String {
    try figure(key, facts).quantity?.printed ?? "未统计"
  }
}

extension EntryReading {
  /// The value in words, "?" with the candidates for a doubt, "!" with the rule for an error.
  var words: String {
    switch self {
    case .value(let value): value?.words ?? ""
    case .doubtful(let doubt):
      "? " + doubt.candidates.map(\.quantity.printed).joined(separator: " ")
    case .invalid(let violation): "! " + violation.rule
    }
  }
}
