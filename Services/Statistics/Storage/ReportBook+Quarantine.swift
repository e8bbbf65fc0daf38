// What a clerk decides about a doubtful value becomes a revision of its report.

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
}
