// 目标: what documents aim at, resolved on the base that is recorded.

internal import GatewayDomain
internal import Measures

extension ReportComposer {
  var targets: [ReportParagraph] {
    withStatistics { plan in
      let phrase = self.phrase(plan)
      let current = plan.currentTargets
      guard !current.isEmpty else {
        return [ReportParagraph(.sentence, "没有\(plan.year + 1)年目标的记录。")]
      }
      return current.flatMap { targetItem($0, phrase) }
    }
  }

  /// "2014年统计局规上工业总产值目标：原文“增长10%”，以2013年为基期，合891.0亿元（区间…）。"
  func targetItem(_ target: TargetEntry, _ phrase: FigurePhrase) -> [ReportParagraph] {
    let figures = phrase.plan.facts
    let resolved = phrase.figure(target.key)
    let subject =
      target.period.chinese + figures.channelName(target.channel) + target.sector
      + figures.indicatorName(target.indicator)
    var spans: [ReportSpan] = [.text("\(subject)目标")]
    if target.isGrowth {
      let base = target.basePeriod.map { "，以\($0.chinese)为基期" } ?? ""
      spans.append(.text("：原文“增长\(target.printed)”\(base)，合"))
      spans.append(resolved.span)
      let reason = resolved.notes.first.map { "（\($0)）" } ?? ""
      spans.append(.text(resolved.isRecorded ? FigurePhrase.interval(resolved.quantity) : reason))
    } else {
      spans += [.text("："), resolved.span]
    }
    spans.append(.text(outcome(target, resolved, phrase) + "。"))
    let item = ReportParagraph(.item, spans)
    return target.note.isEmpty ? [item] : [item, ReportParagraph(.note, target.note)]
  }

  /// Whether a target of this year or an earlier one was reached, as far as intervals decide it.
  private func outcome(
    _ target: TargetEntry, _ resolved: KnownFigure, _ phrase: FigurePhrase
  ) -> String {
    guard target.period.year <= phrase.plan.year else { return "" }
    let actual = phrase.plan.facts.figures[target.key.with(kind: .total)]
    guard let wanted = resolved.quantity, let reached = actual?.quantity,
      wanted.unit.isCompatible(with: reached.unit)
    else { return "；实际数未统计，是否达到不能断定" }
    if actual?.part != nil { return "；实际数只有一部分地区的记录，是否达到不能断定" }
    // A bound (突破100亿) is reached by any value inside it; a value by itself or more.
    let answer: Answer =
      wanted.value == nil
      ? (wanted.interval.contains(reached.interval)
        ? .yes : reached.interval.overlaps(wanted.interval) ? .undecided : .no)
      : reached.interval.isAtLeast(wanted.interval)
    switch answer {
    case .yes: return "；按记录已经达到"
    case .no: return "；按记录没有达到"
    case .undecided: return "；实际数与目标的区间重叠，是否达到不能断定"
    }
  }
}
