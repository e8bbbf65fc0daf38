// Rules that every text of the register keeps, and where a record comes from.

/// Where a record comes from: a document and its sentence.
package struct Source: Sendable, Hashable {
  package var document: String
  package var sentence: String
  package var note: String

  package static let none = Source()

  package init(document: String = "", sentence: String = "", note: String = "") {
    self.document = document
    self.sentence = sentence
    self.note = note
  }

  /// The parts that are there, in words.
  package var words: String {
    [document, sentence, note].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// Checks lengths; paths start inside the source.
  package var violations: [RegistryError.Violation] {
    var findings = Findings()
    TextRule.optional(
      document, "document", limit: RegistryLimits.documentCharacters, into: &findings)
    TextRule.optional(
      sentence, "sentence", limit: RegistryLimits.sentenceCharacters, lines: true,
      into: &findings)
    TextRule.optional(
      note, "note", limit: RegistryLimits.sentenceCharacters, lines: true, into: &findings)
    return findings.violations
  }
}

/// The rules of a text: present where it must be, not too long, nothing that cannot be seen.
package enum TextRule {
  package static func required(
    _ text: String, _ path: String, limit: Int, into findings: inout Findings
  ) {
    if text.allSatisfy(\.isWhitespace) {
      findings.add(path, text, "required", zh: "必填", en: "must not be empty")
    } else {
      optional(text, path, limit: limit, into: &findings)
    }
  }

  /// - Parameter lines: whether tabs and line ends may stand in it, as in a quoted sentence.
  package static func optional(
    _ text: String, _ path: String, limit: Int, lines: Bool = false,
    into findings: inout Findings
  ) {
    if text.count > limit {
      findings.add(
        path, String(text.prefix(limit)), "text.length", zh: "最多\(limit)个字符",
        en: "has at most \(limit) characters")
    }
    let control = text.unicodeScalars.contains {
      $0.properties.generalCategory == .control
        && !(lines && ($0 == "\n" || $0 == "\t" || $0 == "\r"))
    }
    if control {
      findings.add(
        path, String(text.prefix(limit)), "text.control_character", zh: "含有控制字符",
        en: "holds a control character")
    }
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      findings.add(
        path, String(text.prefix(limit)), "text.blank_ends", zh: "首尾不应有空白",
        en: "must not begin or end with a blank")
    }
  }
}
