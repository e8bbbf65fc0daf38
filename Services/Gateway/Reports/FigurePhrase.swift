// How one number of the report is said: its name, its value, what documents say of it, its growth.

internal import GatewayDomain
internal import Measures

/// Writes the phrases of one report about figures of statistics.
struct FigurePhrase {
  let plan: FigurePlan
  /// Number of the section that lists doubtful values; nil where no section does.
  let quarantineSection: String?

  private var facts: StatisticsFacts { plan.facts }

  /// The answer to a key; not recorded where nobody answered.
  func figure(_ key: FigureKey) -> KnownFigure {
    facts.figures[key]
      ?? KnownFigure(key: key.text, mark: .notRecorded, printed: PrintedFigure.notRecordedText)
  }

  /// "工业总产值810亿元，同比增长8%，按记录计算的增速未统计（无2012年记录）".
  func total(_ key: FigureKey) -> [ReportSpan] {
    let total = figure(key)
    var spans: [ReportSpan] = [.text(facts.indicatorName(key.indicator)), total.span]
    if !total.undecomposed.isEmpty {
      spans.append(.text("（其中\(total.undecomposed)未分解到下级）"))
    }
    spans += Self.part(total)
    let doubt = doubt(key)
    if doubt.isEmpty, total.quarantinedCount > 0 {
      spans.append(.text("（另有\(total.quarantinedCount)个存疑值没有计入）"))
    }
    spans += doubt
    let values = plan.stated(key, kind: .value)
    if !values.isEmpty {
      spans.append(.text("，原文写作"))
      spans += values.map { [$0.span] }.joined(by: "、")
    }
    return spans + growth(key)
  }

  /// Totals of other natures than the one that leads: "，预计558亿元，同比增长8%".
  func otherNatures(_ row: IndicatorRow, _ year: Int) -> [ReportSpan] {
    var spans: [ReportSpan] = []
    for nature in FigurePlan.natures where nature != .actual {
      let key = plan.total(row, year, nature)
      guard figure(key).isRecorded || isStated(key) else { continue }
      let figure = figure(key)
      spans += [.text("，\(nature.chinese)"), figure.span] + Self.part(figure) + growth(key)
    }
    return spans
  }

  /// The growth of a total: computed where it can be, and what documents say. A growth that nobody
  /// states and nobody can compute is not mentioned.
  private func growth(_ key: FigureKey) -> [ReportSpan] {
    guard !facts.isRate(key.indicator) else { return [] }
    let stated = plan.stated(key, kind: .growth).map { [$0.span] }.joined(by: "、")
    let computed = figure(key.with(kind: .growth))
    if computed.isRecorded, computed.part == nil || stated.isEmpty {
      let said = stated.isEmpty ? [] : [.text("（原文")] + stated + [.text("）")]
      let scope = computed.part == nil ? "" : "有记录的地区合计"
      return [.text("，\(scope)同比")] + Self.change(computed) + said
    }
    // A document speaks of the whole; a sum of some places stands behind it.
    if computed.isRecorded {
      return [.text("，同比增长")] + stated + [.text("，有记录的地区合计同比")]
        + Self.change(computed)
    }
    guard !stated.isEmpty else { return [] }
    let reason = computed.notes.first.map { "（\($0)）" } ?? ""
    return [.text("，同比增长")] + stated
      + [.text("，按记录计算的增速"), computed.span, .text(reason)]
  }

  /// "（14个下级地区中只有1个有记录，不是全部）" behind a sum that is not the whole.
  private static func part(_ figure: KnownFigure) -> [ReportSpan] {
    figure.part.map { [.text("（\($0.words)）")] } ?? []
  }

  /// "增长8.0%", "下降3.2%", "下降87.1%至90%", "变动-22.6%至12%": nobody says "增长-3.2%".
  static func change(_ growth: KnownFigure) -> [ReportSpan] {
    guard let quantity = growth.quantity else { return [.text("增长"), growth.span] }
    if let value = quantity.value {
      guard value.isNegative, growth.printed.hasPrefix("-") else {
        return [.text("增长"), growth.span]
      }
      return [.text("下降"), growth.span(printed: String(growth.printed.dropFirst()))]
    }
    let interval = quantity.interval
    guard let low = interval.low, let high = interval.high, low.isNegative else {
      return [.text("增长"), growth.span]
    }
    let style = PrintStyle(exponent: 0, decimals: .atMost(1))
    func text(_ end: ExactDecimal, isFall: Bool = false) -> String {
      let number = (try? style.text(end, unit: .percent)) ?? "\(end)"
      let shown = isFall && number.hasPrefix("-") ? String(number.dropFirst()) : number
      return Quantity.printed(shown, unit: .percent)
    }
    if high.isPositive {
      return [.text("变动"), growth.span(printed: "\(text(low))至\(text(high))")]
    }
    let range = "\(text(high, isFall: true))至\(text(low, isFall: true))"
    return [.text("下降"), growth.span(printed: range)]
  }

  /// Whether documents state anything of a number.
  func isStated(_ key: FigureKey) -> Bool {
    !plan.stated(key, kind: .growth).isEmpty || !plan.stated(key, kind: .value).isEmpty
  }

  /// Values in quarantine that would belong to a number.
  func doubtful(_ key: FigureKey) -> [DoubtfulValue] {
    facts.doubtful.filter {
      $0.place == key.place && $0.channel == key.channel && $0.indicator == key.indicator
        && $0.period.description == key.period && $0.sector == key.sector
    }
  }

  /// "（原文印作“2 3亿”，存疑，见五）".
  private func doubt(_ key: FigureKey) -> [ReportSpan] {
    let texts = doubtful(key).map { "“\($0.printedText)”" }
    guard !texts.isEmpty else { return [] }
    let list = texts.joined(separator: "、")
    let pointer = quarantineSection.map { "，见\($0)" } ?? ""
    return [.text("（原文印作\(list)，存疑\(pointer)）")]
  }

  /// "区间890.45亿元至891.55亿元": what the rounding of the base leaves open.
  static func interval(_ quantity: Quantity?) -> String {
    guard let quantity, !quantity.interval.isPoint, let low = quantity.interval.low,
      let high = quantity.interval.high,
      let from = try? PrintStyle.exact.text(low, unit: quantity.unit),
      let to = try? PrintStyle.exact.text(high, unit: quantity.unit)
    else { return "" }
    let unit = quantity.unit
    return "（区间\(Quantity.printed(from, unit: unit))至\(Quantity.printed(to, unit: unit))）"
  }
}
