internal import GatewayMessages

/// A report as CommonMark with footnotes.
struct MarkdownReport {
  private let report: AnnualReport
  private let language: Language

  init(_ report: AnnualReport, _ language: Language) {
    self.report = report
    self.language = language
  }

  var text: String {
    var footnotes = Footnotes()
    var blocks = [
      "# \(Self.escaped(report.title))", Self.escaped(ReportWords.legend(report)[language]),
    ]
    blocks += report.missingServices.map { "> \(Self.escaped(ReportWords.missing($0)[language]))" }
    for section in report.sections {
      blocks.append("## \(Self.escaped(section.title))")
      blocks += paragraphs(of: section, &footnotes)
    }
    let sources = report.figures.filter { !$0.key.isEmpty }.map { figure in
      "- \(plain(figure)) `\(figure.key)`"
    }
    if !sources.isEmpty {
      blocks.append("## \(ReportWords.sources[language])")
      blocks.append(ReportWords.howToAsk[language])
      blocks.append(sources.joined(separator: "\n"))
    }
    blocks += footnotes.definitions
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// Items that follow each other are one list; a note stands inside the item that it explains.
  private func paragraphs(of section: Section, _ footnotes: inout Footnotes) -> [String] {
    var blocks: [String] = []
    var list: [String] = []
    for paragraph in section.paragraphs {
      let said = paragraph.plainText
      let text = paragraph.spans.map { span($0, said: said, &footnotes) }.joined()
      switch paragraph.kind {
      case .item:
        list.append("- \(text)")
        continue
      case .note where !list.isEmpty:
        list.append("  - \(note(text))")
        continue
      case .note, .sentence, .unspecified, .unrecognized: break
      }
      if !list.isEmpty { blocks.append(list.joined(separator: "\n")) }
      list = []
      blocks.append(paragraph.kind == .note ? note(text) : text)
    }
    if !list.isEmpty { blocks.append(list.joined(separator: "\n")) }
    return blocks
  }

  private func note(_ text: String) -> String {
    "*\(Phrase.label("注", "note", text)[language])*"
  }

  /// - Parameter said: the paragraph in plain words; what it says needs no footnote.
  private func span(_ span: Span, said: String, _ footnotes: inout Footnotes) -> String {
    switch span.content {
    case .text(let text): Self.escaped(text)
    case .figure(let figure):
      plain(figure) + footnotes.reference(figure.notes.filter { !said.contains($0) })
    case nil: ""
    }
  }

  private func plain(_ figure: FigureSpan) -> String {
    let mark = ReportWords.mark(figure.mark)[language]
    let printed = Self.escaped(figure.printed)
    return mark.isEmpty ? printed : "\(printed)〔\(mark)〕"
  }

  /// Characters that CommonMark would read as marks.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\`*_[]<>#|".contains(character) { result.append("\\") }
      result.append(character == "\n" ? " " : character)
    }
    return result
  }

  /// Notes of figures, numbered as they come; the same words have one number.
  private struct Footnotes {
    private var numbers: [String: Int] = [:]
    private var texts: [String] = []

    mutating func reference(_ notes: [String]) -> String {
      notes.map { note in
        if let number = numbers[note] { return "[^\(number)]" }
        texts.append(note)
        numbers[note] = texts.count
        return "[^\(texts.count)]"
      }.joined()
    }

    var definitions: [String] {
      let lines = texts.enumerated().map { "[^\($0.offset + 1)]: \(escaped($0.element))" }
      return lines.isEmpty ? [] : [lines.joined(separator: "\n")]
    }
  }
}
