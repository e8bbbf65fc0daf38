// The annual report arrives as a document: sections, paragraphs, and numbers bound to their keys.
// Here it becomes text in the form that the reader wants.

internal import ArgumentParser
internal import GatewayMessages
internal import Wire

enum ReportFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
  case markdown, json, html

  func write(_ report: AnnualReport, _ language: Language) throws -> [UInt8] {
    switch self {
    case .markdown: Array(MarkdownReport(report, language).text.utf8)
    case .html: Array(HTMLReport(report, language).text.utf8)
    case .json: try report.jsonUTF8() + [UInt8(ascii: "\n")]
    }
  }
}

/// Words of a report that are the same in every form.
enum ReportWords {
  static func mark(_ mark: Mark) -> Phrase {
    switch mark {
    case .stated: Phrase("原文", "stated")
    case .computed: Phrase("计算", "computed")
    case .notRecorded, .unspecified, .unrecognized: Phrase("", "")
    }
  }

  static func missing(_ service: MissingService) -> Phrase {
    Phrase(
      "服务 \(service.service) 没有答复 (\(service.code))：\(service.reason)；本报告缺它的数字",
      "the service \(service.service) did not answer (\(service.code)): \(service.reason); "
        + "its figures are missing here")
  }

  static let sources = Phrase("数字的由来", "Where the figures come from")

  static let howToAsk = Phrase(
    "某个数字是怎么来的：`lianshe explain '键'`", "Ask for any of them: `lianshe explain 'KEY'`")

  static func legend(_ report: AnnualReport) -> Phrase {
    Phrase(
      "〔原文〕文件所载 · 〔计算〕由记录得出 · 未统计：没有记录，不等于零。"
        + "生成时间 \(report.generateTime)，数据版本 \(report.generation)。",
      "[stated]: a document says so · [computed]: from records · 未统计: not recorded, which is not "
        + "zero. Computed at \(report.generateTime), data generation \(report.generation).")
  }
}

extension Paragraph {
  /// The words alone, without marks.
  var plainText: String {
    spans.map { span in
      switch span.content {
      case .text(let text): text
      case .figure(let figure): figure.printed
      case nil: ""
      }
    }.joined()
  }
}

extension AnnualReport {
  /// Every figure once, in the order of the text.
  var figures: [FigureSpan] {
    var seen: Set<String> = []
    return sections.flatMap(\.paragraphs).flatMap(\.spans).compactMap { span in
      guard case .figure(let figure) = span.content, seen.insert(figure.key).inserted else {
        return nil
      }
      return figure
    }
  }
}
