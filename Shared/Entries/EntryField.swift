// A field of an entry is declared once. Columns of files and tables, the names on the wire, filters,
// figure keys and the words of errors all follow from the declaration.

package import Measures

/// One field of a kind of entry.
package struct EntryField: Sendable, Hashable {
  /// What a field holds.
  package enum Form: Sendable, Hashable {
    /// One line of running text.
    case text
    /// Small letters, digits and hyphens.
    case code
    /// The code of an entry of a kind.
    case reference(String)
    /// The code of a place (GB/T 2260).
    case place
    /// A period or a date, as exact as the source.
    case time
    /// A whole number from 1: 第六届.
    case number
    case choice(EntryChoices)
    /// A number as printed, in this unit.
    case quantity(MeasureUnit, Nature)
  }

  /// Which values may be added.
  package enum Addition: Sendable, Hashable {
    /// Money, pieces, awards: over entries of any kind of difference.
    case always
    /// People, firms, stocks: one of them may be in several entries, unless these differ in nothing
    /// but their place.
    case overPlaces
    /// Rates.
    case never
  }

  /// As on the wire, in tables, filters and figure keys: `on_site_sales`.
  package let name: String
  /// Title of the column, and in reports: 现场销售额.
  package let title: String
  package let form: Form
  /// Several values; only texts and references.
  package let isList: Bool
  package let isRequired: Bool
  /// Part of the natural key, by which a corrected file finds the entry.
  package let isKey: Bool
  /// What belongs into the column.
  package let help: String
  package let example: String
  package let addition: Addition

  package init(
    _ name: String, _ title: String, _ form: Form, isList: Bool = false, required: Bool = false,
    key: Bool = false, adds addition: Addition = .always, help: String = "", example: String = ""
  ) {
    self.name = name
    self.title = title
    self.form = form
    self.isList = isList
    isRequired = required
    isKey = key
    self.help = help
    self.example = example
    if case .quantity(let unit, _) = form, unit.kind == .rate {
      self.addition = .never
    } else {
      self.addition = addition
    }
  }

  /// A number as printed. An unknown unit becomes that of a bare number, which no register may have
  /// (`EntryRegister.flaws`).
  package static func quantity(
    _ name: String, _ title: String, _ unit: String, _ nature: Nature = .actual,
    required: Bool = false, adds addition: Addition = .always, help: String = "",
    example: String = ""
  ) -> EntryField {
    EntryField(
      name, title, .quantity(MeasureUnit(unit) ?? .none, nature), required: required,
      adds: addition, help: help, example: example)
  }

  package static func == (left: EntryField, right: EntryField) -> Bool { left.name == right.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The unit of a quantity; nil for other fields.
  package var unit: MeasureUnit? {
    if case .quantity(let unit, _) = form { unit } else { nil }
  }

  /// The kind that a reference names.
  package var referenceKind: String? {
    if case .reference(let kind) = form { kind } else { nil }
  }

  /// Whether a reader may ask for entries with a certain value of it.
  package var isFilter: Bool { unit == nil }
}

/// The values of a field that has few of them.
package struct EntryChoices: Sendable, Hashable {
  package struct Choice: Sendable, Hashable {
    /// As in filters, tables and figure keys: `gold`.
    package let code: String
    package let title: String

    package init(_ code: String, _ title: String) {
      self.code = code
      self.title = title
    }
  }

  /// Name of the enumeration on the wire, `AwardGrade`.
  package let wireName: String
  package let all: [Choice]

  package init(_ wireName: String, _ all: [Choice]) {
    self.wireName = wireName
    self.all = all
  }

  /// By code or by title, as files have both.
  package func choice(_ text: String) -> Choice? {
    all.first { $0.code == text || $0.title == text }
  }

  /// Level of what grants, names or hosts.
  package static let level = EntryChoices(
    "Level",
    [
      .init("county", "县级"), .init("city", "市级"), .init("provincial", "省级"),
      .init("national", "国家级"), .init("international", "国际"),
    ])
}
