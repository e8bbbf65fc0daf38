// 存疑数据 and 原文与计算的差异: what a clerk has to decide, and where documents and records disagree.

internal import GatewayDomain
internal import Measures

extension ReportComposer {
  /// Doubtful values that are printed one by one; more are counted.
  static let maximumDoubtfulItems = 100

  var quarantine: [ReportParagraph] {
    let away = ServiceName.allCases.filter { facts.missing($0) != nil }.flatMap(absence)
    let items =
      doubtfulItems
      + facts.doubtfulEntries.sorted {
        ($0.time, $0.place, $0.kind, $0.field, $0.id) < (
          $1.time, $1.place, $1.kind, $1.field, $1.id
        )
      }.map(doubtfulItem)
    guard !items.isEmpty else {
      return away.isEmpty ? [ReportParagraph(.sentence, "没有待认定的存疑数据。")] : away
    }
    var paragraphs = [
      ReportParagraph(
        .sentence, "以下\(items.count)项照原文录入，尚未认定，没有计入任何数字。")
    ]
    paragraphs += items.prefix(Self.maximumDoubtfulItems)
    if items.count > Self.maximumDoubtfulItems {
      let rest = items.count - Self.maximumDoubtfulItems
      paragraphs.append(ReportParagraph(.sentence, "另有\(rest)项没有印出。"))
    }
    return paragraphs + away
  }

  /// Those of statistics.
  private var doubtfulItems: [ReportParagraph] {
    guard let statistics = facts.statistics else { return [] }
    let plan = FigurePlan(place: facts.placeCode, year: facts.year, facts: statistics)
    return plan.doubtful.sorted {
      ($0.period, $0.place, $0.channel, $0.indicator)
        < ($1.period, $1.place, $1.channel, $1.indicator)
    }.map { doubtfulItem($0, plan) }
  }

  private func doubtfulItem(_ entry: DoubtfulEntry) -> ReportParagraph {
    let place = entry.place == facts.placeCode ? "" : facts.placeName(entry.place)
    let time = (try? Period(parsing: entry.time))?.chinese ?? entry.time
    let subject = [place + time + entry.kind, entry.field].filter { !$0.isEmpty }
      .joined(separator: "的")
    return doubtfulItem(
      subject, entry.printedText, entry.reason, entry.candidates, document: entry.document)
  }

  private func doubtfulItem(_ value: DoubtfulValue, _ plan: FigurePlan) -> ReportParagraph {
    let place = value.place == plan.place ? "" : facts.placeName(value.place)
    let subject =
      place + value.period.chinese + plan.facts.channelName(value.channel) + value.sector
      + plan.facts.indicatorName(value.indicator)
    return doubtfulItem(
      subject, value.printedText, value.reason, value.candidates, document: value.document)
  }

  private func doubtfulItem(
    _ subject: String, _ printed: String, _ reason: String,
    _ candidates: [DoubtfulValue.Candidate], document: String
  ) -> ReportParagraph {
    let reason = reason.isEmpty ? "" : "：\(reason)"
    let source = document.isEmpty ? "" : "（见《\(document)》）"
    var text = "\(subject)，原文印作“\(printed)”\(source)\(reason)。"
    if !candidates.isEmpty {
      let options = candidates.enumerated().map { index, candidate in
        let why = candidate.rationale.isEmpty ? "" : "（\(candidate.rationale)）"
        return "\(ChineseNumber.circled(index + 1))\(candidate.printed)\(why)"
      }
      text += "可能是：\(options.joined(separator: "；"))。"
    }
    return ReportParagraph(.item, text.replacing("。。", with: "。"))
  }

  var differences: [ReportParagraph] {
    withStatistics { plan in
      guard !plan.facts.differences.isEmpty else {
        let count = plan.facts.comparedCount
        let words =
          count == 0
          ? "没有可以比较的数字：原文写了的，没有按记录算出的同一个数。"
          : "可以比较的\(count)个数字，原文与按记录计算的没有差异。"
        return [ReportParagraph(.sentence, words)]
      }
      return plan.facts.differences.map { difference in
        ReportParagraph(
          .item,
          [
            .text("\(difference.label)：原文"), difference.stated.span, .text("，计算"),
            difference.computed.span, .text("。"),
          ])
      }
    }
  }
}
