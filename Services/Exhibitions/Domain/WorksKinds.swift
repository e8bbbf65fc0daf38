// Works, where they are shown, and how far they go.

package import Entries

package enum WorksKinds {
  package static let all = [work, exhibit, promotion]

  /// A work: it may be shown and awarded at several editions.
  package static let work = EntryKind(
    "work", "作品", "work of arts and crafts", counter: "件",
    [
      EntryField("code", "代码", .code, required: true, key: true),
      EntryField("title", "作品名", .text, required: true, example: "老山界"),
      EntryField("makers", "作者", .text, isList: true),
      EntryField("category", "门类", .text, example: "雕刻"),
      EntryField("place", "地区", .place),
      EntryField("period", "创作年份", .time),
    ])

  /// A work in an edition.
  package static let exhibit = EntryKind(
    "exhibit", "展品", "exhibit", counter: "件",
    [
      EntryField("edition", "届次", .reference("edition"), required: true, key: true),
      EntryField("work", "作品", .reference("work"), required: true, key: true),
      EntryField("period", "年份", .time, required: true, example: "2016"),
    ])

  /// Works of one edition that went on to another, and those commended there.
  package static let promotion: EntryKind = {
    let place = EntryField("place", "地区", .place, required: true, key: true, example: "450000")
    let entered = EntryField.quantity("entered", "预展件数", "件", example: "1.2万余件")
    let promoted = EntryField.quantity("promoted", "晋级件数", "件", required: true, example: "600件")
    let commended = EntryField.quantity("commended", "优秀作品", "件", example: "60件")
    return EntryKind(
      "promotion", "作品晋级", "promotion of works",
      [
        EntryField("from_edition", "来自", .reference("edition"), required: true, key: true),
        EntryField("to_edition", "参加", .reference("edition"), required: true, key: true),
        place,
        EntryField("period", "年份", .time, required: true, example: "2013"),
        entered,
        promoted,
        commended,
      ],
      rules: [
        .atMost(promoted, entered, .doubt), .atMost(commended, promoted, .doubt),
        .whole(place, of: entered), .whole(place, of: promoted), .whole(place, of: commended),
      ])
  }()
}
