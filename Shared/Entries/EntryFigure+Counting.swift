// Which of several entries count: a whole replaces its parts, and parts replace a total that they make
// up, so that nothing is counted twice.

internal import Measures

extension EntryFigureEngine {
  /// The entries whose values are added.
  ///
  /// - Parameters:
  ///   - facts: entries without open doubts.
  ///   - wanted: all of them, those in doubt too.
  static func counted(
    _ facts: [EntryFact], _ wanted: [EntryFact], _ field: EntryField, _ figure: inout EntryFigure
  ) -> [EntryFact] {
    let kind = figure.key.kind
    var counted = facts.filter { $0.content.quantity(field) != nil }
    let group = kind.rules.lazy.compactMap { rule -> EntryField? in
      if case .partsAddUp(let group, of: field) = rule { group } else { nil }
    }.first
    if let group { counted = resolved(counted, wanted, group, field, &figure) }
    if let place = kind.placeField, place.isKey {
      counted = withoutParts(counted, place, besides: group, kind)
    }
    return counted
  }

  /// Doubts about entries that would count if there were none: not those about the parts of a whole
  /// that is recorded.
  static func doubtIDs(_ wanted: [EntryFact], _ key: EntryFigureKey) -> [String] {
    let open = wanted.filter { !$0.doubtIDs.isEmpty && $0.belongs(to: key.measure) }
    guard !open.isEmpty else { return [] }
    guard case .sum(let field) = key.measure else { return open.flatMap(\.doubtIDs) }
    let believed = wanted.map { fact in
      var fact = fact
      fact.doubtIDs = []
      return fact
    }
    var unused = EntryFigure(key: key)
    let counting = Set(counted(believed, believed, field, &unused).map(\.id))
    // A number that cannot be read is in no sum, and would be.
    return open.filter { counting.contains($0.id) || $0.content[field] == nil }
      .flatMap(\.doubtIDs)
  }

  /// Of each total and its parts, those that count. The parts, unless one of them is in doubt, or a
  /// clerk has decided that the total is right although they make up something else.
  private static func resolved(
    _ facts: [EntryFact], _ wanted: [EntryFact], _ group: EntryField, _ field: EntryField,
    _ figure: inout EntryFigure
  ) -> [EntryFact] {
    let kind = figure.key.kind
    func key(_ fact: EntryFact) -> [String] { kind.key(of: fact.content, without: group) }
    let unsure = Set(
      wanted.filter { !$0.doubtIDs.isEmpty && $0.content[group] != nil }.map(key))
    var kept: [EntryFact] = []
    // In a fixed order, so that the same records always give the same notes.
    let groups = Dictionary(grouping: facts, by: key)
    for (key, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let parts = members.filter { $0.content[group] != nil }
      let totals = members.filter { $0.content[group] == nil }
      guard let total = totals.first?.content.quantity(field), !parts.isEmpty else {
        kept += members
        continue
      }
      let sum = try? Quantity.sum(parts.compactMap { $0.content.quantity(field) })
      if unsure.contains(key) {
        figure.notes.append("有\(group.title)存疑，用合计\(total.printed)")
        kept += totals
      } else if let sum, sum.interval.isEqual(to: total.interval) == .no {
        figure.notes.append("用核定的合计\(total.printed)，各\(group.title)之和为\(sum.printed)")
        kept += totals
      } else {
        kept += parts
      }
    }
    return kept.sorted { $0.id < $1.id }
  }

  /// Drops what lies, in place and in time, within another entry that differs in nothing else.
  private static func withoutParts(
    _ facts: [EntryFact], _ place: EntryField, besides group: EntryField?, _ kind: EntryKind
  ) -> [EntryFact] {
    let time = kind.timeField.flatMap { $0.isKey ? $0 : nil }
    func key(_ fact: EntryFact, at place: String) -> [String] {
      var content = fact.content
      if let time { content[time] = nil }
      if let group { content[group] = nil }
      return kind.key(of: content, without: kind.placeField) + [place]
    }
    var held: [[String]: [EntryFact]] = [:]
    for fact in facts { held[key(fact, at: fact.content.text(place)), default: []].append(fact) }
    return facts.filter { fact in
      let own = fact.content.text(place)
      let span = time.flatMap(fact.content.time)
      return !EntryPlace.chain(own).contains { outer in
        (held[key(fact, at: outer)] ?? []).contains { whole in
          guard whole.id != fact.id else { return false }
          let other = time.flatMap(whole.content.time)
          // The same place at the same time is no part: these differ in what they count.
          if outer == own, other == span { return false }
          guard let span, let other else { return true }
          return other.contains(span)
        }
      }
    }
  }

  /// Places whose tallies were added although nobody recorded the one of the asked place.
  static func partialPlaces(
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
