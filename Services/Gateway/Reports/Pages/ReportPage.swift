// The report as a page: the document's blocks in the shape that the template wants.

package import GatewayDomain

/// Writes a report as HTML.
package struct ReportPage: Sendable {
  /// Where the page will be read.
  package enum Setting: Sendable, Hashable {
    /// At the HTTP face, with the style and the links of the site.
    case site
    /// As a file of its own, with its style in it: mailed, printed, kept.
    case file(FigureSources)
  }

  private let setting: Setting

  package init(_ setting: Setting = .site) {
    self.setting = setting
  }

  package func render(_ document: ReportDocument) -> String {
    PageLibrary.render("report", Values(document, setting))
  }

  private struct Values: Sendable {
    let pageTitle: String
    let embeddedStyle: String?
    let isOfSite: Bool
    let hasLinks: Bool
    let owner: String?
    let heading: String
    let previousYear: Int
    let previousPath: String
    let nextYear: Int
    let nextPath: String
    let publicationsPath: String
    let markdownPath: String
    let jsonPath: String
    let missing: [Missing]
    let sections: [Section]
    let generateTime: String
    let shownTime: String
    let generation: Int64

    init(_ document: ReportDocument, _ setting: Setting) {
      let sources: FigureSources
      switch setting {
      case .site: (sources, embeddedStyle) = (.site, nil)
      case .file(let chosen): (sources, embeddedStyle) = (chosen, Stylesheet.text)
      }
      isOfSite = setting == .site
      hasLinks = sources != .keys
      pageTitle = document.title
      let name = document.federationName
      let isNamed = !name.isEmpty && document.title.hasPrefix(name)
      owner = isNamed ? name : nil
      heading = isNamed ? String(document.title.dropFirst(name.count)) : document.title
      previousYear = document.year - 1
      previousPath = Self.path(document, document.year - 1)
      nextYear = document.year + 1
      nextPath = Self.path(document, document.year + 1)
      publicationsPath = ReportPaths.publications(
        of: document.federationCode, year: document.year)
      markdownPath = Self.path(document, document.year) + "&format=markdown"
      jsonPath = Self.path(document, document.year) + "&format=json"
      missing = document.missing.map {
        Missing(serviceName: $0.service.chinese, code: $0.code, reason: $0.reason)
      }
      sections = document.sections.map { Section($0, sources) }
      generateTime = document.generateTime
      shownTime = BeijingTime.text(document.generateTime)
      generation = document.generation
    }

    private static func path(_ document: ReportDocument, _ year: Int) -> String {
      ReportPaths.report(of: document.federationCode, year: year)
    }
  }

  private struct Missing: Sendable {
    let serviceName: String
    let code: String
    let reason: String
  }

  private struct Section: Sendable {
    let id: String
    let title: String
    let blocks: [Block]

    init(_ section: ReportSection, _ sources: FigureSources) {
      id = section.id
      title = section.title
      blocks = Block.all(section.paragraphs, sources)
    }
  }

  /// A paragraph, a list, a note or a claim: just one of the four is set.
  private struct Block: Sendable {
    var sentence: Line?
    var list: List?
    var aside: Line?
    var claim: ClaimLine?

    /// Neighbouring items are one list; a note behind an item belongs to it.
    static func all(_ paragraphs: [ReportParagraph], _ sources: FigureSources) -> [Block] {
      var blocks: [Block] = []
      for paragraph in paragraphs {
        let line = Line(paragraph, sources)
        let isInList = blocks.last?.list != nil
        switch paragraph.kind {
        case .sentence: blocks.append(Block(sentence: line))
        case .claim: blocks.append(Block(claim: ClaimLine(paragraph, sources)))
        case .item where isInList: blocks[blocks.count - 1].list?.items.append(Item(line))
        case .item: blocks.append(Block(list: List(items: [Item(line)])))
        case .note where isInList: blocks[blocks.count - 1].list?.addNote(line)
        case .note: blocks.append(Block(aside: line))
        }
      }
      return blocks
    }
  }

  private struct List: Sendable {
    var items: [Item]

    mutating func addNote(_ note: Line) {
      guard !items.isEmpty else { return }
      items[items.count - 1].notes.append(note)
    }
  }

  private struct Item: Sendable {
    let spans: [SpanView]
    var notes: [Line] = []

    init(_ line: Line) { spans = line.spans }
  }

  private struct Line: Sendable {
    let spans: [SpanView]

    init(_ paragraph: ReportParagraph, _ sources: FigureSources) {
      spans = paragraph.spans.map { SpanView($0, sources) }
    }
  }

  private struct ClaimLine: Sendable {
    let spans: [SpanView]
    /// Name of the style: "holds".
    let answer: String
    let verdict: String

    init(_ paragraph: ReportParagraph, _ sources: FigureSources) {
      spans = paragraph.spans.map { SpanView($0, sources) }
      answer = paragraph.claim?.outcome.answer.rawValue ?? ""
      verdict = paragraph.claim?.outcome.words ?? ""
    }
  }

  private struct SpanView: Sendable {
    var plain: String?
    var figure: FigureView?

    init(_ span: ReportSpan, _ sources: FigureSources) {
      switch span {
      case .text(let text): plain = text
      case .figure(let printed): figure = FigureView(printed, sources)
      }
    }
  }

  private struct FigureView: Sendable {
    let kind: String
    let link: Link?
    /// The key of a figure that has no link.
    let bareKey: String?
    let printed: String
    let hint: String?
    let tag: String?

    init(_ figure: PrintedFigure, _ sources: FigureSources) {
      kind = figure.mark.rawValue
      printed = figure.printed
      tag = figure.mark.tag
      let notes = figure.notes.joined(separator: "；").nonEmpty
      switch sources {
      case .explanations(let base): (link, bareKey) = (Link(path: base + figure.explainPath), nil)
      case .keys: (link, bareKey) = (nil, figure.key)
      }
      hint = notes
    }
  }

  private struct Link: Sendable {
    let path: String
  }
}

extension PrintedMark {
  /// What stands behind the number; 未统计 and 服务未应答 say it themselves.
  var tag: String? {
    switch self {
    case .stated, .computed: chinese
    case .notRecorded, .unanswered: nil
    }
  }
}

/// Paths of the HTTP face that pages link to.
package enum ReportPaths {
  package static func report(of code: String, year: Int) -> String {
    "/v1/federations/\(URLText.pathSegment(code))/report?year=\(year)"
  }

  package static func publications(of code: String, year: Int) -> String {
    "\(publications(of: code))?year=\(year)"
  }

  package static func publication(of code: String, year: String, number: Int) -> String {
    "\(publications(of: code))/\(number)?year=\(URLText.queryValue(year))&format=html"
  }

  package static func changes(of code: String, year: String, number: Int) -> String {
    "\(publications(of: code))/\(number)/changes?year=\(URLText.queryValue(year))&format=html"
  }

  private static func publications(of code: String) -> String {
    "/v1/federations/\(URLText.pathSegment(code))/report/publications"
  }

  package static func explanation(of key: String) -> String {
    "/v1/figures/explain?key=" + URLText.queryValue(key)
  }
}
