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
    let sound = wanted.filter(\.doubtIDs.isEmpty)
    switch key.measure {
    case .entries: count(sound, key.kind, &figure)
    case .distinct(let field): countDistinct(sound, field, register, &figure)
    case .sum(let field): sum(sound, wanted, field, &figure)
    case .ratio(let part, let whole): divide(sound, wanted, part, whole, &figure)
    }
    figure.doubtIDs = doubtIDs(wanted, key)
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
    _ facts: [EntryFact], _ wanted: [EntryFact], _ field: EntryField,
    _ figure: inout EntryFigure
  ) {
    let kind = figure.key.kind
    // A rate belongs to its place alone; rates of parts make no rate of the whole.
    let place = figure.key.place.code
    let counted = counted(
      field.addition == .never ? facts.filter { kind.place(of: $0.content) == place } : facts,
      wanted, field, &figure)
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
    if quantities.isEmpty { return }
    do {
      figure.quantity = try Quantity.sum(quantities)
    } catch {
      figure.notes.append(
        error.code == .unitMismatch ? "各条记录的单位或性质不同，不能相加" : "合计超出可以保存的范围")
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
    _ facts: [EntryFact], _ wanted: [EntryFact], _ part: EntryField, _ whole: EntryField,
    _ figure: inout EntryFigure
  ) {
    let kind = figure.key.kind
    // Both sums are over the entries that have both, so that they speak of the same.
    let both = facts.filter {
      $0.content.quantity(part) != nil && $0.content.quantity(whole) != nil
    }
    let counted = counted(both, wanted, part, &figure)
    figure.facts = counted
    figure.inputKeys = [part, whole].map { figure.key.with(measure: .sum($0)).text }
    figure.formula = ("\(part.title)÷\(whole.title)×100%", "\(part.name) / \(whole.name), per cent")
    if both.count < facts.count, !both.isEmpty {
      figure.notes.append("另有\(facts.count - both.count)条记录缺其中一项")
    }
    if part.unit?.kind != whole.unit?.kind || part.unit?.kind == .rate {
      figure.notes.append("\(part.title)和\(whole.title)的单位不同，不能相除")
      return
    }
    if let reason = obstacle(counted, part, kind) ?? obstacle(counted, whole, kind) {
      figure.notes.append(reason)
      return
    }
    guard let above = try? Quantity.sum(counted.compactMap { $0.content.quantity(part) }),
      let below = try? Quantity.sum(counted.compactMap { $0.content.quantity(whole) })
    else { return }
    figure.quantity = share(above, below)
    if figure.quantity == nil { figure.notes.append("\(whole.title)没有确定的数值，不能相除") }
    figure.partialPlaces = partialPlaces(counted, part, figure.key)
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
}
