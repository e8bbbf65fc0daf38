// Studios of masters, and groups that create.

internal import Measures
package import Entries

package enum StudiosKinds {
  package static let all = [studio, studioTally, studioTarget, creationGroupTally]

  /// A master's studio.
  package static let studio = EntryKind(
    "studio", "大师工作室", "master studio",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("person", "大师", .reference("person")),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("founded", "成立", .time),
      EntryField("key_supported", "重点扶持", .time, help: "列为重点扶持的年份。", example: "2016"),
    ])

  /// How many studios were founded.
  package static let studioTally: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let studios = EntryField.quantity("studios", "个数", "个", required: true, example: "35个")
    return EntryKind(
      "studio_tally", "工作室统计", "tally of studios",
      [
        place,
        EntryField("period", "成立年份", .time, required: true, key: true, example: "2016"),
        studios,
      ], rules: [.whole(place, of: studios)])
  }()

  /// How many studios there are to be.
  package static let studioTarget = EntryKind(
    "studio_target", "工作室目标", "target of studios",
    [
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "提出年份", .time, required: true, key: true, example: "2016"),
      .quantity("studios", "目标", "家", .plan, required: true, adds: .overPlaces, example: "百家"),
    ])

  /// Creation groups that exist.
  package static let creationGroupTally: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let groups = EntryField.quantity(
      "groups", "个数", "个", required: true, adds: .overPlaces, example: "115个")
    return EntryKind(
      "creation_group_tally", "创作组统计", "tally of creation groups",
      [
        place,
        EntryField("period", "年份", .time, required: true, key: true),
        EntryField("programme", "工程", .text, required: true, key: true, example: "大师精品创作工程"),
        groups,
      ], rules: [.whole(place, of: groups)])
  }()
}
