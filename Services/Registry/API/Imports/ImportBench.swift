// What all kinds of files need while they are worked on: errors by column, places by code or name,
// the caller's scope. Lives for one run, inside its transaction.

internal import Imports
internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import ServiceAPI
internal import Storage

/// A row of a file as one state of a record.
struct DraftRow<State: RecordState> {
  var row: ImportRow
  var time: ValidTime
  var state: State

  var entry: Timeline<State>.Entry { .init(time: time, state: state) }
}

/// The work on one file.
final class ImportBench {
  let run: ImportRun
  let store: RegistryStore
  let today: CalendarDate
  /// Column of each field of the record's message.
  let columns: [String: String]
  var outcome = ImportOutcome()
  private var trees: [String: PlaceTree] = [:]
  private var scopes: [String: Bool] = [:]

  init(_ run: ImportRun, _ store: RegistryStore, columns: [String: String]) {
    self.run = run
    self.store = store
    self.columns = columns
    today = CalendarDate.inChina(atMicroseconds: run.transaction.now)
  }

  var transaction: WriteTransaction { run.transaction }

  // MARK: - Errors

  func fail(_ row: ImportRow, _ key: String, rule: String, zh: String, en: String) {
    outcome.errors.append(run.finding(row, key, rule: rule, zh: zh, en: en))
  }

  /// A broken rule of a record, told at the row's column.
  func fail(_ row: ImportRow, _ violation: RegistryError.Violation) {
    let path = violation.path.split(separator: ".").drop {
      ["place", "federation", "enterprise"].contains(String($0))
    }.joined(separator: ".")
    let key = columns[path] ?? path
    var finding = run.finding(
      row, key, rule: violation.rule, zh: violation.zh, en: violation.en)
    if finding.value.isEmpty { finding.value = violation.value }
    outcome.errors.append(finding)
  }

  func fail(_ row: ImportRow, _ error: RegistryError) {
    if error.violations.isEmpty {
      outcome.errors.append(
        ImportFinding(
          line: row.line, value: error.resource?.name ?? "",
          rule: "\(error.resource?.type ?? "record").\(error.code.rawValue)", zh: error.zh,
          en: error.en))
    }
    for violation in error.violations { fail(row, violation) }
  }

  /// Whether something is wrong with a row, whatever it is.
  func isFlawed(_ row: ImportRow, _ check: () throws -> Void) rethrows -> Bool {
    let count = outcome.errors.count
    try check()
    return outcome.errors.count > count || !row.flaws.isEmpty
  }

  /// Whether a broken rule says no more than that another row of the file is broken: the record
  /// it misses stands there.
  func follows(_ violation: RegistryError.Violation, from failed: Set<String>) -> Bool {
    guard (try? PlaceCode(violation.value)) != nil else { return false }
    return failed.contains(violation.value) || run.mayStandUnread(violation.value)
  }

  /// Whether something was said of a cell of the row that is being read.
  private func hasError(_ row: ImportRow, _ key: String) -> Bool {
    let title = run.titles[key] ?? key
    return outcome.errors.reversed().prefix { $0.line == row.line }
      .contains { $0.column == title }
  }

  // MARK: - Cells

  /// The row's valid time; nil, with errors, when it is broken.
  func time(_ row: ImportRow) -> ValidTime? {
    var findings = Findings()
    let time = ValidTime.reading(
      from: row["valid_from"], to: row["valid_to"], into: &findings)
    for violation in findings.violations { fail(row, violation) }
    return findings.isEmpty ? time : nil
  }

  func source(_ row: ImportRow) -> Source {
    Source(document: row["document"], sentence: row["sentence"], note: row["note"])
  }

  /// The places of a code's province; read once for a file.
  func tree(around code: String) throws -> PlaceTree {
    let province = String(code.prefix(2))
    if let known = trees[province] { return known }
    let tree = try store.placeTree(around: [code], transaction)
    trees[province] = tree
    return tree
  }

  /// The code in a cell that holds a code or a name; nil, with an error, where it names no place.
  ///
  /// - Parameter wanted: nil where the row's time is broken: then it does not tell apart several
  ///   bearers of a name, and nothing is said of them.
  func placeCode(_ row: ImportRow, _ key: String, in wanted: ValidTime?) throws -> String? {
    let text = row[key]
    if text.isEmpty || text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return text }
    let time = wanted ?? .always
    let places = try store.places(named: text, transaction).filter { place in
      place.timeline.entries.contains { $0.time.overlaps(time) && $0.state.name == text }
    }
    if places.count == 1 { return places[0].code }
    if !places.isEmpty, wanted == nil { return nil }
    if places.isEmpty {
      let near = try similar(text)
      fail(
        row, key, rule: "place.unknown_name",
        zh: "在\(time)期间没有叫“\(text)”的地区" + (near.isEmpty ? "" : ";相近:\(near)"),
        en: "no place bore this name in \(time)" + (near.isEmpty ? "" : "; similar: \(near)"))
    } else {
      let codes = places.map(\.code).joined(separator: "、")
      fail(
        row, key, rule: "place.ambiguous_name", zh: "有多个叫“\(text)”的地区,请填代码:\(codes)",
        en: "several places bear this name; write the code: \(codes)")
    }
    return nil
  }

  /// Places whose names begin alike.
  private func similar(_ name: String) throws -> String {
    let wish = ListWish(
      moment: Moment(day: today), order: .code, limit: 5, nameContains: String(name.prefix(2)))
    let found = try store.listPlaces(PlaceFilter(), wish, transaction).records
    return found.map { "\($0.item.naming) \($0.item.timeline.last.state.name)" }
      .joined(separator: "、")
  }

  /// Whether a code means a place in all of the row's time; leaves an error when not.
  func checkExists(_ row: ImportRow, _ key: String, _ code: String?, in time: ValidTime?) throws {
    guard let code, !code.isEmpty, let time, !hasError(row, key),
      let violation = try tree(around: code).missing(code, in: time, path: key)
    else { return }
    fail(row, key, rule: violation.rule, zh: violation.zh, en: violation.en)
  }

  /// `place_name` is a check: the place must have borne it in the row's time.
  func checkName(_ row: ImportRow, of code: String, in time: ValidTime) throws {
    let name = row["place_name"]
    guard !name.isEmpty, !code.isEmpty else { return }
    let tree = try tree(around: code)
    let names = tree.turningDays(in: time).compactMap { tree.resolve(code, on: $0)?.state.name }
    guard !names.isEmpty, !names.contains(name) else { return }
    let right = Array(Set(names)).sorted().joined(separator: "、")
    fail(
      row, "place_name", rule: "place.name_mismatch", zh: "\(code)是\(right),不是\(name)",
      en: "\(code) is \(right), not \(name)")
  }

  /// Whether the caller may write in a place; leaves an error when not. What is no code of a
  /// place is no question of scope; its own rule refuses it.
  @discardableResult
  func mayWrite(_ row: ImportRow, _ key: String, place code: String) throws -> Bool {
    if (try? PlaceCode(code)) == nil { return true }
    let allowed = try isInScope(code)
    if !allowed {
      fail(
        row, key, rule: "access.scope",
        zh: "\(code)不在\(transaction.actor.organisation)的辖区内",
        en: "\(code) is not in the subtree of \(transaction.actor.organisation)")
    }
    return allowed
  }

  /// Whether the caller may change a record that the register has: he must be at home where it
  /// is, and where it was in the time that the rows speak of. Leaves an error when not.
  func mayChange<State: RecordState>(
    _ existing: Record<State>?, _ group: [DraftRow<State>], _ key: String,
    place: (State) -> String
  ) throws -> Bool {
    guard let existing, let row = group.first?.row else { return true }
    let touched = existing.timeline.entries.filter { entry in
      entry == existing.timeline.last || group.contains { $0.time.overlaps(entry.time) }
    }
    guard let foreign = try touched.first(where: { try !isInScope(place($0.state)) }) else {
      return true
    }
    let code = place(foreign.state)
    fail(
      row, key, rule: "access.scope",
      zh: "名录中已有这条记录，在\(code)，不在\(transaction.actor.organisation)的辖区内",
      en: "the register has this record, in \(code), which is not in the subtree of "
        + transaction.actor.organisation)
    return false
  }

  private func isInScope(_ code: String) throws -> Bool {
    if code.isEmpty { return true }
    if let known = scopes[code] { return known }
    let allowed = try RegistryScope.contains(
      code, transaction.actor.organisation, today, store, transaction)
    scopes[code] = allowed
    return allowed
  }

  // MARK: - Records

  /// Puts the rows of one record in, and counts what became of them.
  func enter<State: RecordState>(
    _ group: [DraftRow<State>], code: String, existing: Record<State>?,
    _ store: (Record<State>, Record<State>?) throws -> Record<State>
  ) throws -> Record<State>? {
    guard let first = group.first else { return nil }
    let entries = group.map(\.entry)
    var record: Record<State>
    do throws(TimelineError) {
      if let existing {
        record = existing
        record.timeline = try existing.timeline.entering(entries)
      } else {
        record = Record(id: UUIDv7.next(), code: code, timeline: try Timeline(entries))
      }
    } catch {
      let row = group.first { $0.time == error.time } ?? first
      fail(row.row, error.violation(State.resource))
      return nil
    }
    do {
      let stored = try store(record, existing)
      count(group, existing, stored)
      return stored
    } catch let error as RegistryError {
      fail(first.row, error)
      return nil
    }
  }

  private func count<State: RecordState>(
    _ group: [DraftRow<State>], _ existing: Record<State>?, _ stored: Record<State>
  ) {
    guard let existing else {
      outcome.insertedRows += group.count
      remember(stored, .inserted)
      return
    }
    if stored.revision == existing.revision {
      outcome.unchangedRows += group.count
      return
    }
    remember(stored, .revised)
    for draft in group {
      if existing.timeline.entries.contains(draft.entry) {
        outcome.unchangedRows += 1
      } else {
        outcome.revisedRows += 1
        outcome.notes.append(note(draft, existing))
      }
    }
  }

  private func remember<State: RecordState>(
    _ record: Record<State>, _ effect: ImportedRecord.Effect
  ) {
    outcome.records.append(
      ImportedRecord(
        entity: State.resource, id: record.id, effect: effect, revision: record.revision))
  }

  /// What a row changes, for the reader of a dry run.
  private func note<State: RecordState>(
    _ draft: DraftRow<State>, _ existing: Record<State>
  ) -> ImportNote {
    let before = existing.timeline.entry(on: draft.time.start) ?? existing.timeline.last
    var parts = State.Field.allCases.compactMap { field -> String? in
      if before.state.agrees(field, with: draft.state) { return nil }
      let title = run.titles[columns[field.rawValue] ?? field.rawValue] ?? field.rawValue
      return "\(title):“\(before.state.words(field))”→“\(draft.state.words(field))”"
    }
    if before.time != draft.time { parts.append("\(before.time)→\(draft.time)") }
    let text = parts.joined(separator: ";")
    return ImportNote(
      line: draft.row.line, zh: "\(existing.naming)将改动:\(text)",
      en: "\(existing.naming) changes: \(text)")
  }
}

/// Rows in groups of one record, in the order of their first rows.
struct RowGroups<State: RecordState> {
  private(set) var keys: [String] = []
  private var groups: [String: [DraftRow<State>]] = [:]

  mutating func add(_ draft: DraftRow<State>, key: String) {
    if groups[key] == nil { keys.append(key) }
    groups[key, default: []].append(draft)
  }

  subscript(_ key: String) -> [DraftRow<State>] { groups[key] ?? [] }
}
