// A published report back from its message, so that it is written by the same renderers as a new one.

internal import GatewayDomain
internal import GatewayMessages
internal import GatewayReports

extension ReportDocument {
  init(_ report: AnnualReport) {
    self.init(
      title: report.title, federationCode: report.federationCode,
      federationName: report.federationName, year: Int(report.year) ?? 0,
      sections: report.sections.map { section in
        ReportSection(
          id: section.id, title: section.title,
          paragraphs: section.paragraphs.map(ReportParagraph.init))
      },
      missing: report.missingServices.compactMap { missing in
        ServiceName(rawValue: missing.service).map {
          MissingAnswer(service: $0, code: missing.code, reason: missing.reason)
        }
      },
      generateTime: report.generateTime, generation: report.generation)
  }
}

extension ReportParagraph {
  fileprivate init(_ paragraph: Paragraph) {
    let spans = paragraph.spans.compactMap { span -> ReportSpan? in
      switch span.content {
      case .text(let text): .text(text)
      case .figure(let figure): .figure(PrintedFigure(figure))
      case nil: nil
      }
    }
    if let claim = paragraph.claim {
      self.init(ReportClaim(claim), spans)
      return
    }
    switch paragraph.kind {
    case .item: self.init(.item, spans)
    case .note: self.init(.note, spans)
    case .sentence, .claim, .unspecified, .unrecognized: self.init(.sentence, spans)
    }
  }
}

extension ReportClaim {
  fileprivate init(_ claim: Claim) {
    let answer: GatewayDomain.ClaimAnswer =
      switch claim.answer {
      case .holds: .holds
      case .contradicted: .contradicted
      case .notTestable, .unspecified, .unrecognized: .notTestable
      }
    // The figures stand in the spans; the answer's words are all that is written of it.
    self.init(
      text: claim.text,
      outcome: ClaimOutcome(
        answer: answer, recordedPeriods: Int(clamping: claim.recordedPeriods),
        allPeriods: Int(clamping: claim.allPeriods), reason: claim.reasonZh))
  }
}

extension PrintedFigure {
  fileprivate init(_ figure: FigureSpan) {
    self.init(
      key: figure.key, service: ServiceName(ofKey: figure.key), printed: figure.printed,
      mark: PrintedMark(figure.mark), notes: figure.notes)
  }
}

extension PrintedMark {
  init(_ mark: Mark) {
    switch mark {
    case .stated: self = .stated
    case .computed: self = .computed
    case .unanswered: self = .unanswered
    case .notRecorded, .unspecified, .unrecognized: self = .notRecorded
    }
  }
}

extension PublicationListDocument.Item {
  init(_ publication: GatewayMessages.Publication) {
    self.init(
      year: publication.year, number: Int(clamping: publication.number), title: publication.title,
      note: publication.note, publisher: publication.publisher,
      publishTime: publication.publishTime,
      isPartial: !publication.missingServices.isEmpty)
  }
}

extension ChangesDocument {
  init(_ answer: CompareWithPublicationResponse) {
    let publication = answer.publication ?? .init()
    self.init(
      federationCode: publication.federationCode,
      publication: PublicationListDocument.Item(publication),
      changed: answer.changedFigures.map(Figure.init),
      gone: answer.goneFigures.map(Figure.init), new: answer.newFigures.map(Figure.init),
      claims: answer.changedClaims.map { claim in
        Claim(
          text: claim.text, old: Self.words(claim.oldAnswer), new: Self.words(claim.newAnswer),
          reason: claim.newReasonZh)
      }, unchangedCount: Int(clamping: answer.unchangedCount),
      missing: answer.missingServices.map {
        ServiceName(rawValue: $0.service)?.chinese ?? $0.service
      })
  }

  private static func words(_ answer: GatewayMessages.ClaimAnswer) -> String {
    switch answer {
    case .holds: GatewayDomain.ClaimAnswer.holds.chinese
    case .contradicted: GatewayDomain.ClaimAnswer.contradicted.chinese
    case .notTestable, .unspecified, .unrecognized:
      GatewayDomain.ClaimAnswer.notTestable.chinese
    }
  }
}

extension ChangesDocument.Figure {
  fileprivate init(_ change: FigureChange) {
    func value(_ printed: String, _ mark: Mark) -> ChangesDocument.Value? {
      printed.isEmpty ? nil : .init(printed: printed, mark: PrintedMark(mark))
    }
    self.init(
      key: change.key, section: change.section, old: value(change.oldPrinted, change.oldMark),
      new: value(change.newPrinted, change.newMark))
  }
}
