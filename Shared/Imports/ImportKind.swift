// A kind of file that a service takes: its columns, and what it does with the rows.

package import Storage

/// A column of a file. It is found by its title or by its key.
package struct ImportColumn: Sendable, Hashable {
  /// How cells are normalised before the service sees them.
  package enum Content: Sendable, Hashable {
    /// Codes, numbers, dates: full-width letters, digits and signs become half-width, and the file
    /// says so in a note.
    case code
    /// A number as printed: kept to the letter, because a misprint must stay visible.
    case printed
    /// Running text: only the spaces around it go.
    case text
  }

  package var key: String
  package var title: String
  package var isRequired: Bool
  package var content: Content
  /// What belongs into the column, for the template.
  package var explanation: String
  package var example: String

  package init(
    key: String, title: String, required: Bool = false, content: Content = .text,
    explanation: String, example: String = ""
  ) {
    self.key = key
    self.title = title
    self.isRequired = required
    self.content = content
    self.explanation = explanation
    self.example = example
  }
}

/// A row of the file: cells by column key. A missing optional column reads as empty.
package struct ImportRow: Sendable, Hashable {
  /// First line of the row in the file, from 1.
  package var line: Int
  package var cells: [String: String]
  /// Columns whose cell is an error already: empty where it must not be, or with characters that
  /// cannot be shown. It reads as empty, and what a kind says of it is not told again.
  package var flaws: Set<String>

  package init(line: Int, cells: [String: String], flaws: Set<String> = []) {
    self.line = line
    self.cells = cells
    self.flaws = flaws
  }

  package subscript(_ key: String) -> String { cells[key] ?? "" }
}

/// A record that an import wrote, so that it can be taken back.
package struct ImportedRecord: Sendable, Hashable {
  package enum Effect: String, Sendable {
    case inserted, revised, quarantined
  }

  /// Kind of the record: "federation".
  package var entity: String
  package var id: String
  package var effect: Effect
  /// The revision that the import made; a later one means that something depends on it.
  package var revision: Int64

  package init(entity: String, id: String, effect: Effect, revision: Int64) {
    self.entity = entity
    self.id = id
    self.effect = effect
    self.revision = revision
  }
}

/// What became of the rows of a file.
package struct ImportOutcome: Sendable {
  package var errors: [ImportFinding] = []
  package var notes: [ImportNote] = []
  package var records: [ImportedRecord] = []
  /// Rows whose record was there already, the same.
  package var unchangedRows = 0
  package var insertedRows = 0
  package var revisedRows = 0
  package var quarantinedRows = 0

  package init() {}
}

/// What a kind of import sees while it works on a file.
package struct ImportRun {
  package let importID: String
  package let rows: [ImportRow]
  /// Rows that could not be cut into cells, as they stand in the file. The file is refused for
  /// them; they are here so that nobody complains that what they hold is missing.
  package let unreadRows: [String]
  /// What the sender may do, in the words of the service that gave them.
  package let rights: Set<String>
  /// The column of a key, for the place of an error.
  package let titles: [String: String]
  package let transaction: WriteTransaction
  /// To be called now and then with the number of rows done.
  package let progress: @Sendable (Int) -> Void

  /// An error at a cell.
  package func finding(
    _ row: ImportRow, _ key: String, rule: String, zh: String, en: String
  ) -> ImportFinding {
    ImportFinding(
      line: row.line, column: titles[key] ?? key, value: row[key], rule: rule, zh: zh, en: en)
  }

  /// Whether a code or name that is missing may stand in a row that could not be read.
  package func mayStandUnread(_ text: String) -> Bool {
    !text.isEmpty && unreadRows.contains { $0.contains(text) }
  }
}

/// A kind of file.
///
/// `process` writes all rows in the transaction it is given and reports every error it finds; where
/// there is one, or in a dry run, the transaction is rolled back. So a dry run gives the answer of
/// the run because it is the run. It must not throw for bad rows, only for a failing database.
/// It checks that the actor's organisation may write each row. Rows come to it although others of
/// the file cannot be read, so that all errors are told at once; what follows from those rows alone
/// is no error of its own.
package struct ImportKind: Sendable {
  package var name: String
  package var title: String
  package var columns: [ImportColumn]
  package var process: @Sendable (ImportRun) throws -> ImportOutcome
  /// Takes records back, newest first, and says what stands in the way; empty when all is undone.
  package var revert: @Sendable ([ImportedRecord], WriteTransaction) throws -> [ImportFinding]

  package init(
    name: String, title: String, columns: [ImportColumn],
    process: @escaping @Sendable (ImportRun) throws -> ImportOutcome,
    revert: @escaping @Sendable ([ImportedRecord], WriteTransaction) throws -> [ImportFinding]
  ) {
    self.name = name
    self.title = title
    self.columns = columns
    self.process = process
    self.revert = revert
  }
}
