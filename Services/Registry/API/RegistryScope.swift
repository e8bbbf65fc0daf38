// Where a caller may write: in the subtree of his federation's place.

internal import Access
internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import ServiceAPI
package import Storage

/// The subtrees of federations, asked of the register itself.
package struct RegistryScope: OrganisationScope {
  private let database: Database
  private let store: RegistryStore

  package init(database: Database) {
    self.database = database
    store = RegistryStore(encoding: RegistryWire())
  }

  package func contains(place target: String, organisation: String) async throws -> Bool {
    let store = store
    let today = CalendarDate.inChina(atMicroseconds: database.clockNow)
    return try await database.read { transaction in
      try Self.contains(target, organisation, today, store, transaction)
    }
  }

  /// In the transaction of a change; what an import asks for each of its rows.
  static func contains(
    _ target: String, _ organisation: String, _ today: CalendarDate, _ store: RegistryStore,
    _ transaction: some SQLExecutor
  ) throws -> Bool {
    // A register that is still empty has no federations: then the code of the organisation is the
    // code of its place, which it is anyway when a federation is entered.
    let federations = try store.federations(code: organisation, transaction)
    let state =
      federations.compactMap { $0.timeline.entry(on: today) }.first
      ?? federations.map(\.timeline.last).max { $0.time.start < $1.time.start }
    let own = state?.state.placeCode ?? organisation
    let tree = try store.placeTree(around: [own, target], transaction)
    if tree.resolve(target, on: today) != nil, tree.resolve(own, on: today) != nil {
      return tree.contains(own, target, on: today)
    }
    if let last = tree.states(target).last {
      // A place that ended without a successor lies where it last lay.
      return tree.contains(own, target, on: last.time.start)
        || Self.digits(of: own, contain: target)
    }
    return Self.digits(of: own, contain: target)
  }

  /// What the digits of GB/T 2260 say where the tree does not know the place yet.
  private static func digits(of outer: String, contain inner: String) -> Bool {
    guard let outer = try? PlaceCode(outer), let inner = try? PlaceCode(inner) else {
      return false
    }
    switch outer.level {
    case .national: return true
    case .province: return inner.provinceDigits == outer.provinceDigits
    case .prefecture: return inner.prefectureDigits == outer.prefectureDigits
    default: return inner == outer
    }
  }
}
