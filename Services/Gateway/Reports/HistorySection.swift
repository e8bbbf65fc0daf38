// 历史对照: earlier years beside this one, with a break wherever the scope changed.

internal import GatewayDomain
internal import Measures

extension ReportComposer {
  var history: [ReportParagraph] {
    withStatistics { plan in
      let phrase = self.phrase(plan)
      var paragraphs: [ReportParagraph] = []
      for year in plan.historyYears {
        for channel in plan.facts.channels {
          guard let item = yearItem(year, channel, phrase) else { continue }
          paragraphs.append(item)
          paragraphs += scopeBreak(year, channel, plan)
        }
      }
      paragraphs += plan.pastTargets.flatMap { targetItem($0, phrase) }
      guard !paragraphs.isEmpty else {
        return [ReportParagraph(.sentence, "没有\(plan.year)年以前的记录。")]
      }
      return paragraphs
    }
  }

  /// "2006年统计局规上：工业总产值145亿元，…。" or nil where the year has nothing of the channel.
  private func yearItem(
    _ year: Int, _ channel: ChannelEntry, _ phrase: FigurePhrase
  ) -> ReportParagraph? {
    let parts = phrase.plan.candidateRows.filter { $0.channel == channel.code }
      .compactMap { historyPart($0, year, phrase) }
    guard !parts.isEmpty else { return nil }
    return ReportParagraph(
      .item, [.text("\(year)年\(channel.name)：")] + parts.joined(by: "；") + [.text("。")])
  }

  private func historyPart(
    _ row: IndicatorRow, _ year: Int, _ phrase: FigurePhrase
  ) -> [ReportSpan]? {
    let key = phrase.plan.total(row, year)
    let others = phrase.otherNatures(row, year)
    let isNamed =
      phrase.figure(key).isRecorded || phrase.isStated(key) || !phrase.doubtful(key).isEmpty
    if isNamed { return phrase.total(key) + others }
    guard !others.isEmpty else { return nil }
    // Only a forecast or a preliminary value: nothing else is said to be missing.
    var spans = others
    if case .text(let lead)? = spans.first {
      spans[0] = .text(phrase.plan.facts.indicatorName(row.indicator) + lead.dropFirst())
    }
    return spans
  }

  /// A note where the channel counted something else than this year.
  private func scopeBreak(
    _ year: Int, _ channel: ChannelEntry, _ plan: FigurePlan
  ) -> [ReportParagraph] {
    let then = scopes(channel.code, year, plan)
    let now = scopes(channel.code, plan.year, plan)
    guard !then.isEmpty, then != now else { return [] }
    let earlier = then.joined(separator: "；")
    guard !now.isEmpty else {
      return [ReportParagraph(.note, "\(year)年\(channel.name)的口径：\(earlier)")]
    }
    return [
      ReportParagraph(
        .note,
        "\(year)年\(channel.name)的口径：\(earlier)。与\(plan.year)年口径不同，两年的数字不能直接比较。")
    ]
  }
}
