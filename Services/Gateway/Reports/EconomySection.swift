// 经济运行: what each channel recorded for the year. Channels overlap and are never added.

internal import GatewayDomain
internal import Measures

extension ReportComposer {
  var economy: [ReportParagraph] {
    withStatistics { plan in
      let phrase = self.phrase(plan)
      var paragraphs: [ReportParagraph] = []
      var silent: [[ReportSpan]] = []
      for channel in plan.facts.channels {
        let rows = plan.rows(of: channel.code)
        guard !rows.isEmpty else { continue }
        if rows.contains(where: { isKnown($0, phrase) }) {
          paragraphs.append(channelItem(channel, rows, phrase))
          paragraphs += scopeNote(channel, plan)
        } else {
          silent.append(silentChannel(channel, rows, phrase))
        }
      }
      paragraphs += plan.ownGroups.flatMap { groupItems($0, phrase) }
      paragraphs += plan.ownStatedValues.flatMap(statedItem)
      if paragraphs.isEmpty {
        paragraphs.append(ReportParagraph(.sentence, "本级没有\(plan.year)年的统计记录。"))
      }
      if !silent.isEmpty {
        let lead = ReportSpan.text("没有\(plan.year)年记录的渠道：")
        paragraphs.append(
          ReportParagraph(.item, [lead] + silent.joined(by: "；") + [.text("。")]))
      }
      if plan.facts.channels.count > 1 {
        paragraphs.append(
          ReportParagraph(
            .sentence, "各渠道的口径有重叠，同一企业可以同时在几个渠道之内，所以各渠道的数字不相加。"))
      }
      return paragraphs + plan.facts.omissions.map { ReportParagraph(.note, $0 + "。") }
    }
  }

  private func isKnown(_ row: IndicatorRow, _ phrase: FigurePhrase) -> Bool {
    let plan = phrase.plan
    return FigurePlan.natures.contains { nature in
      let key = plan.total(row, plan.year, nature)
      return phrase.figure(key).isRecorded || phrase.isStated(key) || !phrase.doubtful(key).isEmpty
    }
  }

  private func channelItem(
    _ channel: ChannelEntry, _ rows: [IndicatorRow], _ phrase: FigurePhrase
  ) -> ReportParagraph {
    let plan = phrase.plan
    let parts = rows.map { row in
      let key = plan.total(row, plan.year)
      return phrase.total(key) + phrase.otherNatures(row, plan.year)
    }
    return ReportParagraph(
      .item, [.text("\(channel.name)：")] + parts.joined(by: "；") + [.text("。")])
  }

  private func silentChannel(
    _ channel: ChannelEntry, _ rows: [IndicatorRow], _ phrase: FigurePhrase
  ) -> [ReportSpan] {
    let plan = phrase.plan
    let parts = rows.map { phrase.total(plan.total($0, plan.year)) }
    return [.text("\(channel.name)（")] + parts.joined(by: "、") + [.text("）")]
  }

  /// What the channel counted in the year, as its reports say.
  private func scopeNote(_ channel: ChannelEntry, _ plan: FigurePlan) -> [ReportParagraph] {
    let scopes = scopes(channel.code, plan.year, plan).map {
      ReportParagraph(.note, "\(channel.name)的口径：\($0)")
    }
    return scopes
      + warnings(plan) {
        $0.place == plan.place && $0.channel == channel.code && $0.period.year == plan.year
          && $0.sector.isEmpty
      }
  }

  /// What the checks found odd in reports that are shown.
  func warnings(
    _ plan: FigurePlan, of isShown: (WholeReport) -> Bool
  ) -> [ReportParagraph] {
    plan.facts.wholeReports.filter(isShown).flatMap(\.warnings).map {
      ReportParagraph(.note, "请核对：\($0)")
    }
  }

  /// The scopes that a channel's reports on the whole place name for a year.
  func scopes(_ channel: String, _ year: Int, _ plan: FigurePlan) -> [String] {
    var found: [String] = []
    for report in plan.facts.wholeReports
    where report.place == plan.place && report.channel == channel && report.period.year == year
      && !report.scopeNote.isEmpty && !found.contains(report.scopeNote)
    {
      found.append(report.scopeNote)
    }
    return found
  }
}
