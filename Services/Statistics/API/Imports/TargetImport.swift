// Files of targets: one row is one target, found by what it is a target for.

internal import Imports
internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage

struct TargetImport: Sendable {
  let references: ReferenceCache

  static let columns: [ImportColumn] =
    [
      ImportColumn(
        key: "place", title: "地区", required: true, content: .code,
        explanation: "行政区划代码，或唯一的地名。", example: "450000"),
      ImportColumn(
        key: "channel", title: "渠道", required: true, content: .code,
        explanation: "渠道名称或代码。", example: "统计局规上"),
      ImportColumn(
        key: "indicator", title: "指标", required: true, content: .code,
        explanation: "指标名称或代码。", example: "工业总产值"),
      ImportColumn(key: "sector", title: "行业", explanation: "限于某行业时填写；空为全部。"),
      ImportColumn(
        key: "period", title: "期别", required: true, content: .code,
        explanation: "目标所属的期。", example: "2014"),
      ImportColumn(
        key: "kind", title: "类别", required: true, content: .code, explanation: "增长或绝对。",
        example: "增长"),
      ImportColumn(
        key: "value", title: "数值", required: true, content: .printed,
        explanation: "增长填百分数，绝对填带单位的数。", example: "10%"),
      ImportColumn(
        key: "base_period", title: "基期", content: .code,
        explanation: "增长的起点；空为上年同期。"),
      ImportColumn(key: "document", title: "出处文件", required: true, explanation: "文件简称。"),
    ] + StatisticsImports.source.dropFirst()

  private static let paths = [
    "period": "period", "sector": "sector", "base_period": "base_period",
    "quantity": "value", "provenance.document": "document",
    "provenance.sentence": "sentence", "provenance.note": "note",
  ]

  var kind: ImportKind {
    ImportKind(
      name: "targets", title: "目标", columns: Self.columns, process: { try process($0) },
      revert: { try revert($0, $1) })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = try FileBench(run, references)
    var lines: [FigureSubject: Int] = [:]
    for (number, row) in run.rows.enumerated() {
      if let target = try read(row, bench) {
        if let first = lines[target.subject] {
          bench.fail(
            row, "indicator", rule: "row.duplicate", zh: "与第\(first)行是同一目标",
            en: "this is the target of line \(first)")
        } else {
          lines[target.subject] = row.line
          try enter(target, row, bench)
        }
      }
      run.progress(number + 1)
    }
    return bench.outcome
  }

  private func read(_ row: ImportRow, _ bench: FileBench) throws -> Target? {
    let period = bench.period(row, "period")
    let channel = bench.channel(row, "channel")
    let indicator = bench.indicator(row, "indicator")
    let base = row["base_period"].isEmpty ? nil : bench.period(row, "base_period")
    let kind = TargetKind(named: row["kind"])
    if kind == nil {
      bench.fail(
        row, "kind", rule: "target.kind", zh: "须是增长或绝对",
        en: "the kind is growth or absolute")
    }
    let place = bench.place(row, "place", on: period?.lastDay)
    let mayWrite = try place.map { try bench.mayWrite(row, "place", place: $0) } ?? false
    let quantity = quantity(row, kind, indicator, bench)
    guard let period, let channel, let indicator, let kind, let place, mayWrite, let quantity,
      row["base_period"].isEmpty || base != nil, row.flaws.isEmpty
    else { return nil }
    let target = Target(
      id: UUIDv7.next(), placeCode: place, channelCode: channel,
      indicatorCode: indicator.code, sector: row["sector"], period: period, kind: kind,
      quantity: quantity, basePeriod: base, source: bench.source(row), revision: 0,
      createTime: 0, recordTime: 0, recordedBy: bench.run.transaction.actor.subject)
    let violations = target.violations(bench.catalogue)
    for violation in violations {
      bench.fail(
        row, Self.paths[violation.path] ?? "", rule: violation.rule, zh: violation.chinese,
        en: violation.english)
    }
    return violations.isEmpty ? target : nil
  }

  /// Without kind and indicator nobody knows the unit; then a number of any unit will do.
  private func quantity(
    _ row: ImportRow, _ kind: TargetKind?, _ indicator: Indicator?, _ bench: FileBench
  ) -> Quantity? {
    if let kind, let indicator {
      let (quantity, violations) = Target.read(row["value"], kind, indicator, path: "value")
      for violation in violations {
        bench.fail(
          row, "value", rule: violation.rule, zh: violation.chinese, en: violation.english)
      }
      return quantity
    }
    switch Quantity.read(row["value"], nature: .plan) {
    case .readable(let quantity): return quantity
    case .unreadable(let reason, _), .invalid(let reason):
      bench.fail(
        row, "value", rule: "quantity.\(reason.rule.rawValue)", zh: reason.chinese,
        en: reason.english)
      return nil
    }
  }

  private func enter(_ target: Target, _ row: ImportRow, _ bench: FileBench) throws {
    let transaction = bench.run.transaction
    let current = try TargetTable.target(target.subject, at: RecordedTime.now, transaction)
    guard let current else {
      let stored = try TargetTable.insert(target, transaction)
      try Journal.record(stored, before: nil, action: "create", transaction)
      bench.outcome.insertedRows += 1
      remember(stored, .inserted, bench)
      return
    }
    if target.saysTheSame(as: current) {
      bench.outcome.unchangedRows += 1
      return
    }
    let stored = try TargetTable.revise(current, to: target, transaction)
    try Journal.record(stored, before: current, action: "update", transaction)
    bench.outcome.revisedRows += 1
    bench.outcome.notes.append(
      ImportNote(
        line: row.line, column: bench.run.titles["value"] ?? "value",
        zh: "目标将改动：“\(current.quantity.printed)”→“\(stored.quantity.printed)”",
        en: "the target changes: \(current.quantity.printed) → \(stored.quantity.printed)"))
    remember(stored, .revised, bench)
  }

  private func remember(
    _ target: Target, _ effect: ImportedRecord.Effect, _ bench: FileBench
  ) {
    bench.outcome.records.append(
      ImportedRecord(
        entity: "target", id: target.id, effect: effect, revision: target.revision))
  }

  private func revert(
    _ records: [ImportedRecord], _ transaction: WriteTransaction
  ) throws -> [ImportFinding] {
    var obstacles: [ImportFinding] = []
    for record in records {
      guard let current = try TargetTable.current(record.id, transaction),
        current.revision == record.revision
      else {
        obstacles.append(StatisticsImports.changedSince(record.id))
        continue
      }
      if record.effect == .inserted {
        try TargetTable.remove(current, transaction)
        try Journal.record(current, before: current, action: "delete", transaction)
      } else if let before = try TargetTable.revision(
        current.revision - 1, of: current.id, transaction)
      {
        let stored = try TargetTable.revise(current, to: before, transaction)
        try Journal.record(stored, before: current, action: "update", transaction)
      }
    }
    return obstacles
  }
}

extension Target {
  /// Whether both say the same, whatever their revisions and whoever recorded them.
  fileprivate func saysTheSame(as other: Target) -> Bool {
    kind == other.kind && quantity == other.quantity && basePeriod == other.basePeriod
      && source == other.source
  }
}
