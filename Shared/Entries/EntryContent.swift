// What an entry says: the values of its fields.

package import Measures

/// The value of one field.
package enum EntryValue: Sendable, Hashable {
  /// A text, code, place, time, number or choice, in its canonical form.
  case text(String)
  case list([String])
  case quantity(Quantity)

  /// In words, for the reader of a difference.
  package var words: String {
    switch self {
    case .text(let text): text
    case .list(let texts): texts.joined(separator: "、")
    case .quantity(let quantity): quantity.printed
    }
  }
}

/// The values of an entry's fields; a field without a value is absent.
package struct EntryContent: Sendable, Hashable {
  package private(set) var values: [String: EntryValue]

  package init(_ values: [String: EntryValue] = [:]) {
    self.values = values
  }

  package subscript(_ field: EntryField) -> EntryValue? {
    get { values[field.name] }
    set { values[field.name] = newValue }
  }

  /// The text of a field that holds one; empty where it is absent.
  package func text(_ field: EntryField) -> String {
    if case .text(let text)? = values[field.name] { text } else { "" }
  }

  /// The texts of a field, one for a field that holds one.
  package func texts(_ field: EntryField) -> [String] {
    switch values[field.name] {
    case .list(let texts)?: texts
    case .text(let text)?: [text]
    default: []
    }
  }

  package func quantity(_ field: EntryField) -> Quantity? {
    if case .quantity(let quantity)? = values[field.name] { quantity } else { nil }
  }

  package func time(_ field: EntryField) -> EntryTime? { EntryTime(text(field)) }
}

/// Where an entry comes from: a document and its sentence.
package struct EntrySource: Sendable, Hashable {
  package var document: String
  package var sentence: String
  package var note: String

  package init(document: String = "", sentence: String = "", note: String = "") {
    self.document = document
    self.sentence = sentence
    self.note = note
  }

  package static let none = EntrySource()
}
