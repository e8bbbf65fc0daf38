// The whole register as events: the beginning of a change feed.

internal import RegistryDomain
package import Storage

extension RegistryStore {
  /// Hands over every record that exists, places first, so that a copy finds what others refer to.
  package func snapshot(
    _ transaction: ReadTransaction, _ body: (ChangeEvent) throws(StorageError) -> Void
  ) throws {
    let now = TwoClocks.openTime - 1
    func event(_ entity: RegistryEntity) throws(StorageError) -> ChangeEvent {
      do {
        return try change(entity, .put)
      } catch {
        throw StorageError(
          .internal, "A record cannot be written into the feed.",
          cause: String(reflecting: error))
      }
    }
    try RecordTable<PlaceState>.forEach(knownAt: now, transaction) {
      (record) throws(StorageError) in
      try body(event(.place(record)))
    }
    try RecordTable<FederationState>.forEach(knownAt: now, transaction) {
      (record) throws(StorageError) in try body(event(.federation(record)))
    }
    try RecordTable<EnterpriseState>.forEach(knownAt: now, transaction) {
      (record) throws(StorageError) in try body(event(.enterprise(record)))
    }
    try forEachMembership(Conditions(), transaction) { (membership) throws(StorageError) in
      try body(event(.membership(membership)))
    }
  }
}
