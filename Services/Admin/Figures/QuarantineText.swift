// Doubtful values, as the clerk who decides about them needs to see them.

internal import CommonMessages
internal import StatisticsMessages

enum QuarantineText {
  static func state(_ state: QuarantineState) -> Phrase {
    switch state {
    case .open: Phrase("待核", "open")
    case .accepted: Phrase("已采用", "accepted")
    case .corrected: Phrase("已更正", "corrected")
    case .rejected: Phrase("已剔除", "rejected")
    case .settled: Phrase("已不存疑", "settled")
    case .unspecified, .unrecognized: Phrase("?", "?")
    }
  }

  static func table(_ items: [QuarantineItem], _ language: Language) -> [String] {
    let heading = [
      Phrase("编号", "id"), Phrase("地区", "place"), Phrase("期别", "period"),
      Phrase("渠道或种类", "channel or kind"), Phrase("指标或字段", "indicator or field"),
      Phrase("原样", "printed"),
      Phrase("可能是", "candidates"), Phrase("状态", "state"),
    ].map { $0[language] }
    let rows = items.map { item in
      [
        item.id, item.placeCode, item.period,
        item.channelCode.isEmpty ? item.recordType : item.channelCode, subject(item),
        item.printedText,
        item.candidates.enumerated().map { index, candidate in
          "\(index + 1). \(FigureText.quantity(candidate.quantity))"
        }.joined(separator: "  "),
        state(item.state)[language],
      ]
    }
    return Table.lines([heading] + rows)
  }

  /// The indicator of a report, or the field of an entry.
  private static func subject(_ item: QuarantineItem) -> String {
    item.field.isEmpty ? item.indicatorCode : item.field
  }

  static func lines(
    _ item: QuarantineItem, of service: ServiceName, _ language: Language
  ) -> [String] {
    var lines = [
      item.id,
      "  \([item.placeCode, item.period, item.recordType, item.channelCode, subject(item), item.sector].filter { !$0.isEmpty }.joined(separator: "  "))",
      "  \(Phrase.label("原样", "printed", item.printedText)[language])",
      "  \(Phrase("疑点：\(item.reasonZh)", "doubt: \(item.reasonEn)")[language]) [\(item.rule)]",
    ]
    for (index, candidate) in item.candidates.enumerated() {
      let why = Phrase(candidate.rationaleZh, candidate.rationaleEn)[language]
      let value = FigureText.quantity(candidate.quantity)
      lines.append(
        Phrase(
          "  候选 \(index + 1)：\(value)  \(why)", "  candidate \(index + 1): \(value)  \(why)")[
            language])
    }
    lines += FigureText.provenance(item.provenance).map { "  \($0[language])" }
    lines.append("  \(Phrase.label("状态", "state", state(item.state)[language])[language])")
    if item.state != .open {
      let value = FigureText.quantity(item.resolvedQuantity)
      let time = BeijingTime.phrase(item.resolveTime)[language]
      let decision = [value, item.resolutionReason, item.resolvedBy, time]
        .filter { !$0.isEmpty }.joined(separator: "  ")
      lines.append("  \(Phrase.label("处理", "decision", decision)[language])")
    } else {
      lines += howTo(item, service, language)
    }
    return lines
  }

  /// The commands that decide about an item.
  private static func howTo(
    _ item: QuarantineItem, _ service: ServiceName, _ language: Language
  ) -> [String] {
    let owner = service == .statistics ? "" : " --service \(service.rawValue)"
    let command = "lianshe quarantine resolve \(item.id)\(owner)"
    let reason = Phrase("--reason 理由", "--reason WHY")[language]
    let value = Phrase("数值", "VALUE")[language]
    let accept = item.candidates.isEmpty ? [] : ["  \(command) --accept 1 \(reason)"]
    return accept + [
      "  \(command) --correct \(value) \(reason)", "  \(command) --reject \(reason)",
    ]
  }
}
