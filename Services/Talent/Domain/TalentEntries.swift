// Everything that the talent service keeps as entries.

package import Entries

package enum TalentEntries {
  /// Kinds that others refer to come first.
  package static let register = EntryRegister(
    service: "talent", TitlesKinds.all + StudiosKinds.all + TrainingKinds.all)
}
