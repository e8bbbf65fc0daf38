// Values of entries as texts of columns: a list is a JSON array, a quantity a JSON object with exact
// decimals, everything else is itself; what is absent is empty.

internal import Crypto
internal import Entries
internal import Measures
internal import Storage

enum EntryColumns {
  static func text(
    _ field: EntryField, _ content: EntryContent
  ) throws(StorageError) -> SQLValue {
    switch content[field] {
    case nil: return ""
    case .text(let text)?: return .text(text)
    case .list(let texts)?: return .text(try StoredJSON.text(texts))
    case .quantity(let quantity)?: return .text(try StoredJSON.text(QuantityText(quantity)))
    }
  }

  static func value(_ field: EntryField, _ text: String) throws(StorageError) -> EntryValue? {
    if text.isEmpty { return nil }
    if field.unit != nil { return .quantity(try quantity(text)) }
    if field.isList { return .list(try StoredJSON.value([String].self, text)) }
    return .text(text)
  }

  static func quantity(_ text: String) throws(StorageError) -> Quantity {
    let stored = try StoredJSON.value(QuantityText.self, text)
    do {
      return try stored.quantity()
    } catch {
      throw StorageError(.corrupt, "A stored quantity cannot be decoded.", cause: "\(error)")
    }
  }

  static func candidates(_ text: String) throws(StorageError) -> [Reading.Candidate] {
    var candidates: [Reading.Candidate] = []
    for stored in try StoredJSON.value([CandidateText].self, text) {
      do {
        candidates.append(try stored.candidate())
      } catch {
        throw StorageError(.corrupt, "A stored candidate cannot be decoded.", cause: "\(error)")
      }
    }
    return candidates
  }

  /// The natural key, digested: its texts may be longer than an index takes.
  static func key(_ kind: EntryKind, _ content: EntryContent) -> String {
    let text = kind.key(of: content).joined(separator: "\u{1F}")
    return SHA256.hash(data: Array(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// Every text of an entry, for searching.
  static func words(_ kind: EntryKind, _ content: EntryContent) -> String {
    kind.fields.filter { $0.unit == nil }.flatMap(content.texts).joined(separator: "\n")
  }
}
