// Figures that are computed from entries. The storage hands over every entry that could count; what
// counts is decided here: a whole replaces its parts, parts replace a total that they make up.

package import Measures

/// An entry as figures need it.
package struct EntryFact: Sendable, Hashable {
  package var id: String
  package var revision: Int64
  package var content: EntryContent
  package var source: EntrySource
  package var recordedBy: String
  package var recordTime: Int64
  /// Doubts that nobody has decided; with any, the entry is in no figure.
  package var doubtIDs: [String]
  /// Names of the fields that they are about.
  package var doubtFields: Set<String>

  package init(
    id: String, revision: Int64, content: EntryContent, source: EntrySource, recordedBy: String,
    recordTime: Int64, doubtIDs: [String], doubtFields: Set<String> = []
  ) {
    self.id = id
    self.revision = revision
    self.content = content
    self.source = source
    self.recordedBy = recordedBy
    self.recordTime = recordTime
    self.doubtIDs = doubtIDs
    self.doubtFields = doubtFields
  }

  /// Whether the entry would give something to a measure if it were not in doubt.
  func belongs(to measure: EntryMeasure) -> Bool {
    func has(_ field: EntryField) -> Bool {
      content[field] != nil || doubtFields.contains(field.name)
    }
    return switch measure {
    case .entries: true
    case .sum(let field), .distinct(let field): has(field)
    case .ratio(let part, let whole): has(part) && has(whole)
    }
  }
}

/// A figure and the entries behind it.
package struct EntryFigure: Sendable {
  package let key: EntryFigureKey
  /// Nil where nobody recorded it.
  package var quantity: Quantity?
  package var facts: [EntryFact] = []
  /// Values in quarantine that would belong to it.
  package var doubtIDs: [String] = []
  package var notes: [String] = []
  /// Set where parts were added because nobody recorded the whole: the places of these parts.
  package var partialPlaces: [String] = []
  /// Keys of the figures that a ratio divides.
  package var inputKeys: [String] = []
  package var formula = (zh: "", en: "")

  package var label: String {
    let measure =
      switch key.measure {
      case .entries: "记录数"
      case .sum(let field): field.title
      case .distinct(let field): "不同\(field.title)数"
      case .ratio(let part, let whole): "\(part.title)占\(whole.title)的比重"
      }
    let filters = key.filters.map { filter in
      if case .choice(let choices) = filter.field.form {
        return "\(filter.field.title)\(choices.choice(filter.value)?.title ?? filter.value)"
      }
      return "\(filter.field.title)\(filter.value)"
    }
    let scope = filters.isEmpty ? "" : "（\(filters.joined(separator: "，"))）"
    return "\(key.time.chinese)\(key.kind.title)\(scope)：\(measure)"
  }
}

package enum EntryFigureEngine {
  /// Computes a figure.
  ///
  /// - Parameter facts: every current entry of the key's kind in its place and time, in any order.
  package static func figure(
    _ key: EntryFigureKey, _ facts: [EntryFact], register: EntryRegister
  ) -> EntryFigure {
    var figure = EntryFigure(key: key)
    let wanted = facts.filter { fact in
      key.filters.allSatisfy { fact.content.matches($0.field, $0.value) }
    }.sorted { $0.id < $1.id }
    figure.doubtIDs = wanted.filter { $0.belongs(to: key.measure) }.flatMap(\.doubtIDs)
    let sound = wanted.filter(\.doubtIDs.isEmpty)
    switch key.measure {
    case .entries: count(sound, key.kind, &figure)
    case .distinct(let field): countDistinct(sound, field, register, &figure)
    case .sum(let field): sum(sound, field, &figure)
    case .ratio(let part, let whole): divide(sound, part, whole, &figure)
    }
    return figure
  }

  private static func count(
    _ facts: [EntryFact], _ kind: EntryKind, _ figure: inout EntryFigure
  ) {
    figure.facts = facts
    figure.formula = ("逐条计数", "the number of entries")
    guard !facts.isEmpty else { return }
    figure.quantity = try? Quantity(
      exactly: ExactDecimal(Int64(facts.count)), unit: kind.counter)
  }

  private static func countDistinct(
    _ facts: [EntryFact], _ field: EntryField, _ register: EntryRegister,
    _ figure: inout EntryFigure
  ) {
    let held = facts.filter { !$0.content.texts(field).isEmpty }
    let values = Set(held.flatMap { $0.content.texts(field) })
    let unit =
      field.referenceKind.flatMap(register.kind)?.counter ?? MeasureUnit("个") ?? .none
    figure.facts = held
    figure.formula = (
      "不同的\(field.title)只计一次", "each different \(field.name) is counted once"
    )
    if held.count < facts.count {
      figure.notes.append("另有\(facts.count - held.count)条记录没有填写\(field.title)")
    }
    guard !values.isEmpty else { return }
    figure.quantity = try? Quantity(exactly: ExactDecimal(Int64(values.count)), unit: unit)
  }

  private static func sum(
    _ facts: [EntryFact], _ field: EntryField, _ figure: inout EntryFigure
  ) {
    let kind = figure.key.kind
    // A rate belongs to its place alone; rates of parts make no rate of the whole.
    let place = figure.key.place.code
    let counted = counted(
      field.addition == .never ? facts.filter { kind.place(of: $0.content) == place } : facts,
      field, kind)
    figure.facts = counted
    figure.formula = counted.count > 1 ? ("各条记录相加", "the entries added up") : ("一条记录", "one entry")
    let missing = facts.count { $0.content.quantity(field) == nil }
    if missing > 0, !counted.isEmpty {
      figure.notes.append("另有\(missing)条记录没有\(field.title)")
    }
    let quantities = counted.compactMap { $0.content.quantity(field) }
    if let reason = obstacle(counted, field, kind) {
      figure.notes.append(reason)
      return
    }
    figure.quantity = try? Quantity.sum(quantities)
    if !quantities.isEmpty, figure.quantity == nil {
      figure.notes.append("各条记录的单位或性质不同，不能相加")
    }
    figure.partialPlaces = partialPlaces(counted, field, figure.key)
  }

  /// Why values may not be added; nil where they may.
  private static func obstacle(
    _ facts: [EntryFact], _ field: EntryField, _ kind: EntryKind
  ) -> String? {
    guard facts.count > 1 else { return nil }
    switch field.addition {
    case .always: return nil
    case .never: return "有\(facts.count)条记录，比率不能相加"
    case .overPlaces:
      let rests = Set(facts.map { kind.key(of: $0.content, without: kind.placeField) })
      return rests.count < 2 ? nil : "有\(facts.count)条记录，\(field.title)可能重复，不能相加"
    }
  }

  private static func divide(
    _ facts: [EntryFact], _ part: EntryField, _ whole: EntryField, _ figure: inout EntryFigure
  ) {
    // Both sums are over the entries that have both, so that they speak of the same.
    let both = facts.filter {
      $0.content.quantity(part) != nil && $0.content.quantity(whole) != nil
    }
    let counted = counted(both, part, figure.key.kind)
    figure.facts = counted
    figure.formula = ("\(part.title)÷\(whole.title)×100%", "\(part.name) / \(whole.name), per cent")
    if both.count < facts.count, !both.isEmpty {
      figure.notes.append("另有\(facts.count - both.count)条记录缺其中一项")
    }
    guard let above = try? Quantity.sum(counted.compactMap { $0.content.quantity(part) }),
      let below = try? Quantity.sum(counted.compactMap { $0.content.quantity(whole) })
    else { return }
    figure.quantity = share(above, below)
    if figure.quantity == nil { figure.notes.append("\(whole.title)没有确定的数值，不能相除") }
  }

  /// Parts and wholes may be counted in different words: 优秀作品60件, 岗位100个.
  private static func share(_ part: Quantity, _ whole: Quantity) -> Quantity? {
    guard
      let bare = try? Quantity(
        text: part.text, value: part.value, interval: part.interval, unit: whole.unit,
        nature: part.nature)
    else { return nil }
    return try? bare.share(of: whole)
  }

  // MARK: - What counts

  /// The entries whose values are added: those that have one, without the parts of a recorded whole
  /// and without a total whose parts are recorded.
  private static func counted(
    _ facts: [EntryFact], _ field: EntryField, _ kind: EntryKind
  ) -> [EntryFact] {
    var counted = facts.filter { $0.content.quantity(field) != nil }
    for rule in kind.rules {
      switch rule {
      case .partsAddUp(let group, of: field): counted = withoutTotals(counted, group, kind)
      case .whole(let place, of: field): counted = withoutParts(counted, place, kind)
      default: break
      }
    }
    return counted
  }

  private static func withoutTotals(
    _ facts: [EntryFact], _ group: EntryField, _ kind: EntryKind
  ) -> [EntryFact] {
    let decomposed = Set(
      facts.filter { $0.content[group] != nil }.map { kind.key(of: $0.content, without: group) })
    return facts.filter { fact in
      fact.content[group] != nil
        || !decomposed.contains(kind.key(of: fact.content, without: group))
    }
  }

  /// Drops what lies, in place and in time, within another entry that differs in nothing else.
  private static func withoutParts(
    _ facts: [EntryFact], _ place: EntryField, _ kind: EntryKind
  ) -> [EntryFact] {
    let time = kind.timeField.flatMap { $0.isKey ? $0 : nil }
    func rest(_ content: EntryContent) -> [String] {
      var content = content
      if let time { content[time] = nil }
      return kind.key(of: content, without: place)
    }
    let groups = Dictionary(grouping: facts) { rest($0.content) }
    return facts.filter { fact in
      !(groups[rest(fact.content)] ?? []).contains { whole in
        whole.id != fact.id && isWithin(fact.content, whole.content, place, time)
      }
    }
  }

  private static func isWithin(
    _ part: EntryContent, _ whole: EntryContent, _ place: EntryField, _ time: EntryField?
  ) -> Bool {
    guard EntryPlace.contains(whole.text(place), part.text(place)) else { return false }
    guard let time, let inner = part.time(time), let outer = whole.time(time) else { return true }
    return outer.contains(inner)
  }

  /// Places whose tallies were added although nobody recorded the one of the asked place.
  private static func partialPlaces(
    _ facts: [EntryFact], _ field: EntryField, _ key: EntryFigureKey
  ) -> [String] {
    let place = key.kind.rules.lazy.compactMap { rule -> EntryField? in
      if case .whole(let place, of: field) = rule { place } else { nil }
    }.first
    guard let place, !facts.isEmpty else { return [] }
    // The whole of one year makes a sum over years no whole.
    return Set(facts.map { $0.content.text(place) }).subtracting([key.place.code]).sorted()
  }
}
