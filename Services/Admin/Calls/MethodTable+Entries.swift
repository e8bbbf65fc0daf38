// The methods of the services that keep entries: alike in each.

internal import ExhibitionsMessages
internal import RPC
internal import RegistryMessages
internal import TalentMessages

extension Method {
  static let registryEntries: [Method] = [
    Method(RegistryMessages.EntryServiceMethods.listEntryKinds),
    Method(RegistryMessages.EntryServiceMethods.getEntry),
    Method(RegistryMessages.EntryServiceMethods.listEntries),
    Method(RegistryMessages.EntryServiceMethods.listEntryRevisions),
    Method(RegistryMessages.EntryServiceMethods.createEntry),
    Method(RegistryMessages.EntryServiceMethods.updateEntry),
    Method(RegistryMessages.EntryServiceMethods.deleteEntry),
    Method(RegistryMessages.EntryServiceMethods.watchEntries),
    Method(RegistryMessages.FigureServiceMethods.getFigure),
    Method(RegistryMessages.FigureServiceMethods.batchGetFigures),
    Method(RegistryMessages.FigureServiceMethods.explainFigure),
    Method(RegistryMessages.QuarantineServiceMethods.getQuarantineItem),
    Method(RegistryMessages.QuarantineServiceMethods.listQuarantineItems),
    Method(RegistryMessages.QuarantineServiceMethods.resolveQuarantineItem),
  ]

  static let exhibitions: [Method] = [
    Method(ExhibitionsMessages.EntryServiceMethods.listEntryKinds),
    Method(ExhibitionsMessages.EntryServiceMethods.getEntry),
    Method(ExhibitionsMessages.EntryServiceMethods.listEntries),
    Method(ExhibitionsMessages.EntryServiceMethods.listEntryRevisions),
    Method(ExhibitionsMessages.EntryServiceMethods.createEntry),
    Method(ExhibitionsMessages.EntryServiceMethods.updateEntry),
    Method(ExhibitionsMessages.EntryServiceMethods.deleteEntry),
    Method(ExhibitionsMessages.EntryServiceMethods.watchEntries),
    Method(ExhibitionsMessages.FigureServiceMethods.getFigure),
    Method(ExhibitionsMessages.FigureServiceMethods.batchGetFigures),
    Method(ExhibitionsMessages.FigureServiceMethods.explainFigure),
    Method(ExhibitionsMessages.QuarantineServiceMethods.getQuarantineItem),
    Method(ExhibitionsMessages.QuarantineServiceMethods.listQuarantineItems),
    Method(ExhibitionsMessages.QuarantineServiceMethods.resolveQuarantineItem),
    Method(ExhibitionsMessages.ImportServiceMethods.listImportKinds),
    Method(ExhibitionsMessages.ImportServiceMethods.getImportTemplate),
    Method(ExhibitionsMessages.ImportServiceMethods.createImport),
    Method(ExhibitionsMessages.ImportServiceMethods.appendRows),
    Method(ExhibitionsMessages.ImportServiceMethods.validateImport),
    Method(ExhibitionsMessages.ImportServiceMethods.commitImport),
    Method(ExhibitionsMessages.ImportServiceMethods.revertImport),
    Method(ExhibitionsMessages.ImportServiceMethods.getImport),
    Method(ExhibitionsMessages.ImportServiceMethods.watchImport),
    Method(ExhibitionsMessages.StatedFigureServiceMethods.getStatedFigure),
    Method(ExhibitionsMessages.StatedFigureServiceMethods.listStatedFigures),
    Method(ExhibitionsMessages.StatedFigureServiceMethods.createStatedFigure),
    Method(ExhibitionsMessages.StatedFigureServiceMethods.updateStatedFigure),
    Method(ExhibitionsMessages.StatedFigureServiceMethods.deleteStatedFigure),
  ]

  static let talent: [Method] = [
    Method(TalentMessages.EntryServiceMethods.listEntryKinds),
    Method(TalentMessages.EntryServiceMethods.getEntry),
    Method(TalentMessages.EntryServiceMethods.listEntries),
    Method(TalentMessages.EntryServiceMethods.listEntryRevisions),
    Method(TalentMessages.EntryServiceMethods.createEntry),
    Method(TalentMessages.EntryServiceMethods.updateEntry),
    Method(TalentMessages.EntryServiceMethods.deleteEntry),
    Method(TalentMessages.EntryServiceMethods.watchEntries),
    Method(TalentMessages.FigureServiceMethods.getFigure),
    Method(TalentMessages.FigureServiceMethods.batchGetFigures),
    Method(TalentMessages.FigureServiceMethods.explainFigure),
    Method(TalentMessages.QuarantineServiceMethods.getQuarantineItem),
    Method(TalentMessages.QuarantineServiceMethods.listQuarantineItems),
    Method(TalentMessages.QuarantineServiceMethods.resolveQuarantineItem),
    Method(TalentMessages.ImportServiceMethods.listImportKinds),
    Method(TalentMessages.ImportServiceMethods.getImportTemplate),
    Method(TalentMessages.ImportServiceMethods.createImport),
    Method(TalentMessages.ImportServiceMethods.appendRows),
    Method(TalentMessages.ImportServiceMethods.validateImport),
    Method(TalentMessages.ImportServiceMethods.commitImport),
    Method(TalentMessages.ImportServiceMethods.revertImport),
    Method(TalentMessages.ImportServiceMethods.getImport),
    Method(TalentMessages.ImportServiceMethods.watchImport),
    Method(TalentMessages.StatedFigureServiceMethods.getStatedFigure),
    Method(TalentMessages.StatedFigureServiceMethods.listStatedFigures),
    Method(TalentMessages.StatedFigureServiceMethods.createStatedFigure),
    Method(TalentMessages.StatedFigureServiceMethods.updateStatedFigure),
    Method(TalentMessages.StatedFigureServiceMethods.deleteStatedFigure),
  ]
}
