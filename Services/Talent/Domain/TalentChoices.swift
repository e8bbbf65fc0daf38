// The vocabularies of the talent service's entries. Titles are the words of reports and files.

package import Entries

extension EntryChoices {
  /// The four ladders.
  package static let ladder = EntryChoices(
    "Ladder",
    [
      .init("honour", "荣誉称号"), .init("professional", "职称"), .init("skill", "技能等级"),
      .init("post", "职务"),
    ])

  /// State of a title that somebody holds.
  package static let grantState = EntryChoices(
    "GrantState",
    [
      .init("active", "有效"), .init("suspended", "暂停"), .init("revoked", "撤销"),
      .init("lapsed", "失效"),
    ])
}
