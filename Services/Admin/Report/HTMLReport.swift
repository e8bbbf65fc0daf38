internal import GatewayMessages

/// A report as one HTML page that needs nothing else: it may be mailed and printed.
struct HTMLReport {
  private let report: AnnualReport
  private let language: Language

  init(_ report: AnnualReport, _ language: Language) {
    self.report = report
    self.language = language
  }

  private static let style = """
    body{font-family:"Noto Sans CJK SC","Microsoft YaHei",sans-serif;line-height:1.8;\
    max-width:46em;margin:2em auto;padding:0 1em;color:#222}
    h1{text-align:center;font-size:1.5em}h2{font-size:1.15em;margin-top:2em}
    .figure{white-space:nowrap}.mark{font-size:.75em;color:#555}
    .none{color:#777}.note,.missing{color:#555;border-left:3px solid #ccc;padding-left:.8em}
    .missing{border-color:#b00;color:#b00}code{font-size:.85em}
    """

  var text: String {
    var body = [
      "<h1>\(Self.escaped(report.title))</h1>",
      "<p class=\"note\">\(Self.escaped(ReportWords.legend(report)[language]))</p>",
    ]
    body += report.missingServices.map {
      "<p class=\"missing\">\(Self.escaped(ReportWords.missing($0)[language]))</p>"
    }
    for section in report.sections {
      body.append("<h2 id=\"\(Self.escaped(section.id))\">\(Self.escaped(section.title))</h2>")
      body += paragraphs(of: section)
    }
    body += sources
    return """
      <!doctype html>
      <html lang="zh-CN">
      <head>
      <meta charset="utf-8">
      <title>\(Self.escaped(report.title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      \(body.joined(separator: "\n"))
      </body>
      </html>

      """
  }

  private func paragraphs(of section: Section) -> [String] {
    var lines: [String] = []
    var isInList = false
    for paragraph in section.paragraphs {
      let isItem = paragraph.kind == .item
      if isItem != isInList { lines.append(isItem ? "<ul>" : "</ul>") }
      isInList = isItem
      let text = paragraph.spans.map(span).joined()
      switch paragraph.kind {
      case .item: lines.append("<li>\(text)</li>")
      case .note: lines.append("<p class=\"note\">\(text)</p>")
      case .sentence, .unspecified, .unrecognized: lines.append("<p>\(text)</p>")
      }
    }
    if isInList { lines.append("</ul>") }
    return lines
  }

  private func span(_ span: Span) -> String {
    switch span.content {
    case .text(let text): Self.escaped(text)
    case .figure(let figure): html(figure)
    case nil: ""
    }
  }

  private func html(_ figure: FigureSpan) -> String {
    let mark = ReportWords.mark(figure.mark)[language]
    let title = ([figure.key] + figure.notes).filter { !$0.isEmpty }.joined(separator: "\n")
    let name = figure.mark == .notRecorded ? "figure none" : "figure"
    let suffix = mark.isEmpty ? "" : "<span class=\"mark\">〔\(mark)〕</span>"
    return "<span class=\"\(name)\" title=\"\(Self.escaped(title))\">"
      + "\(Self.escaped(figure.printed))\(suffix)</span>"
  }

  private var sources: [String] {
    let figures = report.figures.filter { !$0.key.isEmpty }
    guard !figures.isEmpty else { return [] }
    let items = figures.map { figure in
      let notes = figure.notes.map { "<br>\(Self.escaped($0))" }.joined()
      return "<li>\(html(figure)): <code>\(Self.escaped(figure.key))</code>\(notes)</li>"
    }
    return ["<h2>\(ReportWords.sources[language])</h2>", "<ul>"] + items + ["</ul>"]
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
