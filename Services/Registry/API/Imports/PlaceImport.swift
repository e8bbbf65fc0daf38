// Files of places: one row is one state of a place.

internal import Imports
internal import RegistryDomain
internal import RegistryStorage
internal import Storage

struct PlaceImport: Sendable {
  let store: RegistryStore

  static let columns: [ImportColumn] =
    [
      ImportColumn(
        key: "code", title: "代码", content: .code,
        explanation: "GB/T 2260 六位代码;乡级、村级和没有代码的功能区空着。", example: "450923"),
      ImportColumn(
        key: "name", title: "名称", required: true, explanation: "当时的名称。", example: "博白县"),
      ImportColumn(
        key: "level", title: "级别", required: true,
        explanation: "national 国家级、province 省级、prefecture 地级、county 县级、township 乡级、"
          + "village 村级、functional_zone 功能区。",
        example: "county"),
      ImportColumn(
        key: "parent", title: "上级", content: .code,
        explanation: "上级地区的代码;国家空着,未录国家时省级也空着。", example: "450900"),
    ] + RegistryImports.validTime + [
      ImportColumn(
        key: "successor", title: "后继代码", content: .code,
        explanation: "代码失效后接续的地区代码。", example: "450381")
    ]

  private static let paths = ["parent_code": "parent", "successor_code": "successor"]

  var kind: ImportKind {
    ImportKind(
      name: "places", title: "行政区划", columns: Self.columns, process: { try process($0) },
      revert: { records, transaction in
        try store.revertPlaces(records.map(RevertWish.init), transaction)
          .map(ImportFinding.init)
      })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = ImportBench(run, store, columns: Self.paths)
    var groups = RowGroups<PlaceState>()
    var failed: Set<String> = []
    for row in run.rows {
      let code = row["code"]
      guard let draft = try read(row, bench) else {
        failed.insert(code)
        continue
      }
      groups.add(draft, key: code.isEmpty ? "\(row["parent"])\u{1F}\(row["name"])" : code)
    }
    var entered: [(place: Place, row: ImportRow)] = []
    var done = 0
    for key in groups.keys {
      let group = groups[key]
      let code = group[0].row["code"]
      let existing = try existing(group, bench)
      let stored = try bench.enter(group, code: code, existing: existing) { place, current in
        try store.enterPlace(place, over: current, run.transaction)
      }
      if let stored { entered.append((stored, group[0].row)) } else { failed.insert(code) }
      done += group.count
      run.progress(done)
    }
    try checkTree(entered, failed, bench)
    return bench.outcome
  }

  private func read(_ row: ImportRow, _ bench: ImportBench) throws -> DraftRow<PlaceState>? {
    var draft: DraftRow<PlaceState>?
    let isFlawed = try bench.isFlawed(row) { draft = try checked(row, bench) }
    return isFlawed ? nil : draft
  }

  /// Everything that is wrong with a row by itself; what a broken cell leaves open is not asked.
  private func checked(_ row: ImportRow, _ bench: ImportBench) throws -> DraftRow<PlaceState>? {
    let level = PlaceLevel(name: row["level"])
    if level == nil {
      bench.fail(
        row, "level", rule: "place.level",
        zh: "级别应为" + PlaceLevel.allCases.map(\.name).joined(separator: "、"),
        en: "the level is one of " + PlaceLevel.allCases.map(\.name).joined(separator: ", "))
    }
    let time = bench.time(row)
    // A level that is none is taken for the one that the code speaks of.
    let code = try? PlaceCode(row["code"])
    let state = PlaceState(
      name: row["name"], level: level ?? code?.level ?? .township, parentCode: row["parent"],
      successorCode: row["successor"])
    let alone = Place(id: "", code: row["code"], timeline: Timeline(state, time: time ?? .always))
    for violation in alone.violations
    where (level != nil || code != nil || violation.rule != "place.parent_required")
      && (time != nil || violation.rule != "place.successor_needs_end")
    {
      bench.fail(row, violation)
    }
    let key = row["code"].isEmpty ? "parent" : "code"
    try bench.mayWrite(row, key, place: row[key])
    guard let time, level != nil else { return nil }
    return DraftRow(row: row, time: time, state: state)
  }

  /// The record that the rows speak of: of several with one code the one around their time.
  private func existing(
    _ group: [DraftRow<PlaceState>], _ bench: ImportBench
  ) throws -> Place? {
    let row = group[0].row
    if row["code"].isEmpty {
      return try store.uncodedPlace(
        named: row["name"], in: row["parent"], bench.transaction)
    }
    let places = try store.places(code: row["code"], bench.transaction)
    return places.first { place in group.contains { $0.time.overlaps(place.timeline.span) } }
      ?? places.last
  }

  private func checkTree(
    _ entered: [(place: Place, row: ImportRow)], _ failed: Set<String>, _ bench: ImportBench
  ) throws {
    let rows = Dictionary(entered.map { ($0.place.id, $0.row) }, uniquingKeysWith: { $1 })
    let found = try store.violationsAround(entered.map(\.place), bench.transaction)
    for (id, violation) in found where !bench.follows(violation, from: failed) {
      if let row = rows[id] { bench.fail(row, violation) }
    }
  }
}
