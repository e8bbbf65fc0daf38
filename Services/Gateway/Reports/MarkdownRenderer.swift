// The report as Markdown (CommonMark): readable as it is, and every number tells where it comes from.

package import GatewayDomain

/// Writes a report as Markdown.
package struct MarkdownRenderer: Sendable {
  private let sources: FigureSources

  package init(_ sources: FigureSources) {
    self.sources = sources
  }

  package func render(_ document: ReportDocument) -> String {
    var links = LinkList(sources)
    var blocks = ["# " + Self.escaped(document.title), Self.legend(document)]
    blocks += document.missing.map { missing in
      "> **\(missing.service.chinese)没有应答**（\(missing.code)）："
        + Self.escaped(missing.reason)
    }
    for section in document.sections {
      blocks.append("## " + Self.escaped(section.title))
      blocks += Self.blocks(section.paragraphs, &links)
    }
    blocks += links.blocks
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func legend(_ document: ReportDocument) -> String {
    "〔原文〕文件所载 · 〔计算〕由记录得出 · 未统计：没有记录，不等于零。"
      + "生成时间 \(escaped(BeijingTime.text(document.generateTime)))，数据版本 \(document.generation)。"
  }

  /// Neighbouring items are one list; all else is a block of its own.
  private static func blocks(
    _ paragraphs: [ReportParagraph], _ links: inout LinkList
  ) -> [String] {
    var blocks: [String] = []
    var previous: ReportParagraph.Kind?
    for paragraph in paragraphs {
      let text = paragraph.spans.map { Self.text($0, &links) }.joined()
      switch paragraph.kind {
      case .sentence: blocks.append(text)
      case .claim: blocks.append(text + verdict(paragraph.claim))
      case .item where previous == .item:
        blocks[blocks.count - 1] += "\n- " + text
      case .item: blocks.append("- " + text)
      // Inside the item that it explains.
      case .note where previous == .item:
        blocks[blocks.count - 1] += "\n  - *注：\(text)*"
        continue
      case .note: blocks.append("*注：\(text)*")
      }
      previous = paragraph.kind
    }
    return blocks
  }

  /// " **〔成立〕**".
  private static func verdict(_ claim: ReportClaim?) -> String {
    claim.map { " **\(escaped($0.verdict))**" } ?? ""
  }

  private static func text(_ span: ReportSpan, _ links: inout LinkList) -> String {
    switch span {
    case .text(let text): return escaped(text)
    case .figure(let figure): return links.reference(to: figure)
    }
  }

  /// Escapes what Markdown would take for markup.
  static func escaped(_ text: String, and more: Character? = nil) -> String {
    var result = ""
    for character in text {
      switch character {
      case more: result += "\\\(character)"
      case "\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~": result += "\\\(character)"
      case "&": result += "&amp;"
      case "\n", "\r", "\r\n": result += " "
      default: result.append(character)
      }
    }
    return result
  }

  /// The figures of a text, each once: as numbered link definitions, or as a list of keys.
  private struct LinkList {
    private let sources: FigureSources
    private var numbers: [String: Int] = [:]
    private var definitions: [String] = []

    init(_ sources: FigureSources) { self.sources = sources }

    /// "[810亿元][1]〔计算〕", "810亿元〔计算〕"; 未统计 is its own mark.
    mutating func reference(to figure: PrintedFigure) -> String {
      let mark = figure.mark.tag.map { "〔\($0)〕" } ?? ""
      let printed = escaped(figure.printed)
      let number = numbers[figure.key] ?? define(figure, printed + mark)
      switch sources {
      case .explanations: return "[\(printed)][\(number)]\(mark)"
      case .keys: return printed + mark
      }
    }

    private mutating func define(_ figure: PrintedFigure, _ text: String) -> Int {
      let number = numbers.count + 1
      numbers[figure.key] = number
      let notes = figure.notes.joined(separator: "；")
      switch sources {
      case .explanations(let base):
        let title = notes.isEmpty ? "" : " \"\(escaped(notes, and: "\""))\""
        definitions.append("[\(number)]: \(base)\(figure.explainPath)\(title)")
      case .keys:
        let remark = notes.isEmpty ? "" : "：\(escaped(notes))"
        definitions.append("- \(text) `\(figure.key)`\(remark)")
      }
      return number
    }

    var blocks: [String] {
      guard !definitions.isEmpty else { return [] }
      let list = definitions.joined(separator: "\n")
      switch sources {
      case .explanations: return [list]
      case .keys: return ["## 数字的由来", "某个数字是怎么来的：`lianshe explain '键'`", list]
      }
    }
  }
}
