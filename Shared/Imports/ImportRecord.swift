// An import, as it is kept: its life cycle and what it found.

/// Life cycle of an import.
///
/// | from | to | by |
/// |---|---|---|
/// | receiving | validated, refused | ValidateImport |
/// | validated | validated, refused | ValidateImport again, when the data around it changed |
/// | validated | committed, refused | CommitImport |
/// | committed | reverted | RevertImport |
package enum ImportState: String, Sendable, CaseIterable {
  case receiving, validated, refused, committed, reverted

  /// The next state; an illegal move is an error that names both.
  package func moved(to next: ImportState) throws(ImportError) -> ImportState {
    switch (self, next) {
    case (.receiving, .validated), (.receiving, .refused), (.validated, .validated),
      (.validated, .refused), (.validated, .committed), (.committed, .reverted):
      return next
    default:
      throw ImportError(
        code: .failedPrecondition, path: "import_id", value: "", rule: "import.state",
        zh: "导入处于“\(title)”状态，不能变为“\(next.title)”",
        en: "the import is \(rawValue); it cannot become \(next.rawValue)")
    }
  }

  /// As a clerk reads it.
  package var title: String {
    switch self {
    case .receiving: "接收中"
    case .validated: "已校验"
    case .refused: "已拒绝"
    case .committed: "已入库"
    case .reverted: "已撤回"
    }
  }
}

package struct ImportRecord: Sendable, Hashable {
  package var id: String
  package var kind: String
  package var fileName: String
  package var declaredBytes: Int64
  /// SHA-256 of the whole file, lower-case hexadecimal.
  package var sha256: String
  package var state: ImportState
  package var receivedBytes: Int64 = 0
  package var rowCount = 0
  package var rowsDone = 0
  package var insertedRows = 0
  package var revisedRows = 0
  package var unchangedRows = 0
  package var quarantinedRows = 0
  /// The first errors; `errorCount` tells how many there are.
  package var errors: [ImportFinding] = []
  package var errorCount = 0
  package var notes: [ImportNote] = []
  /// True when every row was there already.
  package var isNothingNew = false
  /// Microseconds since 1970 UTC.
  package var createdAt: Int64
  package var committedAt: Int64?
  /// Organisation whose member sent the file; only it sees and continues the import.
  package var organisation: String
}

/// Why a step of an import cannot be taken.
package struct ImportError: Error, Sendable, CustomStringConvertible {
  package enum Code: Sendable {
    case notFound
    /// `path` names the field.
    case invalidArgument
    case failedPrecondition
    /// A limit is exceeded.
    case resourceExhausted
  }

  package var code: Code
  package var path: String
  package var value: String
  package var rule: String
  package var zh: String
  package var en: String
  /// What exists, where that helps.
  package var available: [String] = []

  package var description: String { "\(zh) (\(en))" }
}
