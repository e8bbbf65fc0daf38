// What an import says about a file: errors, which refuse it, and notes, which do not.

/// A broken rule at a place of the file.
package struct ImportFinding: Error, Sendable, Hashable, Codable {
  /// Line in the file, from 1; 0 speaks of the file as a whole.
  package var line: Int
  /// Title of the column; empty for the whole row.
  package var column: String
  package var value: String
  /// Stable machine name: "number.letter_for_digit".
  package var rule: String
  package var zh: String
  package var en: String

  package init(
    line: Int = 0, column: String = "", value: String = "", rule: String, zh: String, en: String
  ) {
    self.line = line
    self.column = column
    self.value = value
    self.rule = rule
    self.zh = zh
    self.en = en
  }
}

/// Something a reader should know: a digit was normalised, a value went into quarantine, a record
/// would change.
package struct ImportNote: Sendable, Hashable, Codable {
  package var line: Int
  package var column: String
  package var zh: String
  package var en: String

  package init(line: Int = 0, column: String = "", zh: String, en: String) {
    self.line = line
    self.column = column
    self.zh = zh
    self.en = en
  }
}
