// Who may call what. Where he may write is asked for each entry.

package import Access
internal import HealthMessages
internal import RPC
internal import ExhibitionsMessages

/// The rules of the exhibitions service's methods.
package enum ExhibitionsPolicy {
  package static func table() throws -> PolicyTable {
    typealias Entries = EntryServiceMethods
    typealias Imports = ImportServiceMethods
    typealias Stated = StatedFigureServiceMethods
    typealias Quarantine = QuarantineServiceMethods
    let open = PolicyTable(
      .open,
      for: [
        Entries.listEntryKinds.info, Entries.getEntry.info, Entries.listEntries.info,
        Entries.listEntryRevisions.info, Entries.watchEntries.info,
        Quarantine.getQuarantineItem.info, Quarantine.listQuarantineItems.info,
        Stated.getStatedFigure.info, Stated.listStatedFigures.info,
        Imports.listImportKinds.info, Imports.getImportTemplate.info,
      ] + FigureServiceMethods.all + HealthMethods.all)
    let clerks = PolicyTable(
      .role([.clerk]),
      for: [
        Entries.createEntry.info, Entries.updateEntry.info, Entries.deleteEntry.info,
        Quarantine.resolveQuarantineItem.info, Imports.createImport.info,
        Imports.appendRows.info, Imports.validateImport.info, Imports.commitImport.info,
      ])
    let statisticians = PolicyTable(
      .role([.statistician]),
      for: [
        Stated.createStatedFigure.info, Stated.updateStatedFigure.info,
        Stated.deleteStatedFigure.info,
      ])
    let administrators = PolicyTable(
      .role([.administrator]), for: [Imports.revertImport.info])
    let readers = PolicyTable(
      .role([.reader]), for: [Imports.getImport.info, Imports.watchImport.info])
    return try open.merging(clerks).merging(statisticians).merging(administrators)
      .merging(readers)
  }
}
