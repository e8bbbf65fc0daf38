// What a query asks for, as SQL. A filter finds here exactly what `EntryContent.matches` finds: a list
// of entries and a figure over them must not differ.

internal import Entries
internal import Measures
internal import Storage

/// Conditions over the alias `e` with their parameters.
struct EntryCondition {
  var texts: [String] = []
  private(set) var parameters: [SQLValue] = []

  var text: String { texts.joined(separator: " AND ") }

  /// Takes a parameter and gives its number.
  mutating func add(_ value: SQLValue) -> String {
    parameters.append(value)
    return "$\(parameters.count)"
  }

  mutating func add(_ column: String, within place: EntryPlace) {
    let range = place.range
    let (low, high) = (add(.text(range.low)), add(.text(range.high)))
    texts.append("\(column) >= \(low) AND \(column) <= \(high)")
  }

  mutating func add(_ filter: EntryFigureKey.Filter) throws(StorageError) {
    let column = "e.\(filter.field.name)"
    switch filter.field.form {
    case .place:
      if let place = EntryPlace(filter.value) { add(column, within: place) }
    case .time:
      if let time = EntryTime(filter.value) { add(column, within: time) }
    case _ where filter.field.isList:
      // ["甲","乙"]: each member stands in quotes between commas, and its own quotes are escaped.
      // LIKE would not tell capitals on every engine.
      let members = "(',' || TRIM(\(column), '[]') || ',')"
      let member = add(.text(",\(try StoredJSON.text(filter.value)),"))
      texts.append("REPLACE(\(members), \(member), '') <> \(members)")
    default: texts.append("\(column) = \(add(.text(filter.value)))")
    }
  }

  /// Times are kept as texts: 2013, 2013-H1, 2013-Q1, 2013-05, 2013-05-31, 2018-01/2018-02. All but
  /// days are whole months, so months are compared.
  private mutating func add(_ column: String, within time: EntryTime) {
    guard time.firstDay != time.lastDay else {
      texts.append("\(column) = \(add(.text(time.text)))")
      return
    }
    func month(_ halves: [String], _ quarters: [String], year: String) -> String {
      let names = ["''", "'H1'", "'H2'", "'Q1'", "'Q2'", "'Q3'", "'Q4'"]
      let cases = zip(names, [year] + halves + quarters).map { "WHEN \($0) THEN '\($1)'" }
      let part = "SUBSTR(\(column), 6, 2)"
      return "SUBSTR(\(column), 1, 4) || '-' || CASE \(part) "
        + "\(cases.joined(separator: " ")) ELSE \(part) END"
    }
    let first = month(["01", "07"], ["01", "04", "07", "10"], year: "01")
    let last = month(["06", "12"], ["03", "06", "09", "12"], year: "12")
    let low = add(.text(String(time.firstDay.description.prefix(7))))
    let high = add(.text(String(time.lastDay.description.prefix(7))))
    texts.append("\(column) <> '' AND \(first) >= \(low)")
    texts.append(
      "CASE WHEN LENGTH(\(column)) > 10 THEN SUBSTR(\(column), 9, 7) ELSE \(last) END <= \(high)")
  }

  /// A text in which LIKE finds no wildcards.
  static func escaped(_ text: String) -> String {
    String(text.flatMap { "%_!".contains($0) ? ["!", $0] : [$0] })
  }
}
