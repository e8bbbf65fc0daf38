// Texts of columns that stand for values of the domain, decoded in one place.

internal import Measures
internal import StatisticsDomain
internal import Storage

extension SQLRow {
  /// A column that holds the raw value of an enumeration.
  func raw<Value: RawRepresentable<String>>(
    _ column: String, _ type: Value.Type = Value.self
  ) throws(StorageError) -> Value {
    let text = try text(column)
    guard let value = Value(rawValue: text) else {
      throw StorageError(.corrupt, "Column \(column) holds an unknown value.", cause: text)
    }
    return value
  }

  func period(_ column: String) throws(StorageError) -> Period {
    let text = try text(column)
    guard let period = try? Period(parsing: text) else {
      throw StorageError(.corrupt, "Column \(column) holds no period.", cause: text)
    }
    return period
  }

  func date(_ column: String) throws(StorageError) -> CalendarDate {
    let text = try text(column)
    guard let date = try? CalendarDate(parsing: text) else {
      throw StorageError(.corrupt, "Column \(column) holds no date.", cause: text)
    }
    return date
  }

  /// `document`, `sentence` and `note`.
  func source() throws(StorageError) -> Source {
    Source(
      document: try text("document"), sentence: try text("sentence"), note: try text("note"))
  }
}

extension Source {
  var values: [SQLValue] { [.text(document), .text(sentence), .text(note)] }
}

/// The key columns of `report`, in the order of `ReportKey.columns`.
extension ReportKey {
  static let columns =
    "form_code, channel_code, period, nature, sector, coverage, place_code, unit_id"

  var values: [SQLValue] {
    [
      .text(formCode), .text(channelCode), .text(period.description), .text(nature.rawValue),
      .text(sector), .text(coverage.rawValue), .text(placeCode), .text(unitID),
    ]
  }

  init(_ row: SQLRow) throws(StorageError) {
    self.init(
      formCode: try row.text("form_code"), channelCode: try row.text("channel_code"),
      period: try row.period("period"), nature: try row.raw("nature"),
      sector: try row.text("sector"), coverage: try row.raw("coverage"),
      placeCode: try row.text("place_code"), unitID: try row.text("unit_id"))
  }
}

/// Parts of statements.
enum SQLPart {
  /// `($n, $n+1, …)` for `values`, with the last one repeated up to a power of two: so a list of
  /// any length is one of few texts, and these stay prepared.
  static func list(_ values: [SQLValue], from first: Int) -> (text: String, values: [SQLValue]) {
    var padded = values.isEmpty ? [.null] : values
    var size = 1
    while size < padded.count { size *= 2 }
    while padded.count < size, let last = padded.last { padded.append(last) }
    return ("(\(numbers(size, from: first)))", padded)
  }

  static func list(_ values: [String], from first: Int) -> (text: String, values: [SQLValue]) {
    list(values.map { .text($0) }, from: first)
  }

  /// The largest set whose members are parameters of their own, so that the engine can look each
  /// of them up in an index.
  static let maximumNamed = 256
  /// Members that one parameter of a larger set holds: enough that 65536 places are few
  /// parameters, and few enough that taking the first off the text costs little.
  private static let packedMembers = 64
  /// The longest code or id of a place.
  private static let packedWidth = 36

  /// What follows `IN`, for a set of place codes of any size: a province has more townships and
  /// villages than a statement has parameters. A larger set comes packed, at fixed widths, and is
  /// unpacked by the statement.
  static func set(
    _ members: Set<String>, from first: Int
  ) -> (text: String, values: [SQLValue]) {
    let sorted = members.sorted()
    guard sorted.count > maximumNamed else { return list(sorted, from: first) }
    var packed: [SQLValue] = []
    for start in stride(from: 0, to: sorted.count, by: packedMembers) {
      let part = sorted[start..<min(start + packedMembers, sorted.count)]
      packed.append(
        .text(part.map { $0 + String(repeating: " ", count: packedWidth - $0.count) }.joined()))
    }
    let rows = list(packed, from: first)
    let values = (first..<first + rows.values.count).map { "($\($0))" }.joined(separator: ", ")
    return (
      """
      (WITH RECURSIVE packed (rest) AS (VALUES \(values)), member (code, rest) AS (
        SELECT '', rest FROM packed
        UNION ALL
        SELECT RTRIM(SUBSTR(rest, 1, \(packedWidth))), SUBSTR(rest, \(packedWidth + 1))
        FROM member WHERE rest <> '')
      SELECT code FROM member WHERE code <> '')
      """, rows.values
    )
  }

  /// `$n, $n+1, …` for a number of values.
  static func numbers(_ count: Int, from first: Int = 1) -> String {
    (first..<first + count).map { "$\($0)" }.joined(separator: ", ")
  }
}
