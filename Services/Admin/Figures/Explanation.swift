// "Where does this number come from": the figure, how it is computed, and every record behind it.

internal import CommonMessages
internal import GatewayMessages
internal import RPC

/// The whole answer to one question, all pages of it.
struct Explanation: Sendable {
  var figure: Figure
  var formula: Phrase
  var inputs: [Figure]
  var records: [FigureRecord]

  static let pageSize: UInt32 = 1000

  /// Asks the gateway, which knows whose figure it is, page by page.
  static func ask(_ key: String, asOf: String, _ session: Session) async throws -> Explanation {
    let client = try session.reports()
    return try await session.calling(.gateway) {
      var request = ExplainReportFigureRequest(key: key, asOf: asOf, pageSize: pageSize)
      func page() async throws -> FigureExplanation {
        let answer = try await client.explainReportFigure(request, options: try session.options())
        guard let explanation = answer.explanation else {
          throw RPCError(.internal, "the answer carries no explanation")
        }
        return explanation
      }
      let first = try await page()
      var explanation = Explanation(
        figure: first.figure ?? Figure(key: key),
        formula: Phrase(first.formulaZh, first.formulaEn), inputs: first.inputs,
        records: first.records)
      request.pageToken = first.nextPageToken
      while !request.pageToken.isEmpty {
        let next = try await page()
        explanation.records += next.records
        request.pageToken = next.nextPageToken
      }
      return explanation
    }
  }

  func lines(_ language: Language) -> [String] {
    var lines = [figure.key]
    let value = FigureText.figure(figure, language)
    lines.append(
      figure.label.isEmpty
        ? "  \(value)" : "  \(Phrase.label(figure.label, figure.label, value)[language])")
    if !formula[language].isEmpty {
      lines.append("  \(Phrase.label("算法", "how", formula[language])[language])")
    }
    lines += figure.notes.map { "  \(Phrase.label("说明", "note", $0)[language])" }
    if figure.mark == .stated {
      lines += FigureText.provenance(figure.provenance).map { "  \($0[language])" }
    }
    if let rest = figure.undecomposed {
      let rest = FigureText.quantity(rest)
      lines.append("  \(Phrase.label("未分解", "not broken down", rest)[language])")
    }
    if !inputs.isEmpty {
      lines.append(Phrase("由以下数字算出：", "computed from:")[language])
      lines += inputs.map { "  \($0.key)  \(FigureText.figure($0, language))" }
    }
    if !records.isEmpty {
      lines.append(
        Phrase("依据的记录 (\(records.count))：", "records (\(records.count)):")[language])
      lines += records.flatMap { Self.lines($0, language) }
    }
    if !figure.quarantineIds.isEmpty {
      let ids = figure.quarantineIds.joined(separator: ", ")
      lines.append(
        Phrase(
          "隔离中、未计入：\(ids) (lianshe quarantine show)",
          "in quarantine, not in it: \(ids) (lianshe quarantine show)")[language])
    }
    return lines
  }

  private static func lines(_ record: FigureRecord, _ language: Language) -> [String] {
    let type =
      switch record.recordType {
      case "report": Phrase("报表", "report")
      case "stated_figure": Phrase("原文数字", "stated figure")
      case "target": Phrase("目标", "target")
      case "federation": Phrase("联社", "federation")
      default: Phrase(record.recordType, record.recordType)
      }
    let revision = Phrase("修订 \(record.revision)", "revision \(record.revision)")
    let parts = [
      type[language], record.recordId, record.revision > 0 ? revision[language] : "",
      record.placeCode, FigureText.coverage(record.coverage)?[language] ?? "", record.period,
      record.indicatorCode, FigureText.quantity(record.quantity),
      record.quantity.flatMap { FigureText.nature($0.nature) }?[language] ?? "",
    ]
    var lines = ["  " + parts.filter { !$0.isEmpty }.joined(separator: "  ")]
    lines += FigureText.provenance(record.provenance).map { "    \($0[language])" }
    if let recorded = recorded(record) { lines.append("    \(recorded[language])") }
    return lines
  }

  /// Who recorded it and when, as far as the service says.
  private static func recorded(_ record: FigureRecord) -> Phrase? {
    let time = BeijingTime.phrase(record.recordTime)
    switch (record.recordedBy, record.recordTime.isEmpty) {
    case ("", true): return nil
    case ("", false): return Phrase("录入于 \(time.zh)", "recorded \(time.en)")
    case (let name, true): return Phrase.label("录入", "recorded by", name)
    case (let name, false):
      return Phrase("录入：\(name)，\(time.zh)", "recorded by \(name), \(time.en)")
    }
  }
}
