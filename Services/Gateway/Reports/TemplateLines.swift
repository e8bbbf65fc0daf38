// The lines of a template as paragraphs: sentences with their figures, claims with what records say of
// them, texts that somebody wrote, and the computed blocks.

internal import GatewayDomain

extension ReportComposer {
  /// Figures that are printed behind a claim; of more, the first and the last ones.
  static let maximumClaimFigures = 12

  func paragraphs(_ line: TemplateLine, in section: TemplateSection) -> [ReportParagraph] {
    switch line.content {
    case .sentence(let pieces): [ReportParagraph(.sentence, spans(pieces))]
    case .item(let pieces): [ReportParagraph(.item, spans(pieces))]
    case .note(let pieces): [ReportParagraph(.note, spans(pieces))]
    case .claim(let pieces, let test): [claim(pieces, test)]
    case .block(let block): paragraphs(block, in: section)
    }
  }

  private func paragraphs(
    _ block: TemplateBlock, in section: TemplateSection
  ) -> [ReportParagraph] {
    switch block {
    case .economy: economy
    case .places: places
    case .targets: targets
    case .history: history
    case .quarantine: quarantine
    case .differences: differences
    case .network: network
    case .narrative(let id): narrative(id, in: section)
    }
  }

  private func spans(_ pieces: [TemplatePiece]) -> [ReportSpan] {
    pieces.flatMap { piece -> [ReportSpan] in
      switch piece {
      case .text(let text): [.text(text)]
      case .figure(let key): figure(key)
      }
    }
  }

  /// A figure, and what a reader must know of it at once: that it is not the whole, that a doubtful
  /// value is left out.
  private func figure(_ key: String) -> [ReportSpan] {
    let figure = facts.figures[key] ?? .unanswered(key)
    var spans = [figure.span]
    if let part = figure.part { spans.append(.text("（\(part.words)）")) }
    if figure.quarantinedCount > 0 {
      spans.append(.text("（另有\(figure.quarantinedCount)个存疑值没有计入）"))
    }
    return spans
  }

  // MARK: Claims

  private func claim(_ pieces: [TemplatePiece], _ test: ClaimTest) -> ReportParagraph {
    let words = spans(pieces)
    let outcome = test.outcome(facts.figures)
    let claim = ReportClaim(
      text: words.map(\.plainText).joined(), outcome: away(test).map(outcome.because) ?? outcome)
    return ReportParagraph(claim, words + evidence(outcome.figures))
  }

  /// Why a claim cannot be tested where a service is away.
  private func away(_ test: ClaimTest) -> String? {
    let services = Set(
      test.keys.filter { facts.figures[$0].map { $0.mark == .unanswered } ?? true }
        .map(ServiceName.init(ofKey:))
    ).filter { facts.missing($0) != nil }
    guard !services.isEmpty else { return nil }
    return services.sorted().map(\.chinese).joined(separator: "、") + "没有应答"
  }

  /// "（2013年109个，2016年206个）", "（第2：1个，第3：1个）": a number that runs into the next is another.
  private func evidence(_ figures: [ClaimFigure]) -> [ReportSpan] {
    guard !figures.isEmpty else { return [] }
    var parts = figures.map { figure -> [ReportSpan] in
      let colon = figure.label.last?.isNumber == true ? "：" : ""
      return [.text(figure.label + colon), figure.figure.span]
    }
    if parts.count > Self.maximumClaimFigures {
      let half = Self.maximumClaimFigures / 2
      parts = parts.prefix(half) + [[.text("……")]] + parts.suffix(half)
    }
    return [.text("（")] + parts.joined(by: "，") + [.text("）")]
  }

  // MARK: Texts

  private func narrative(_ id: String, in section: TemplateSection) -> [ReportParagraph] {
    guard let narrative = facts.narratives[id] else {
      return [ReportParagraph(.note, "叙述“\(id)”没有录入。")]
    }
    var paragraphs: [ReportParagraph] = []
    if !narrative.title.isEmpty, narrative.title != section.title {
      paragraphs.append(ReportParagraph(.sentence, narrative.title))
    }
    paragraphs += narrative.text.split(whereSeparator: \.isNewline).map {
      ReportParagraph(.sentence, String($0))
    }
    if !narrative.document.isEmpty {
      paragraphs.append(ReportParagraph(.note, "以上为文字叙述，见《\(narrative.document)》。"))
    }
    if !narrative.note.isEmpty { paragraphs.append(ReportParagraph(.note, narrative.note)) }
    return paragraphs
  }
}

extension ClaimOutcome {
  /// The same where a service is away: what it would have said is not known.
  fileprivate func because(_ reason: String) -> ClaimOutcome {
    guard answer == .notTestable else { return self }
    return ClaimOutcome(
      answer: answer, recordedPeriods: recordedPeriods, allPeriods: allPeriods, reason: reason,
      figures: figures)
  }
}
