// Files of enterprises: one row is one state of an enterprise.

internal import Imports
internal import RegistryDomain
internal import RegistryStorage
internal import Storage

struct EnterpriseImport: Sendable {
  let store: RegistryStore

  static let columns: [ImportColumn] =
    [
      ImportColumn(
        key: "credit_code", title: "统一社会信用代码", content: .code,
        explanation: "18位,两个校验位都要对;文件未载则空。", example: "91450923MA5TE5T15M"),
      ImportColumn(
        key: "name", title: "企业名称", required: true, explanation: "当时的名称。",
        example: "博白县新裕祥工艺品有限公司"),
      ImportColumn(
        key: "place", title: "注册地", required: true, content: .code,
        explanation: "行政区划代码,或唯一的地名。", example: "450923"),
      RegistryImports.placeName,
      ImportColumn(
        key: "activity_place", title: "经营地", content: .code, explanation: "与注册地不同时填写。"),
      ImportColumn(
        key: "industry", title: "行业代码", content: .code, explanation: "GB/T 4754,2至4位。",
        example: "2435"),
      ImportColumn(
        key: "industry_edition", title: "行业分类版本", content: .code,
        explanation: "2011 或 2017,与行业代码同填。", example: "2017"),
      ImportColumn(
        key: "ownership", title: "登记注册类型", content: .code,
        explanation: "三位代码:110国有、120集体、173私营有限责任……", example: "120"),
      ImportColumn(
        key: "sector", title: "行业门类",
        explanation: "工艺美术、家具、五金、皮革、陶瓷、食品、塑料、衣架等。", example: "工艺美术"),
    ] + RegistryImports.validTime + RegistryImports.source

  private static let paths = [
    "place_code": "place", "activity_place_code": "activity_place",
    "industry.code": "industry", "industry.edition": "industry_edition",
    "ownership_code": "ownership",
  ].merging(RegistryImports.commonPaths) { first, _ in first }

  var kind: ImportKind {
    ImportKind(
      name: "enterprises", title: "企业", columns: Self.columns, process: { try process($0) },
      revert: { records, transaction in
        try store.revertEnterprises(records.map(RevertWish.init), transaction)
          .map(ImportFinding.init)
      })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = ImportBench(run, store, columns: Self.paths)
    var groups = RowGroups<EnterpriseState>()
    for row in run.rows {
      guard let draft = try read(row, bench) else { continue }
      let code = draft.state.creditCode
      groups.add(
        draft, key: code.isEmpty ? "\(draft.state.placeCode)\u{1F}\(draft.state.name)" : code)
    }
    var done = 0
    for key in groups.keys {
      var group = groups[key]
      let existing = try existing(group[0].state, bench)
      if let existing { keepCode(&group, of: existing) }
      let key = group[0].row["credit_code"].isEmpty ? "name" : "credit_code"
      if try bench.mayChange(existing, group, key, place: \.placeCode) {
        let tree = try bench.tree(around: group[0].state.placeCode)
        _ = try bench.enter(group, code: "", existing: existing) { enterprise, current in
          try store.enterEnterprise(
            enterprise, over: current, places: tree, run.transaction)
        }
      }
      done += group.count
      run.progress(done)
    }
    return bench.outcome
  }

  private func read(
    _ row: ImportRow, _ bench: ImportBench
  ) throws -> DraftRow<EnterpriseState>? {
    var draft: DraftRow<EnterpriseState>?
    let isFlawed = try bench.isFlawed(row) { draft = try checked(row, bench) }
    return isFlawed ? nil : draft
  }

  /// Everything that is wrong with a row by itself; what a broken cell leaves open is not asked.
  private func checked(
    _ row: ImportRow, _ bench: ImportBench
  ) throws -> DraftRow<EnterpriseState>? {
    let time = bench.time(row)
    let place = try bench.placeCode(row, "place", in: time)
    let activity = try bench.placeCode(row, "activity_place", in: time)
    let industry = Industry(code: row["industry"], edition: row["industry_edition"])
    let state = EnterpriseState(
      creditCode: row["credit_code"].uppercased(), name: row["name"],
      placeCode: place ?? "", activityPlaceCode: activity ?? "",
      industry: industry.code.isEmpty && industry.edition.isEmpty ? nil : industry,
      ownershipCode: row["ownership"], sector: row["sector"], source: bench.source(row))
    let alone = Enterprise(id: "", code: "", timeline: Timeline(state, time: time ?? .always))
    for violation in alone.violations { bench.fail(row, violation) }
    try bench.checkExists(row, "place", place, in: time)
    try bench.checkExists(row, "activity_place", activity, in: time)
    if let place, let time { try bench.checkName(row, of: place, in: time) }
    try bench.mayWrite(row, "place", place: place ?? "")
    guard let time else { return nil }
    return DraftRow(row: row, time: time, state: state)
  }

  /// By credit code; without one, or where the code was not recorded yet, by name and place.
  private func existing(_ state: EnterpriseState, _ bench: ImportBench) throws -> Enterprise? {
    if !state.creditCode.isEmpty,
      let known = try store.enterprises(creditCode: state.creditCode, bench.transaction).first
    {
      return known
    }
    let same = try store.enterprises(
      name: state.name, placeCode: state.placeCode, bench.transaction)
    return same.first { known in
      state.creditCode.isEmpty
        || known.timeline.entries.allSatisfy { $0.state.creditCode.isEmpty }
    }
  }

  /// An empty cell says that the file does not tell the code, not that there is none.
  private func keepCode(_ group: inout [DraftRow<EnterpriseState>], of existing: Enterprise) {
    for index in group.indices where group[index].state.creditCode.isEmpty {
      let known = existing.timeline.entry(on: group[index].time.start) ?? existing.timeline.last
      group[index].state.creditCode = known.state.creditCode
    }
  }
}
