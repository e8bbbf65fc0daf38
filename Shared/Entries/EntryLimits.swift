// The bounds of what an entry may hold.

package enum EntryLimits {
  /// Characters of a text that is part of a natural key or names something.
  package static let textCharacters = 200
  package static let codeCharacters = 80
  /// Values of one field.
  package static let listValues = 50
  /// Characters of a document's name.
  package static let documentCharacters = 200
  /// Characters of a quoted sentence and of a note.
  package static let sentenceCharacters = 2_000
  /// 第几届.
  package static let numberRange = 1...9_999
  /// Entries that one figure is computed from, and that stand in one group of totals and parts.
  package static let figureEntries = 100_000
  package static let groupEntries = 10_000
  /// Filters of one list or figure key, and characters of a key.
  package static let filters = 8
  package static let figureKeyCharacters = 500
  /// Characters of a reason for a decision.
  package static let reasonCharacters = 500
}
