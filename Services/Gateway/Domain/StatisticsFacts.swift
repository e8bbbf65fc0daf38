// What the gateway takes from statistics. These types hold what sentences are made of, no more.

package import Measures

/// A way by which data come in (渠道).
package struct ChannelEntry: Sendable, Hashable {
  package let code: String
  package let name: String
  /// Indicators that its forms ask for, in their order; the first leads.
  package var indicatorCodes: [String]

  package init(code: String, name: String, indicatorCodes: [String] = []) {
    self.code = code
    self.name = name
    self.indicatorCodes = indicatorCodes
  }
}

package struct IndicatorEntry: Sendable, Hashable {
  package let code: String
  package let name: String
  /// True for a rate, which has no growth in per cent.
  package let isRate: Bool

  package init(code: String, name: String, isRate: Bool) {
    self.code = code
    self.name = name
    self.isRate = isRate
  }
}

/// A figure as its service answered it.
package struct KnownFigure: Sendable, Hashable {
  /// What a sum speaks for that is not the whole: how many of the places directly below.
  package struct Part: Sendable, Hashable {
    package let recorded: Int
    package let all: Int

    package init(recorded: Int, all: Int) {
      self.recorded = recorded
      self.all = all
    }

    /// "14个下级地区中只有1个有记录，不是全部".
    package var words: String {
      all == 0
        ? "只是其中\(recorded)个地区的合计，不是全部"
        : recorded < all
          ? "\(all)个下级地区中只有\(recorded)个有记录，不是全部" : "有的下级地区记录不全，不是全部"
    }
  }

  package let key: String
  package let mark: PrintedMark
  /// With its unit.
  package let printed: String
  package let quantity: Quantity?
  package let notes: [String]
  /// What the recorded parts leave of a whole, as printed; empty where there are no parts.
  package let undecomposed: String
  package let quarantinedCount: Int
  /// Nil where the figure speaks for the whole place.
  package let part: Part?

  package init(
    key: String, mark: PrintedMark, printed: String, quantity: Quantity? = nil,
    notes: [String] = [], undecomposed: String = "", quarantinedCount: Int = 0, part: Part? = nil
  ) {
    self.key = key
    self.mark = mark
    self.printed = printed
    self.quantity = quantity
    self.notes = notes
    self.undecomposed = undecomposed
    self.quarantinedCount = quarantinedCount
    self.part = part
  }

  package var isRecorded: Bool { mark == .stated || mark == .computed }

  /// The figure of a key that its service said nothing about.
  package static func unanswered(_ key: String) -> KnownFigure {
    KnownFigure(key: key, mark: .unanswered, printed: PrintedFigure.unansweredText)
  }

  /// The figure of a key that its service does not take, and why.
  package static func refused(_ key: String, because reason: String) -> KnownFigure {
    KnownFigure(
      key: key, mark: .unanswered, printed: PrintedFigure.refusedText, notes: [reason])
  }

  /// The figure as a span of a report.
  package var span: ReportSpan { span(printed: printed) }

  package var printedFigure: PrintedFigure { printedFigure(printed) }

  /// The figure said in other words: "3.2%" behind 下降.
  package func span(printed: String) -> ReportSpan { .figure(printedFigure(printed)) }

  private func printedFigure(_ printed: String) -> PrintedFigure {
    PrintedFigure(
      key: key, service: ServiceName(ofKey: key), printed: printed, mark: mark, quantity: quantity,
      notes: notes)
  }
}

/// A figure that a document states.
package struct StatedEntry: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case value
    case growth
    case share
  }

  package let code: String
  package let service: ServiceName
  package let label: String
  package let place: String
  package let period: Period
  package let channel: String
  package let indicator: String
  package let sector: String
  package let kind: Kind
  package let printed: String
  package let quantity: Quantity?
  package let nature: Nature
  package let note: String

  package init(
    code: String, service: ServiceName, label: String, place: String, period: Period,
    channel: String = "", indicator: String = "", sector: String = "", kind: Kind = .value,
    printed: String, quantity: Quantity? = nil, nature: Nature = .actual, note: String = ""
  ) {
    self.code = code
    self.service = service
    self.label = label
    self.place = place
    self.period = period
    self.channel = channel
    self.indicator = indicator
    self.sector = sector
    self.kind = kind
    self.printed = printed
    self.quantity = quantity
    self.nature = nature
    self.note = note
  }

  /// The total that the entry speaks of.
  package var totalKey: FigureKey {
    FigureKey(
      .total, place: place, channel: channel, indicator: indicator,
      period: period.description, sector: sector, nature: nature)
  }

  /// The figure as a span of a report.
  package var span: ReportSpan {
    .figure(
      PrintedFigure(
        key: FigureKey.stated(code, service: service), service: service, printed: printed,
        mark: .stated, quantity: quantity, notes: note.isEmpty ? [] : [note]))
  }
}

/// A target that a document sets.
package struct TargetEntry: Sendable, Hashable {
  package let place: String
  package let channel: String
  package let indicator: String
  package let sector: String
  package let period: Period
  package let isGrowth: Bool
  /// As the document prints it: "10%", "突破100亿元".
  package let printed: String
  /// For growth: the period it grows from.
  package let basePeriod: Period?
  package let note: String

  package init(
    place: String, channel: String, indicator: String, sector: String, period: Period,
    isGrowth: Bool, printed: String, basePeriod: Period?, note: String
  ) {
    self.place = place
    self.channel = channel
    self.indicator = indicator
    self.sector = sector
    self.period = period
    self.isGrowth = isGrowth
    self.printed = printed
    self.basePeriod = basePeriod
    self.note = note
  }

  package var key: FigureKey {
    FigureKey(
      .target, place: place, channel: channel, indicator: indicator, period: period.description,
      sector: sector)
  }
}

/// A value in quarantine (存疑).
package struct DoubtfulValue: Sendable, Hashable {
  package struct Candidate: Sendable, Hashable {
    package let printed: String
    package let rationale: String

    package init(printed: String, rationale: String) {
      self.printed = printed
      self.rationale = rationale
    }
  }

  package let place: String
  package let channel: String
  package let indicator: String
  package let sector: String
  package let period: Period
  package let printedText: String
  package let reason: String
  package let candidates: [Candidate]
  package let document: String

  package init(
    place: String, channel: String, indicator: String, sector: String, period: Period,
    printedText: String, reason: String, candidates: [Candidate], document: String
  ) {
    self.place = place
    self.channel = channel
    self.indicator = indicator
    self.sector = sector
    self.period = period
    self.printedText = printedText
    self.reason = reason
    self.candidates = candidates
    self.document = document
  }
}

/// A stated figure that disagrees with the computed one.
package struct FigureDifference: Sendable, Hashable {
  package let label: String
  package let stated: KnownFigure
  package let computed: KnownFigure

  package init(label: String, stated: KnownFigure, computed: KnownFigure) {
    self.label = label
    self.stated = stated
    self.computed = computed
  }
}

/// That a report speaks for the whole of a place: which figures it has, and on what scope.
package struct WholeReport: Sendable, Hashable {
  package let place: String
  package let channel: String
  package let period: Period
  package let sector: String
  package let nature: Nature
  package let indicators: [String]
  package let scopeNote: String
  /// What the checks found odd.
  package let warnings: [String]

  package init(
    place: String, channel: String, period: Period, sector: String, nature: Nature,
    indicators: [String], scopeNote: String,
    warnings: [String] = []
  ) {
    self.place = place
    self.channel = channel
    self.period = period
    self.sector = sector
    self.nature = nature
    self.indicators = indicators
    self.scopeNote = scopeNote
    self.warnings = warnings
  }

  /// The key of one of its figures.
  package func key(_ indicator: String) -> FigureKey {
    FigureKey(
      .total, place: place, channel: channel, indicator: indicator, period: period.description,
      sector: sector, nature: nature)
  }
}

/// Everything that a report takes from statistics.
package struct StatisticsFacts: Sendable, Hashable {
  package var channels: [ChannelEntry] = []
  package var indicators: [IndicatorEntry] = []
  /// Years with any record of the place.
  package var years: [Int] = []
  /// Natures other than actual that anything of the place or below it was recorded with, by year.
  package var natures: [Int: Set<Nature>] = [:]
  /// Figures that documents state about the place and those below it.
  package var stated: [StatedEntry] = []
  package var targets: [TargetEntry] = []
  package var doubtful: [DoubtfulValue] = []
  package var differences: [FigureDifference] = []
  /// Stated figures that could be compared with computed ones.
  package var comparedCount = 0
  package var wholeReports: [WholeReport] = []
  /// Recorded totals of the places directly below, of the report's year.
  package var placeTotals: [FigureKey: KnownFigure] = [:]
  /// Answers by the key that was asked.
  package var figures: [FigureKey: KnownFigure] = [:]
  package var generation: Int64 = 0
  /// What was left out because a list was too long.
  package var omissions: [String] = []

  package init() {}

  package func indicatorName(_ code: String) -> String {
    indicators.first { $0.code == code }?.name ?? code
  }

  package func channelName(_ code: String) -> String {
    channels.first { $0.code == code }?.name ?? code
  }

  package func isRate(_ code: String) -> Bool {
    indicators.first { $0.code == code }?.isRate ?? false
  }
}
