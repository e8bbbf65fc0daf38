// The services of the talent service, over one database.

internal import Access
internal import EntryAPI
internal import Imports
package import RPC
package import ServiceAPI
package import Storage
internal import TalentDomain
internal import TalentMessages

extension ImportAPI: TalentMessages.ImportServiceHandler {}
extension StatedFigureAPI: TalentMessages.StatedFigureServiceHandler {}

package enum TalentServices {
  /// Adds every service to a router.
  package static func register(in router: inout Router, database: Database) {
    let house = EntryHouse<TalentMessages.Entry>(TalentEntries.register, database: database)
    router.registerEntryService(entries(database))
    router.registerFigureService(house.figures)
    router.registerQuarantineService(house.quarantine)
    router.registerImportService(house.imports)
    router.registerStatedFigureService(house.statedFigures)
  }

  /// The calls about entries.
  package static func entries(_ database: Database) -> TalentEntryAPI {
    TalentEntryAPI(
      EntryHouse<TalentMessages.Entry>(TalentEntries.register, database: database).desk)
  }
}
