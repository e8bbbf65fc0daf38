// Files of indicators. An indicator is added once and stays what it is: values are stored in its
// unit and scale.

internal import Imports
internal import Measures
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage

struct IndicatorImport: Sendable {
  let references: ReferenceCache

  static let columns = [
    ImportColumn(
      key: "code", title: "代码", required: true, content: .code,
      explanation: "小写字母、数字和下划线，以字母开头。", example: "energy_use"),
    ImportColumn(
      key: "name_zh", title: "中文名", required: true, explanation: "报告中的名称。",
      example: "综合能源消费量"),
    ImportColumn(
      key: "name_en", title: "英文名", required: true, explanation: "英文名称。",
      example: "Energy use"),
    ImportColumn(
      key: "unit", title: "单位", required: true, content: .code,
      explanation: "保存用的单位，不带倍数：元、人、家、个、件、%、吨标准煤……", example: "吨标准煤"),
    ImportColumn(
      key: "scale", title: "小数位", required: true, content: .code, explanation: "0至4。",
      example: "2"),
    ImportColumn(
      key: "kind", title: "类别", required: true, content: .code,
      explanation: "流量、存量或比率。", example: "流量"),
    ImportColumn(
      key: "part_of", title: "属于", content: .code, explanation: "是哪个指标的一部分；空为无。"),
    ImportColumn(
      key: "may_be_negative", title: "可为负", content: .code,
      explanation: "是：数值可以小于零，如利润；空或否：不可以。比率总可以。"),
  ]

  var kind: ImportKind {
    ImportKind(
      name: "indicators", title: "指标", columns: Self.columns, process: { try process($0) },
      revert: { records, transaction in
        try records.compactMap { record in
          if try CatalogueTable.remove(record.id, transaction) { return nil }
          return ImportFinding(
            value: record.id, rule: "import.in_use", zh: "指标\(record.id)已被使用",
            en: "the indicator \(record.id) is in use")
        }
      })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    let bench = try FileBench(run, references)
    // Indicators of this file may be parts of one another, so the catalogue grows with each row.
    var known = bench.catalogue
    var failed: Set<String> = []
    for (number, row) in run.rows.enumerated() {
      let isFlawed = try bench.isFlawed(row) {
        guard let indicator = read(row, known, bench) else { return }
        // A part whose whole stands in a broken row cannot be judged.
        let isOrphan = failed.contains(row["part_of"]) || run.mayStandUnread(row["part_of"])
        if !isOrphan { known = try enter(indicator, row, known, bench) }
      }
      if isFlawed { failed.formUnion([row["code"], row["name_zh"]]) }
      run.progress(number + 1)
    }
    return bench.outcome
  }

  private static let answers = ["是": true, "yes": true, "否": false, "no": false, "": false]

  private func read(
    _ row: ImportRow, _ known: Catalogue, _ bench: FileBench
  ) -> Indicator? {
    let scale = Int(row["scale"]) ?? -1
    var violations = Indicator.violations(
      code: row["code"], chinese: row["name_zh"], english: row["name_en"], unit: row["unit"],
      scale: scale)
    let kind = IndicatorKind(named: row["kind"])
    if kind == nil {
      violations.append(
        RuleViolation(
          path: "kind", value: row["kind"], rule: "indicator.kind", chinese: "须是流量、存量或比率",
          english: "The kind is flow, stock or rate."))
    }
    let mayBeNegative = Self.answers[row["may_be_negative"]]
    if mayBeNegative == nil {
      violations.append(
        RuleViolation(
          path: "may_be_negative", value: row["may_be_negative"], rule: "indicator.may_be_negative",
          chinese: "须是“是”、“否”或空", english: "Write 是 (yes), 否 (no) or nothing."))
    }
    guard violations.isEmpty, let kind, let mayBeNegative, let unit = MeasureUnit(row["unit"])
    else {
      fail(violations, row, bench)
      return nil
    }
    let partOf = known.indicator(named: row["part_of"])?.code ?? row["part_of"]
    return Indicator(
      code: row["code"], chinese: row["name_zh"], english: row["name_en"], unit: unit,
      scale: scale, kind: kind, partOf: partOf.isEmpty ? nil : partOf,
      mayBeNegative: mayBeNegative)
  }

  private func enter(
    _ indicator: Indicator, _ row: ImportRow, _ known: Catalogue, _ bench: FileBench
  ) throws -> Catalogue {
    if let existing = try? known.indicator(indicator.code) {
      if existing == indicator {
        bench.outcome.unchangedRows += 1
      } else {
        bench.fail(
          row, "code", rule: "indicator.exists", zh: "代码已有，内容不同；指标不能改动",
          en: "the code exists with another content; an indicator stays what it is")
      }
      return known
    }
    let violations = known.violations(adding: indicator)
    guard violations.isEmpty else {
      fail(violations, row, bench)
      return known
    }
    try CatalogueTable.insert(indicator, bench.run.transaction)
    try Journal.record(
      catalogue: "indicator", indicator.code, indicator.message, bench.run.transaction)
    bench.outcome.insertedRows += 1
    bench.outcome.records.append(
      ImportedRecord(entity: "indicator", id: indicator.code, effect: .inserted, revision: 1))
    return Catalogue(
      indicators: known.indicators + [indicator], channels: known.channels, forms: known.forms)
  }

  private func fail(_ violations: [RuleViolation], _ row: ImportRow, _ bench: FileBench) {
    for violation in violations {
      bench.fail(
        row, violation.path, rule: violation.rule, zh: violation.chinese,
        en: violation.english)
    }
  }
}
