// Projects, the funds for them, and what is invested.

internal import Measures
package import Entries

package enum ProjectsKinds {
  package static let all = [project, projectFund, projectCall, technicalUpgrade, investment]

  /// A project that applies for funds.
  package static let project = EntryKind(
    "project", "项目", "project", counter: "项",
    [
      EntryField("code", "代码", .code, required: true, key: true),
      EntryField("name", "名称", .text, required: true),
      EntryField("place", "地区", .place, required: true),
      EntryField("period", "年份", .time, required: true),
      EntryField("applicants", "申报单位", .text, isList: true),
      EntryField("programme", "专项", .text),
      EntryField("state", "状态", .choice(.projectState), required: true, example: "已申报"),
    ])

  /// Money from one source; a project may have several, a source several uses.
  package static let projectFund: EntryKind = {
    let amount = EntryField.quantity("amount", "金额", "元", example: "65万元")
    let amountApplied = EntryField.quantity("amount_applied", "申报金额", "元", .appliedFor)
    return EntryKind(
      "project_fund", "项目资金", "funds of a project",
      [
        EntryField("place", "地区", .place, required: true, key: true),
        EntryField("period", "年份", .time, required: true, key: true),
        EntryField("source", "来源", .text, required: true, key: true),
        EntryField("purpose", "用途", .text, required: true, key: true),
        EntryField("project", "项目", .reference("project")),
        EntryField("clusters", "用于集群", .reference("cluster"), isList: true),
        amount,
        amountApplied,
      ], rules: [.atMost(amount, amountApplied, .doubt)])
  }()

  /// A call: what was applied for, reviewed and approved, and by whom.
  package static let projectCall: EntryKind = {
    let reviewed = EntryField.quantity("reviewed", "审核项目", "项", example: "27项")
    let approved = EntryField.quantity("approved", "确定项目", "项", example: "21项")
    return EntryKind(
      "project_call", "项目申报", "call for projects",
      [
        EntryField("code", "代码", .code, required: true, key: true),
        EntryField("programme", "专项", .text, required: true),
        EntryField("batch", "批次", .text),
        EntryField("place", "地区", .place, required: true),
        EntryField("period", "年份", .time, required: true),
        EntryField("approving_bodies", "审定单位", .text, isList: true),
        .quantity("applicants", "申报企业", "家", adds: .overPlaces, example: "32家"),
        reviewed,
        approved,
        .quantity("amount", "确定资金", "元", example: "123万元"),
        .quantity("amount_applied", "申报资金", "元", .appliedFor, example: "100万元"),
      ], rules: [.atMost(approved, reviewed, .refuse)])
  }()

  /// An upgrade: what was invested, what is expected, claimed and verified.
  package static let technicalUpgrade: EntryKind = {
    let investment = EntryField.quantity("investment", "投资", "元", example: "200万元")
    let expectedOutput = EntryField.quantity(
      "expected_output", "预计新增产值", "元", .expected, example: "1.3亿元")
    let claimedOutput = EntryField.quantity(
      "claimed_output", "自报增加产值", "元", .claimed, example: "5000多万元")
    return EntryKind(
      "technical_upgrade", "技术改造", "technical upgrade",
      [
        EntryField("enterprise", "企业", .text, required: true, key: true),
        EntryField("place", "地区", .place, required: true, key: true),
        EntryField("period", "年份", .time, required: true, key: true),
        EntryField("description", "内容", .text),
        investment,
        expectedOutput,
        claimedOutput,
        .quantity("verified_output", "核实增加产值", "元"),
        .quantity("new_products", "新产品", "个", example: "3个"),
        .quantity("patents_applied", "申请专利", "件"),
        .quantity("patents_granted", "授权专利", "件"),
      ],
      rules: [
        .plausible(claimedOutput, investment, times: 100),
        .plausible(expectedOutput, investment, times: 100),
      ])
  }()

  /// Investment that a federation helped to bring.
  package static let investment: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true)
    let projects = EntryField.quantity("projects", "项目", "个", example: "4个")
    let amount = EntryField.quantity("amount", "完成投资", "元", example: "750万元")
    return EntryKind(
      "investment", "招商引资", "investment attracted",
      [
        place,
        EntryField("period", "年份", .time, required: true, key: true),
        EntryField("enterprises", "企业", .text, isList: true, key: true),
        projects,
        amount,
      ], rules: [.whole(place, of: projects), .whole(place, of: amount)])
  }()
}
