// Writes the annual work report from its facts. Nothing here knows any federation, place or figure:
// what is recorded decides what is said, and what is not recorded is said to be missing.

package import GatewayDomain
internal import Measures

/// Turns facts into a document. Pure: the same facts give the same document.
package struct ReportComposer: Sendable {
  let facts: ReportFacts

  package init(_ facts: ReportFacts) {
    self.facts = facts
  }

  /// The statistics part of the annual work report, and the federation's network.
  package func document() -> ReportDocument {
    return ReportDocument(
      title: "\(federationName)\(facts.year)年度工作报告（统计部分）",
      federationCode: facts.federationCode, federationName: facts.federation?.name ?? "",
      year: facts.year,
      sections: SectionKind.allCases.map { kind in
        let (title, paragraphs) = content(kind)
        return ReportSection(
          id: kind.rawValue, title: "\(kind.number)、\(title)", paragraphs: paragraphs)
      },
      missing: facts.missing, generateTime: facts.generateTime,
      generation: facts.statistics?.generation ?? 0)
  }

  private func content(_ kind: SectionKind) -> (title: String, paragraphs: [ReportParagraph]) {
    switch kind {
    case .economy: ("经济运行", economy)
    case .places: (placesTitle, places)
    case .targets: ("目标", targets)
    case .history: ("历史对照", history)
    case .quarantine: ("存疑数据", quarantine)
    case .differences: ("原文与计算的差异", differences)
    case .network: ("联社组织", network)
    }
  }

  private var federationName: String {
    if let name = facts.federation?.name, !name.isEmpty { return name }
    return "联社\(facts.federationCode)　"
  }

  private var placesTitle: String {
    switch facts.federation?.level {
    case .national: "各省（自治区、直辖市）情况"
    case .province: "各市情况"
    case .city: "各县（市、区）情况"
    case .county, nil: "下级地区情况"
    }
  }

  /// What a section says when its service did not answer.
  func absence(of service: ServiceName) -> [ReportParagraph] {
    let cause = facts.missing(service).map { "（\($0.code)）" } ?? ""
    return [
      ReportParagraph(.note, "\(service.chinese)没有应答\(cause)，本节内容缺失，不等于没有记录。")
    ]
  }

  /// The section of statistics: its paragraphs, or that the service is away.
  func withStatistics(_ body: (FigurePlan) -> [ReportParagraph]) -> [ReportParagraph] {
    guard let statistics = facts.statistics else { return absence(of: .statistics) }
    return body(FigurePlan(place: facts.placeCode, year: facts.year, facts: statistics))
  }
}

/// The sections in their order, by their ids.
enum SectionKind: String, CaseIterable {
  case economy, places, targets, history, quarantine, differences, network

  /// "五": of its heading, and as other sections refer to it.
  var number: String {
    ChineseNumber.ordinal((Self.allCases.firstIndex(of: self) ?? 0) + 1)
  }
}

/// Numbers of headings and lists.
enum ChineseNumber {
  /// 一 … 十, 十一 ….
  static func ordinal(_ number: Int) -> String {
    let digits = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
    guard (1...99).contains(number) else { return "\(number)" }
    let tens = number / 10
    let head = tens == 0 ? "" : (tens == 1 ? "" : digits[tens]) + "十"
    return head + digits[number % 10]
  }

  /// ① … ⑳, then (21).
  static func circled(_ number: Int) -> String {
    guard (1...20).contains(number), let scalar = Unicode.Scalar(0x2460 + number - 1) else {
      return "(\(number))"
    }
    return String(Character(scalar))
  }
}

extension [[ReportSpan]] {
  /// The parts with a text between each two.
  func joined(by separator: String) -> [ReportSpan] {
    var result: [ReportSpan] = []
    for (index, part) in enumerated() {
      if index > 0 { result.append(.text(separator)) }
      result += part
    }
    return result
  }
}
