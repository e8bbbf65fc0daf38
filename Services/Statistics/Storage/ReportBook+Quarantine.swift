// What a clerk decides about a doubtful value becomes a revision of its report.

internal import Measures
package import StatisticsDomain
internal import Storage

extension ReportBook {
  /// Decides about a value in quarantine.
  ///
  /// - Parameters:
  ///   - check: looks at the item as it is, such as at its ETag.
  /// - Throws: `notFound`; `failedPrecondition` for a decided item or a withdrawn report;
  ///   `invalid` for a decision that gives no value.
  package func resolve(
    _ id: String, _ decision: QuarantineDecision, reason: String,
    check: (QuarantineItem) throws -> Void = { _ in }
  ) throws -> ReportChange {
    let missing = StatisticsError.notFound(
      "quarantine_item", id, chinese: "隔离区没有“\(id)”",
      english: "There is no quarantined value \(id).")
    guard let found = try QuarantineTable.item(id, transaction) else { throw missing }
    let stored = try existing(found.reportID)
    // Read again behind the report's lock: somebody may have decided meanwhile.
    guard let item = try QuarantineTable.item(id, transaction) else { throw missing }
    try check(item)
    let indicator = try catalogue.indicator(item.doubt.indicatorCode)
    let (state, quantity) = try item.deciding(decision, reason: reason, indicator: indicator)
    _ = try stored.report.state.transition(.revise)
    var change = ReportChange(before: stored.report, report: stored.report)
    var time = transaction.now
    if let quantity {
      var next = stored.report
      let observation = Observation(
        indicatorCode: indicator.code, quantity: quantity, source: item.doubt.source)
      if let index = next.observations.firstIndex(where: { $0.indicatorCode == indicator.code }) {
        next.observations[index] = observation
      } else {
        next.observations.append(observation)
      }
      next.warnings = try warnings(of: next, replacing: stored.report)
      try store(&next, after: stored, reason: reason)
      change.report = next
      time = next.recordTime
    } else {
      // Nothing is counted, but the figure no longer waits for this value.
      try Generations.raise(.figures, transaction)
    }
    change.items = [try close(item, state, quantity, reason: reason, at: time)]
    return change
  }

  /// What the checks say of a report whose values a clerk has decided: his decision stands, and what
  /// is still odd is told.
  private func warnings(of report: Report, replacing current: Report) throws -> [String] {
    let draft = ReportDraft(
      key: report.key,
      entries: report.observations.map {
        ReportDraft.Entry(
          indicatorCode: $0.indicatorCode, printed: $0.quantity.printed, source: $0.source)
      }, scopeNote: report.scopeNote, source: report.source)
    let context = try reviewContext(draft, profile: report.profile, current: current)
    let reviewed = try ReportReview.review(draft, catalogue: catalogue, context: context)
    return reviewed.doubts.map { "核定后仍有疑问：\($0.chinese)" } + reviewed.warnings
      + timeWarnings(report.key)
  }
}
