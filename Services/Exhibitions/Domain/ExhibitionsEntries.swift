// Everything that the exhibitions service keeps as entries.

package import Entries

package enum ExhibitionsEntries {
  /// Kinds that others refer to come first.
  package static let register = EntryRegister(
    service: "exhibitions", EditionsKinds.all + WorksKinds.all + AwardsKinds.all)
}
