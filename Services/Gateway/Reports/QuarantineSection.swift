// 存疑数据 and 原文与计算的差异: what a clerk has to decide, and where documents and records disagree.

internal import GatewayDomain
internal import Measures

extension ReportComposer {
  /// Doubtful values that are printed one by one; more are counted.
  static let maximumDoubtfulItems = 100

  var quarantine: [ReportParagraph] {
    withStatistics { plan in
      let values = plan.doubtful.sorted {
        ($0.period, $0.place, $0.channel, $0.indicator)
          < ($1.period, $1.place, $1.channel, $1.indicator)
      }
      guard !values.isEmpty else {
        return [ReportParagraph(.sentence, "没有待认定的存疑数据。")]
      }
      var paragraphs = [
        ReportParagraph(
          .sentence, "以下\(values.count)项照原文录入，尚未认定，没有计入任何数字。")
      ]
      paragraphs += values.prefix(Self.maximumDoubtfulItems).map { doubtfulItem($0, plan) }
      if values.count > Self.maximumDoubtfulItems {
        let rest = values.count - Self.maximumDoubtfulItems
        paragraphs.append(ReportParagraph(.sentence, "另有\(rest)项没有印出。"))
      }
      return paragraphs
    }
  }

  private func doubtfulItem(_ value: DoubtfulValue, _ plan: FigurePlan) -> ReportParagraph {
    let place = value.place == plan.place ? "" : facts.placeName(value.place)
    let subject =
      place + value.period.chinese + plan.facts.channelName(value.channel) + value.sector
      + plan.facts.indicatorName(value.indicator)
    let reason = value.reason.isEmpty ? "" : "：\(value.reason)"
    let source = value.document.isEmpty ? "" : "（见《\(value.document)》）"
    var text = "\(subject)，原文印作“\(value.printedText)”\(source)\(reason)。"
    if !value.candidates.isEmpty {
      let options = value.candidates.enumerated().map { index, candidate in
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
