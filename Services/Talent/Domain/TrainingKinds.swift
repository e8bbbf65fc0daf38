// Training, and the meetings of masters.

package import Entries

package enum TrainingKinds {
  package static let all = [training, meeting]

  /// A training; people and person-times are kept apart.
  package static let training: EntryKind = {
    let people = EntryField.quantity("people", "人数", "人", adds: .overPlaces, example: "185名")
    let qualified = EntryField.quantity(
      "qualified", "合格人数", "人", adds: .overPlaces, example: "4119人")
    return EntryKind(
      "training", "培训", "training",
      [
        EntryField("organiser", "举办单位", .text, required: true, key: true),
        EntryField("name", "名称", .text, required: true, key: true),
        EntryField("place", "地区", .place, required: true, key: true),
        EntryField("period", "时间", .time, required: true, key: true),
        .quantity("sessions", "期数", "期", example: "2期"),
        people,
        .quantity("person_times", "人次", "人次", example: "634人次"),
        qualified,
        .quantity("income", "收入", "元", example: "229万元"),
        EntryField("partners", "合作单位", .text, isList: true),
        EntryField("venues", "地点", .text, isList: true),
      ], rules: [.atMost(qualified, people, .doubt)])
  }()

  /// A symposium or meeting of masters.
  package static let meeting = EntryKind(
    "meeting", "会议", "meeting of masters",
    [
      EntryField("name", "名称", .text, required: true, key: true),
      EntryField("place", "地区", .place, required: true, key: true),
      EntryField("period", "时间", .time, required: true, key: true),
      .quantity("attendees", "人数", "人", adds: .overPlaces),
    ])
}
