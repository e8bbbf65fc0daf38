// Taking back what an import entered, while nothing later depends on it.

internal import Entries
package import Storage

/// Why an entry cannot be taken back.
package struct EntryObstacle: Error, Sendable, Hashable {
  package var name: String
  package var rule: String
  package var zh: String
  package var en: String
}

extension EntryBook {
  /// Takes one entry back as an import left it.
  ///
  /// - Parameters:
  ///   - revision: the revision that the import made.
  ///   - isNew: the import entered it; else it goes back to the revision before.
  /// - Returns: what stands in the way; nil when it is undone.
  package func revert(
    _ id: String, revision: Int64, isNew: Bool, _ transaction: WriteTransaction
  ) throws -> EntryObstacle? {
    let table = try table(of: id, transaction)
    guard let current = try table.current(id, transaction), current.revision == revision else {
      return EntryObstacle(
        name: id, rule: "import.changed_since", zh: "\(id)后来又改过",
        en: "\(id) was changed since")
    }
    do {
      if isNew {
        try remove(table, current, transaction)
      } else if let before = try table.revision(revision - 1, of: id, transaction) {
        let unread = try unread(in: before, settledBy: current, transaction)
        _ = try update(
          id, etag: ETag(revision: revision).description,
          { _, _ in EntryDraft(content: before.content, source: before.source, unread: unread) },
          transaction)
      }
      return nil
    } catch let error as EntryError {
      return EntryObstacle(
        name: table.kind.naming(current.content), rule: "import.\(error.code.rawValue)",
        zh: error.zh, en: error.en)
    }
  }

  /// Numbers that could not be read before a file gave their fields a value: they are again what the
  /// entry says.
  private func unread(
    in before: EntryRecord, settledBy current: EntryRecord, _ transaction: WriteTransaction
  ) throws -> [EntryDoubt] {
    var found: [EntryField: EntryDoubt] = [:]
    for item in try doubts.items(of: current.id, transaction) {
      let (field, rule) = (item.doubt.field, item.doubt.rule)
      guard item.state == .settled, rule == .unreadable, before.content[field] == nil,
        current.content[field] != nil, let end = item.resolution?.time, end > before.recordTime
      else { continue }
      found[field] = item.doubt
    }
    return Array(found.values)
  }
}
