// A kind of entry: its fields and the rules that hold within and between entries of the kind.

package import Measures

/// A kind of entry, such as a tally of awards.
package struct EntryKind: Sendable {
  /// Member of the content on the wire, name of its files and in figure keys: `award_tally`.
  package let name: String
  package let title: String
  package let english: String
  /// What entries are counted in: 个, 人, 件.
  package let counter: MeasureUnit
  package let fields: [EntryField]
  package let rules: [EntryRule]
  private let byName: [String: EntryField]

  package init(
    _ name: String, _ title: String, _ english: String, counter: String = "个",
    _ fields: [EntryField], rules: [EntryRule] = []
  ) {
    self.name = name
    self.title = title
    self.english = english
    self.counter = MeasureUnit(counter) ?? .none
    self.fields = fields
    self.rules = rules
    byName = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }

  package func field(_ name: String) -> EntryField? { byName[name] }

  package var keyFields: [EntryField] { fields.filter(\.isKey) }

  /// The field that others refer to; nil where nobody does.
  package var codeField: EntryField? { fields.first { $0.form == .code } }

  /// Where the entry lies; nil for kinds that lie nowhere.
  package var placeField: EntryField? { fields.first { $0.form == .place } }

  /// When it happened: the first field that holds a time.
  package var timeField: EntryField? { fields.first { $0.form == .time } }

  package func place(of content: EntryContent) -> String {
    placeField.map(content.text) ?? ""
  }

  package func time(of content: EntryContent) -> EntryTime? { timeField.flatMap(content.time) }

  /// The natural key: the canonical values of the key's fields.
  package func key(of content: EntryContent, without varying: EntryField? = nil) -> [String] {
    keyFields.filter { $0 != varying }.map { field in
      content.texts(field).sorted().joined(separator: "\u{1E}")
    }
  }

  /// The key in words, for messages.
  package func naming(_ content: EntryContent) -> String {
    keyFields.map { field in
      let texts = content.texts(field).map { text in
        if case .choice(let choices) = field.form {
          choices.choice(text)?.title ?? text
        } else {
          text
        }
      }
      return texts.joined(separator: "、")
    }.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Fields over which entries are compared with each other: the place of a whole and its parts, the
  /// grade of a total and its parts.
  package var varyingFields: [EntryField] {
    var found: [EntryField] = []
    for rule in rules {
      switch rule {
      case .whole(let place, _) where !found.contains(place): found.append(place)
      case .partsAddUp(let group, _) where !found.contains(group): found.append(group)
      default: break
      }
    }
    return found
  }
}

/// All kinds of one service.
package struct EntryRegister: Sendable {
  /// `registry`, `exhibitions`, `talent`: the first word of its figure keys.
  package let service: String
  /// Kinds that others refer to come first.
  package let kinds: [EntryKind]
  private let byName: [String: EntryKind]

  package init(service: String, _ kinds: [EntryKind]) {
    self.service = service
    self.kinds = kinds
    byName = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }

  package func kind(_ name: String) -> EntryKind? { byName[name] }

  /// What is wrong with the declarations themselves; empty in a register that is fit for use.
  package var flaws: [String] {
    var flaws: [String] = []
    if byName.count != kinds.count { flaws.append("two kinds have one name") }
    for kind in kinds {
      if kind.keyFields.isEmpty { flaws.append("\(kind.name) has no natural key") }
      if kind.counter == .none { flaws.append("\(kind.name) is counted in no unit") }
      if Set(kind.fields.map(\.name)).count != kind.fields.count {
        flaws.append("\(kind.name) has two fields of one name")
      }
      for field in kind.fields {
        if field.unit == MeasureUnit.none { flaws.append("\(kind.name).\(field.name): no unit") }
        if let other = field.referenceKind, self.kind(other)?.codeField == nil {
          flaws.append("\(kind.name).\(field.name) refers to \(other), which has no code")
        }
      }
    }
    return flaws
  }

  /// Fields of any kind that refer to entries of a kind.
  package func references(to kind: String) -> [(kind: EntryKind, field: EntryField)] {
    kinds.flatMap { other in
      other.fields.filter { $0.referenceKind == kind }.map { (other, $0) }
    }
  }
}

extension EntryContent {
  /// Whether the content has a value: a place below it, a member of a list, the same text.
  package func matches(_ field: EntryField, _ value: String) -> Bool {
    let texts = texts(field)
    switch field.form {
    case .place: return texts.contains { EntryPlace.contains(value, $0) }
    case .time:
      guard let asked = EntryTime(value) else { return false }
      return texts.contains { EntryTime($0).map(asked.contains) ?? false }
    default: return texts.contains(value)
    }
  }
}
