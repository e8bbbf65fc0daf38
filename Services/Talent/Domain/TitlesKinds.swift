// People and the titles that they get: one by one, and as tallies of a batch.

package import Entries

package enum TitlesKinds {
  package static let all = [person, title, batch, grant, grantTally, reReview]

  /// A person: one, whatever the records about him.
  package static let person = EntryKind(
    "person", "人员", "person", counter: "人",
    [
      EntryField("code", "编号", .code, required: true, key: true),
      EntryField("name", "姓名", .text, required: true),
      EntryField("place", "地区", .place),
      EntryField("specialty", "专业", .text, example: "雕刻"),
      EntryField("employer", "单位", .text),
    ])

  /// A title or honour that can be granted.
  package static let title = EntryKind(
    "title", "称号", "title",
    [
      EntryField("code", "代码", .code, required: true, key: true, example: "provincial-master"),
      EntryField("name", "名称", .text, required: true, example: "广西工艺美术大师"),
      EntryField("ladder", "序列", .choice(.ladder), required: true, example: "荣誉称号"),
      EntryField("level", "级别", .choice(.level), required: true, example: "省级"),
      EntryField("issuer", "授予单位", .text),
    ])

  /// One round of granting a title.
  package static let batch = EntryKind(
    "batch", "评审批次", "batch",
    [
      EntryField("code", "代码", .code, required: true, key: true, example: "provincial-master-7"),
      EntryField("title", "称号", .reference("title"), required: true),
      EntryField("number", "届次", .number, example: "7"),
      EntryField("name", "名称", .text, required: true),
      EntryField("period", "年份", .time, required: true, example: "2016"),
      EntryField("place", "地区", .place),
    ])

  /// A title that one person got.
  package static let grant = EntryKind(
    "grant", "授予", "grant of a title",
    [
      EntryField("title", "称号", .reference("title"), required: true, key: true),
      EntryField("person", "人员", .reference("person"), required: true, key: true),
      EntryField("period", "年份", .time, required: true, key: true),
      EntryField("batch", "批次", .reference("batch")),
      EntryField("place", "地区", .place, required: true, help: "持有人所在的地区。"),
      EntryField("recommended_by", "推荐单位", .text),
      EntryField("certificate", "证书号", .text),
      EntryField("state", "状态", .choice(.grantState), required: true, example: "有效"),
    ])

  /// How many people a batch granted a title.
  package static let grantTally: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let people = EntryField.quantity(
      "people", "人数", "人", required: true, adds: .overPlaces, example: "40人")
    return EntryKind(
      "grant_tally", "授予统计", "tally of grants",
      [
        EntryField("title", "称号", .reference("title"), required: true, key: true),
        EntryField("batch", "批次", .reference("batch"), key: true),
        place,
        EntryField("period", "年份", .time, required: true, key: true, example: "2016"),
        people,
      ], rules: [.whole(place, of: people)])
  }()

  /// A re-review of those who hold a title.
  package static let reReview: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let reviewed = EntryField.quantity("reviewed", "参加复审", "人", adds: .overPlaces)
    let kept = EntryField.quantity("kept", "保留", "人", adds: .overPlaces)
    let revoked = EntryField.quantity("revoked", "淘汰", "人", adds: .overPlaces)
    return EntryKind(
      "re_review", "复审", "re-review of holders",
      [
        EntryField("title", "称号", .reference("title"), required: true, key: true),
        place,
        EntryField("period", "年份", .time, required: true, key: true),
        reviewed,
        kept,
        revoked,
      ],
      rules: [
        .atMost(kept, reviewed, .doubt), .atMost(revoked, reviewed, .doubt),
        .whole(place, of: reviewed), .whole(place, of: kept), .whole(place, of: revoked),
      ])
  }()
}
