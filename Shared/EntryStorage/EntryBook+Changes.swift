// Entering, correcting and deleting entries.

package import Entries
internal import Measures
package import Storage

extension EntryBook {
  /// A new entry.
  ///
  /// - Throws: `invalid` with every broken rule, `alreadyExists` where its natural key is taken,
  ///   `permissionDenied` outside the caller's places.
  package func create(
    _ kind: EntryKind, _ draft: EntryDraft, _ transaction: WriteTransaction
  ) throws -> EntryChange {
    try require(kind, draft.content, transaction)
    if let other = try EntryTable(kind: kind).current(keyOf: draft.content, transaction) {
      throw EntryError(
        .alreadyExists, type: kind.name, name: kind.naming(draft.content),
        zh: "“\(kind.title)”中已有同样的记录：\(kind.naming(draft.content))（\(other.id)）",
        en: "there is such a \(kind.english) already: \(other.id)")
    }
    return try insert(kind, draft, transaction)
  }

  /// An entry as a file has it: new, a correction of the one with its natural key, or nothing new.
  /// Its group is reviewed when the whole file is in (`review(_:afterEntering:_:)`).
  package func enter(
    _ kind: EntryKind, _ draft: EntryDraft, _ transaction: WriteTransaction
  ) throws -> EntryChange {
    try require(kind, draft.content, transaction)
    guard let current = try EntryTable(kind: kind).current(keyOf: draft.content, transaction)
    else { return try insert(kind, draft, reviews: false, transaction) }
    try require(kind, current.content, transaction)
    let known = try doubts.items(of: current.id, transaction)
    return try revise(
      kind, current, to: decided(draft, current, known), known, reviews: false, transaction)
  }

  /// The next revision of an entry.
  ///
  /// - Parameter change: what the entry says now → what it is to say.
  package func update(
    _ id: String, etag: String,
    _ change: (EntryKind, EntryRecord) throws -> EntryDraft, _ transaction: WriteTransaction
  ) throws -> EntryChange {
    let (table, current) = try current(id, etag: etag, transaction)
    let draft = try change(table.kind, current)
    try require(table.kind, draft.content, transaction)
    if let other = try table.current(keyOf: draft.content, transaction), other.id != id {
      throw EntryError(
        .alreadyExists, type: table.kind.name, name: table.kind.naming(draft.content),
        zh: "改后与另一条记录相同：\(other.id)", en: "another entry has this key: \(other.id)")
    }
    let known = try doubts.items(of: id, transaction)
    return try revise(table.kind, current, to: draft, known, transaction)
  }

  /// Ends an entry to which nothing refers.
  package func delete(
    _ id: String, etag: String, _ transaction: WriteTransaction
  ) throws {
    let (table, current) = try current(id, etag: etag, transaction)
    try remove(table, current, transaction)
  }

  func remove(
    _ table: EntryTable, _ current: EntryRecord, _ transaction: WriteTransaction
  ) throws {
    if let code = table.kind.codeField.map(current.content.text) {
      try requireUnused(code, of: table.kind, transaction)
    }
    try table.remove(current, transaction)
    for item in try doubts.items(of: current.id, transaction) where item.state == .open {
      try settle(item, transaction)
    }
    try review(table.kind, around: current.content, transaction)
    try audit("delete", nil, before: current, transaction)
    var gone = current
    gone.isDeleted = true
    gone.doubtIDs = []
    try emit(gone, .remove, transaction)
  }

  // MARK: - Parts

  private func insert(
    _ kind: EntryKind, _ draft: EntryDraft, reviews: Bool = true,
    _ transaction: WriteTransaction
  ) throws -> EntryChange {
    let verdict = try checked(kind, draft, transaction)
    let new = EntryRecord(
      kind: kind.name, id: UUIDv7.next(microseconds: transaction.now), content: draft.content,
      source: draft.source)
    let record = try EntryTable(kind: kind).insert(new, transaction)
    var change = EntryChange(record: record, effect: .created, warnings: verdict.warnings)
    change.opened = try open(draft.unread + verdict.doubts, record, kind, transaction)
    return try concluded(change, "create", kind, reviews, transaction)
  }

  private func revise(
    _ kind: EntryKind, _ current: EntryRecord, to draft: EntryDraft, _ known: [EntryDoubtItem],
    reviews: Bool = true, _ transaction: WriteTransaction
  ) throws -> EntryChange {
    let open = known.filter { $0.state == .open && $0.doubt.rule == .unreadable }
    let isKnown = draft.unread.allSatisfy { unread in
      open.contains { $0.doubt.field == unread.field && $0.doubt.printed == unread.printed }
    }
    let verdict = try checked(kind, draft, transaction)
    // A field that is left empty now is no number that cannot be read any more.
    let emptied = open.filter { item in
      draft.states(item.doubt.field) && !draft.unread.contains { $0.field == item.doubt.field }
    }
    if current.saysTheSame(draft.content, draft.source), isKnown, emptied.isEmpty {
      var record = current
      record.doubtIDs = known.filter { $0.state == .open }.map(\.id)
      return EntryChange(record: record, effect: .unchanged, warnings: verdict.warnings)
    }
    if let code = kind.codeField, current.content[code] != draft.content[code] {
      try requireUnused(current.content.text(code), of: kind, transaction)
    }
    let record = try EntryTable(kind: kind).revise(
      current, to: draft.content, draft.source, transaction)
    for item in open {
      let stays =
        draft.content[item.doubt.field] == nil && !emptied.contains { $0.id == item.id }
        && !draft.unread.contains {
          $0.field == item.doubt.field && $0.printed != item.doubt.printed
        }
      if !stays { try settle(item, transaction) }
    }
    let new = draft.unread.filter { unread in
      !open.contains { $0.doubt.field == unread.field && $0.doubt.printed == unread.printed }
    }
    var change = EntryChange(
      record: record, before: current, effect: .revised, warnings: verdict.warnings)
    change.opened = try self.open(new, record, kind, transaction)
    change.opened += try weigh(verdict.doubts, record, kind, transaction)
    if kind.key(of: current.content) != kind.key(of: draft.content) {
      try review(kind, around: current.content, transaction)
    }
    return try concluded(change, "update", kind, reviews, transaction)
  }

  /// Reviews the group, then tells the feed and the audit of the entry as it is now.
  private func concluded(
    _ change: EntryChange, _ action: String, _ kind: EntryKind, _ reviews: Bool,
    _ transaction: WriteTransaction
  ) throws -> EntryChange {
    var change = change
    if reviews {
      let opened = try review(kind, around: change.record.content, transaction)
      change.opened += opened.filter { $0.entryID == change.record.id }
      for other in opened where other.entryID != change.record.id {
        change.warnings.append(
          ("另一条记录因此存疑：\(other.doubt.zh)", "another entry is in doubt now: \(other.doubt.en)"))
      }
    }
    change.record.doubtIDs = try doubts.items(of: change.record.id, transaction)
      .filter { $0.state == .open }.map(\.id)
    try audit(action, change.record, before: change.before, transaction)
    try emit(change.record, .put, transaction)
    return change
  }

  /// What a clerk has decided about a printed value holds when a file brings that value again.
  private func decided(
    _ draft: EntryDraft, _ current: EntryRecord, _ known: [EntryDoubtItem]
  ) -> EntryDraft {
    var draft = draft
    for item in known where [.accepted, .corrected, .rejected].contains(item.state) {
      let field = item.doubt.field
      let printed =
        draft.content.quantity(field)?.printed
        ?? draft.unread.first { $0.field == field }?.printed
      guard printed == item.doubt.printed else { continue }
      // The latest of several decisions about the same print comes last.
      draft.content[field] = item.resolution?.quantity.map { .quantity($0) }
      draft.unread.removeAll { $0.field == field }
    }
    return draft
  }

  /// Every rule that an entry breaks, at once.
  private func checked(
    _ kind: EntryKind, _ draft: EntryDraft, _ transaction: WriteTransaction
  ) throws -> EntryVerdict {
    let verdict = kind.verdict(draft.content)
    var violations = draft.source.violations + verdict.violations
    for field in kind.fields {
      let isUnread = draft.unread.contains { $0.field == field }
      if field.isRequired, draft.content[field] == nil, !isUnread, field.unit == nil {
        violations.append(
          EntryViolation(field.name, "", "required", zh: "必填", en: "must not be empty"))
      }
      for code in draft.content.texts(field)
      where try field.form == .place && !isPlace(code, transaction) {
        violations.append(
          EntryViolation(
            field.name, code, "place.unknown", zh: "名录中没有代码为\(code)的地区",
            en: "no place has this code"))
      }
      guard let other = field.referenceKind.flatMap(register.kind) else { continue }
      for code in draft.content.texts(field)
      where try !exists(code, of: other, transaction) {
        violations.append(
          EntryViolation(
            field.name, code, "reference.unknown", zh: "“\(other.title)”中没有代码\(code)",
            en: "no \(other.english) has the code \(code)"))
      }
    }
    if !violations.isEmpty { throw EntryError.invalid(kind, violations) }
    return verdict
  }

  private func exists(
    _ code: String, of kind: EntryKind, _ transaction: WriteTransaction
  ) throws -> Bool {
    guard let field = kind.codeField else { return false }
    let content = EntryContent([field.name: .text(code)])
    return try EntryTable(kind: kind).current(keyOf: content, transaction) != nil
  }

  private func requireUnused(
    _ code: String, of kind: EntryKind, _ transaction: WriteTransaction
  ) throws {
    for (other, field) in register.references(to: kind.name) {
      guard let user = try EntryTable(kind: other).refers(field, to: code, transaction) else {
        continue
      }
      throw EntryError(
        .failedPrecondition, type: kind.name, name: code,
        zh: "“\(other.title)”中还有记录引用\(code)：\(other.naming(user.content))",
        en: "a \(other.english) still refers to \(code): \(user.id)")
    }
  }

  private func current(
    _ id: String, etag: String, _ transaction: WriteTransaction
  ) throws -> (EntryTable, EntryRecord) {
    let table = try table(of: id, transaction)
    guard let current = try table.current(id, transaction) else {
      throw EntryError.notFound(table.kind.name, id)
    }
    // Who may not change an entry is not told whether he knows its revision.
    try require(table.kind, current.content, transaction)
    guard let tag = try? ETag(etag) else {
      throw EntryError.invalid(
        "etag", etag, etag.isEmpty ? "required" : "etag.format", zh: "必须带上读取时得到的 etag",
        en: "the etag of the entry as it was read is required")
    }
    if tag.revision != current.revision { throw EntryError.stale(table.kind.name, id) }
    return (table, current)
  }

  func require(
    _ kind: EntryKind, _ content: EntryContent, _ transaction: WriteTransaction
  ) throws {
    let place = kind.place(of: content)
    if try mayWrite(place, transaction) { return }
    throw EntryError(
      .permissionDenied, type: kind.name, name: place,
      zh: "\(place.isEmpty ? "不属于某一地区的记录" : place)不在\(transaction.actor.organisation)的辖区内",
      en: "\(place.isEmpty ? "an entry of no place" : place) is not in the subtree of "
        + transaction.actor.organisation)
  }
}
