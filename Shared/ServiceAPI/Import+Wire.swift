// Imports between the wire and the room that runs them.

package import CommonMessages
package import Imports
package import RPC

extension Imports.ImportState {
  var message: CommonMessages.ImportState {
    switch self {
    case .receiving: .receiving
    case .validated: .validated
    case .refused: .refused
    case .committed: .committed
    case .reverted: .reverted
    }
  }

}

extension ImportRecord {
  /// The import as calls answer it.
  package var message: Import {
    Import(
      id: id, kind: kind, fileName: fileName, declaredBytes: UInt64(clamping: declaredBytes),
      sha256: sha256, state: state.message,
      // The chunks are dropped when the file has been worked on.
      receivedBytes: UInt64(clamping: state == .receiving ? receivedBytes : declaredBytes),
      rowCount: UInt64(clamping: rowCount), rowsDone: UInt64(clamping: rowsDone),
      insertedCount: UInt64(clamping: insertedRows), revisedCount: UInt64(clamping: revisedRows),
      unchangedCount: UInt64(clamping: unchangedRows),
      quarantinedCount: UInt64(clamping: quarantinedRows),
      errors: errors.map { error in
        CommonMessages.ImportError(
          line: UInt64(clamping: error.line), column: error.column, value: error.value,
          reasonZh: error.zh, reasonEn: error.en, rule: error.rule)
      },
      errorCount: UInt64(clamping: errorCount),
      notes: notes.map { note in
        CommonMessages.ImportNote(
          line: UInt64(clamping: note.line), column: note.column, textZh: note.zh,
          textEn: note.en)
      },
      nothingNew: isNothingNew, createTime: Instant.text(createdAt),
      commitTime: Instant.text(committedAt ?? 0))
  }
}

extension Imports.ImportKind {
  package var message: CommonMessages.ImportKind {
    CommonMessages.ImportKind(
      name: name, title: title,
      columns: columns.map { column in
        CommonMessages.ImportColumn(
          key: column.key, title: column.title, required: column.isRequired,
          explanation: column.explanation, example: column.example)
      })
  }
}

extension RPCError {
  package init(import error: Imports.ImportError) {
    let violation = Violation(
      path: error.path, value: error.value, rule: error.rule, zh: error.zh, en: error.en)
    switch error.code {
    case .notFound:
      self = .notFound(
        type: error.path == "kind" ? "import_kind" : "import", name: error.value,
        description: error.description, available: error.available)
    case .invalidArgument:
      self = .invalid([violation])
    case .failedPrecondition, .resourceExhausted:
      self.init(
        error.code == .failedPrecondition ? .failedPrecondition : .resourceExhausted,
        error.description, details: Self.details(BadRequest(violations: [violation.message])))
    }
  }
}
