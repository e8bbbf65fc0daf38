// Awards: families, single awards, tallies, and what organisers get.

package import Entries

package enum AwardsKinds {
  package static let all = [awardFamily, awardTally, award, organiserAward]

  /// A family of awards.
  package static let awardFamily = EntryKind(
    "award_family", "奖项", "award family",
    [
      EntryField("code", "代码", .code, required: true, key: true, example: "bagui-tiangong"),
      EntryField("name", "名称", .text, required: true, example: "八桂天工奖"),
      EntryField("level", "级别", .choice(.level), required: true, example: "省级"),
      EntryField("grades", "等级", .text, isList: true, help: "从高到低。", example: "金奖、银奖、铜奖、优秀奖"),
    ])

  /// How many awards of a grade, at one edition or at several that a document counts together.
  package static let awardTally: EntryKind = {
    let place = EntryField(
      "place", "地区", .place, required: true, key: true, help: "获奖者所在的地区。", example: "450000")
    let grade = EntryField(
      "grade", "等级", .choice(.awardGrade), key: true, help: "空着是各等级合计，或没有分等级。", example: "金奖")
    let awards = EntryField.quantity("awards", "数量", "个", required: true, example: "25个")
    return EntryKind(
      "award_tally", "获奖统计", "tally of awards",
      [
        EntryField(
          "editions", "届次", .reference("edition"), isList: true, required: true, key: true,
          help: "合并统计的几个届次都写上。", example: "national-fair-51"),
        EntryField("families", "奖项", .reference("award_family"), isList: true, key: true),
        place,
        EntryField("period", "年份", .time, required: true, key: true, example: "2016"),
        EntryField("level", "级别", .choice(.level), required: true, example: "国家级"),
        grade,
        awards,
      ], rules: [.partsAddUp(grade, of: awards), .whole(place, of: awards)])
  }()

  /// One award.
  package static let award = EntryKind(
    "award", "获奖", "award",
    [
      EntryField("edition", "届次", .reference("edition"), required: true, key: true),
      EntryField("family", "奖项", .reference("award_family"), required: true, key: true),
      EntryField("grade", "等级", .choice(.awardGrade), key: true),
      EntryField("work_title", "作品", .text, required: true, key: true),
      EntryField("work", "作品代码", .reference("work")),
      EntryField("recipients", "获奖者", .text, isList: true, key: true),
      EntryField("place", "地区", .place),
      EntryField("period", "年份", .time, required: true),
    ])

  /// An award or a commendation to those who organise.
  package static let organiserAward = EntryKind(
    "organiser_award", "组织奖", "organiser award", counter: "个",
    [
      EntryField(
        "editions", "届次", .reference("edition"), isList: true, required: true, key: true,
        help: "几届合并表彰的都写上。"),
      EntryField("title", "名称", .text, required: true, key: true, example: "最佳组织奖"),
      EntryField("recipient", "获得者", .text, required: true, key: true),
      EntryField("form", "类型", .choice(.exhibitorForm), required: true, example: "联社"),
      EntryField("place", "地区", .place, required: true),
      EntryField("period", "年份", .time, required: true),
      EntryField("granted_by", "授予单位", .text),
    ])
}
