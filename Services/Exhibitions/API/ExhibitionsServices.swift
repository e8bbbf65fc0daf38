// The services of the exhibitions service, over one database.

internal import Access
internal import EntryAPI
internal import Imports
package import RPC
package import ServiceAPI
package import Storage
internal import ExhibitionsDomain
internal import ExhibitionsMessages

extension ImportAPI: ExhibitionsMessages.ImportServiceHandler {}
extension StatedFigureAPI: ExhibitionsMessages.StatedFigureServiceHandler {}

package enum ExhibitionsServices {
  /// Adds every service to a router.
  package static func register(in router: inout Router, database: Database) {
    let house = EntryHouse<ExhibitionsMessages.Entry>(
      ExhibitionsEntries.register, database: database)
    router.registerEntryService(entries(database))
    router.registerFigureService(house.figures)
    router.registerQuarantineService(house.quarantine)
    router.registerImportService(house.imports)
    router.registerStatedFigureService(house.statedFigures)
  }

  /// The calls about entries.
  package static func entries(_ database: Database) -> ExhibitionsEntryAPI {
    ExhibitionsEntryAPI(
      EntryHouse<ExhibitionsMessages.Entry>(ExhibitionsEntries.register, database: database).desk)
  }
}
