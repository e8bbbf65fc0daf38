// The vocabularies of the exhibitions service's entries. Titles are the words of reports and files.

package import Entries

extension EntryChoices {
  /// What somebody who takes part is.
  package static let exhibitorForm = EntryChoices(
    "ExhibitorForm",
    [
      .init("enterprise", "企业"), .init("school", "院校"), .init("institute", "研究所"),
      .init("person", "个人"), .init("federation", "联社"), .init("other", "其他"),
    ])

  /// The grade of an award; unspecified: the grades together, or not told.
  package static let awardGrade = EntryChoices(
    "AwardGrade",
    [.init("gold", "金奖"), .init("silver", "银奖"), .init("bronze", "铜奖"), .init("excellent", "优秀奖")])
}
