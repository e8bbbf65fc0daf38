// The text of a report as data. A template says in which order a report tells what, and in which
// words; every number in it is a key. README.md shows the form of its lines.

internal import Measures

/// A template, read for one federation and year: every placeholder is replaced.
package struct ReportTemplate: Sendable, Hashable {
  package let title: String
  package let sections: [TemplateSection]

  package init(title: String, sections: [TemplateSection]) {
    self.title = title
    self.sections = sections
  }

  /// Every key that the report prints or tests, once.
  package var keys: [String] {
    var seen: Set<String> = []
    return sections.flatMap(\.lines).flatMap(\.keys).filter { seen.insert($0).inserted }
  }

  package var blocks: Set<TemplateBlock> {
    Set(
      sections.flatMap(\.lines).compactMap {
        if case .block(let block) = $0.content { block } else { nil }
      })
  }

  /// Where the doubtful values are listed, counted from 1; nil where the report does not list them.
  package var quarantineSection: Int? {
    sections.firstIndex { section in
      section.lines.contains { $0.content == .block(.quarantine) }
    }.map { $0 + 1 }
  }
}

package struct TemplateSection: Sendable, Hashable {
  /// Small letters, digits and hyphens; an anchor.
  package let id: String
  package let title: String
  package let lines: [TemplateLine]

  package init(id: String, title: String, lines: [TemplateLine]) {
    self.id = id
    self.title = title
    self.lines = lines
  }
}

package struct TemplateLine: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    case sentence([TemplatePiece])
    case item([TemplatePiece])
    case note([TemplatePiece])
    case block(TemplateBlock)
    case claim([TemplatePiece], ClaimTest)
  }

  /// In the template's text, from 1.
  package let number: Int
  package let content: Content

  package init(number: Int, content: Content) {
    self.number = number
    self.content = content
  }

  var keys: [String] {
    switch content {
    case .sentence(let pieces), .item(let pieces), .note(let pieces): pieces.compactMap(\.key)
    case .claim(let pieces, let test): pieces.compactMap(\.key) + test.keys
    case .block: []
    }
  }
}

package enum TemplatePiece: Sendable, Hashable {
  case text(String)
  /// Prints the figure of this key.
  case figure(String)

  package var key: String? {
    if case .figure(let key) = self { key } else { nil }
  }
}

/// A part of a report that the gateway computes as a whole.
package enum TemplateBlock: Sendable, Hashable {
  case economy, places, targets, history, quarantine, differences, network
  case narrative(String)

  /// Names of the blocks that need no id.
  package static let plain: [(name: String, block: TemplateBlock)] = [
    ("economy", .economy), ("places", .places), ("targets", .targets), ("history", .history),
    ("quarantine", .quarantine), ("differences", .differences), ("network", .network),
  ]

  package init?(_ name: some StringProtocol) {
    if name.hasPrefix("narrative/") {
      let id = name.dropFirst("narrative/".count)
      guard TemplateName.isValid(id) else { return nil }
      self = .narrative(String(id))
      return
    }
    guard let found = Self.plain.first(where: { $0.name == name }) else { return nil }
    self = found.block
  }
}

/// Ids of sections and narratives.
package enum TemplateName {
  package static let maximumCharacters = 60

  /// Small letters, digits and hyphens.
  package static func isValid(_ text: some StringProtocol) -> Bool {
    (1...maximumCharacters).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}

/// The bounds of a template.
package enum TemplateLimits {
  package static let bytes = 128 * 1_024
  package static let lines = 2_000
  package static let sections = 100
  /// Of a title of the report or of a section.
  package static let titleCharacters = 200
  /// Figures that one report prints or tests.
  package static let keys = 500
  /// Numbers of `N..M` in a claim.
  package static let range = 100
  /// Years before the report's that `record` and `first` look at.
  package static let earlierYears = 30
  /// Figures that a claim sets beside the one it speaks of (`equal`).
  package static let terms = 20
  package static let keyBytes = 300
  /// Problems that are told at once.
  package static let problems = 100
}

/// What is wrong with a template.
package struct TemplateProblem: Error, Sendable, Hashable {
  /// Line of the text, from 1; 0 speaks of all of it.
  package let line: Int
  /// Stable machine name: "template.block".
  package let rule: String
  package let value: String
  package let zh: String
  package let en: String

  package init(_ line: Int, _ rule: String, _ value: String = "", zh: String, en: String) {
    self.line = line
    self.rule = "template." + rule
    self.value = value
    self.zh = zh
    self.en = en
  }
}

/// Everything that is wrong with a template, in the order of its lines.
package struct TemplateProblems: Error, Sendable, Hashable {
  package let problems: [TemplateProblem]

  package init(_ problems: [TemplateProblem]) { self.problems = problems }
}
