// Who may call what. Where he may write, and whose single units he may see, is asked by each
// handler.

package import Access
internal import HealthMessages
internal import RPC
internal import StatisticsMessages

/// The rules of this service's methods.
package enum StatisticsPolicy {
  package static func table() throws -> PolicyTable {
    typealias Statistics = StatisticsServiceMethods
    typealias Imports = ImportServiceMethods
    typealias Stated = StatedFigureServiceMethods
    let open = PolicyTable(
      .open,
      for: [
        Statistics.getIndicator.info, Statistics.listIndicators.info,
        Statistics.listChannels.info, Statistics.listForms.info,
        Statistics.listReportingPeriods.info, Statistics.getReport.info,
        Statistics.listReports.info, Statistics.listReportRevisions.info,
        Statistics.getQuarantineItem.info, Statistics.listQuarantineItems.info,
        Stated.getStatedFigure.info, Stated.listStatedFigures.info,
        Statistics.getTarget.info, Statistics.listTargets.info, Statistics.getFigure.info,
        Statistics.batchGetFigures.info, Statistics.listPlaceTotals.info,
        Statistics.explainFigure.info, Statistics.listYears.info,
        Statistics.listDifferences.info, Statistics.getRegisterCopy.info,
        Statistics.watchChanges.info, Imports.listImportKinds.info,
        Imports.getImportTemplate.info,
      ] + HealthMethods.all)
    let clerks = PolicyTable(
      .role([.clerk]),
      for: [
        Statistics.submitReport.info, Statistics.resolveQuarantineItem.info,
        Imports.createImport.info, Imports.appendRows.info, Imports.validateImport.info,
        Imports.commitImport.info,
      ])
    let statisticians = PolicyTable(
      .role([.statistician]),
      for: [
        Statistics.reviseReport.info, Statistics.withdrawReport.info,
        Stated.createStatedFigure.info, Stated.updateStatedFigure.info,
        Stated.deleteStatedFigure.info, Statistics.createTarget.info,
        Statistics.updateTarget.info, Statistics.deleteTarget.info,
      ])
    let administrators = PolicyTable(
      .role([.administrator]),
      for: [
        Statistics.createIndicator.info, Statistics.createForm.info, Imports.revertImport.info,
      ])
    let readers = PolicyTable(
      .role([.reader]), for: [Imports.getImport.info, Imports.watchImport.info])
    return try open.merging(clerks).merging(statisticians).merging(administrators)
      .merging(readers)
  }
}
