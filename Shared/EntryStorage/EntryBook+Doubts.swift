// Doubts: opened by what entries say, settled when they agree again, decided by clerks.

package import Entries
internal import Measures
package import Storage

extension EntryBook {
  /// Decides about a doubtful value.
  ///
  /// - Parameter etag: that of the doubt as the clerk read it; empty: whichever.
  /// - Returns: the doubt, and the entry that now holds the value.
  package func resolve(
    _ id: String, etag: String, _ decision: EntryDecision, reason: String,
    _ transaction: WriteTransaction
  ) throws -> (item: EntryDoubtItem, change: EntryChange) {
    var item = try doubt(id, transaction)
    let table = try table(of: item.entryID, transaction)
    guard let current = try table.current(item.entryID, transaction) else {
      throw EntryError.notFound(table.kind.name, item.entryID)
    }
    try require(table.kind, current.content, transaction)
    if !etag.isEmpty, (try? ETag(etag))?.revision != item.revision {
      throw EntryError.stale("quarantine_item", id)
    }
    let state = try item.state.transition(decision.step)
    let quantity = try Self.quantity(of: decision, item.doubt, reason: reason)
    item.state = state
    item.resolution = EntryDoubtItem.Resolution(
      quantity: quantity, reason: reason, by: transaction.actor.subject, time: transaction.now)
    item.revision += 1
    try doubts.update(item, transaction)
    var content = current.content
    content[item.doubt.field] = quantity.map { .quantity($0) }
    let change = try hold(table, current, content, transaction)
    return (item, change)
  }

  /// The entry with the decided value; its verdict and its group are looked at again.
  private func hold(
    _ table: EntryTable, _ current: EntryRecord, _ content: EntryContent,
    _ transaction: WriteTransaction
  ) throws -> EntryChange {
    let verdict = table.kind.verdict(content)
    if !verdict.violations.isEmpty { throw EntryError.invalid(table.kind, verdict.violations) }
    var change = EntryChange(record: current, effect: .unchanged, warnings: verdict.warnings)
    if content != current.content {
      change.record = try table.revise(current, to: content, current.source, transaction)
      change.before = current
      change.effect = .revised
    }
    change.opened = try weigh(verdict.doubts, change.record, table.kind, transaction)
    change.opened += try review(table.kind, around: content, transaction)
      .filter { $0.entryID == current.id }
    change.record.doubtIDs = try doubts.items(of: current.id, transaction)
      .filter { $0.state == .open }.map(\.id)
    try audit("resolve", change.record, before: current, transaction)
    try emit(change.record, .put, transaction)
    return change
  }

  private static func quantity(
    of decision: EntryDecision, _ doubt: EntryDoubt, reason: String
  ) throws(EntryError) -> Quantity? {
    guard reason.contains(where: { !$0.isWhitespace }),
      reason.count <= EntryLimits.reasonCharacters
    else {
      throw .invalid(
        "reason", reason, "required", zh: "必须写理由，最多\(EntryLimits.reasonCharacters)个字符",
        en: "a reason of at most \(EntryLimits.reasonCharacters) characters is required")
    }
    switch decision {
    case .reject: return nil
    case .accept(let index):
      guard doubt.candidates.indices.contains(index) else {
        throw .invalid(
          "candidate_number", "\(index &+ 1)", "quarantine.candidate",
          zh: "候选值有\(doubt.candidates.count)个，从1数起",
          en: "there are \(doubt.candidates.count) candidates, counted from 1")
      }
      return doubt.candidates[index].quantity
    case .correct(let text):
      switch doubt.field.read([text]) {
      case .value(.quantity(let quantity)?): return quantity
      case .invalid(let violation):
        throw .invalid(
          "corrected_text", text, violation.rule, zh: violation.zh, en: violation.en)
      case .doubtful, .value:
        throw .invalid(
          "corrected_text", text, "quantity.unreadable", zh: "更正的数值也不能确定",
          en: "the corrected value cannot be read with certainty either")
      }
    }
  }

  // MARK: - Parts

  /// Doubts that nobody has decided in the same words.
  func undecided(_ found: [EntryDoubt], _ known: [EntryDoubtItem]) -> [EntryDoubt] {
    found.filter { doubt in
      !known.contains { item in
        item.state == .accepted && item.doubt.field == doubt.field
          && item.doubt.rule == doubt.rule && item.doubt.zh == doubt.zh
      }
    }
  }

  /// Opens the doubts that an entry gives by itself, and settles those that it gives no more.
  ///
  /// - Returns: the doubts that were opened.
  func weigh(
    _ found: [EntryDoubt], _ record: EntryRecord, _ kind: EntryKind,
    _ transaction: WriteTransaction
  ) throws -> [EntryDoubtItem] {
    let known = try doubts.items(of: record.id, transaction)
    let standing = known.filter {
      $0.state == .open && $0.varying.isEmpty && $0.doubt.rule != .unreadable
    }
    for item in standing where !found.contains(where: { Self.isSame(item.doubt, $0) }) {
      try settle(item, transaction)
    }
    let new = undecided(found, known).filter { doubt in
      !standing.contains { Self.isSame($0.doubt, doubt) }
    }
    return try open(new, record, kind, transaction)
  }

  func open(
    _ found: [EntryDoubt], _ record: EntryRecord, _ kind: EntryKind, varying: String = "",
    _ transaction: WriteTransaction
  ) throws -> [EntryDoubtItem] {
    try found.map { doubt in
      let item = EntryDoubtItem(
        id: UUIDv7.next(microseconds: transaction.now), kind: kind.name, entryID: record.id,
        varying: varying, place: kind.place(of: record.content),
        period: kind.time(of: record.content)?.text ?? "", doubt: doubt, source: record.source,
        state: .open, resolution: nil, revision: 1, createTime: transaction.now)
      try doubts.insert(item, transaction)
      return item
    }
  }

  func settle(_ item: EntryDoubtItem, _ transaction: WriteTransaction) throws {
    var item = item
    item.state = try item.state.transition(.settle)
    item.resolution = EntryDoubtItem.Resolution(
      quantity: nil, reason: "", by: transaction.actor.subject, time: transaction.now)
    item.revision += 1
    try doubts.update(item, transaction)
  }

  /// Compares an entry with those it belongs together with, opens the doubts that this gives and
  /// settles those that it gives no more.
  ///
  /// - Parameter isTold: whether the feed knows of the entry itself already.
  /// - Returns: the doubts that were opened, also about others of the group.
  @discardableResult
  func review(
    _ kind: EntryKind, around content: EntryContent, isTold: Bool = false,
    _ transaction: WriteTransaction
  ) throws -> [EntryDoubtItem] {
    var opened: [EntryDoubtItem] = []
    for varying in kind.varyingFields {
      opened += try review(kind, around: content, varying, isTold: isTold, transaction)
    }
    return opened
  }

  /// Reviews the groups of many entries, each once: what a file enters belongs together in whatever
  /// order its rows stand.
  package func review(
    _ kind: EntryKind, afterEntering contents: [EntryContent], _ transaction: WriteTransaction
  ) throws -> [EntryDoubtItem] {
    var opened: [EntryDoubtItem] = []
    for varying in kind.varyingFields {
      var seen: Set<[String]> = []
      for content in contents where seen.insert(kind.key(of: content, without: varying)).inserted {
        opened += try review(kind, around: content, varying, isTold: true, transaction)
      }
    }
    return opened
  }

  private func review(
    _ kind: EntryKind, around content: EntryContent, _ varying: EntryField, isTold: Bool,
    _ transaction: WriteTransaction
  ) throws -> [EntryDoubtItem] {
    var opened: [EntryDoubtItem] = []
    let table = EntryTable(kind: kind)
    let group = try table.group(of: content, varying: varying, transaction)
    let found = kind.review(group.map(\.member), varying: varying)
    let all = try doubts.items(of: group.map(\.id), transaction)
    for member in group {
      let known = all[member.id] ?? []
      let standing = known.filter { $0.state == .open && $0.varying == varying.name }
      let doubts = found[member.id] ?? []
      let gone = standing.filter { item in
        !doubts.contains { Self.isSame(item.doubt, $0) }
      }
      for item in gone { try settle(item, transaction) }
      let new = undecided(doubts, known).filter { doubt in
        !standing.contains { Self.isSame($0.doubt, doubt) }
      }
      let items = try open(new, member, kind, varying: varying.name, transaction)
      opened += items
      let isOther = kind.key(of: member.content) != kind.key(of: content)
      if !(gone.isEmpty && items.isEmpty), isTold || isOther {
        try emit(
          withDoubts([member], kind, TwoClocks.openTime - 1, transaction)[0], .put, transaction)
      }
    }
    return opened
  }

  private static func isSame(_ left: EntryDoubt, _ right: EntryDoubt) -> Bool {
    left.field == right.field && left.rule == right.rule && left.zh == right.zh
  }
}
