// The catalogue and the tree of places, kept in memory as long as the database says that they are
// the current ones. A read asks for the versions first, so it never mixes two states.

package import Measures
package import StatisticsDomain
package import Storage
internal import Synchronization

/// What figures and checks look things up in, as one transaction sees it.
package struct Reference: Sendable {
  package let versions: DataVersions
  package let catalogue: StoredCatalogue
  package let places: PlaceTree
  private let views: PlaceViews

  fileprivate init(
    versions: DataVersions, catalogue: StoredCatalogue, places: PlaceTree, views: PlaceViews
  ) {
    self.versions = versions
    self.catalogue = catalogue
    self.places = places
    self.views = views
  }

  /// True once the copy of the register was complete; it may be empty all the same.
  package var isRegisterComplete: Bool { versions.register > 0 }

  /// The tree of a day.
  package func view(on day: CalendarDate) -> PlaceView { views.view(on: day) }
}

/// Trees of days of one state of the register.
final class PlaceViews: Sendable {
  /// Ten years of months, quarters, halves and years; more days start anew.
  private static let maximumViews = 256

  private let places: PlaceTree
  private let known = Mutex<[CalendarDate: PlaceView]>([:])

  init(_ places: PlaceTree) { self.places = places }

  func view(on day: CalendarDate) -> PlaceView {
    if let view = known.withLock({ $0[day] }) { return view }
    let view = places.view(on: day)
    known.withLock { known in
      if known.count >= Self.maximumViews { known.removeAll() }
      known[day] = view
    }
    return view
  }
}

package final class ReferenceCache: Sendable {
  private struct State {
    var catalogue: (version: Int64, value: StoredCatalogue)?
    var places: (version: Int64, value: PlaceTree, views: PlaceViews)?
  }

  private let state = Mutex(State())

  package init() {}

  /// The reference data of this transaction, from memory where it is current.
  package func reference(_ transaction: some SQLExecutor) throws(StorageError) -> Reference {
    let versions = try Generations.versions(transaction)
    let known = state.withLock { ($0.catalogue, $0.places) }
    var catalogue = known.0
    if catalogue?.version != versions.catalogue {
      catalogue = (versions.catalogue, try CatalogueTable.load(transaction))
    }
    var places = known.1
    if places?.version != versions.register {
      let tree = try RegisterLookup.places(transaction)
      places = (versions.register, tree, PlaceViews(tree))
    }
    guard let catalogue, let places else {
      throw StorageError(.internal, "The reference data could not be loaded.")
    }
    keep(catalogue, places)
    return Reference(
      versions: versions, catalogue: catalogue.value, places: places.value, views: places.views)
  }

  /// A slow reader of an older state does not put it back.
  private func keep(
    _ catalogue: (version: Int64, value: StoredCatalogue),
    _ places: (version: Int64, value: PlaceTree, views: PlaceViews)
  ) {
    state.withLock { state in
      if state.catalogue.map({ $0.version < catalogue.version }) ?? true {
        state.catalogue = catalogue
      }
      if state.places.map({ $0.version < places.version }) ?? true { state.places = places }
    }
  }
}
