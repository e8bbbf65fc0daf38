// The report as Markdown (CommonMark): readable as it is, and every number a link.

package import GatewayDomain

/// Writes a report as Markdown.
package struct MarkdownRenderer: Sendable {
  private let base: String

  /// - Parameter base: put in front of the links, such as "http://127.0.0.1:8080"; empty leaves
  ///   them relative to the site.
  package init(linkBase base: String = "") {
    self.base = base
  }

  package func render(_ document: ReportDocument) -> String {
    var links = LinkList(base: base)
    var blocks = ["# " + Self.escaped(document.title), Self.legend(document)]
    blocks += document.missing.map { missing in
      "> **\(missing.service.chinese)没有应答**（\(missing.code)）："
        + Self.escaped(missing.reason)
    }
    for section in document.sections {
      blocks.append("## " + Self.escaped(section.title))
      blocks += Self.blocks(section.paragraphs, &links)
    }
    if !links.definitions.isEmpty { blocks.append(links.definitions.joined(separator: "\n")) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func legend(_ document: ReportDocument) -> String {
    "〔原文〕文件所载 · 〔计算〕由记录得出 · 未统计：没有记录，不等于零。"
      + "生成时间 \(escaped(document.generateTime))，数据版本 \(document.generation)。"
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

  private static func text(_ span: ReportSpan, _ links: inout LinkList) -> String {
    switch span {
    case .text(let text): return escaped(text)
    case .figure(let figure):
      let number = links.number(of: figure)
      // 未统计 is its own mark.
      let mark = figure.mark == .notRecorded ? "" : "〔\(figure.mark.chinese)〕"
      return "[\(escaped(figure.printed))][\(number)]\(mark)"
    }
  }

  /// Escapes what Markdown would take for markup.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~": result += "\\\(character)"
      case "&": result += "&amp;"
      case "\n", "\r", "\r\n": result += " "
      default: result.append(character)
      }
    }
    return result
  }

  /// Numbered link definitions; a figure printed twice has one.
  private struct LinkList {
    let base: String
    private var numbers: [String: Int] = [:]
    private(set) var definitions: [String] = []

    init(base: String) { self.base = base }

    mutating func number(of figure: PrintedFigure) -> Int {
      if let known = numbers[figure.key] { return known }
      let number = numbers.count + 1
      numbers[figure.key] = number
      definitions.append("[\(number)]: \(base)\(figure.explainPath)")
      return number
    }
  }
}
