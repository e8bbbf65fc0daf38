// Two reports, figure by figure. Both are messages: a published report is compared as it was kept,
// whatever wrote it.

package import GatewayMessages

extension CompareWithPublicationResponse {
  /// - Parameters:
  ///   - old: what was published.
  ///   - new: the report of now.
  package init(comparing old: AnnualReport, with new: AnnualReport) {
    self.init()
    missingServices = new.missingServices
    let away = Set(new.missingServices.map(\.service))
    let (before, after) = (PlacedFigure.all(old), PlacedFigure.all(new))
    let known = Dictionary(
      after.map { ($0.figure.key, $0) }, uniquingKeysWith: { first, _ in first })
    for placed in before {
      // What a service that is away would print now is not known.
      guard let now = known[placed.figure.key] else {
        if !away.contains(placed.figure.service) {
          goneFigures.append(FigureChange(from: placed, to: nil))
        }
        continue
      }
      if now.figure.mark == .unanswered, away.contains(now.figure.service) { continue }
      if now.figure.printed == placed.figure.printed, now.figure.mark == placed.figure.mark {
        unchangedCount += 1
      } else {
        changedFigures.append(FigureChange(from: placed, to: now))
      }
    }
    let had = Set(before.map(\.figure.key))
    newFigures = after.filter { !had.contains($0.figure.key) && $0.figure.mark != .unanswered }
      .map { FigureChange(from: nil, to: $0) }
    let answers = Dictionary(
      new.claims.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
    changedClaims = old.claims.compactMap { claim in
      guard let now = answers[claim.text], now.answer != claim.answer else { return nil }
      // What a service that is away would say, cannot be told.
      if now.answer == .notTestable, !away.isEmpty { return nil }
      return ClaimChange(
        text: claim.text, oldAnswer: claim.answer, newAnswer: now.answer,
        newReasonZh: now.reasonZh)
    }
  }
}

/// A figure and the section it stands in.
private struct PlacedFigure {
  let section: String
  let figure: FigureSpan

  /// Every figure of a report, each key where it stands first.
  static func all(_ report: AnnualReport) -> [PlacedFigure] {
    var seen: Set<String> = []
    return report.sections.flatMap { section in
      section.paragraphs.flatMap(\.spans).compactMap { span -> PlacedFigure? in
        guard case .figure(let figure)? = span.content, seen.insert(figure.key).inserted else {
          return nil
        }
        return PlacedFigure(section: section.title, figure: figure)
      }
    }
  }
}

extension FigureChange {
  fileprivate init(from old: PlacedFigure?, to new: PlacedFigure?) {
    let figure = (new ?? old)?.figure
    self.init(
      key: figure?.key ?? "", section: (new ?? old)?.section ?? "",
      oldPrinted: old?.figure.printed ?? "", oldMark: old?.figure.mark ?? .unspecified,
      newPrinted: new?.figure.printed ?? "", newMark: new?.figure.mark ?? .unspecified,
      explainPath: figure?.explainPath ?? "")
  }
}

extension AnnualReport {
  fileprivate var claims: [Claim] { sections.flatMap(\.paragraphs).compactMap(\.claim) }
}
