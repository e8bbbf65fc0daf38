// What federations undertake themselves.

package import Entries

package enum UndertakingsKinds {
  package static let all = [opinionRound, aidProject, regulation]

  /// Opinions collected, and the groups they were merged into.
  package static let opinionRound: EntryKind = {
    let collected = EntryField.quantity("collected", "收集", "条", required: true, example: "658条")
    let grouped = EntryField.quantity("grouped", "归类", "条", example: "114条")
    let conduct = EntryField.quantity("conduct", "其中作风", "条", example: "52条")
    return EntryKind(
      "opinion_round", "征求意见", "round of opinions",
      [
        EntryField("name", "名称", .text, required: true, key: true),
        EntryField("place", "地区", .place, required: true, key: true),
        EntryField("period", "时间", .time, required: true, key: true),
        collected,
        grouped,
        conduct,
      ], rules: [.atMost(grouped, collected, .refuse), .atMost(conduct, grouped, .refuse)])
  }()

  /// Aid to a village or an enterprise.
  package static let aidProject = EntryKind(
    "aid_project", "帮扶", "aid project",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "年份", .time, required: true, key: true),
      .quantity("start_fund", "启动资金", "元", example: "30万元"),
      .quantity("raised", "筹集资金", "元", example: "209.7万元"),
      EntryField("honours", "荣誉", .text, isList: true),
    ])

  /// A rule that was drafted, passed or issued.
  package static let regulation = EntryKind(
    "regulation", "规章制度", "regulation",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "通过或出台", .time, required: true, example: "2013-12-25"),
      EntryField("in_force", "实施", .time, example: "2014-03-01"),
      EntryField("issuer", "发布单位", .text),
    ])
}
