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
    // After a broken step of a pair, the next ones follow nothing: only their cells are checked.
    var broken: Set<[String]> = []
    for (number, row) in run.rows.enumerated() {
      let pair = [row["federation"], row["enterprise"]]
      var step: Step?
      if try bench.isFlawed(row, { step = try read(row, bench) }) {
        broken.insert(pair)
      } else if let step, !broken.contains(pair), !run.mayStandUnread(row["enterprise"]) {
        do {
          try enter(step, row, bench)
        } catch let error as RegistryError {
          bench.fail(row, error)
          broken.insert(pair)
        }
      }
      run.progress(number + 1)
    }
    return bench.outcome
  }

  /// A row whose cells are right.
  private struct Step {
    var state: MembershipState
    var date: PartialDate
    var federation: Federation
    var enterprise: Enterprise
  }

  private func read(_ row: ImportRow, _ bench: ImportBench) throws -> Step? {
    let state = MembershipState(name: row["state"])
    if state == nil {
      bench.fail(
        row, "state", rule: "membership.state", zh: "状态应为已申请、已吸收、已暂停或已退出",
        en: "the state is applied, admitted, suspended or withdrawn")
    }
    var findings = Findings()
    let date = ValidTime.date(row["date"], path: "date", into: &findings)
    for violation in findings.violations { bench.fail(row, violation) }
    let federation = try federation(row, on: date?.firstDay ?? bench.today, bench)
    if federation == nil {
      bench.fail(
        row, "federation", rule: "federation.unknown", zh: "名录中没有此联社",
        en: "there is no such federation")
    }
    let enterprise = try enterprise(row, bench)
    if let federation {
      try bench.mayWrite(row, "federation", place: federation.timeline.last.state.placeCode)
    }
    guard let state, let date, let federation, let enterprise else { return nil }
    return Step(state: state, date: date, federation: federation, enterprise: enterprise)
  }

  /// The federation of a code: of several that bore it the one of the day, else the last.
  private func federation(
    _ row: ImportRow, on day: CalendarDate, _ bench: ImportBench
  ) throws -> Federation? {
    let known = try store.federations(code: row["federation"], bench.transaction)
    return known.first { $0.timeline.index(on: day) != nil }
      ?? known.max { $0.timeline.last.time.start < $1.timeline.last.time.start }
  }

  private func enter(_ step: Step, _ row: ImportRow, _ bench: ImportBench) throws {
    let (state, date) = (step.state, step.date)
    let (federation, enterprise) = (step.federation, step.enterprise)
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
    return try newest.keys.sorted().compactMap { id in
      try store.revertMembership(
        id, revision: newest[id] ?? 0, steps: steps[id] ?? 0, transaction
      ).map(ImportFinding.init)
    }
  }
}
