// Everything that the registry service keeps as entries.

package import Entries

package enum RegistryEntries {
  /// Kinds that others refer to come first.
  package static let register = EntryRegister(
    service: "registry",
    RegionsKinds.all + ProjectsKinds.all + RestructuringKinds.all + ServicesKinds.all
      + UndertakingsKinds.all)
}
