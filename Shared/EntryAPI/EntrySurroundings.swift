// What the handlers of one service share.

internal import Access
internal import Entries
package import EntryStorage
package import Storage

/// What a service adds to the common handling of its entries.
package struct EntrySurroundings: Sendable {
  package let database: Database
  package let book: EntryBook
  /// What the service's writers do first, where they wait for each other; nil where they do not.
  package let lock: (@Sendable (WriteTransaction) throws -> Void)?
  /// How many places lie directly below one; nil where the service does not know.
  package let placesBelow: @Sendable (String, ReadTransaction) throws -> Int?

  package init(
    database: Database, book: EntryBook,
    lock: (@Sendable (WriteTransaction) throws -> Void)? = nil,
    placesBelow: @escaping @Sendable (String, ReadTransaction) throws -> Int? = { _, _ in nil }
  ) {
    self.database = database
    self.book = book
    self.lock = lock
    self.placesBelow = placesBelow
  }
}

/// The subtrees of organisations by the digits of their codes: for services that keep no copy of
/// the register.
package struct DigitScope: OrganisationScope {
  package init() {}

  package func contains(place target: String, organisation: String) async throws -> Bool {
    Self.mayWrite(target, organisation)
  }

  /// An entry that lies nowhere (a series, a title) belongs to all: a province may write it.
  package static func mayWrite(_ place: String, _ organisation: String) -> Bool {
    if place.isEmpty { return EntryPlace(organisation)?.isProvinceOrAbove ?? false }
    return EntryPlace.contains(organisation, place)
  }
}
