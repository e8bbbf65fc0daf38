// Files of federations: one row is one state of a federation.

internal import Imports
internal import RegistryDomain
internal import RegistryStorage
internal import Storage

struct FederationImport: Sendable {
  let store: RegistryStore

  static let columns: [ImportColumn] =
    [
      ImportColumn(
        key: "code", title: "联社代码", required: true, content: .code,
        explanation: "首次录入时所在地区的代码。", example: "450923"),
      ImportColumn(
        key: "name", title: "名称", required: true, explanation: "全称。",
        example: "博白县二轻城镇集体工业联合社"),
      ImportColumn(key: "short_name", title: "简称", explanation: "", example: "博白县联社"),
      ImportColumn(
        key: "level", title: "级别", required: true,
        explanation: "national 国家级、province 省级、city 市级、county 县级。", example: "county"),
      ImportColumn(
        key: "place", title: "地区", required: true, content: .code,
        explanation: "行政区划代码,或唯一的地名。", example: "450923"),
      RegistryImports.placeName,
      ImportColumn(
        key: "parent", title: "上级联社代码", content: .code, explanation: "高一级的联社;最上级空着。",
        example: "450900"),
      ImportColumn(
        key: "funding", title: "经费来源",
        explanation: "fiscal 财政拨款、other 非财政拨款;空为无人记录。", example: "财政拨款"),
    ] + RegistryImports.validTime + RegistryImports.source

  private static let paths = [
    "place_code": "place", "parent_code": "parent",
  ].merging(RegistryImports.commonPaths) { first, _ in first }

  var kind: ImportKind {
    ImportKind(
      name: "federations", title: "联社", columns: Self.columns, process: { try process($0) },
      revert: { records, transaction in
        try store.revertFederations(records.map(RevertWish.init), transaction)
          .map(ImportFinding.init)
      })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = ImportBench(run, store, columns: Self.paths)
    var groups = RowGroups<FederationState>()
    var failed: Set<String> = []
    for row in run.rows {
      if let draft = try read(row, bench) {
        groups.add(draft, key: row["code"])
      } else {
        failed.insert(row["code"])
      }
    }
    var entered: [(federation: Federation, row: ImportRow)] = []
    var done = 0
    for code in groups.keys {
      let group = groups[code]
      let known = try store.federations(code: code, run.transaction)
      let existing =
        known.first { federation in
          group.contains { $0.time.overlaps(federation.timeline.span) }
        } ?? known.last
      let mayChange = try bench.mayChange(existing, group, "code", place: \.placeCode)
      let stored =
        mayChange
        ? try bench.enter(group, code: code, existing: existing) { federation, current in
          try store.enterFederation(federation, over: current, run.transaction)
        } : nil
      if let stored { entered.append((stored, group[0].row)) } else { failed.insert(code) }
      done += group.count
      run.progress(done)
    }
    let rows = Dictionary(
      entered.map { ($0.federation.id, $0.row) }, uniquingKeysWith: { $1 })
    let found = try store.violationsAround(entered.map(\.federation), run.transaction)
    for (id, violation) in found where !bench.follows(violation, from: failed) {
      if let row = rows[id] { bench.fail(row, violation) }
    }
    return bench.outcome
  }

  private func read(
    _ row: ImportRow, _ bench: ImportBench
  ) throws -> DraftRow<FederationState>? {
    var draft: DraftRow<FederationState>?
    let isFlawed = try bench.isFlawed(row) { draft = try checked(row, bench) }
    return isFlawed ? nil : draft
  }

  /// Everything that is wrong with a row by itself; what a broken cell leaves open is not asked.
  private func checked(
    _ row: ImportRow, _ bench: ImportBench
  ) throws -> DraftRow<FederationState>? {
    let level = FederationLevel(name: row["level"])
    if level == nil {
      bench.fail(
        row, "level", rule: "federation.level", zh: "级别应为国家级、省级、市级、县级",
        en: "the level is national, province, city or county")
    }
    let funding = FundingKind(name: row["funding"])
    if funding == nil {
      bench.fail(
        row, "funding", rule: "federation.funding", zh: "经费来源应为财政拨款、非财政拨款或空",
        en: "funding is fiscal, other or empty")
    }
    let time = bench.time(row)
    let place = try bench.placeCode(row, "place", in: time)
    let state = FederationState(
      name: row["name"], shortName: row["short_name"], level: level ?? .province,
      placeCode: place ?? "", parentCode: row["parent"], funding: funding ?? .unknown,
      source: bench.source(row))
    let alone = Federation(
      id: "", code: row["code"], timeline: Timeline(state, time: time ?? .always))
    for violation in alone.stateViolations where place != nil || violation.path != "place_code" {
      bench.fail(row, violation)
    }
    try bench.checkExists(row, "place", place, in: time)
    if let place, let time { try bench.checkName(row, of: place, in: time) }
    // The code alone decides what its holders may write, so it must be the writer's, too.
    if try bench.mayWrite(row, "place", place: place ?? ""), row["code"] != place {
      try bench.mayWrite(row, "code", place: row["code"])
    }
    guard let time else { return nil }
    return DraftRow(row: row, time: time, state: state)
  }
}
