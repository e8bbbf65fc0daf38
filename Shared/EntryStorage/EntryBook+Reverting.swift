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
        _ = try update(
          id, etag: ETag(revision: revision).description,
          { _, _ in EntryDraft(content: before.content, source: before.source) }, transaction)
      }
      return nil
    } catch let error as EntryError {
      return EntryObstacle(
        name: table.kind.naming(current.content), rule: "import.\(error.code.rawValue)",
        zh: error.zh, en: error.en)
    }
  }
}
