// The address of a figure that is computed from entries.

/// What a figure measures.
package enum EntryMeasure: Sendable, Hashable {
  /// How many entries there are.
  case entries
  /// The sum of a quantity.
  case sum(EntryField)
  /// How many different values a field has.
  case distinct(EntryField)
  /// One sum as a share of another, in per cent.
  case ratio(EntryField, EntryField)

  package var text: String {
    switch self {
    case .entries: "entries"
    case .sum(let field): field.name
    case .distinct(let field): "distinct-\(field.name)"
    case .ratio(let part, let whole): "ratio-\(part.name)-\(whole.name)"
    }
  }

  /// Nil for a measure that the kind does not have.
  init?(_ text: String, of kind: EntryKind) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    func quantity(_ name: String) -> EntryField? {
      kind.field(name).flatMap { $0.unit == nil ? nil : $0 }
    }
    switch (parts.first, parts.count) {
    case ("entries", 1): self = .entries
    case ("distinct", 2):
      guard let field = kind.field(parts[1]), field.isFilter else { return nil }
      self = .distinct(field)
    case ("ratio", 3):
      guard let part = quantity(parts[1]), let whole = quantity(parts[2]) else { return nil }
      self = .ratio(part, whole)
    case (_, 1):
      guard let field = quantity(text) else { return nil }
      self = .sum(field)
    default: return nil
    }
  }

  /// Every measure of a kind but the ratios, for messages.
  static func names(of kind: EntryKind) -> [String] {
    ["entries"] + kind.fields.filter { $0.unit != nil }.map(\.name)
  }
}

/// `SERVICE/KIND/MEASURE/PLACE/TIME[?FIELD=VALUE&FIELD=VALUE]`
package struct EntryFigureKey: Sendable {
  package struct Filter: Sendable, Hashable {
    package let field: EntryField
    package let value: String
  }

  package let service: String
  package let kind: EntryKind
  package let measure: EntryMeasure
  package let place: EntryPlace
  package let time: TimeScope
  package let filters: [Filter]

  package var text: String {
    let path = [service, kind.name, measure.text, place.code, time.text].joined(separator: "/")
    if filters.isEmpty { return path }
    return path + "?" + filters.map { "\($0.field.name)=\($0.value)" }.joined(separator: "&")
  }

  /// Another measure of the same entries.
  package func with(measure: EntryMeasure) -> EntryFigureKey {
    EntryFigureKey(self, measure)
  }

  private init(_ key: EntryFigureKey, _ measure: EntryMeasure) {
    service = key.service
    kind = key.kind
    self.measure = measure
    place = key.place
    time = key.time
    filters = key.filters
  }

  /// - Throws: `invalid` naming what is wrong and what there is.
  package init(parsing text: String, in register: EntryRegister) throws(EntryError) {
    func refuse(_ value: String, _ rule: String, _ zh: String, _ en: String) -> EntryError {
      .invalid("key", String(value.prefix(200)), "figure_key.\(rule)", zh: zh, en: en)
    }
    guard text.count <= EntryLimits.figureKeyCharacters else {
      throw refuse(
        text, "length", "键最多\(EntryLimits.figureKeyCharacters)个字符",
        "a key has at most \(EntryLimits.figureKeyCharacters) characters")
    }
    let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[0] == register.service else {
      throw refuse(
        text, "form", "应为 \(register.service)/种类/指标/地区/时间",
        "a key is \(register.service)/KIND/MEASURE/PLACE/TIME")
    }
    guard let kind = register.kind(parts[1]) else {
      let names = register.kinds.map(\.name).joined(separator: ", ")
      throw refuse(parts[1], "kind", "没有这种记录；有：\(names)", "no such kind; there are \(names)")
    }
    guard let measure = EntryMeasure(parts[2], of: kind) else {
      let names = EntryMeasure.names(of: kind).joined(separator: ", ")
      throw refuse(
        parts[2], "measure", "“\(kind.title)”没有这个指标；有：\(names)",
        "\(kind.name) has no such measure; it has \(names)")
    }
    guard let place = EntryPlace(parts[3]) else {
      throw refuse(parts[3], "place", "应为六位行政区划代码", "is the six-digit code of a place")
    }
    guard kind.placeField != nil || place.code == "000000" else {
      throw refuse(
        parts[3], "no_place", "“\(kind.title)”不属于地区，地区应写000000",
        "a \(kind.name) lies nowhere: its place is 000000")
    }
    guard let time = TimeScope(parts[4]) else {
      throw refuse(
        parts[4], "time", "时间应为 2013、..2013 或 all", "a time is 2013, ..2013 or all")
    }
    self.service = register.service
    self.kind = kind
    self.measure = measure
    self.place = place
    self.time = time
    filters = halves.count == 2 ? try Self.filters(String(halves[1]), of: kind) : []
  }

  /// Reads `FIELD=VALUE&FIELD=VALUE`.
  package static func filters(
    _ text: String, of kind: EntryKind
  ) throws(EntryError) -> [Filter] {
    if text.isEmpty { return [] }
    var filters: [Filter] = []
    let parts = text.split(separator: "&", omittingEmptySubsequences: false)
    guard parts.count <= EntryLimits.filters else {
      throw .invalid(
        "filter", text, "filter.count", zh: "最多\(EntryLimits.filters)个条件",
        en: "at most \(EntryLimits.filters) filters")
    }
    for part in parts {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let field = kind.field(String(sides[0])), field.isFilter else {
        let names = kind.fields.filter(\.isFilter).map(\.name).joined(separator: ", ")
        throw .invalid(
          "filter", String(part.prefix(200)), "filter.field",
          zh: "条件应为 字段=值；“\(kind.title)”的字段有：\(names)",
          en: "a filter is FIELD=VALUE; \(kind.name) has \(names)")
      }
      filters.append(Filter(field: field, value: try value(of: field, String(sides[1]))))
    }
    return filters
  }

  /// The canonical form of a filter's value.
  private static func value(
    of field: EntryField, _ text: String
  ) throws(EntryError) -> String {
    switch field.read([text]) {
    case .value(.text(let value)?): return value
    case .value(.list(let values)?) where !values.isEmpty: return values[0]
    case .invalid(let violation):
      throw .invalid(
        "filter", violation.value, violation.rule, zh: "\(field.title)：\(violation.zh)",
        en: "\(field.name) \(violation.en)")
    case .value, .doubtful:
      throw .invalid(
        "filter", "\(field.name)=\(text)", "filter.value", zh: "条件没有值",
        en: "the filter has no value")
    }
  }
}
