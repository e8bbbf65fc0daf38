// Names are found by any part of them. Every name is cut into single characters and pairs; a query
// of one character looks for it, a longer one for its pairs, and the name itself decides.

internal import Measures
internal import RegistryDomain
internal import Storage

/// Cuts and looks for names.
enum NameSearch {
  /// Pairs of a query that are looked up; more make no answer smaller that the last test would not.
  static let maximumPairs = 4

  /// Half-width and small letters: how names are compared.
  static func key(_ name: String) -> String { HalfWidth.normalized(name).lowercased() }

  static func grams(_ name: String) -> Set<String> {
    let characters = Array(key(name))
    var grams = Set(characters.map { String($0) })
    for (first, second) in zip(characters, characters.dropFirst()) {
      grams.insert("\(first)\(second)")
    }
    return grams
  }

  /// Records the names of a record's states; what is there stays.
  static func index(
    _ names: Set<String>, entity: String, id: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    var all: Set<String> = []
    for name in names { all.formUnion(grams(name)) }
    for gram in all.sorted() {
      try transaction.execute(
        """
        INSERT INTO name_gram (entity, gram, record_id) VALUES ($1, $2, $3)
        ON CONFLICT (entity, gram, record_id) DO NOTHING
        """, [.text(entity), .text(gram), .text(id)])
    }
  }

  /// Conditions for a state `s` whose name contains `part`.
  static func restrict(_ query: inout Conditions, entity: String, part: String) {
    let characters = Array(key(part))
    guard !characters.isEmpty else { return }
    var grams = zip(characters, characters.dropFirst()).map { "\($0)\($1)" }
    if grams.isEmpty { grams = [String(characters[0])] }
    for gram in grams.prefix(maximumPairs) {
      query.add(
        """
        s.record_id IN (
          SELECT g.record_id FROM name_gram AS g WHERE g.entity = $ AND g.gram = $)
        """, .text(entity), .text(gram))
    }
    query.add("s.name_key LIKE $ ESCAPE '!'", .text("%\(escaped(characters))%"))
  }

  private static func escaped(_ characters: [Character]) -> String {
    var text = ""
    for character in characters {
      if character == "%" || character == "_" || character == "!" { text.append("!") }
      text.append(character)
    }
    return text
  }
}

/// Conditions joined by AND, each with its parameters; `$` stands for the next number.
struct Conditions {
  private(set) var texts: [String] = []
  private(set) var parameters: [SQLValue] = []

  mutating func add(_ text: String, _ values: SQLValue...) {
    var numbered = ""
    var index = 0
    for character in text {
      numbered.append(character)
      if character == "$", index < values.count {
        parameters.append(values[index])
        numbered.append(String(parameters.count))
        index += 1
      }
    }
    texts.append(numbered)
  }

  /// The number of the next parameter, with its value; for texts that use it more than once.
  mutating func parameter(_ value: SQLValue) -> String {
    parameters.append(value)
    return "$\(parameters.count)"
  }

  mutating func addNumbered(_ text: String) { texts.append(text) }

  /// A column is one of these values. Lengths are rounded up to powers of two, so that the number
  /// of distinct statements stays small.
  mutating func add(_ column: String, isOneOf values: [String]) {
    guard let last = values.last else {
      texts.append("1 = 0")
      return
    }
    var count = 1
    while count < values.count { count *= 2 }
    let padded = values + Array(repeating: last, count: count - values.count)
    let numbers = padded.map { parameter(.text($0)) }
    texts.append("\(column) IN (\(numbers.joined(separator: ", ")))")
  }

  var text: String { texts.isEmpty ? "1 = 1" : texts.joined(separator: " AND ") }
}
