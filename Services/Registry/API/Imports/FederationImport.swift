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
        try records.flatMap { record in
          RegistryImports.findings(
            try store.revertFederation(
              record.id, revision: record.revision, isNew: record.effect == .inserted,
              transaction))
        }
      })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = ImportBench(run, store, columns: Self.paths)
    var groups = RowGroups<FederationState>()
    for row in run.rows {
      if let draft = try read(row, bench) { groups.add(draft, key: row["code"]) }
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
      let stored = try bench.enter(group, code: code, existing: existing) { federation, current in
        try store.enterFederation(federation, over: current, run.transaction)
      }
      if let stored { entered.append((stored, group[0].row)) }
      done += group.count
      run.progress(done)
    }
    guard bench.outcome.errors.isEmpty else { return bench.outcome }
    let rows = Dictionary(
      entered.map { ($0.federation.id, $0.row) }, uniquingKeysWith: { $1 })
    let found = try store.violationsAround(entered.map(\.federation), run.transaction)
    for (id, violation) in found {
      if let row = rows[id] { bench.fail(row, violation) }
    }
    return bench.outcome
  }

  private func read(
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
    guard let time = bench.time(row), let level, let funding,
      let place = try bench.placeCode(row, "place", in: time)
    else { return nil }
    let state = FederationState(
      name: row["name"], shortName: row["short_name"], level: level, placeCode: place,
      parentCode: row["parent"], funding: funding, source: bench.source(row))
    let alone = Federation(id: "", code: row["code"], timeline: Timeline(state, time: time))
    let violations = alone.violations
    for violation in violations { bench.fail(row, violation) }
    guard violations.isEmpty else { return nil }
    try bench.checkName(row, of: place, in: time)
    guard try bench.mayWrite(row, "place", place: place) else { return nil }
    return DraftRow(row: row, time: time, state: state)
  }
}
