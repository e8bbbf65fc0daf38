// Every method of the system. A new one of a proto needs a line here; a test insists.

internal import GatewayMessages
internal import HealthMessages
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages

extension Method {
  static let registry: [Method] =
    [
      Method(RegistryServiceMethods.getPlace),
      Method(RegistryServiceMethods.listPlaces),
      Method(RegistryServiceMethods.createPlace),
      Method(RegistryServiceMethods.updatePlace),
      Method(RegistryServiceMethods.getFederation),
      Method(RegistryServiceMethods.listFederations),
      Method(RegistryServiceMethods.createFederation),
      Method(RegistryServiceMethods.updateFederation),
      Method(RegistryServiceMethods.getEnterprise),
      Method(RegistryServiceMethods.listEnterprises),
      Method(RegistryServiceMethods.createEnterprise),
      Method(RegistryServiceMethods.updateEnterprise),
      Method(RegistryServiceMethods.getMembership),
      Method(RegistryServiceMethods.listMemberships),
      Method(RegistryServiceMethods.applyMembership),
      Method(RegistryServiceMethods.admitMember),
      Method(RegistryServiceMethods.suspendMember),
      Method(RegistryServiceMethods.reinstateMember),
      Method(RegistryServiceMethods.withdrawMember),
      Method(RegistryMessages.StatedFigureServiceMethods.getStatedFigure),
      Method(RegistryMessages.StatedFigureServiceMethods.listStatedFigures),
      Method(RegistryMessages.StatedFigureServiceMethods.createStatedFigure),
      Method(RegistryMessages.StatedFigureServiceMethods.updateStatedFigure),
      Method(RegistryMessages.StatedFigureServiceMethods.deleteStatedFigure),
      Method(RegistryServiceMethods.countFederations),
      Method(RegistryServiceMethods.watchChanges),
      Method(RegistryMessages.ImportServiceMethods.listImportKinds),
      Method(RegistryMessages.ImportServiceMethods.getImportTemplate),
      Method(RegistryMessages.ImportServiceMethods.createImport),
      Method(RegistryMessages.ImportServiceMethods.appendRows),
      Method(RegistryMessages.ImportServiceMethods.validateImport),
      Method(RegistryMessages.ImportServiceMethods.commitImport),
      Method(RegistryMessages.ImportServiceMethods.revertImport),
      Method(RegistryMessages.ImportServiceMethods.getImport),
      Method(RegistryMessages.ImportServiceMethods.watchImport),
    ] + registryEntries

  static let statistics: [Method] = [
    Method(StatisticsServiceMethods.getIndicator),
    Method(StatisticsServiceMethods.listIndicators),
    Method(StatisticsServiceMethods.createIndicator),
    Method(StatisticsServiceMethods.listChannels),
    Method(StatisticsServiceMethods.listForms),
    Method(StatisticsServiceMethods.createForm),
    Method(StatisticsServiceMethods.listReportingPeriods),
    Method(StatisticsServiceMethods.submitReport),
    Method(StatisticsServiceMethods.getReport),
    Method(StatisticsServiceMethods.listReports),
    Method(StatisticsServiceMethods.reviseReport),
    Method(StatisticsServiceMethods.withdrawReport),
    Method(StatisticsServiceMethods.listReportRevisions),
    Method(StatisticsServiceMethods.getQuarantineItem),
    Method(StatisticsServiceMethods.listQuarantineItems),
    Method(StatisticsServiceMethods.resolveQuarantineItem),
    Method(StatisticsMessages.StatedFigureServiceMethods.getStatedFigure),
    Method(StatisticsMessages.StatedFigureServiceMethods.listStatedFigures),
    Method(StatisticsMessages.StatedFigureServiceMethods.createStatedFigure),
    Method(StatisticsMessages.StatedFigureServiceMethods.updateStatedFigure),
    Method(StatisticsMessages.StatedFigureServiceMethods.deleteStatedFigure),
    Method(StatisticsServiceMethods.getTarget),
    Method(StatisticsServiceMethods.listTargets),
    Method(StatisticsServiceMethods.createTarget),
    Method(StatisticsServiceMethods.updateTarget),
    Method(StatisticsServiceMethods.deleteTarget),
    Method(StatisticsServiceMethods.getFigure),
    Method(StatisticsServiceMethods.batchGetFigures),
    Method(StatisticsServiceMethods.listPlaceTotals),
    Method(StatisticsServiceMethods.explainFigure),
    Method(StatisticsServiceMethods.listYears),
    Method(StatisticsServiceMethods.listDifferences),
    Method(StatisticsServiceMethods.getRegisterCopy),
    Method(StatisticsServiceMethods.watchChanges),
    Method(StatisticsMessages.ImportServiceMethods.listImportKinds),
    Method(StatisticsMessages.ImportServiceMethods.getImportTemplate),
    Method(StatisticsMessages.ImportServiceMethods.createImport),
    Method(StatisticsMessages.ImportServiceMethods.appendRows),
    Method(StatisticsMessages.ImportServiceMethods.validateImport),
    Method(StatisticsMessages.ImportServiceMethods.commitImport),
    Method(StatisticsMessages.ImportServiceMethods.revertImport),
    Method(StatisticsMessages.ImportServiceMethods.getImport),
    Method(StatisticsMessages.ImportServiceMethods.watchImport),
  ]

  static let gateway: [Method] = [
    Method(ReportServiceMethods.getAnnualReport),
    Method(ReportServiceMethods.renderAnnualReport),
    Method(ReportServiceMethods.explainReportFigure),
    Method(TemplateServiceMethods.getReportTemplate),
    Method(TemplateServiceMethods.listReportTemplates),
    Method(TemplateServiceMethods.putReportTemplate),
    Method(TemplateServiceMethods.deleteReportTemplate),
    Method(TemplateServiceMethods.getNarrative),
    Method(TemplateServiceMethods.listNarratives),
    Method(TemplateServiceMethods.putNarrative),
    Method(TemplateServiceMethods.deleteNarrative),
    Method(PublicationServiceMethods.publishAnnualReport),
    Method(PublicationServiceMethods.listPublications),
    Method(PublicationServiceMethods.getPublication),
    Method(PublicationServiceMethods.compareWithPublication),
  ]

  /// Answered by every process.
  static let health: [Method] = [
    Method(HealthMethods.check),
    Method(HealthMethods.watch),
  ]

  static let all = registry + statistics + exhibitions + talent + gateway + health
}
