// Writes the annual work report from its facts. Nothing here knows any federation, place or figure:
// what is recorded decides what is said, and what is not recorded is said to be missing.

package import GatewayDomain
internal import Measures

/// Turns facts into a document. Pure: the same facts give the same document.
package struct ReportComposer: Sendable {
  let facts: ReportFacts
  let template: ReportTemplate

  package init(_ facts: ReportFacts) {
    self.facts = facts
    template = facts.template ?? Self.standard(facts)
  }

  /// The built-in template, which a test reads.
  private static func standard(_ facts: ReportFacts) -> ReportTemplate {
    let read = try? ReportTemplate(
      parsing: ReportTemplate.defaultText, facts.templateContext)
    return read ?? ReportTemplate(title: "", sections: [])
  }

  /// The annual work report, in the order and the words of its template.
  package func document() -> ReportDocument {
    var sections = template.sections.enumerated().map { index, section in
      ReportSection(
        id: section.id, title: "\(ChineseNumber.ordinal(index + 1))、\(section.title)",
        paragraphs: section.lines.flatMap { paragraphs($0, in: section) })
    }
    if let last = sections.last, !facts.omissions.isEmpty {
      let notes = facts.omissions.map { ReportParagraph(.note, $0 + "。") }
      sections[sections.count - 1] = ReportSection(
        id: last.id, title: last.title, paragraphs: last.paragraphs + notes)
    }
    return ReportDocument(
      title: template.title, federationCode: facts.federationCode,
      federationName: facts.federation?.name ?? "", year: facts.year, sections: sections,
      missing: facts.missing, generateTime: facts.generateTime,
      generation: facts.statistics?.generation ?? 0)
  }

  /// Writes phrases about figures of statistics; they say where a doubt is told.
  func phrase(_ plan: FigurePlan) -> FigurePhrase {
    FigurePhrase(
      plan: plan, quarantineSection: template.quarantineSection.map(ChineseNumber.ordinal))
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
