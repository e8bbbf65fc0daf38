// Who may call what. Where he may write is asked by each handler.

package import Access
internal import HealthMessages
internal import RPC
internal import RegistryMessages

/// The rules of the registry's methods.
package enum RegistryPolicy {
  package static func table() throws -> PolicyTable {
    typealias Registry = RegistryServiceMethods
    typealias Imports = ImportServiceMethods
    typealias Stated = StatedFigureServiceMethods
    typealias Entries = EntryServiceMethods
    typealias Quarantine = QuarantineServiceMethods
    let open = PolicyTable(
      .open,
      for: [
        Registry.getPlace.info, Registry.listPlaces.info, Registry.getFederation.info,
        Registry.listFederations.info, Registry.getEnterprise.info,
        Registry.listEnterprises.info, Registry.getMembership.info,
        Registry.listMemberships.info, Stated.getStatedFigure.info,
        Stated.listStatedFigures.info, Registry.countFederations.info,
        Registry.watchChanges.info, Imports.listImportKinds.info, Imports.getImportTemplate.info,
        Entries.listEntryKinds.info, Entries.getEntry.info, Entries.listEntries.info,
        Entries.listEntryRevisions.info, Entries.watchEntries.info,
        Quarantine.getQuarantineItem.info, Quarantine.listQuarantineItems.info,
      ] + FigureServiceMethods.all + HealthMethods.all)
    let clerks = PolicyTable(
      .role([.clerk]),
      for: [
        Registry.createFederation.info, Registry.updateFederation.info,
        Registry.createEnterprise.info, Registry.updateEnterprise.info,
        Registry.applyMembership.info, Registry.admitMember.info, Registry.suspendMember.info,
        Registry.reinstateMember.info, Registry.withdrawMember.info, Imports.createImport.info,
        Imports.appendRows.info, Imports.validateImport.info, Imports.commitImport.info,
        Entries.createEntry.info, Entries.updateEntry.info, Entries.deleteEntry.info,
        Quarantine.resolveQuarantineItem.info,
      ])
    let statisticians = PolicyTable(
      .role([.statistician]),
      for: [
        Stated.createStatedFigure.info, Stated.updateStatedFigure.info,
        Stated.deleteStatedFigure.info,
      ])
    let administrators = PolicyTable(
      .role([.administrator]),
      for: [Registry.createPlace.info, Registry.updatePlace.info, Imports.revertImport.info])
    let readers = PolicyTable(
      .role([.reader]), for: [Imports.getImport.info, Imports.watchImport.info])
    return try open.merging(clerks).merging(statisticians).merging(administrators)
      .merging(readers)
  }
}
