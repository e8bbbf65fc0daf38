// Reports are accepted, revised and withdrawn here: checks, storage and cells in one transaction.
// What goes to the audit log and the feed is the caller's, who knows the wire.

package import Measures
package import StatisticsDomain
package import Storage

/// What a change did to a report and to its values in quarantine.
package struct ReportChange: Sendable, Hashable {
  /// Nil for a new report.
  package var before: Report?
  package var report: Report
  package var items: [ItemChange] = []

  package struct ItemChange: Sendable, Hashable {
    /// Nil for a new item.
    package var before: QuarantineItem?
    package var item: QuarantineItem
  }

  /// True where everything was there already and nothing was written.
  package var isUnchanged: Bool { before == report && items.isEmpty }
}

package struct ReportBook {
  let transaction: WriteTransaction
  let reference: Reference
  private let today: CalendarDate

  /// - Parameter today: the day in China; an actual report of a period that is not over yet is
  ///   odd.
  package init(
    _ transaction: WriteTransaction, cache: ReferenceCache, today: CalendarDate
  ) throws(StorageError) {
    self.transaction = transaction
    self.today = today
    reference = try cache.reference(transaction)
  }

  package var catalogue: Catalogue { reference.catalogue.catalogue }
  package var places: PlaceTree { reference.places }

  // MARK: Submit

  /// Accepts a new report.
  ///
  /// - Throws: `invalid` with every broken rule; `alreadyExists` for an overlap, naming the other.
  package func submit(_ draft: ReportDraft) throws -> ReportChange {
    let (draft, profile) = try settled(draft)
    if let other = try ReportTable.accepted(draft.key, reference.catalogue, transaction) {
      throw StatisticsError.overlap(draft.key, with: other.report.id, other.report.key.coverage)
    }
    let context = try reviewContext(draft, profile: profile, current: nil)
    let reviewed = try ReportReview.review(draft, catalogue: catalogue, context: context)
    let report = Report(
      id: UUIDv7.next(microseconds: transaction.now), key: draft.key, revision: 1,
      state: .accepted, observations: reviewed.observations, scopeNote: draft.scopeNote,
      source: draft.source, warnings: reviewed.warnings + timeWarnings(draft.key),
      profile: profile, createTime: transaction.now, recordTime: transaction.now,
      recordedBy: transaction.actor.subject, reason: "")
    let number = try ReportTable.insert(report, reference.catalogue, transaction)
    guard let number else { throw try overlap(draft.key) }
    try count(from: [], to: report)
    let items = try quarantine(reviewed.doubts, of: report, number)
    try Generations.raise(.figures, transaction)
    return ReportChange(before: nil, report: report, items: items)
  }

  /// The draft with its place and its unit's profile, after the checks of its shape.
  private func settled(
    _ draft: ReportDraft
  ) throws -> (draft: ReportDraft, profile: UnitProfile?) {
    let violations =
      draft.violations(catalogue)
      + ReportKey.futureViolations(draft.key.period, draft.key.nature, today: today)
    guard violations.isEmpty else { throw StatisticsError.invalid(violations) }
    let placed = try ReportPlacement.settle(draft.key, reference, transaction)
    var settled = draft
    settled.key = placed.key
    return (settled, placed.profile)
  }

  /// Somebody took the slot between the look and the insert.
  private func overlap(_ key: ReportKey) throws -> any Error {
    guard let other = try ReportTable.accepted(key, reference.catalogue, transaction) else {
      return StorageError(.conflict, "The report's key was taken and given back meanwhile.")
    }
    return StatisticsError.overlap(key, with: other.report.id, other.report.key.coverage)
  }

  func timeWarnings(_ key: ReportKey) -> [String] {
    guard key.nature == .actual, key.period.lastDay > today else { return [] }
    return ["录入时\(key.period.chinese)尚未结束，而性质为实际"]
  }

  // MARK: Revise

  /// Makes a new revision of a report with these values instead of all that it has. What a clerk
  /// decided about a quarantined value stands while the same text is handed in.
  ///
  /// - Parameter check: looks at the report as it is, such as at its ETag.
  /// - Throws: `notFound`, `failedPrecondition` for a withdrawn report, `invalid`.
  package func revise(
    _ id: String, to draft: ReportDraft, reason: String, check: (Report) throws -> Void = { _ in }
  ) throws -> ReportChange {
    let stored = try existing(id)
    try check(stored.report)
    _ = try stored.report.state.transition(.revise)
    let violations =
      try draft.violations(catalogue) + keyViolations(draft.key, stored.report.key)
      + Self.reasonViolations(reason)
    guard violations.isEmpty else { throw StatisticsError.invalid(violations) }
    var settled = draft
    settled.key = stored.report.key
    return try revise(stored, to: settled, reason: reason)
  }

  /// Records values by a report's natural key: a new report, or a revision of the one that has
  /// the key. What the draft does not speak of stays as it is.
  package func record(_ draft: ReportDraft, reason: String) throws -> ReportChange {
    let draft = try placed(draft)
    var (settled, _) = try settled(draft)
    guard let found = try ReportTable.accepted(settled.key, reference.catalogue, transaction),
      found.report.key.isSame(as: settled.key)
    else { return try submit(draft) }
    let stored = try existing(found.report.id)
    guard stored.report.state == .accepted else { return try submit(draft) }
    let current = stored.report
    settled.key = current.key
    settled.entries += try others(of: stored, besides: Set(settled.entries.map(\.indicatorCode)))
    settled.source = current.source
    if settled.scopeNote.isEmpty { settled.scopeNote = current.scopeNote }
    return try revise(stored, to: settled, reason: reason)
  }

  /// The draft without the place of a unit, where the unit's report has just that place: the
  /// register may have been corrected since, and the report keeps what was true for it.
  private func placed(_ draft: ReportDraft) throws -> ReportDraft {
    guard draft.key.coverage == .unit, !draft.key.placeCode.isEmpty,
      let found = try ReportTable.accepted(draft.key, reference.catalogue, transaction),
      found.report.key.placeCode == draft.key.placeCode
    else { return draft }
    var draft = draft
    draft.key.placeCode = ""
    return draft
  }

  /// The report's other values and open doubts, as they were handed in.
  private func others(
    of stored: StoredReport, besides codes: Set<String>
  ) throws -> [ReportDraft.Entry] {
    var entries: [ReportDraft.Entry] = []
    for observation in stored.report.observations
    where !codes.contains(observation.indicatorCode) {
      entries.append(
        ReportDraft.Entry(
          indicatorCode: observation.indicatorCode, printed: observation.quantity.printed,
          source: observation.source))
    }
    for item in try QuarantineTable.items(ofReport: stored.number, transaction)
    where item.state == .open && !codes.contains(item.doubt.indicatorCode) {
      entries.append(
        ReportDraft.Entry(
          indicatorCode: item.doubt.indicatorCode, printed: item.doubt.printed,
          source: item.doubt.source))
    }
    return entries
  }

  /// Makes a new revision that says what an earlier one said: how an import is taken back. Doubts
  /// that came after that one end. Those that a later revision ended are doubts again, as new
  /// items; what a clerk decided without a revision stays decided.
  package func restore(
    _ id: String, revision: Int64, reason: String, check: (Report) throws -> Void
  ) throws -> ReportChange {
    let stored = try existing(id)
    try check(stored.report)
    _ = try stored.report.state.transition(.revise)
    let revisions = try ReportTable.revisions(id, reference.catalogue, transaction)
      .map(\.report)
    guard let before = revisions.first(where: { $0.revision == revision }) else {
      throw StatisticsError.notFound(
        "report", id, chinese: "报表没有第\(revision)次修订",
        english: "The report has no revision \(revision).")
    }
    var next = before
    next.state = .accepted
    try store(&next, after: stored, reason: reason)
    var change = ReportChange(before: stored.report, report: next)
    // What a revision ends has the revision's time.
    let undone = Set(revisions.filter { $0.revision > revision }.map(\.recordTime))
    var reopened: [Doubt] = []
    for item in try QuarantineTable.items(ofReport: stored.number, transaction) {
      if item.state == .open, item.createTime > before.recordTime {
        change.items.append(
          try close(item, .rejected, nil, reason: reason, at: next.recordTime))
      } else if item.createTime <= before.recordTime, let end = item.resolution?.time,
        undone.contains(end)
      {
        reopened.append(item.doubt)
      }
    }
    change.items += try quarantine(reopened, of: next, stored.number)
    return change
  }

  private func revise(
    _ stored: StoredReport, to draft: ReportDraft, reason: String
  ) throws -> ReportChange {
    let current = stored.report
    let items = try QuarantineTable.items(ofReport: stored.number, transaction)
    let decided = try DecidedEntries(
      draft, current: current, items: items, catalogue: catalogue)
    var context = try reviewContext(draft, profile: current.profile, current: current)
    context.quarantined = decided.readings
    var pending = draft
    pending.entries = decided.pending
    let reviewed = try ReportReview.review(pending, catalogue: catalogue, context: context)
    var next = current
    next.observations = decided.merged(
      with: reviewed.observations, in: draft, order: current.observations.map(\.indicatorCode))
    next.scopeNote = draft.scopeNote
    next.source = draft.source
    next.warnings = reviewed.warnings + timeWarnings(draft.key)
    let closed = decided.closed(by: reviewed, reason: reason.isEmpty ? "报表修订" : reason)
    if next.saysTheSame(as: current), closed.isEmpty, reviewed.doubts.isEmpty {
      return ReportChange(before: current, report: current)
    }
    try store(&next, after: stored, reason: reason)
    var changes: [ReportChange.ItemChange] = []
    for (item, state, quantity, words) in closed {
      changes.append(
        try close(item, state, quantity, reason: words, at: next.recordTime))
    }
    changes += try quarantine(reviewed.doubts, of: next, stored.number)
    return ReportChange(before: current, report: next, items: changes)
  }

  private func keyViolations(_ key: ReportKey, _ current: ReportKey) throws -> [RuleViolation] {
    // A unit's place is the register's matter and may be left out.
    guard key.placeCode.isEmpty ? !key.isSame(as: current) : key != current else { return [] }
    return [
      RuleViolation(
        path: "", value: key.words, rule: "report.key_fixed",
        chinese: "报表、渠道、期别、口径、地区、单位、行业和性质不能修订；请撤回后重报",
        english: "What identifies a report cannot be revised; withdraw it and report anew.")
    ]
  }

  static func reasonViolations(_ reason: String) -> [RuleViolation] {
    let limit = QuarantineItem.maximumReasonLength
    guard reason.count <= limit, reason.contains(where: { !$0.isWhitespace }) else {
      return [
        RuleViolation(
          path: "reason", value: String(reason.prefix(60)), rule: "report.reason",
          chinese: "须写明理由，最长\(limit)个字符",
          english: "A reason is needed, of at most \(limit) characters.")
      ]
    }
    return []
  }

  // MARK: Withdraw

  /// Takes a report out of every figure; its open doubts end with it.
  package func withdraw(
    _ id: String, reason: String, check: (Report) throws -> Void = { _ in }
  ) throws -> ReportChange {
    let stored = try existing(id)
    try check(stored.report)
    let state = try stored.report.state.transition(.withdraw)
    let violations = Self.reasonViolations(reason)
    guard violations.isEmpty else { throw StatisticsError.invalid(violations) }
    var next = stored.report
    next.state = state
    try store(&next, after: stored, reason: reason)
    var changes: [ReportChange.ItemChange] = []
    for item in try QuarantineTable.items(ofReport: stored.number, transaction)
    where item.state == .open {
      changes.append(
        try close(
          item, .rejected, nil, reason: "报表已撤回：\(reason)", at: next.recordTime))
    }
    return ReportChange(before: stored.report, report: next, items: changes)
  }

  // MARK: Parts

  /// The report as it is, locked: who revises, withdraws or decides meanwhile waits.
  func existing(_ id: String) throws -> StoredReport {
    // A change to itself is the lock that both engines have.
    try transaction.execute("UPDATE report SET revision = revision WHERE id = $1", [.text(id)])
    guard
      let stored = try ReportTable.report(
        id, at: RecordedTime.now, reference.catalogue, transaction)
    else {
      throw StatisticsError.notFound(
        "report", id, chinese: "没有报表“\(id)”", english: "There is no report \(id).")
    }
    return stored
  }

  /// Stores the next revision, and moves what it counts for.
  func store(_ next: inout Report, after stored: StoredReport, reason: String) throws {
    next.revision = stored.report.revision + 1
    next.recordedBy = transaction.actor.subject
    next.reason = reason
    next.recordTime = try ReportTable.revise(
      stored, to: next, reference.catalogue, transaction)
    try count(from: stored.report.observations, to: next)
    try Generations.raise(.figures, transaction)
  }

  /// Moves the cells from one set of values to another; a withdrawn report has none.
  private func count(from before: [Observation], to report: Report) throws {
    var old: [String: CellSum] = [:]
    for observation in before {
      old[observation.indicatorCode] = try CellSum(
        observation.quantity, of: catalogue.indicator(observation.indicatorCode))
    }
    var changes: [CellKey: CellChange] = [:]
    for observation in report.state == .accepted ? report.observations : [] {
      let code = observation.indicatorCode
      let sum = try CellSum(observation.quantity, of: catalogue.indicator(code))
      let delta = try sum.subtracting(old.removeValue(forKey: code) ?? .zero)
      changes[CellKey(report.key, sector: report.cellSector, indicator: code)] = CellChange(
        delta: delta, text: observation.quantity.text)
    }
    for (code, sum) in old {
      changes[CellKey(report.key, sector: report.cellSector, indicator: code)] = CellChange(
        delta: try CellSum.zero.subtracting(sum), text: nil)
    }
    try CellTable.apply(changes, transaction)
  }

  private func quarantine(
    _ doubts: [Doubt], of report: Report, _ number: Int64
  ) throws -> [ReportChange.ItemChange] {
    try doubts.map { doubt in
      let item = QuarantineItem(
        id: UUIDv7.next(microseconds: transaction.now), reportID: report.id, key: report.key,
        doubt: doubt, state: .open, resolution: nil, revision: 1, createTime: report.recordTime)
      try QuarantineTable.insert(item, of: number, sector: report.cellSector, transaction)
      return ReportChange.ItemChange(before: nil, item: item)
    }
  }

  /// Ends a doubt and stores what became of it.
  ///
  /// - Parameter time: when the revision that ends it begins to count.
  func close(
    _ item: QuarantineItem, _ state: QuarantineState, _ quantity: Quantity?, reason: String,
    at time: Int64
  ) throws -> ReportChange.ItemChange {
    var closed = item
    closed.state = state
    closed.resolution = QuarantineItem.Resolution(
      quantity: quantity, reason: reason, by: transaction.actor.subject, time: time)
    closed.revision += 1
    try QuarantineTable.update(closed, transaction)
    return ReportChange.ItemChange(before: item, item: closed)
  }
}

extension Report {
  /// Whether both revisions say the same, whenever and by whomever they were recorded, and in
  /// whatever order: a file may have its rows in any.
  fileprivate func saysTheSame(as other: Report) -> Bool {
    byIndicator == other.byIndicator && scopeNote == other.scopeNote && source == other.source
  }

  private var byIndicator: [String: Observation] {
    Dictionary(
      observations.map { ($0.indicatorCode, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
