// The answer of an explanation in the words of its page.

internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain
internal import GatewayReports
internal import Measures

extension ExplanationDocument {
  init(
    _ answer: FigureExplanation, question: FigureQuestion, names: ExplanationNames
  ) {
    let service = ServiceName(ofKey: question.key)
    let figure = answer.figure ?? CommonMessages.Figure(key: question.key)
    let known = KnownFigure(figure)
    let undecomposed =
      known.undecomposed.isEmpty ? [] : ["其中\(known.undecomposed)未分解到下级"]
    let quarantined =
      known.quarantinedCount == 0 ? [] : ["另有\(known.quarantinedCount)个存疑值没有计入"]
    self.init(
      figure: Input(figure), range: Self.range(known.quantity), formula: answer.formulaZh,
      notes: figure.notes + undecomposed + quarantined, inputs: answer.inputs.map(Input.init),
      records: answer.records.map { Record($0, of: service, names: names) },
      recordCount: max(answer.totalSize, UInt64(answer.records.count)),
      nextPath: answer.nextPageToken.isEmpty
        ? nil : Self.nextPath(question, token: answer.nextPageToken))
  }

  private static func range(_ quantity: Measures.Quantity?) -> String {
    guard let quantity, !quantity.interval.isPoint else { return "" }
    let interval = quantity.interval
    func end(_ value: ExactDecimal?) -> String {
      guard let value, let text = try? PrintStyle.exact.text(value, unit: quantity.unit) else {
        return "不限"
      }
      return Measures.Quantity.printed(text, unit: quantity.unit)
    }
    let low = end(interval.low) + (interval.low != nil && interval.lowOpen ? "（不含）" : "")
    let high = end(interval.high) + (interval.high != nil && interval.highOpen ? "（不含）" : "")
    return "真值在 \(low) 与 \(high) 之间"
  }

  private static func nextPath(_ question: FigureQuestion, token: String) -> String {
    var path = ReportPaths.explanation(of: question.key)
    path += "&format=html&page_token=" + URLText.queryValue(token)
    if question.pageSize > 0 { path += "&page_size=\(question.pageSize)" }
    if !question.asOf.isEmpty { path += "&as_of=" + URLText.queryValue(question.asOf) }
    return path
  }
}

extension ExplanationDocument.Input {
  init(_ figure: CommonMessages.Figure) {
    let known = KnownFigure(figure)
    let part = known.part.map { "（\($0.words)）" } ?? ""
    self.init(
      key: figure.key, label: figure.label + part, printed: known.printed, mark: known.mark)
  }
}

extension ExplanationDocument.Record {
  init(_ record: FigureRecord, of service: ServiceName, names: ExplanationNames) {
    let place = names.places[record.placeCode] ?? record.placeCode
    // A federation's name says its place already.
    let isFederation = record.recordType == "federation"
    let revision = record.revision > 1 ? "第\(record.revision)版" : ""
    let recorded = record.recordTime.isEmpty ? "" : "记录于\(BeijingTime.text(record.recordTime))"
    self.init(
      type: Self.typeName(record.recordType, names), name: Self.name(record, place),
      path: Self.path(record, of: service),
      printed: record.quantity.map(Self.printed) ?? "",
      facts: [isFederation ? "" : place, record.period, revision, record.recordedBy, recorded],
      document: record.provenance?.document ?? "", sentence: record.provenance?.sentence ?? "",
      note: record.provenance?.note ?? "")
  }

  private static func printed(_ quantity: CommonMessages.Quantity) -> String {
    Measures.Quantity(quantity)?.printed ?? quantity.text + quantity.unit
  }

  private static func typeName(_ type: String, _ names: ExplanationNames) -> String {
    switch type {
    case "report": "报表"
    case "stated_figure": "原文数字"
    case "target": "目标"
    case "federation": "联社"
    default: names.kinds[type] ?? type
    }
  }

  private static func name(_ record: FigureRecord, _ place: String) -> String {
    record.recordType == "federation" ? "\(place)（\(record.recordId)）" : record.recordId
  }

  /// A figure of entries has the entries' kinds as the types of its records.
  private static func path(_ record: FigureRecord, of service: ServiceName) -> String? {
    let id = URLText.pathSegment(record.recordId)
    switch record.recordType {
    case "report": return "/v1/statistical-reports/\(id)"
    case "federation": return "/v1/federations/\(id)"
    case "stated_figure", "target": return nil
    default:
      guard ServiceName.withEntries.contains(service) else { return nil }
      return "/v1/entries/\(service.rawValue)/\(id)"
    }
  }
}
