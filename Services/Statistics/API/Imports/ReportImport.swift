// Files of reports: one row is one value; rows of one key are one report.

internal import Access
internal import Imports
internal import Measures
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage

struct ReportImport: Sendable {
  let references: ReferenceCache

  static let columns: [ImportColumn] =
    [
      ImportColumn(
        key: "form", title: "报表", content: .code,
        explanation: "报表代码；空则取该渠道按此期别填报该指标的报表。", example: "bureau-year"),
      ImportColumn(
        key: "channel", title: "渠道", required: true, content: .code,
        explanation: "统计局规上、联社传统城镇集体、特色区域、工艺美术调查、全行业，或其代码。",
        example: "统计局规上"),
      ImportColumn(
        key: "period", title: "期别", required: true, content: .code,
        explanation: "2013、2013-H1、2013-Q1、2013-05 或 2018-01/2018-02。", example: "2013"),
      ImportColumn(
        key: "coverage", title: "口径", required: true, content: .code,
        explanation: "整体、余额或单位。", example: "整体"),
      ImportColumn(
        key: "place", title: "地区", content: .code,
        explanation: "行政区划代码，或唯一的地名；整体和余额必填。", example: "450000"),
      ImportColumn(
        key: "unit", title: "单位", content: .code,
        explanation: "名录中企业的统一社会信用代码、编号或全称；单位报表必填。"),
      ImportColumn(
        key: "sector", title: "行业", explanation: "限于某行业时填写；空为全部；单位报表不填。",
        example: "工艺美术"),
      ImportColumn(
        key: "nature", title: "性质", content: .code,
        explanation: "实际（空即实际）、初步、预计、计划、自报、申报。", example: "实际"),
      ImportColumn(
        key: "indicator", title: "指标", required: true, content: .code,
        explanation: "指标名称或代码。", example: "工业总产值"),
      ImportColumn(
        key: "value", title: "数值", required: true, content: .printed,
        explanation: "照原文填写，带单位；辨认不清的也照录。", example: "810亿元"),
      ImportColumn(
        key: "scope_note", title: "口径说明", explanation: "当期口径，如规模以上标准。"),
    ] + StatisticsImports.source

  /// Columns of the report's fields, for errors.
  private static let paths = [
    "form_code": "form", "channel_code": "channel", "place_code": "place", "unit_id": "unit",
    "scope_note": "scope_note", "period": "period", "sector": "sector", "nature": "nature",
  ]

  var kind: ImportKind {
    ImportKind(
      name: "reports", title: "报表数据", columns: Self.columns, process: { try process($0) },
      revert: { try revert($0, $1) })
  }

  /// The rows of one report.
  private struct Group {
    var key: ReportKey
    var rows: [ImportRow] = []
    var entries: [ReportDraft.Entry] = []
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = try FileBench(run, references)
    var order: [ReportKey] = []
    var groups: [ReportKey: Group] = [:]
    for row in run.rows {
      guard let (key, entry) = try read(row, bench) else { continue }
      if groups[key] == nil { order.append(key) }
      groups[key, default: Group(key: key)].rows.append(row)
      groups[key]?.entries.append(entry)
    }
    let book = try ReportBook(run.transaction, cache: references, today: bench.today)
    var done = 0
    for key in order {
      guard let group = groups[key] else { continue }
      try enter(group, book, bench)
      done += group.rows.count
      run.progress(done)
    }
    return bench.outcome
  }

  // MARK: Rows

  private func read(
    _ row: ImportRow, _ bench: FileBench
  ) throws -> (ReportKey, ReportDraft.Entry)? {
    var found: (ReportKey, ReportDraft.Entry)?
    let isFlawed = try bench.isFlawed(row) { found = try checked(row, bench) }
    return isFlawed ? nil : found
  }

  /// Everything that is wrong with a row by itself; what a broken cell leaves open is not asked.
  private func checked(
    _ row: ImportRow, _ bench: FileBench
  ) throws -> (ReportKey, ReportDraft.Entry)? {
    let period = bench.period(row, "period")
    let channel = bench.channel(row, "channel")
    let indicator = bench.indicator(row, "indicator")
    let nature = bench.nature(row, "nature")
    if let period, let nature {
      for violation in ReportKey.futureViolations(period, nature, today: bench.today) {
        bench.fail(
          row, "period", rule: violation.rule, zh: violation.chinese, en: violation.english)
      }
    }
    let sector = bench.sector(row, "sector")
    let coverage = Coverage(named: row["coverage"])
    if coverage == nil {
      bench.fail(
        row, "coverage", rule: "report.coverage", zh: "口径须是整体、余额或单位",
        en: "the coverage is whole, remainder or unit")
    }
    if let indicator, let nature { bench.checkValue(row, "value", indicator, nature) }
    let subject = try subject(row, coverage, period, bench)
    let form = form(row, channel, indicator, period, bench)
    guard let period, let channel, let indicator, let nature, let sector, let coverage,
      let subject, let form
    else { return nil }
    let key = ReportKey(
      formCode: form, channelCode: channel, period: period, nature: nature, sector: sector,
      coverage: coverage, placeCode: subject.place, unitID: subject.unit)
    let entry = ReportDraft.Entry(
      indicatorCode: indicator.code, printed: row["value"], source: bench.source(row))
    return (key, entry)
  }

  /// The place and unit of a row, where the caller may write.
  private func subject(
    _ row: ImportRow, _ coverage: Coverage?, _ period: Period?, _ bench: FileBench
  ) throws -> (place: String, unit: String)? {
    var place = ""
    if !row["place"].isEmpty || (coverage != nil && coverage != .unit) {
      guard let code = bench.place(row, "place", on: period?.lastDay) else { return nil }
      place = code
    }
    guard let coverage else { return nil }
    guard coverage == .unit else {
      if !row["unit"].isEmpty {
        bench.fail(
          row, "unit", rule: "report.unit_of_place", zh: "整体和余额报表不填单位",
          en: "the report of a place names no unit")
        return nil
      }
      return try bench.mayWrite(row, "place", place: place) ? (place, "") : nil
    }
    guard let unit = try bench.unit(row, "unit"), let period else { return nil }
    let fact = try RegisterLookup.enterprise(
      unit, on: period.lastDay, bench.run.transaction)
    let own = fact?.statisticalPlaceCode ?? ""
    return try bench.mayWrite(row, "unit", place: own) ? (place, unit) : nil
  }

  private func form(
    _ row: ImportRow, _ channel: String?, _ indicator: Indicator?, _ period: Period?,
    _ bench: FileBench
  ) -> String? {
    if !row["form"].isEmpty { return row["form"] }
    guard let channel, let indicator, let period else { return nil }
    let form = bench.catalogue.form(
      channel: channel, indicator: indicator.code, period: period)
    if let form { return form.code }
    bench.fail(
      row, "period", rule: "report.form",
      zh: "渠道“\(channel)”没有按此期别填报“\(indicator.chinese)”的报表",
      en: "no form of \(channel) asks for \(indicator.code) by this kind of period")
    return nil
  }

  // MARK: Reports

  private func enter(_ group: Group, _ book: ReportBook, _ bench: FileBench) throws {
    guard let first = group.rows.first else { return }
    let note = group.rows.map { $0["scope_note"] }.first { !$0.isEmpty } ?? ""
    let draft = ReportDraft(
      key: group.key, entries: group.entries, scopeNote: note,
      source: Source(document: first["document"]))
    do {
      let change = try book.record(draft, reason: "导入修订")
      if let before = change.before, !change.isUnchanged, !mayRevise(bench) {
        return refuseRevision(of: before, by: change, group, bench)
      }
      count(change, group, bench)
      if !change.isUnchanged {
        try Journal.record(
          change, action: change.before == nil ? "submit" : "revise", bench.run.transaction)
      }
    } catch let error as StatisticsError {
      if error.violations.isEmpty { bench.fail(first, error) }
      for violation in error.violations { fail(violation, group, bench) }
      try enter(withoutBroken(error.violations, group), book, bench)
    }
  }

  /// The rows against which nothing was said: what is wrong with them, and with their report, was
  /// not asked yet. None where the report as a whole is broken.
  private func withoutBroken(_ violations: [RuleViolation], _ group: Group) -> Group {
    let broken = violations.map { Self.row(of: $0) }
    var left = Group(key: group.key)
    guard !broken.isEmpty, !broken.contains(nil) else { return left }
    for index in group.rows.indices where !broken.contains(index) {
      left.rows.append(group.rows[index])
      left.entries.append(group.entries[index])
    }
    return left
  }

  /// The row in its group that a broken rule is about; nil when it is about the whole report.
  private static func row(of violation: RuleViolation) -> Int? {
    guard violation.path.hasPrefix("observations[") else { return nil }
    return Int(violation.path.dropFirst("observations[".count).prefix { $0 != "]" })
  }

  // MARK: Revisions

  private func mayRevise(_ bench: FileBench) -> Bool {
    bench.run.rights.contains(StatisticsImports.revisingRole.rawValue)
  }

  /// A clerk enters what is new; what is accepted is changed by others. Told at each row that
  /// says something else.
  private func refuseRevision(
    of before: Report, by change: ReportChange, _ group: Group, _ bench: FileBench
  ) {
    let role = StatisticsImports.revisingRole
    let changed = zip(group.rows, group.entries).filter { _, entry in
      Self.isChanged(entry.indicatorCode, before, change)
    }
    for row in changed.isEmpty ? group.rows : changed.map(\.0) {
      bench.fail(
        row, "value", rule: "access.role",
        zh: "这一行会修订已接受的报表（\(before.key.words)），需要角色\(role.chineseName)",
        en: "the row would revise the accepted report \(before.id); that needs the role "
          + role.rawValue)
    }
  }

  private static func isChanged(_ code: String, _ before: Report, _ change: ReportChange) -> Bool {
    change.items.contains { $0.item.doubt.indicatorCode == code }
      || before.observations.first { $0.indicatorCode == code }
        != change.report.observations.first { $0.indicatorCode == code }
  }

  /// A broken rule of the report, told at its row and column.
  private func fail(_ violation: RuleViolation, _ group: Group, _ bench: FileBench) {
    var row = group.rows[0]
    var key = Self.paths[violation.path] ?? ""
    if let index = Self.row(of: violation) {
      if group.rows.indices.contains(index) { row = group.rows[index] }
      let field = violation.path.drop { $0 != "]" }.dropFirst(2)
      key =
        field.hasPrefix("quantity")
        ? "value" : field.hasPrefix("provenance.") ? String(field.dropFirst(11)) : "indicator"
    }
    var finding = bench.run.finding(
      row, key, rule: violation.rule, zh: violation.chinese, en: violation.english)
    if finding.value.isEmpty { finding.value = violation.value }
    bench.outcome.errors.append(finding)
  }

  private func count(_ change: ReportChange, _ group: Group, _ bench: FileBench) {
    let doubts = change.items.filter { $0.before == nil }
    var effect = ImportedRecord.Effect.inserted
    if let before = change.before {
      effect = .revised
      for (row, entry) in zip(group.rows, group.entries) {
        countRow(row, entry, before, change, bench)
      }
    } else {
      bench.outcome.insertedRows += group.rows.count - doubts.count
    }
    bench.outcome.quarantinedRows += doubts.count
    for doubt in doubts { note(doubt.item, group, bench) }
    if change.isUnchanged { return }
    for warning in change.report.warnings {
      bench.outcome.notes.append(
        ImportNote(line: group.rows[0].line, zh: "请核对：\(warning)", en: "please check: \(warning)"))
    }
    bench.outcome.records.append(
      ImportedRecord(
        entity: "report", id: change.report.id, effect: effect,
        revision: change.report.revision))
  }

  private func countRow(
    _ row: ImportRow, _ entry: ReportDraft.Entry, _ before: Report, _ change: ReportChange,
    _ bench: FileBench
  ) {
    let code = entry.indicatorCode
    if change.items.contains(where: { $0.before == nil && $0.item.doubt.indicatorCode == code }) {
      return
    }
    let old = before.observations.first { $0.indicatorCode == code }
    let new = change.report.observations.first { $0.indicatorCode == code }
    if old == new {
      bench.outcome.unchangedRows += 1
      return
    }
    bench.outcome.revisedRows += 1
    let (was, becomes) = (old?.quantity.printed ?? "无", new?.quantity.printed ?? "无")
    bench.outcome.notes.append(
      ImportNote(
        line: row.line, column: bench.run.titles["value"] ?? "value",
        zh: "\(before.key.words)的\(row["indicator"])将改动：“\(was)”→“\(becomes)”",
        en: "\(code) of \(before.id) changes: \(was) → \(becomes)"))
  }

  private func note(_ item: QuarantineItem, _ group: Group, _ bench: FileBench) {
    let index = group.entries.firstIndex { $0.indicatorCode == item.doubt.indicatorCode }
    let candidates = item.doubt.candidates.map(\.quantity.printed).joined(separator: "、")
    bench.outcome.notes.append(
      ImportNote(
        line: index.map { group.rows[$0].line } ?? 0,
        column: bench.run.titles["value"] ?? "value",
        zh: "“\(item.doubt.printed)”存入隔离区：\(item.doubt.chinese)"
          + (candidates.isEmpty ? "" : "；候选：\(candidates)"),
        en: "\(item.doubt.printed) goes into quarantine: \(item.doubt.english)"
          + (candidates.isEmpty ? "" : "; candidates: \(candidates)")))
  }

  // MARK: Taking back

  private func revert(
    _ records: [ImportedRecord], _ transaction: WriteTransaction
  ) throws -> [ImportFinding] {
    let today = CalendarDate.inChina(atMicroseconds: transaction.now)
    let book = try ReportBook(transaction, cache: references, today: today)
    var obstacles: [ImportFinding] = []
    for record in records {
      do {
        let change = try take(record, back: book)
        try Journal.record(
          change, action: record.effect == .inserted ? "withdraw" : "revise", transaction)
      } catch is ChangedSince {
        obstacles.append(StatisticsImports.changedSince(record.id))
      } catch is StatisticsError {
        obstacles.append(StatisticsImports.changedSince(record.id))
      }
    }
    return obstacles
  }

  private struct ChangedSince: Error {}

  private func take(_ record: ImportedRecord, back book: ReportBook) throws -> ReportChange {
    func check(_ report: Report) throws {
      guard report.revision == record.revision else { throw ChangedSince() }
    }
    if record.effect == .revised {
      return try book.restore(
        record.id, revision: record.revision - 1, reason: "撤回导入", check: check)
    }
    return try book.withdraw(record.id, reason: "撤回导入", check: check)
  }
}
