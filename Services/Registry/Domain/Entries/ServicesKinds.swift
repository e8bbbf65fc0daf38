// What federations do for enterprises and workers.

internal import Measures
package import Entries

package enum ServicesKinds {
  package static let all = [
    membershipTally, serviceTally, jobFair, participationRate, association, platform,
  ]

  /// Members admitted in a year.
  package static let membershipTally: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let admitted = EntryField.quantity("admitted", "新增成员", "家", required: true, example: "11家")
    let investment = EntryField.quantity("investment", "成员总投资", "元", example: "近亿元")
    return EntryKind(
      "membership_tally", "新增成员统计", "tally of admitted members",
      [
        place,
        EntryField("period", "年份", .time, required: true, key: true),
        admitted,
        investment,
      ], rules: [.whole(place, of: admitted), .whole(place, of: investment)])
  }()

  /// What was done for enterprises.
  package static let serviceTally: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let enterprises = EntryField.quantity("enterprises", "企业", "家", adds: .overPlaces)
    let times = EntryField.quantity("times", "次数", "次", example: "10余次")
    let items = EntryField.quantity("items", "条数", "条", example: "22条")
    let claimedBenefit = EntryField.quantity(
      "claimed_benefit", "自报效益", "元", .claimed, example: "5000多万元")
    return EntryKind(
      "service_tally", "服务企业统计", "tally of services",
      [
        place,
        EntryField("period", "年份", .time, required: true, key: true),
        EntryField(
          "service", "服务", .choice(.serviceType), required: true, key: true, example: "走访"),
        enterprises,
        times,
        items,
        .quantity("markets", "市场", "个", example: "5个"),
        EntryField("named", "企业名称", .text, isList: true),
        EntryField("topics", "内容", .text, isList: true),
        claimedBenefit,
      ],
      rules: [
        .whole(place, of: enterprises), .whole(place, of: times), .whole(place, of: items),
        .whole(place, of: claimedBenefit),
      ])
  }()

  /// A job fair: firms, posts, intentions.
  package static let jobFair: EntryKind = {
    let posts = EntryField.quantity("posts", "岗位", "个", example: "100个")
    let intentions = EntryField.quantity("intentions", "意向", "人", example: "近80人")
    return EntryKind(
      "job_fair", "招聘会", "job fair",
      [
        EntryField("name", "名称", .text, required: true, key: true),
        EntryField("place", "地区", .place, required: true, key: true),
        EntryField("period", "时间", .time, required: true, key: true),
        .quantity("enterprises", "企业", "家", adds: .overPlaces, example: "19家"),
        posts,
        intentions,
      ], rules: [.atMost(intentions, posts, .doubt)])
  }()

  /// How many of the workers are insured; the base may be unknown.
  package static let participationRate: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let insured = EntryField.quantity("insured", "参保人数", "人", adds: .overPlaces)
    let workers = EntryField.quantity("workers", "职工人数", "人", adds: .overPlaces)
    return EntryKind(
      "participation_rate", "参保率", "insurance participation",
      [
        place,
        EntryField("period", "年份", .time, required: true, key: true),
        EntryField("insurance", "险种", .choice(.insurance), required: true, key: true),
        .quantity("rate", "参保率", "%", example: "95%"),
        insured,
        workers,
      ],
      rules: [
        .atMost(insured, workers, .doubt), .whole(place, of: insured), .whole(place, of: workers),
      ])
  }()

  /// An association of the industry.
  package static let association = EntryKind(
    "association", "协会", "association",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "成立", .time, required: true, example: "2013"),
    ])

  /// A laboratory, centre, zone or school.
  package static let platform = EntryKind(
    "platform", "平台", "platform",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("type", "类型", .choice(.platformType), required: true, example: "实验室"),
      EntryField("place", "地区", .place, required: true),
      EntryField("period", "通过验收", .time, required: true, example: "2013"),
      EntryField("accepted_by", "验收单位", .text),
      EntryField("level", "级别", .choice(.level)),
    ])
}
