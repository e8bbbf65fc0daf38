// Messages become the values that reports are written from. What a newer service says and this
// gateway does not know is left out here, in one place.

package import CommonMessages
package import GatewayDomain
internal import Measures
package import RegistryMessages
internal import StatisticsMessages

/// How a quantity is printed, whether or not its unit is known here.
func printed(_ message: CommonMessages.Quantity?) -> String {
  guard let message else { return PrintedFigure.notRecordedText }
  if let quantity = Measures.Quantity(message) { return quantity.printed }
  return message.text + message.unit
}

extension FederationEntry {
  package init(_ message: RegistryMessages.Federation) {
    self.init(
      code: message.code, name: message.name, placeCode: message.placeCode,
      level: Level(message.level))
  }
}

extension FederationEntry.Level {
  init?(_ message: RegistryMessages.FederationLevel) {
    switch message {
    case .national: self = .national
    case .province: self = .province
    case .city: self = .city
    case .county: self = .county
    case .unspecified, .unrecognized: return nil
    }
  }

  var message: RegistryMessages.FederationLevel {
    switch self {
    case .national: .national
    case .province: .province
    case .city: .city
    case .county: .county
    }
  }
}

extension FederationTally {
  init?(_ message: RegistryMessages.FederationCount) {
    guard let level = FederationEntry.Level(message.level) else { return nil }
    self.init(
      level: level, count: Int(clamping: message.count),
      fiscalCount: Int(clamping: message.fiscalCount),
      fundingUnknownCount: Int(clamping: message.fundingUnknownCount),
      startUnknownCount: Int(clamping: message.startUnknownCount))
  }
}

extension StatedEntry {
  /// Nil for a figure of a period that cannot be read.
  init?(_ message: CommonMessages.StatedFigure, of service: ServiceName) {
    guard let period = try? Period(parsing: message.period) else { return nil }
    let kind: Kind =
      switch message.kind {
      case .growth: .growth
      case .share: .share
      case .value, .unspecified, .unrecognized: .value
      }
    self.init(
      code: message.code, service: service, label: message.label, place: message.placeCode,
      period: period, channel: message.channelCode, indicator: message.indicatorCode,
      sector: message.sector, kind: kind, printed: GatewayClients.printed(message.quantity),
      quantity: message.quantity.flatMap(Measures.Quantity.init),
      nature: Measures.Nature(message.quantity?.nature ?? .actual),
      note: message.provenance?.note ?? "")
  }
}

extension KnownFigure {
  package init(_ message: CommonMessages.Figure) {
    let mark: PrintedMark =
      switch message.mark {
      case .stated: .stated
      case .computed: .computed
      case .notRecorded, .unspecified, .unrecognized: .notRecorded
      }
    self.init(
      key: message.key, mark: mark,
      printed: mark == .notRecorded
        ? PrintedFigure.notRecordedText : message.printed + message.printedUnit,
      quantity: message.quantity.flatMap(Measures.Quantity.init), notes: message.notes,
      undecomposed: message.undecomposed.map(GatewayClients.printed) ?? "",
      quarantinedCount: message.quarantineIds.count,
      part: message.partialSum.map {
        Part(recorded: Int(clamping: $0.recordedPlaces), all: Int(clamping: $0.places))
      })
  }
}

extension TargetEntry {
  init?(_ message: StatisticsMessages.Target) {
    guard let period = try? Period(parsing: message.period) else { return nil }
    let isGrowth = message.kind == .growth
    let base = message.basePeriod.isEmpty ? nil : try? Period(parsing: message.basePeriod)
    self.init(
      place: message.placeCode, channel: message.channelCode, indicator: message.indicatorCode,
      sector: message.sector, period: period, isGrowth: isGrowth,
      printed: GatewayClients.printed(message.quantity),
      basePeriod: isGrowth ? base ?? (try? period.previousYear()) : nil,
      note: message.provenance?.note ?? "")
  }
}

extension DoubtfulValue {
  init?(_ message: CommonMessages.QuarantineItem) {
    guard let period = try? Period(parsing: message.period) else { return nil }
    self.init(
      place: message.placeCode, channel: message.channelCode, indicator: message.indicatorCode,
      sector: message.sector, period: period, printedText: message.printedText,
      reason: message.reasonZh,
      candidates: message.candidates.map {
        Candidate(printed: GatewayClients.printed($0.quantity), rationale: $0.rationaleZh)
      },
      document: message.provenance?.document ?? "")
  }
}

extension FigureDifference {
  init?(_ message: StatisticsMessages.Difference) {
    guard let stated = message.stated, let computed = message.computed else { return nil }
    self.init(
      label: stated.label.isEmpty ? computed.label : stated.label, stated: KnownFigure(stated),
      computed: KnownFigure(computed))
  }
}

extension WholeReport {
  init?(_ message: StatisticsMessages.Report) {
    guard let period = try? Period(parsing: message.period) else { return nil }
    self.init(
      place: message.placeCode, channel: message.channelCode, period: period,
      sector: message.sector, nature: Measures.Nature(message.nature),
      indicators: message.observations.map(\.indicatorCode), scopeNote: message.scopeNote,
      warnings: message.warnings)
  }
}

extension IndicatorEntry {
  init(_ message: StatisticsMessages.Indicator) {
    self.init(code: message.code, name: message.nameZh, isRate: message.kind == .rate)
  }
}
