// 各市情况: what is recorded of the places below, and what is expected there for the next year.

internal import GatewayDomain
internal import Measures

extension ReportComposer {
  /// Items of this section; more are counted, not printed.
  static let maximumPlaceItems = 200

  var places: [ReportParagraph] {
    withStatistics { plan in
      let phrase = self.phrase(plan)
      let groups = plan.groupsBelow
      var paragraphs = groups.prefix(Self.maximumPlaceItems).flatMap { groupItems($0, phrase) }
      paragraphs += plan.statedValuesBelow.flatMap(statedItem)
      if paragraphs.isEmpty {
        return [ReportParagraph(.sentence, "没有下级地区\(plan.year)年的统计记录。")]
      }
      let omitted = groups.count - Self.maximumPlaceItems
      if omitted > 0 {
        paragraphs.append(ReportParagraph(.sentence, "另有\(omitted)项没有印出。"))
      }
      if groups.contains(where: { $0.period.year > plan.year }) {
        paragraphs.append(
          ReportParagraph(.sentence, "\(plan.year + 1)年的数字是预计、计划或申报，不是实际完成。"))
      }
      return paragraphs
    }
  }

  /// The item of a group, and what the checks found odd in its report.
  func groupItems(_ group: PlaceGroup, _ phrase: FigurePhrase) -> [ReportParagraph] {
    [groupItem(group, phrase)]
      + warnings(phrase.plan) {
        $0.place == group.place && $0.channel == group.channel && $0.period == group.period
          && $0.sector == group.sector && $0.nature == group.nature
      }
  }

  /// "玉林市2014年（预计，全行业，其中工艺美术）：企业数600家；…。"
  private func groupItem(_ group: PlaceGroup, _ phrase: FigurePhrase) -> ReportParagraph {
    var words: [String] = []
    if group.nature != .actual { words.append(group.nature.chinese) }
    words.append(phrase.plan.facts.channelName(group.channel))
    if !group.sector.isEmpty { words.append("其中\(group.sector)") }
    let list = words.filter { !$0.isEmpty }.joined(separator: "，")
    let place = group.place == phrase.plan.place ? "" : facts.placeName(group.place)
    let lead = "\(place)\(group.period.chinese)（\(list)）："
    let parts = group.indicators.map { phrase.total(group.key($0)) }
    return ReportParagraph(.item, [.text(lead)] + parts.joined(by: "；") + [.text("。")])
  }

  /// A value that a document states, with no record beside it.
  func statedItem(_ entry: StatedEntry) -> [ReportParagraph] {
    let name = facts.placeName(entry.place)
    let label = entry.label.contains(name) ? entry.label : "\(name)：\(entry.label)"
    var paragraphs = [
      ReportParagraph(
        .item, [.text(label), entry.span, .text("（\(entry.period.chinese)）。")])
    ]
    if !entry.note.isEmpty { paragraphs.append(ReportParagraph(.note, entry.note)) }
    return paragraphs
  }
}
