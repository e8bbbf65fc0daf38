// Targets between the wire and the domain.

internal import CommonMessages
internal import Measures
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import Storage

extension TargetKind {
  init?(_ message: TargetKindMessage) {
    switch message {
    case .absolute: self = .absolute
    case .growth: self = .growth
    case .unspecified, .unrecognized: return nil
    }
  }

  var message: TargetKindMessage {
    switch self {
    case .absolute: .absolute
    case .growth: .growth
    }
  }
}

extension Target {
  var message: TargetMessage {
    TargetMessage(
      id: id, placeCode: placeCode, channelCode: channelCode, indicatorCode: indicatorCode,
      sector: sector, period: period.description, kind: kind.message,
      quantity: quantity.canonicalMessage, basePeriod: basePeriod?.description ?? "",
      provenance: source.message, revision: revision,
      etag: ETag(revision: revision).description, createTime: Instant.text(createTime))
  }

  /// Reads the target of a request, with everything that is wrong with it by itself and by the
  /// catalogue.
  static func reading(
    _ message: TargetMessage, _ catalogue: Catalogue, recordedBy: String,
    violations: inout [Violation]
  ) throws -> Target? {
    let before = violations.count
    _ = try catalogue.channel(message.channelCode)
    let indicator = try catalogue.indicator(message.indicatorCode)
    let period = self.period(message.period, path: "target.period", &violations)
    var base: Period?
    if !message.basePeriod.isEmpty {
      base = self.period(message.basePeriod, path: "target.base_period", &violations)
    }
    guard let kind = TargetKind(message.kind) else {
      violations.append(
        Violation(
          path: "target.kind", value: "\(message.kind.rawValue)", rule: "target.kind",
          zh: "须是绝对目标或增长目标", en: "the kind is absolute or growth"))
      return nil
    }
    let printed = PrintedValue.text(
      message.quantity ?? QuantityMessage(), path: "target.quantity", violations: &violations)
    let quantity = self.quantity(printed, kind, indicator, &violations)
    guard let period, let quantity, violations.count == before else { return nil }
    let target = Target(
      id: UUIDv7.next(), placeCode: message.placeCode, channelCode: message.channelCode,
      indicatorCode: message.indicatorCode, sector: message.sector, period: period, kind: kind,
      quantity: quantity, basePeriod: base, source: Source(message.provenance), revision: 0,
      createTime: 0, recordTime: 0, recordedBy: recordedBy)
    violations += target.violations(catalogue).map { Violation($0, under: "target") }
    return violations.count == before ? target : nil
  }

  private static func period(
    _ text: String, path: String, _ violations: inout [Violation]
  ) -> Period? {
    if let period = try? Period(parsing: text) { return period }
    violations.append(
      Violation(
        path: path, value: text, rule: "period.format",
        zh: "期别应为 2013、2013-H1、2013-Q1、2013-05 或 2018-01/2018-02",
        en: "a period is 2013, 2013-H1, 2013-Q1, 2013-05 or 2018-01/2018-02"))
    return nil
  }

  /// Targets are set by hand, so a doubtful text is sent back instead of being kept.
  static func quantity(
    _ printed: String, _ kind: TargetKind, _ indicator: Indicator,
    _ violations: inout [Violation]
  ) -> Quantity? {
    let (quantity, found) = Target.read(printed, kind, indicator, path: "target.quantity")
    violations += found.map { Violation($0) }
    return quantity
  }
}
