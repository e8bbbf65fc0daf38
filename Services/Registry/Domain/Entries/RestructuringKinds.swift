// Restructuring of collective enterprises, and the petitions that come of it.

package import Entries

package enum RestructuringKinds {
  package static let all = [restructuringCase, restructuringTally, petitionTally, petitionCase]

  /// The restructuring of one enterprise.
  package static let restructuringCase = EntryKind(
    "restructuring_case", "改制", "restructuring case",
    [
      EntryField("enterprise", "企业", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "年份", .time, required: true, key: true),
      EntryField("state", "状态", .choice(.restructuringState), required: true, example: "完成"),
      EntryField("detail", "事项", .text),
      EntryField("target", "计划完成", .time, example: "2014-H1"),
      .quantity("arrears_paid", "补缴社保", "元", example: "312万元"),
      .quantity("compensation", "经济补偿", "元", example: "205万元"),
    ])

  /// What restructuring did, in sums.
  package static let restructuringTally: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let enterprises = EntryField.quantity(
      "enterprises", "企业", "家", adds: .overPlaces, example: "24家")
    let workers = EntryField.quantity("workers", "职工", "人", adds: .overPlaces, example: "3000多人")
    let debtsRelieved = EntryField.quantity("debts_relieved", "减免债务", "元", example: "8亿多元")
    let assetsRevived = EntryField.quantity("assets_revived", "盘活资产", "元")
    return EntryKind(
      "restructuring_tally", "改制统计", "tally of restructuring",
      [
        place,
        EntryField("period", "时间", .time, required: true, key: true),
        enterprises,
        workers,
        debtsRelieved,
        assetsRevived,
        .quantity("coverage", "改制面", "%", example: "90%以上"),
      ],
      rules: [
        .whole(place, of: enterprises), .whole(place, of: workers),
        .whole(place, of: debtsRelieved), .whole(place, of: assetsRevived),
      ])
  }()

  /// Batches and person-times, which are two measures.
  package static let petitionTally: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let batches = EntryField.quantity("batches", "批次", "批", example: "五批")
    let personTimes = EntryField.quantity("person_times", "人次", "人次", example: "12人次")
    let receptions = EntryField.quantity("receptions", "公开接访", "次", example: "两次")
    return EntryKind(
      "petition_tally", "信访统计", "tally of petitions",
      [
        place,
        EntryField("period", "年份", .time, required: true, key: true),
        batches,
        personTimes,
        receptions,
      ],
      rules: [
        .atMost(batches, personTimes, .doubt), .whole(place, of: batches),
        .whole(place, of: personTimes), .whole(place, of: receptions),
      ])
  }()

  /// A petition about an enterprise; the petitioner is not kept.
  package static let petitionCase = EntryKind(
    "petition_case", "信访事项", "petition case",
    [
      EntryField("enterprise", "企业", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "年份", .time, required: true, key: true),
      EntryField("stage", "阶段", .choice(.petitionStage), required: true, key: true, example: "复核"),
      EntryField("delegated_by", "委托单位", .text),
      EntryField("restructuring", "相关改制企业", .text),
    ])
}
