// Entries between the wire and the domain. The members of a kind's message have the names of its
// fields (a test holds both together), so one mapping through canonical JSON serves every kind of
// every service.

package import CommonMessages
package import Entries
package import EntryStorage
internal import Foundation
internal import Measures
internal import ServiceAPI
internal import Storage
package import Wire

/// Reads and writes the `Entry` message of a service.
package struct EntryWire<Message: WireMessage>: EntryEncoding {
  package let register: EntryRegister

  package init(_ register: EntryRegister) { self.register = register }

  // MARK: - To the wire

  package func message(_ record: EntryRecord) throws -> Message {
    try Message(jsonUTF8: Array(try json(record).utf8))
  }

  package func payload(_ record: EntryRecord) throws -> [UInt8] {
    try message(record).protobufBytes()
  }

  package func json(_ record: EntryRecord) throws -> String {
    guard let kind = register.kind(record.kind) else {
      throw StorageError(.corrupt, "A stored entry is of no known kind.", cause: record.kind)
    }
    var members: [String: Any] = [:]
    for field in kind.fields {
      guard let value = record.content[field] else { continue }
      members[Self.camel(field.name)] = try Self.json(value, field)
    }
    let object: [String: Any] = [
      "header": Self.header(record), Self.camel(kind.name): members,
    ]
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }

  private static func header(_ record: EntryRecord) -> [String: Any] {
    [
      "id": record.id, "revision": "\(record.revision)",
      "etag": ETag(revision: record.revision).description,
      "provenance": [
        "document": record.source.document, "sentence": record.source.sentence,
        "note": record.source.note,
      ], "quarantineIds": record.doubtIDs, "createTime": Instant.text(record.createTime),
      "recordedBy": record.recordedBy, "recordTime": Instant.text(record.recordTime),
      "deleted": record.isDeleted,
    ]
  }

  private static func json(_ value: EntryValue, _ field: EntryField) throws -> Any {
    switch (value, field.form) {
    case (.quantity(let quantity), _):
      return try JSONSerialization.jsonObject(with: Data(quantity.message.jsonUTF8()))
    case (.list(let texts), _): return texts
    case (.text(let text), .number): return Int(text) ?? 0
    case (.text(let text), .choice(let choices)):
      return "\(prefix(choices))\(text.uppercased())"
    case (.text(let text), _): return text
    }
  }

  // MARK: - From the wire

  /// What a request wants an entry to say. Broken rules have the path of the field.
  ///
  /// - Parameter fields: names of those that count; nil: all.
  package func draft(
    _ message: Message?, fields: Set<String>? = nil
  ) throws -> (kind: EntryKind, draft: EntryDraft, header: EntryHeader) {
    let bytes = try (message ?? Message()).jsonUTF8()
    guard
      let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
      let kind = register.kinds.first(where: { object[Self.camel($0.name)] != nil }),
      let members = object[Self.camel(kind.name)] as? [String: Any]
    else {
      let names = register.kinds.map(\.name).joined(separator: ", ")
      throw EntryError.invalid(
        "content", "", "required", zh: "没有内容；可用：\(names)",
        en: "the content is missing; it is one of \(names)")
    }
    let header = try Self.header(object["header"])
    var draft = EntryDraft(
      content: EntryContent(),
      source: EntrySource(
        document: header.provenance?.document ?? "", sentence: header.provenance?.sentence ?? "",
        note: header.provenance?.note ?? ""))
    var violations: [EntryViolation] = []
    for field in kind.fields where fields?.contains(field.name) ?? true {
      switch try Self.read(members[Self.camel(field.name)], field) {
      case .value(let value): draft.content[field] = value
      case .doubtful(let doubt): draft.unread.append(doubt)
      case .invalid(let violation): violations.append(violation)
      }
    }
    if !violations.isEmpty { throw EntryError.invalid(kind, violations) }
    return (kind, draft, header)
  }

  private static func header(_ json: Any?) throws -> EntryHeader {
    guard let json else { return EntryHeader() }
    return try EntryHeader(jsonUTF8: Array(try JSONSerialization.data(withJSONObject: json)))
  }

  private static func read(_ json: Any?, _ field: EntryField) throws -> EntryReading {
    switch (json, field.form) {
    case (nil, _): return field.read([])
    case (let object?, .quantity(let unit, let nature)):
      let data = try JSONSerialization.data(withJSONObject: object)
      return read(try CommonMessages.Quantity(jsonUTF8: Array(data)), field, unit, nature)
    case (let name as String, .choice(let choices)):
      let prefix = prefix(choices)
      return field.read([
        name.hasPrefix(prefix) ? name.dropFirst(prefix.count).lowercased() : name
      ])
    case (let texts as [String], _): return field.read(texts)
    case (let text as String, _): return field.read([text])
    case (let value?, _): return field.read(["\(value)"])
    }
  }

  /// A quantity counts by its text; a value without one counts exactly.
  private static func read(
    _ message: CommonMessages.Quantity, _ field: EntryField, _ unit: MeasureUnit,
    _ nature: Nature
  ) -> EntryReading {
    if message.nature != .unspecified, Measures.Nature(message.nature) != nature {
      return .invalid(
        EntryViolation(
          field.name, message.nature.protoName ?? "\(message.nature.rawValue)", "quantity.nature",
          zh: "\(field.title)的性质是\(nature.chinese)", en: "is a number of nature \(nature.rawValue)")
      )
    }
    if message.text.isEmpty, message.value == nil { return field.read([]) }
    var whole = message
    whole.nature = nature.message
    if whole.unit.isEmpty, message.text.isEmpty { whole.unit = unit.symbol }
    let named = MeasureUnit(message.unit)
    if named == nil, !message.unit.isEmpty {
      return .invalid(
        EntryViolation(
          field.name, message.unit, "quantity.unit", zh: "未知的单位", en: "the unit is not known"))
    }
    let text = message.text
    if !text.isEmpty, Quantity.read(text, unit: named ?? unit).quantity == nil {
      // As a file would have it, with its unit.
      let isBare = named.map { !text.contains($0.base) } ?? false
      return field.read([isBare ? Quantity.printed(text, unit: named ?? unit) : text])
    }
    if whole.unit.isEmpty, unit.kind != .measure { whole.unit = unit.symbol }
    var broken: [Violation] = []
    guard let quantity = Quantity.reading(whole, path: field.name, violations: &broken) else {
      let first = broken.first
      return .invalid(
        EntryViolation(
          field.name, first?.value ?? "", first?.rule ?? "quantity", zh: first?.zh ?? "数值不对",
          en: first?.en ?? "is no quantity"))
    }
    return field.read([quantity.printed])
  }

  // MARK: - Names

  /// `award_tally` → `awardTally`.
  static func camel(_ name: String) -> String {
    let parts = name.split(separator: "_")
    return parts.prefix(1).joined() + parts.dropFirst().map(\.capitalized).joined()
  }

  /// `AwardGrade` → `AWARD_GRADE_`.
  static func prefix(_ choices: EntryChoices) -> String {
    choices.wireName.reduce(into: "") { text, letter in
      if letter.isUppercase, !text.isEmpty { text.append("_") }
      text.append(contentsOf: letter.uppercased())
    } + "_"
  }
}
