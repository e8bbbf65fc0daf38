// 联社组织: the federations that the register holds, beside what documents say of their number.

internal import GatewayDomain
internal import Measures

extension ReportComposer {
  var network: [ReportParagraph] {
    guard let register = facts.register else { return absence(of: .registry) }
    let root = facts.placeCode
    let own = register.stated.filter { $0.place == root && $0.period.year <= facts.year }
    let below = register.stated.filter {
      PlaceCode.isBelow($0.place, root) && $0.period.year == facts.year
    }
    var paragraphs = [countSentence(register), fundingSentence(register)]
    let open = register.tallies.startUnknown
    if open > 0 {
      paragraphs.append(
        ReportParagraph(.note, "其中\(open)个没有登记起始日期，按当时已有计入；是否如此，名册不能证明。"))
    }
    paragraphs += statedItems(own)
    paragraphs += below.sorted { ($0.place, $0.code) < ($1.place, $1.code) }.flatMap(statedItem)
    if !own.isEmpty {
      paragraphs.append(
        ReportParagraph(
          .sentence, "名册只有逐个登记的联社；原文所载的个数和比重单列，两者不相加，也不互相代替。"))
    }
    return paragraphs + register.omissions.map { ReportParagraph(.note, $0 + "。") }
  }

  private func countSentence(_ register: RegisterFacts) -> ReportParagraph {
    let levels = facts.federation?.level?.downward ?? [.province, .city, .county]
    let parts = levels.map { level in
      [.text(level.chinese), registered(.level(level), register)] as [ReportSpan]
    }
    return ReportParagraph(
      .sentence,
      [
        .text("截至\(facts.year)年12月31日，名册登记的联社共"), registered(.all, register),
        .text("，其中"),
      ] + parts.joined(by: "、") + [.text("。")])
  }

  private func fundingSentence(_ register: RegisterFacts) -> ReportParagraph {
    let reason =
      register.tallies.value(of: .fiscalShare) == nil
      ? "（\(RegisterWords.missing(.fiscalShare, register.tallies))）" : ""
    return ReportParagraph(
      .sentence,
      [
        .text("登记为财政拨款的"), registered(.fiscal, register), .text("，比重"),
        registered(.fiscalShare, register), .text("\(reason)。"),
      ])
  }

  private func registered(
    _ measure: RegisterKey.Measure, _ register: RegisterFacts
  ) -> ReportSpan {
    let key = RegisterKey.federations(
      code: facts.federationCode, measure: measure, year: facts.year
    ).text
    guard let value = register.tallies.value(of: measure) else {
      return .figure(
        PrintedFigure(
          key: key, service: .registry, printed: PrintedFigure.notRecordedText,
          mark: .notRecorded, notes: [RegisterWords.missing(measure, register.tallies)]))
    }
    return .figure(
      PrintedFigure(
        key: key, service: .registry, printed: value.printed, mark: .computed, quantity: value))
  }

  /// One item for each period, oldest first, with the notes of its figures.
  private func statedItems(_ entries: [StatedEntry]) -> [ReportParagraph] {
    let byPeriod = Dictionary(grouping: entries, by: \.period)
    return byPeriod.keys.sorted().flatMap { period in
      let figures = (byPeriod[period] ?? []).sorted { $0.code < $1.code }
      let parts = figures.map { [.text($0.label), $0.span] as [ReportSpan] }
      let item = ReportParagraph(
        .item, [.text("\(period.chinese)文件所载：")] + parts.joined(by: "；") + [.text("。")])
      let notes = figures.map(\.note).filter { !$0.isEmpty }
      return [item] + notes.map { ReportParagraph(.note, $0) }
    }
  }
}
