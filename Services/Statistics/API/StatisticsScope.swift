// Where a caller may write, and whose single units he may see: the subtree of his federation's
// place, in this service's copy of the register.

internal import Access
internal import Measures
internal import RPC
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage

struct StatisticsScope: OrganisationScope {
  private let database: Database
  private let references: ReferenceCache

  init(database: Database, references: ReferenceCache) {
    self.database = database
    self.references = references
  }

  func contains(place target: String, organisation: String) async throws -> Bool {
    let today = CalendarDate.inChina(atMicroseconds: database.clockNow)
    return try await database.read { [references] transaction in
      let reference = try references.reference(transaction)
      return try Self.contains(target, organisation, today, reference, transaction)
    }
  }

  /// In the transaction of a change; what an import asks for each of its rows. A place that ended
  /// lies where it last lay.
  static func contains(
    _ target: String, _ organisation: String, _ today: CalendarDate, _ reference: Reference,
    _ transaction: some SQLExecutor
  ) throws -> Bool {
    guard reference.places.exists(target),
      let root = try root(of: organisation, today, reference.places, transaction)
    else { return false }
    return reference.view(on: today).contains(target, under: root)
  }

  /// Whoever adds to the catalogue adds for everybody: his subtree must hold the whole tree.
  static func requireCatalogue(_ transaction: WriteTransaction) throws {
    let actor = transaction.actor
    let today = CalendarDate.inChina(atMicroseconds: transaction.now)
    let places = try RegisterLookup.places(transaction)
    guard let root = try root(of: actor.organisation, today, places, transaction) else {
      throw outsideCatalogue(actor)
    }
    let view = places.view(on: today)
    guard places.heads(on: today).allSatisfy({ view.contains($0, under: root) }) else {
      throw outsideCatalogue(actor)
    }
  }

  private static func outsideCatalogue(_ actor: Actor) -> RPCError {
    AccessError(
      .outsideScope,
      zh: "指标和报表目录全省共用，\(actor.subject) 属于 \(actor.organisation)，不能增添",
      en: "the catalogue is shared by all; \(actor.subject) belongs to \(actor.organisation) and "
        + "may not add to it"
    ).rpcError
  }

  /// The places whose single units a caller may see: nobody sees none, a process of the system
  /// sees all (nil).
  static func visibleUnitPlaces(
    _ principal: Principal?, _ today: CalendarDate, _ reference: Reference,
    _ transaction: some SQLExecutor
  ) throws -> Set<String>? {
    guard let principal else { return [] }
    if principal.roles.contains(.service) { return nil }
    guard let root = try root(of: principal.organisation, today, reference.places, transaction)
    else {
      return []
    }
    return reference.view(on: today).subtree(of: root)
  }

  /// The place of a federation. Where the register has no such federation yet, its code is the
  /// code of its place.
  private static func root(
    of organisation: String, _ today: CalendarDate, _ places: PlaceTree,
    _ transaction: some SQLExecutor
  ) throws -> String? {
    let place = try RegisterLookup.place(ofFederation: organisation, on: today, transaction)
    let root = place ?? organisation
    return places.exists(root) ? root : nil
  }
}
