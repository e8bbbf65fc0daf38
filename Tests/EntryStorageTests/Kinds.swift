// The kinds of the tests: one with a code, one that refers, and one for each rule.

internal import Entries

enum Kinds {
  static let grades = EntryChoices(
    "AwardGrade",
    [.init("gold", "金奖"), .init("silver", "银奖"), .init("bronze", "铜奖"), .init("excellent", "优秀奖")])

  static let edition = EntryKind(
    "edition", "届次", "edition",
    [
      EntryField("code", "代码", .code, required: true, key: true),
      EntryField("number", "届次", .number),
      EntryField("name", "名称", .text, required: true),
    ])

  static let work = EntryKind(
    "work", "作品", "work", counter: "件",
    [
      EntryField("title", "作品名", .text, required: true, key: true),
      EntryField("makers", "作者", .text, isList: true),
      EntryField("edition", "届次", .reference("edition")),
      EntryField("place", "地区", .place),
      EntryField("period", "年份", .time),
      EntryField("shown", "展出", .time),
      EntryField("grade", "等级", .choice(grades)),
    ])

  static let grade = EntryField("grade", "等级", .choice(grades), key: true)
  static let awards = EntryField.quantity("awards", "数量", "个", required: true)

  static let awardTally = EntryKind(
    "award_tally", "获奖统计", "tally of awards",
    [
      EntryField(
        "editions", "届次", .reference("edition"), isList: true, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "年份", .time, required: true, key: true),
      grade,
      awards,
    ], rules: [.partsAddUp(grade, of: awards)])

  static let place = EntryField("place", "地区", .place, required: true, key: true)
  static let debts = EntryField.quantity("debts", "减免债务", "元")
  static let workers = EntryField.quantity("workers", "职工", "人")

  static let restructuring = EntryKind(
    "restructuring", "改制统计", "tally of restructuring",
    [
      place,
      EntryField("period", "时间", .time, required: true, key: true),
      debts,
      workers,
    ], rules: [.whole(place, of: debts), .whole(place, of: workers)])

  static let entered = EntryField.quantity("entered", "预展", "件")
  static let promoted = EntryField.quantity("promoted", "晋级", "件")
  static let commended = EntryField.quantity("commended", "优秀", "件")

  static let promotion = EntryKind(
    "promotion", "作品晋级", "promotion of works",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      entered,
      promoted,
      commended,
    ], rules: [.atMost(promoted, entered, .doubt), .atMost(commended, promoted, .doubt)])

  static let collected = EntryField.quantity("collected", "收集", "条")
  static let grouped = EntryField.quantity("grouped", "归类", "条")

  static let round = EntryKind(
    "round", "征求意见", "round of opinions",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      collected,
      grouped,
    ], rules: [.atMost(grouped, collected, .refuse)])

  static let register = EntryRegister(
    service: "test", [edition, work, awardTally, restructuring, promotion, round])
}
