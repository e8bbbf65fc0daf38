// The services of the register beside the one for places, federations, enterprises and members.

internal import EntryAPI
internal import EntryStorage
internal import Measures
package import RPC
internal import RegistryDomain
internal import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
package import Storage

package enum RegistryServices {
  /// Adds them to a router.
  package static func register(in router: inout Router, database: Database) {
    let surroundings = surroundings(database)
    router.registerEntryService(entries(database))
    router.registerFigureService(EntryFigureAPI(surroundings))
    router.registerQuarantineService(EntryQuarantineAPI(surroundings))
    router.registerImportService(RegistryImports.api(database))
    router.registerStatedFigureService(RegistryFigures.api(database))
  }

  /// The calls about entries.
  package static func entries(_ database: Database) -> RegistryEntryAPI {
    RegistryEntryAPI(EntryDesk(surroundings(database)))
  }

  static func surroundings(_ database: Database) -> EntrySurroundings {
    let store = RegistryStore(encoding: RegistryWire())
    let register = RegistryEntries.register
    let book = EntryBook(
      register: register, encoding: EntryWire<RegistryMessages.Entry>(register),
      mayWrite: { place, transaction in
        let organisation = transaction.actor.organisation
        if place.isEmpty { return DigitScope.mayWrite(place, organisation) }
        return try RegistryScope.contains(
          place, organisation, CalendarDate.inChina(atMicroseconds: transaction.now), store,
          transaction)
      },
      isPlace: { code, transaction in
        try store.placeTree(around: [code], transaction).isKnown(code)
      })
    return EntrySurroundings(
      database: database, book: book, lock: { try store.takeTurn($0) },
      placesBelow: { code, transaction in
        let today = CalendarDate.inChina(atMicroseconds: database.clockNow)
        return try store.placeTree(around: [code], transaction).childCount(of: code, on: today)
      })
  }
}
