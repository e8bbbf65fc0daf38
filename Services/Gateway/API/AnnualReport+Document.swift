// The document as the message that machines read.

internal import GatewayClients
internal import GatewayDomain
internal import GatewayMessages

extension AnnualReport {
  init(_ document: ReportDocument) {
    self.init(
      title: document.title, federationCode: document.federationCode,
      federationName: document.federationName, year: "\(document.year)",
      sections: document.sections.map(Section.init),
      missingServices: document.missing.map {
        MissingService(service: $0.service.rawValue, code: $0.code, reason: $0.reason)
      },
      generateTime: document.generateTime, generation: document.generation)
  }
}

extension Section {
  init(_ section: ReportSection) {
    self.init(
      id: section.id, title: section.title, paragraphs: section.paragraphs.map(Paragraph.init))
  }
}

extension Paragraph {
  init(_ paragraph: ReportParagraph) {
    let kind: ParagraphKind =
      switch paragraph.kind {
      case .sentence: .sentence
      case .item: .item
      case .note: .note
      case .claim: .claim
      }
    self.init(
      spans: paragraph.spans.map(Span.init), kind: kind, claim: paragraph.claim.map(Claim.init))
  }
}

extension Claim {
  init(_ claim: ReportClaim) {
    let answer: GatewayMessages.ClaimAnswer =
      switch claim.outcome.answer {
      case .holds: .holds
      case .contradicted: .contradicted
      case .notTestable: .notTestable
      }
    self.init(
      text: claim.text, answer: answer,
      recordedPeriods: UInt32(clamping: claim.outcome.recordedPeriods),
      allPeriods: UInt32(clamping: claim.outcome.allPeriods),
      figures: claim.outcome.figures.map { figure in
        GatewayMessages.ClaimFigure(
          label: figure.label, figure: FigureSpan(figure.figure.printedFigure))
      }, reasonZh: claim.outcome.reason)
  }
}

extension Span {
  init(_ span: ReportSpan) {
    switch span {
    case .text(let text): self.init(content: .text(text))
    case .figure(let figure): self.init(content: .figure(FigureSpan(figure)))
    }
  }
}

extension FigureSpan {
  init(_ figure: PrintedFigure) {
    let mark: Mark =
      switch figure.mark {
      case .stated: .stated
      case .computed: .computed
      case .notRecorded: .notRecorded
      case .unanswered: .unanswered
      }
    self.init(
      key: figure.key, service: figure.service.rawValue, printed: figure.printed, mark: mark,
      quantity: figure.quantity?.message, notes: figure.notes, explainPath: figure.explainPath)
  }
}
