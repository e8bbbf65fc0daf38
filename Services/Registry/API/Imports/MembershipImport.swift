// Files of memberships: one row is one step, rows of one pair in the order of their dates.

internal import Imports
internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import Storage

struct MembershipImport: Sendable {
  let store: RegistryStore

  static let columns: [ImportColumn] =
    [
      ImportColumn(
        key: "federation", title: "联社代码", required: true, content: .code, explanation: "",
        example: "450100"),
      ImportColumn(
        key: "enterprise", title: "企业", required: true,
        explanation: "统一社会信用代码,或唯一的企业名称。", example: "博白县新裕祥工艺品有限公司"),
      ImportColumn(
        key: "state", title: "状态", required: true,
        explanation: "applied 已申请、admitted 已吸收、suspended 已暂停、withdrawn 已退出。申请未有记录的,"
          + "可从已吸收开始。",
        example: "已吸收"),
      ImportColumn(
        key: "date", title: "日期", required: true, content: .code,
        explanation: "YYYY、YYYY-MM 或 YYYY-MM-DD。", example: "2013"),
      ImportColumn(key: "reason", title: "原因", explanation: "暂停和退出必填。"),
    ] + RegistryImports.source

  private static let paths = [
    "federation_code": "federation", "enterprise_id": "enterprise",
  ].merging(RegistryImports.commonPaths) { first, _ in first }

  var kind: ImportKind {
    ImportKind(
      name: "memberships", title: "会员", columns: Self.columns, process: { try process($0) },
      revert: { try revert($0, $1) })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = ImportBench(run, store, columns: Self.paths)
    for (number, row) in run.rows.enumerated() {
      do {
        try enter(row, bench)
      } catch let error as RegistryError {
        bench.fail(row, error)
      }
      run.progress(number + 1)
    }
    return bench.outcome
  }

  private func enter(_ row: ImportRow, _ bench: ImportBench) throws {
    let state = MembershipState(name: row["state"])
    if state == nil {
      bench.fail(
        row, "state", rule: "membership.state", zh: "状态应为已申请、已吸收、已暂停或已退出",
        en: "the state is applied, admitted, suspended or withdrawn")
    }
    var findings = Findings()
    let date = ValidTime.date(row["date"], path: "date", into: &findings)
    for violation in findings.violations { bench.fail(row, violation) }
    let federation = try store.federations(code: row["federation"], bench.transaction).last
    if federation == nil {
      bench.fail(
        row, "federation", rule: "federation.unknown", zh: "名录中没有此联社",
        en: "there is no such federation")
    }
    let enterprise = try enterprise(row, bench)
    guard let state, let date, let federation, let enterprise,
      try bench.mayWrite(
        row, "federation", place: federation.timeline.last.state.placeCode)
    else { return }
    let known = try store.memberships(
      federation: federation.code, enterprise: enterprise.id, bench.transaction)
    let isThere = known.contains { membership in
      membership.events.contains { $0.state == state && $0.date == date }
    }
    if isThere {
      bench.outcome.unchangedRows += 1
      return
    }
    let event = MembershipEvent(state: state, date: date, reason: row["reason"])
    let stored: Membership
    if let open = known.last(where: { $0.state != .withdrawn }) {
      stored = try store.step(
        try Self.step(from: open.state, to: state), membership: open.id, etag: nil, on: date,
        reason: row["reason"], today: bench.today, bench.transaction)
    } else {
      let membership = try Membership(
        id: UUIDv7.next(), federationCode: federation.code, enterpriseID: enterprise.id,
        first: event, source: bench.source(row), today: bench.today)
      stored = try store.beginMembership(membership, today: bench.today, bench.transaction)
    }
    bench.outcome.insertedRows += 1
    bench.outcome.records.append(
      ImportedRecord(
        entity: Membership.resource, id: stored.id, effect: .inserted,
        revision: stored.revision))
  }

  /// The step that leads from one state to another; where none does, the one that names the wish.
  private static func step(
    from state: MembershipState, to wanted: MembershipState
  ) throws(RegistryError) -> MembershipStep {
    switch wanted {
    case .admitted: return state == .suspended ? .reinstate : .admit
    case .suspended: return .suspend
    case .withdrawn: return .withdraw
    case .applied:
      throw RegistryError(
        .failedPrecondition, zh: "该企业已是此联社的会员(\(state.chineseName)),不能再申请",
        en: "the enterprise has a membership that is \(state.name) and cannot apply again")
    }
  }

  private func enterprise(_ row: ImportRow, _ bench: ImportBench) throws -> Enterprise? {
    let text = row["enterprise"]
    let byCode = try store.enterprises(creditCode: text.uppercased(), bench.transaction)
    let found =
      byCode.isEmpty ? try store.enterprises(name: text, bench.transaction) : byCode
    if found.count == 1 { return found[0] }
    if found.isEmpty {
      bench.fail(
        row, "enterprise", rule: "enterprise.unknown", zh: "名录中没有此企业",
        en: "there is no such enterprise")
    } else {
      let places = found.map(\.timeline.last.state.placeCode).joined(separator: "、")
      bench.fail(
        row, "enterprise", rule: "enterprise.ambiguous",
        zh: "有多个同名企业(\(places)),请填统一社会信用代码",
        en: "several enterprises bear this name (\(places)); write the credit code")
    }
    return nil
  }

  private func revert(
    _ records: [ImportedRecord], _ transaction: WriteTransaction
  ) throws -> [ImportFinding] {
    // Several rows may be steps of one membership; its newest revision stands first.
    var newest: [String: Int64] = [:]
    var steps: [String: Int] = [:]
    for record in records {
      newest[record.id] = max(newest[record.id] ?? 0, record.revision)
      steps[record.id, default: 0] += 1
    }
    return try newest.keys.sorted().flatMap { id in
      RegistryImports.findings(
        try store.revertMembership(
          id, revision: newest[id] ?? 0, steps: steps[id] ?? 0, transaction))
    }
  }
}
