// Figures and the records behind them, as the wire has them.

internal import CommonMessages
internal import Measures
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage

extension FigureMark {
  var message: FigureMarkMessage {
    switch self {
    case .stated: .stated
    case .computed: .computed
    case .notRecorded: .notRecorded
    }
  }
}

extension Figure {
  func message(generation: Int64) -> FigureMessage {
    let printed = printed
    return FigureMessage(
      key: key.description, mark: mark.message, quantity: quantity?.canonicalMessage,
      printed: printed.number, printedUnit: printed.unit,
      statedLevel: statedLevel?.rawValue ?? "", undecomposed: undecomposed?.canonicalMessage,
      recordCount: UInt64(clamping: recordCount), inputKeys: inputs.map(\.description),
      notes: notes, generation: generation, label: label, quarantineIds: quarantineIDs,
      provenance: source.message, partialSum: reach?.message)
  }
}

extension Reach {
  fileprivate var message: PartialSumMessage {
    PartialSumMessage(
      recordedPlaces: UInt32(clamping: recorded.count), places: UInt32(clamping: all),
      placeCodes: Array(recorded.prefix(Self.maximumNamed)))
  }
}

extension ObservationRecord {
  var message: FigureRecordMessage {
    FigureRecordMessage(
      recordType: "report", recordId: report.id, revision: report.revision,
      indicatorCode: observation.indicatorCode, quantity: observation.quantity.canonicalMessage,
      placeCode: report.key.placeCode, unitId: report.key.unitID,
      coverage: report.key.coverage.message, period: report.key.period.description,
      provenance: (observation.source.isEmpty ? report.source : observation.source).message,
      recordedBy: report.recordedBy, recordTime: Instant.text(report.recordTime))
  }
}

extension Target {
  var recordMessage: FigureRecordMessage {
    FigureRecordMessage(
      recordType: "target", recordId: id, revision: revision, indicatorCode: indicatorCode,
      quantity: quantity.canonicalMessage, placeCode: placeCode, period: period.description,
      provenance: source.message, recordedBy: recordedBy,
      recordTime: Instant.text(recordTime))
  }
}

extension StatedFigureMessage {
  var recordMessage: FigureRecordMessage {
    FigureRecordMessage(
      recordType: "stated_figure", recordId: code, revision: revision,
      indicatorCode: indicatorCode, quantity: quantity, placeCode: placeCode, period: period,
      provenance: provenance, recordedBy: recordedBy, recordTime: recordTime)
  }
}
