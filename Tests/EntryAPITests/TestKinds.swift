// A register for the messages of the talent service, declared here so that these tests stand by
// themselves.

internal import Entries
internal import EntryStorage
internal import Measures
internal import Storage

enum TestKinds {
  static let ladder = EntryChoices(
    "Ladder", [.init("honour", "荣誉称号"), .init("professional", "职称"), .init("skill", "技能等级")])

  static let title = EntryKind(
    "title", "称号", "title",
    [
      EntryField("code", "代码", .code, required: true, key: true, example: "provincial-master"),
      EntryField("name", "名称", .text, required: true),
      EntryField("ladder", "序列", .choice(ladder), required: true),
      EntryField("level", "级别", .choice(.level), required: true),
      EntryField("issuer", "授予单位", .text),
    ])

  static let batch = EntryKind(
    "batch", "评审批次", "batch",
    [
      EntryField("code", "代码", .code, required: true, key: true),
      EntryField("title", "称号", .reference("title"), required: true),
      EntryField("number", "届次", .number),
      EntryField("name", "名称", .text, required: true),
      EntryField("period", "年份", .time, required: true),
      EntryField("place", "地区", .place),
    ])

  static let place = EntryField("place", "地区", .place, required: true, key: true)
  static let people = EntryField.quantity("people", "人数", "人", required: true)

  static let grantTally = EntryKind(
    "grant_tally", "授予统计", "tally of grants",
    [
      EntryField("title", "称号", .reference("title"), required: true, key: true),
      EntryField("batch", "批次", .reference("batch"), key: true),
      place,
      EntryField("period", "年份", .time, required: true, key: true),
      people,
    ], rules: [.whole(place, of: people)])

  static let studioTarget = EntryKind(
    "studio_target", "工作室目标", "target of studios",
    [
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "提出年份", .time, required: true, key: true),
      .quantity("studios", "目标", "家", .plan, required: true),
    ])

  static let trained = EntryField.quantity("people", "人数", "人")
  static let qualified = EntryField.quantity("qualified", "合格人数", "人")
  static let income = EntryField.quantity("income", "收入", "元")

  static let training = EntryKind(
    "training", "培训", "training",
    [
      EntryField("organiser", "举办单位", .text, required: true, key: true),
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "时间", .time, required: true, key: true),
      .quantity("sessions", "期数", "期"),
      trained,
      .quantity("person_times", "人次", "人次"),
      qualified,
      income,
      EntryField("partners", "合作单位", .text, isList: true),
      EntryField("venues", "地点", .text, isList: true),
    ], rules: [.atMost(qualified, trained, .doubt)])

  static let register = EntryRegister(
    service: "talent", [title, batch, grantTally, studioTarget, training])

  static let tables = Migration("test/0001_base") { dialect in
    register.kinds.flatMap {
      EntryTables.creation(of: $0.name, $0.fields.map(\.name), dialect)
    }
  }
}
