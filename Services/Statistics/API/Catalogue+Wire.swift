// The catalogue between the wire and the domain.

internal import Measures
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages

extension IndicatorKind {
  init?(_ message: IndicatorKindMessage) {
    switch message {
    case .flow: self = .flow
    case .stock: self = .stock
    case .rate: self = .rate
    case .unspecified, .unrecognized: return nil
    }
  }

  var message: IndicatorKindMessage {
    switch self {
    case .flow: .flow
    case .stock: .stock
    case .rate: .rate
    }
  }
}

extension Indicator {
  var message: IndicatorMessage {
    IndicatorMessage(
      code: code, nameZh: chinese, nameEn: english, unit: unit.symbol,
      scale: UInt32(clamping: scale), kind: kind.message, partOf: partOf ?? "",
      mayBeNegative: mayBeNegative)
  }

  /// Reads the indicator of a request; nil with violations where it breaks rules of its own.
  static func reading(
    _ message: IndicatorMessage, path: String, violations: inout [Violation]
  ) -> Indicator? {
    let scale = Int(clamping: message.scale)
    var found = violations.count
    violations += Indicator.violations(
      code: message.code, chinese: message.nameZh, english: message.nameEn, unit: message.unit,
      scale: scale
    ).map { Violation($0, under: path) }
    let kind = IndicatorKind(message.kind)
    if kind == nil {
      violations.append(
        Violation(
          path: "\(path).kind", value: "\(message.kind.rawValue)", rule: "indicator.kind",
          zh: "须是流量、存量或比率", en: "the kind is flow, stock or rate"))
    }
    found = violations.count - found
    guard found == 0, let kind, let unit = MeasureUnit(message.unit) else { return nil }
    return Indicator(
      code: message.code, chinese: message.nameZh, english: message.nameEn, unit: unit,
      scale: scale, kind: kind, partOf: message.partOf.isEmpty ? nil : message.partOf,
      mayBeNegative: message.mayBeNegative)
  }
}

extension Channel {
  var message: ChannelMessage {
    ChannelMessage(code: code, nameZh: chinese, nameEn: english, description: description)
  }
}

extension Period.Kind {
  /// The kinds that a form can have; a span for anything else.
  init(_ message: PeriodKindMessage) {
    switch message {
    case .month: self = .month
    case .quarter: self = .quarter
    case .half: self = .half
    case .year: self = .year
    case .unspecified, .unrecognized: self = .span
    }
  }

  var message: PeriodKindMessage {
    switch self {
    case .month: .month
    case .quarter: .quarter
    case .half: .half
    case .year: .year
    case .span: .unspecified
    }
  }
}

extension Form {
  var message: FormMessage {
    FormMessage(
      code: code, nameZh: chinese, channelCode: channelCode, indicatorCodes: indicatorCodes,
      periodKind: periodKind.message, dueDays: UInt32(clamping: dueDays))
  }

  init(_ message: FormMessage) {
    self.init(
      code: message.code, chinese: message.nameZh, channelCode: message.channelCode,
      indicatorCodes: message.indicatorCodes, periodKind: Period.Kind(message.periodKind),
      dueDays: Int(clamping: message.dueDays))
  }
}

extension ReportingPeriod {
  var message: ReportingPeriodMessage {
    ReportingPeriodMessage(
      period: period.description, firstDay: period.firstDay.description,
      lastDay: period.lastDay.description, dueDay: dueDay.description)
  }
}
