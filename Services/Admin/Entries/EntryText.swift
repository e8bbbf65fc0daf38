// Entries as a person reads them: the titles of the fields, the words of the choices.

internal import CommonMessages
private import Foundation

/// One entry, read from its JSON.
struct EntryText {
  private let header: [String: Any]
  private let content: [String: Any]
  private let kind: EntryKind?

  /// The entries of a list's answer, and the token of its next page.
  static func page(
    _ json: [UInt8], kinds: [EntryKind]
  ) -> (entries: [EntryText], nextPageToken: String) {
    let answer = (try? JSONSerialization.jsonObject(with: Data(json))) as? [String: Any] ?? [:]
    let entries = (answer["entries"] as? [[String: Any]] ?? []).map {
      EntryText($0, kinds: kinds)
    }
    return (entries, answer["nextPageToken"] as? String ?? "")
  }

  /// The entry of a Get's answer.
  static func one(_ json: [UInt8], kinds: [EntryKind]) -> EntryText? {
    let answer = (try? JSONSerialization.jsonObject(with: Data(json))) as? [String: Any] ?? [:]
    return (answer["entry"] as? [String: Any]).map { EntryText($0, kinds: kinds) }
  }

  init(_ entry: [String: Any], kinds: [EntryKind]) {
    header = entry["header"] as? [String: Any] ?? [:]
    let member = entry.first { $0.key != "header" }
    content = member?.value as? [String: Any] ?? [:]
    kind = kinds.first { Self.member($0.name) == member?.key }
  }

  /// `award_tally` is `awardTally` in JSON.
  private static func member(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words.enumerated().map { index, word in
      index == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
    }.joined()
  }

  var id: String { header["id"] as? String ?? "" }

  var hasDoubts: Bool { !(header["quarantineIds"] as? [Any] ?? []).isEmpty }

  /// The values of a table's row: the id, then every field in the order of the kind.
  func row(_ fields: [EntryField]) -> [String] {
    [id] + fields.map(value)
  }

  /// All of it, a line each.
  func lines(_ language: Language) -> [String] {
    var lines = ["\(id)  \(kind?.titleZh ?? "")"]
    for field in kind?.fields ?? [] {
      let value = value(field)
      if !value.isEmpty { lines.append("  \(field.titleZh)：\(value)") }
    }
    let source = header["provenance"] as? [String: Any] ?? [:]
    let provenance = Provenance(
      document: source["document"] as? String ?? "", sentence: source["sentence"] as? String ?? "",
      note: source["note"] as? String ?? "")
    lines += FigureText.provenance(provenance).map { "  \($0[language])" }
    let revision = header["revision"] as? String ?? ""
    let time = BeijingTime.phrase(header["recordTime"] as? String ?? "")[language]
    let recorded = [revision, header["recordedBy"] as? String ?? "", time]
      .filter { !$0.isEmpty }.joined(separator: "  ")
    lines.append("  \(Phrase.label("修订", "revision", recorded)[language])")
    if let doubts = header["quarantineIds"] as? [String], !doubts.isEmpty {
      let ids = doubts.joined(separator: ", ")
      lines.append(
        Phrase("  存疑，不进任何数字：\(ids)", "  in doubt, in no figure: \(ids)")[language])
    }
    return lines
  }

  private func value(_ field: EntryField) -> String {
    guard let value = content[Self.member(field.name)] else { return "" }
    if let list = value as? [Any] {
      return list.map { Self.text($0, field) }.joined(separator: "、")
    }
    return Self.text(value, field)
  }

  private static func text(_ value: Any, _ field: EntryField) -> String {
    switch value {
    case let quantity as [String: Any]:
      let (text, unit) = (quantity["text"] as? String ?? "", quantity["unit"] as? String ?? "")
      return text.hasSuffix(unit) ? text : text + unit
    case let text as String:
      // AWARD_GRADE_GOLD is the choice "gold"; RE_REVIEW ends in REVIEW, so the longest code counts.
      let choice = field.choices.filter { text.lowercased().hasSuffix("_" + $0.code) }
        .max { $0.code.count < $1.code.count }
      return choice?.titleZh ?? text
    default: return "\(value)"
    }
  }
}
