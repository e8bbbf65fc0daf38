// The import kind of stated figures, the same in every service. What a place, a channel or an
// indicator is called in a file is the service's matter: it completes each row.

internal import CommonMessages
package import Imports
internal import Measures
internal import RPC
package import Storage

/// Files of stated figures.
package struct StatedFigureImport: Sendable {
  /// Turns names in a row into codes and checks what the service knows; also whether the actor may
  /// write there.
  package typealias Completion =
    @Sendable (inout StatedFigureRow, ImportRow, ImportRun) throws -> [ImportFinding]
  /// What stands against the actor's writing in a place.
  package typealias Permission =
    @Sendable (_ place: String, ImportRow, ImportRun) throws -> [ImportFinding]

  package static let columns: [Imports.ImportColumn] = [
    .init(
      key: "code", title: "代码", required: true, content: .code,
      explanation: "简短的唯一代码，小写字母、数字和连字符。", example: "gx-2006-federations"),
    .init(
      key: "label", title: "名称", required: true, explanation: "所述内容，用报告的说法。",
      example: "自治区、市、县三级联社个数"),
    .init(
      key: "place", title: "地区", required: true, content: .code,
      explanation: "行政区划代码，或唯一的地名。", example: "450000"),
    .init(
      key: "period", title: "期别", required: true, content: .code,
      explanation: "2013、2013-H1、2013-Q1、2013-05 或 2018-01/2018-02。", example: "2006"),
    .init(
      key: "channel", title: "渠道", content: .code, explanation: "统计数字的渠道；文件未说明则空。"),
    .init(key: "indicator", title: "指标", content: .code, explanation: "统计数字的指标。"),
    .init(key: "sector", title: "行业", explanation: "限于某行业时填写；空为全部。", example: "工艺美术"),
    .init(
      key: "kind", title: "类别", required: true, explanation: "数值、增速或比重。", example: "数值"),
    .init(
      key: "quantity", title: "数值", required: true, content: .printed,
      explanation: "照原文填写，带单位。", example: "82个"),
    .init(
      key: "nature", title: "性质", explanation: "实际（空即实际）、初步、预计、计划、自报、申报。"),
    .init(key: "document", title: "出处文件", required: true, explanation: "文件简称。"),
    .init(key: "sentence", title: "原句", explanation: "所在的句子，照录。"),
    .init(key: "note", title: "备注", explanation: "读者须知：错字、歧义。"),
  ]

  private let book: StatedFigureBook
  private let mayWrite: Permission
  private let complete: Completion

  /// - Parameter mayWrite: asked of the place of a figure that is there already under a row's code;
  ///   `complete` asks for that of the row.
  package init(
    book: StatedFigureBook, mayWrite: @escaping Permission, complete: @escaping Completion
  ) {
    self.book = book
    self.mayWrite = mayWrite
    self.complete = complete
  }

  package var kind: Imports.ImportKind {
    Imports.ImportKind(
      name: "stated_figures", title: "原文数字", columns: Self.columns,
      process: { try process($0) }, revert: { try revert($0, $1) })
  }

  private func process(_ run: ImportRun) throws -> ImportOutcome {
    var outcome = ImportOutcome()
    var lines: [String: Int] = [:]
    for (number, row) in run.rows.enumerated() {
      var (figure, findings, note) = read(row, run)
      if let first = lines[row["code"]] {
        findings.append(
          run.finding(
            row, "code", rule: "row.duplicate", zh: "与第\(first)行代码相同",
            en: "the code is that of line \(first)"))
      } else {
        lines[row["code"]] = row.line
      }
      findings += try complete(&figure, row, run)
      let current = try StatedFigures.current(figure.code, run.transaction)
      if let current, current.placeCode != figure.placeCode {
        findings += try mayWrite(current.placeCode, row, run)
      }
      outcome.errors += findings
      if let note { outcome.notes.append(note) }
      if findings.isEmpty, row.flaws.isEmpty {
        try enter(figure, over: current, run.transaction, &outcome)
      }
      run.progress(number + 1)
    }
    return outcome
  }

  private func enter(
    _ figure: StatedFigureRow, over current: StatedFigureRow?, _ transaction: WriteTransaction,
    _ outcome: inout ImportOutcome
  ) throws {
    guard let current else {
      let stored = try book.create(figure, transaction)
      outcome.insertedRows += 1
      outcome.records.append(
        ImportedRecord(
          entity: "stated_figure", id: stored.code, effect: .inserted, revision: stored.revision))
      return
    }
    if figure.saysTheSame(as: current) {
      outcome.unchangedRows += 1
      return
    }
    let etag = ETag(revision: current.revision).description
    let stored = try book.update(figure, etag: etag, transaction)
    outcome.revisedRows += 1
    outcome.records.append(
      ImportedRecord(
        entity: "stated_figure", id: stored.code, effect: .revised, revision: stored.revision))
  }

  /// Reads a row as a request is read; paths become columns.
  private func read(
    _ row: ImportRow, _ run: ImportRun
  ) -> (StatedFigureRow, [ImportFinding], Imports.ImportNote?) {
    var findings: [ImportFinding] = []
    let nature = row["nature"].isEmpty ? .actual : Measures.Nature(named: row["nature"])
    if nature == nil {
      findings.append(
        run.finding(
          row, "nature", rule: "quantity.nature", zh: "性质应为实际、初步、预计、计划、自报或申报",
          en: "the nature is actual, preliminary, expected, plan, claimed or applied_for"))
    }
    let message = StatedFigure(
      code: row["code"], label: row["label"], placeCode: "000000", period: row["period"],
      channelCode: row["channel"], indicatorCode: row["indicator"], sector: row["sector"],
      kind: StatedKind(named: row["kind"]) ?? .unspecified,
      quantity: .init(
        value: .init(), nature: (nature ?? .actual).message),
      provenance: Provenance(
        document: row["document"], sentence: row["sentence"], note: row["note"]))
    var violations: [Violation] = []
    var figure = StatedFigureRow.reading(message, path: "", violations: &violations)
    figure.placeCode = row["place"]
    findings += violations.map { violation in
      run.finding(
        row, Self.column(violation.path), rule: violation.rule, zh: violation.zh,
        en: violation.en)
    }
    let note = readQuantity(row, nature ?? .actual, &figure, &findings, run)
    return (figure, findings, note)
  }

  /// A number that cannot be read with certainty is kept as printed and names no value.
  private func readQuantity(
    _ row: ImportRow, _ nature: Measures.Nature, _ figure: inout StatedFigureRow,
    _ findings: inout [ImportFinding], _ run: ImportRun
  ) -> Imports.ImportNote? {
    switch Measures.Quantity.read(row["quantity"], nature: nature) {
    case .readable(let quantity):
      figure.setQuantity(quantity)
      return nil
    case .invalid(let reason):
      findings.append(
        run.finding(
          row, "quantity", rule: "quantity.\(reason.rule.rawValue)", zh: reason.chinese,
          en: reason.english))
      return nil
    case .unreadable(let reason, let candidates):
      figure.value = nil
      figure.low = nil
      figure.high = nil
      figure.isLowOpen = true
      figure.isHighOpen = true
      // The printed number and its unit are kept apart, as for one that can be read.
      let unit = candidates.first?.quantity.unit.symbol ?? ""
      let printed = row["quantity"]
      figure.unit = printed.hasSuffix(unit) ? unit : ""
      figure.text = String(printed.dropLast(figure.unit.count))
      return Imports.ImportNote(
        line: row.line, column: run.titles["quantity"] ?? "quantity",
        zh: "数值照原文保存，不作为数使用：\(reason.chinese)",
        en: "kept as printed, not used as a number: \(reason.english)")
    }
  }

  private static func column(_ path: String) -> String {
    switch path.dropFirst() {
    case "provenance.document": "document"
    case "provenance.sentence": "sentence"
    case "provenance.note": "note"
    case "place_code": "place"
    case let field where field.hasPrefix("quantity"): "quantity"
    case let field: String(field)
    }
  }

  private func revert(
    _ records: [ImportedRecord], _ transaction: WriteTransaction
  ) throws -> [ImportFinding] {
    var obstacles: [ImportFinding] = []
    for record in records {
      guard let current = try StatedFigures.current(record.id, transaction),
        current.revision == record.revision
      else {
        obstacles.append(
          ImportFinding(
            value: record.id, rule: "import.changed_since", zh: "\(record.id)后来又改过",
            en: "\(record.id) was changed since"))
        continue
      }
      do {
        try takeBack(record, current, transaction)
      } catch let error as RPCError where !error.violations.isEmpty {
        // What the figure said before breaks a rule by now: its place may be gone.
        obstacles += error.violations.map { violation in
          ImportFinding(
            value: record.id, rule: violation.rule, zh: "\(record.id)：\(violation.messageZh)",
            en: "\(record.id): \(violation.messageEn)")
        }
      }
    }
    return obstacles
  }

  private func takeBack(
    _ record: ImportedRecord, _ current: StatedFigureRow, _ transaction: WriteTransaction
  ) throws {
    let etag = ETag(revision: current.revision).description
    if record.effect == .inserted {
      try book.delete(record.id, etag: etag, transaction)
    } else if let before = try StatedFigures.revision(
      current.revision - 1, of: current.id, transaction)
    {
      _ = try book.update(before, etag: etag, transaction)
    }
  }
}
