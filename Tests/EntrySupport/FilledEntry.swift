// Entries in which every field says something: what a declaration promises is proved with them, for
// each kind of each service.

package import Entries
internal import Measures

package enum FilledEntry {
  /// The code of the one entry of a kind.
  package static func code(_ kind: String) -> String { kind.replacing("_", with: "-") + "-1" }

  /// - Parameter number: which of its values a choice has; a field with fewer has its last.
  package static func content(_ kind: EntryKind, choice number: Int = 0) -> EntryContent {
    var content = EntryContent()
    for field in kind.fields {
      if case .value(let value) = field.read(texts(field, of: kind, number)) {
        content[field] = value
      }
    }
    return content
  }

  private static func texts(_ field: EntryField, of kind: EntryKind, _ number: Int) -> [String] {
    switch field.form {
    case .text: field.isList ? ["甲、“\"乙\"”", "丙\\丁"] : ["\(field.title)“\"甲\"”"]
    case .code: [code(kind.name)]
    case .reference(let other): [code(other)]
    case .place: ["450923"]
    case .time: ["2013-12-25"]
    case .number: ["6"]
    case .choice(let choices):
      choices.all.dropFirst(number).prefix(1).map(\.code)
        + choices.all.suffix(1).map(\.code)
    case .quantity(let unit, _): ["近80\(unit.symbol)"]
    }
  }

  /// How many contents it takes to have every choice once.
  package static func variants(_ kind: EntryKind) -> Int {
    kind.fields.map { field in
      if case .choice(let choices) = field.form { choices.all.count } else { 1 }
    }.max() ?? 1
  }
}
