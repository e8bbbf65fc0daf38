// What documents say and this service repeats: stated figures and targets. Neither is ever the
// base of a computed figure.

package import Measures

/// What a stated figure is a statement of.
package enum StatedKind: String, Sendable, Hashable, CaseIterable {
  case value, growth, share

  package var chinese: String {
    switch self {
    case .value: "数值"
    case .growth: "增速"
    case .share: "比重"
    }
  }
}

/// A figure that a document states (原文), as far as figures need it.
package struct StatedFigure: Sendable, Hashable {
  package let code: String
  package let label: String
  package let placeCode: String
  package let period: Period
  /// Empty where the document names none.
  package let channelCode: String
  package let indicatorCode: String
  package let sector: String
  package let kind: StatedKind
  package let quantity: Quantity
  package let source: Source

  package init(
    code: String, label: String, placeCode: String, period: Period, channelCode: String,
    indicatorCode: String, sector: String, kind: StatedKind, quantity: Quantity, source: Source
  ) {
    self.code = code
    self.label = label
    self.placeCode = placeCode
    self.period = period
    self.channelCode = channelCode
    self.indicatorCode = indicatorCode
    self.sector = sector
    self.kind = kind
    self.quantity = quantity
    self.source = source
  }

  /// The key of the figure that records would give for the same thing; nil where no computed
  /// figure says the same.
  package var computedKey: FigureKey? {
    guard !channelCode.isEmpty, !indicatorCode.isEmpty else { return nil }
    let subject = FigureSubject(
      placeCode: placeCode, channelCode: channelCode, indicatorCode: indicatorCode,
      period: period, sector: sector, nature: quantity.nature)
    return switch kind {
    case .value: .total(subject)
    case .growth: .growth(subject)
    case .share: nil
    }
  }
}

package enum TargetKind: String, Sendable, Hashable, CaseIterable {
  /// So much of the unit.
  case absolute
  /// So many per cent over the base period.
  case growth

  package var chinese: String {
    switch self {
    case .absolute: "绝对"
    case .growth: "增长"
    }
  }

  /// From a name ("growth") or a Chinese word ("增长").
  package init?(named name: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == name || $0.chinese == name })
    else { return nil }
    self = kind
  }
}

/// A target (目标) that a document sets. There is one for a place, channel, indicator, sector and
/// period.
package struct Target: Sendable, Hashable {
  package var id: String
  package var placeCode: String
  package var channelCode: String
  package var indicatorCode: String
  package var sector: String
  package var period: Period
  package var kind: TargetKind
  /// In % for growth, otherwise in the indicator's unit; its nature is plan.
  package var quantity: Quantity
  /// The period from which it grows; nil: the same period of the year before.
  package var basePeriod: Period?
  package var source: Source
  package var revision: Int64
  package var createTime: Int64
  package var recordTime: Int64
  package var recordedBy: String

  package init(
    id: String, placeCode: String, channelCode: String, indicatorCode: String, sector: String,
    period: Period, kind: TargetKind, quantity: Quantity, basePeriod: Period?, source: Source,
    revision: Int64, createTime: Int64, recordTime: Int64, recordedBy: String
  ) {
    self.id = id
    self.placeCode = placeCode
    self.channelCode = channelCode
    self.indicatorCode = indicatorCode
    self.sector = sector
    self.period = period
    self.kind = kind
    self.quantity = quantity
    self.basePeriod = basePeriod
    self.source = source
    self.revision = revision
    self.createTime = createTime
    self.recordTime = recordTime
    self.recordedBy = recordedBy
  }

  /// What it is a target for.
  package var subject: FigureSubject {
    FigureSubject(
      placeCode: placeCode, channelCode: channelCode, indicatorCode: indicatorCode,
      period: period, sector: sector, nature: .actual)
  }

  /// The total from which a growth starts; nil before the first year.
  package var base: FigureSubject? {
    guard let period = basePeriod ?? (try? period.previousYear()) else { return nil }
    return subject.with(period: period)
  }

  /// Reads a printed target. Targets are set by hand, so a doubtful text is sent back instead of
  /// being kept.
  package static func read(
    _ printed: String, _ kind: TargetKind, _ indicator: Indicator, path: String
  ) -> (quantity: Quantity?, violations: [RuleViolation]) {
    let unit: MeasureUnit = kind == .growth ? .percent : indicator.unit
    let reading = Quantity.read(printed, unit: unit, nature: .plan)
    if kind == .absolute {
      let violations = ValueRules.violations(reading, printed, indicator, path: path)
      if !violations.isEmpty { return (nil, violations) }
    }
    switch reading {
    case .readable(let quantity): return (quantity, [])
    case .unreadable(let reason, _), .invalid(let reason):
      return (
        nil,
        [
          RuleViolation(
            path: path, value: printed, rule: "quantity.\(reason.rule.rawValue)",
            chinese: reason.chinese, english: reason.english)
        ]
      )
    }
  }

  /// Everything that is wrong with a target by itself and by the catalogue.
  package func violations(_ catalogue: Catalogue) -> [RuleViolation] {
    var found: [RuleViolation] = []
    func report(_ path: String, _ value: String, _ rule: String, _ words: (String, String)) {
      found.append(
        RuleViolation(path: path, value: value, rule: rule, chinese: words.0, english: words.1))
    }
    let form = catalogue.form(channel: channelCode, indicator: indicatorCode, period: period)
    if form == nil, (try? catalogue.channel(channelCode)) != nil,
      (try? catalogue.indicator(indicatorCode)) != nil
    {
      report(
        "period", period.description, "target.period",
        (
          "该渠道没有按此期别填报该指标的报表",
          "No form of this channel asks for the indicator by this kind of period."
        ))
    }
    if !SectorRule.isSector(sector) {
      report("sector", sector, "report.sector", SectorRule.words)
    }
    if kind == .absolute, basePeriod != nil {
      report(
        "base_period", basePeriod?.description ?? "", "target.base_period",
        ("绝对目标没有基期", "An absolute target has no base period."))
    }
    if let basePeriod {
      if Form.kind(for: basePeriod) != Form.kind(for: period) || basePeriod >= period {
        report(
          "base_period", basePeriod.description, "target.base_period",
          ("基期须与目标期同类且在其之前", "The base period is of the same kind and earlier."))
      }
    }
    return found + source.violations(path: "provenance")
  }
}
