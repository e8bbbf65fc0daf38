// Lists of reports, by what clerks look for.

package import Measures
package import StatisticsDomain
package import Storage

/// Which reports are asked for; an empty text or nil asks for all.
package struct ReportFilter: Sendable, Hashable {
  /// The place and all below it.
  package var places: Set<String>?
  package var channelCode = ""
  package var formCode = ""
  package var period = ""
  package var unitID = ""
  package var coverage: Coverage?
  package var nature: Nature?
  package var includesWithdrawn = false
  /// Places whose single units may be shown; nil: all.
  package var visibleUnitPlaces: Set<String>?

  package init() {}
}

package enum ReportListing {
  /// Reports in the order in which they were first recorded, after a position.
  package static func list(
    _ filter: ReportFilter, after position: [SQLValue]?, limit: Int,
    _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [(report: Report, position: [SQLValue])] {
    var condition = Condition(filter)
    if case .integer(let number)? = position?.first {
      condition.add("p.number > $#", [.integer(number)])
    }
    let rows = try transaction.query(
      """
      SELECT \(ReportTable.columns) FROM report AS p
      JOIN report_revision AS r ON r.report_number = p.number AND r.revision = p.revision
      WHERE \(condition.text) ORDER BY p.number \(condition.limit)
      """, condition.values(limit: limit))
    return try ReportTable.decode(rows, catalogue, transaction).map {
      ($0.report, [.integer($0.number)])
    }
  }

  package static func count(
    _ filter: ReportFilter, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Int64 {
    let condition = Condition(filter)
    let row = try transaction.queryOne(
      "SELECT COUNT(*) AS n FROM report AS p WHERE \(condition.text)", condition.values)
    return try row?.int64("n") ?? 0
  }

  /// Every accepted or withdrawn report, one at a time, for a snapshot of the feed.
  package static func each(
    _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor,
    _ body: (Report) throws -> Void
  ) throws {
    var last: Int64 = 0
    var filter = ReportFilter()
    filter.includesWithdrawn = true
    while true {
      let page = try list(
        filter, after: [.integer(last)], limit: 500, catalogue, transaction)
      for entry in page { try body(entry.report) }
      guard case .integer(let number)? = page.last?.position.first else { return }
      last = number
    }
  }
}

/// A WHERE clause that is put together from parts, with its parameters numbered.
struct Condition {
  fileprivate var parts: [String] = []
  fileprivate(set) var values: [SQLValue] = []

  init() {}

  var text: String { parts.isEmpty ? "1 = 1" : parts.joined(separator: " AND ") }

  /// Each `$#` of the part takes the next of the values.
  mutating func add(_ part: String, _ new: [SQLValue] = []) {
    var text = ""
    var number = values.count
    for piece in part.split(separator: "$#", omittingEmptySubsequences: false) {
      if number > values.count { text += "$\(number)" }
      text += piece
      number += 1
    }
    parts.append(text)
    values += new
  }

  mutating func add(_ column: String, equals text: String) {
    if !text.isEmpty { add("\(column) = $#", [.text(text)]) }
  }

  mutating func add(_ column: String, in set: Set<String>) {
    let set = SQLPart.set(set, from: values.count + 1)
    parts.append("\(column) IN \(set.text)")
    values += set.values
  }

  /// The end of a statement of one page. The size is a parameter, too: whoever asks for pages of
  /// every size must not fill the cache of statements.
  var limit: String { "LIMIT $\(values.count + 1)" }

  func values(limit: Int) -> [SQLValue] { values + [.integer(Int64(limit))] }
}

extension Condition {
  fileprivate init(_ filter: ReportFilter) {
    self.init()
    if let places = filter.places { add("p.place_code", in: places) }
    add("p.channel_code", equals: filter.channelCode)
    add("p.form_code", equals: filter.formCode)
    add("p.period", equals: filter.period)
    add("p.unit_id", equals: filter.unitID)
    add("p.coverage", equals: filter.coverage?.rawValue ?? "")
    add("p.nature", equals: filter.nature?.rawValue ?? "")
    if !filter.includesWithdrawn { add("p.state = 'accepted'") }
    if let visible = filter.visibleUnitPlaces { addVisible("p", visible) }
  }
}

extension Condition {
  /// Leaves out single units of other places than these.
  mutating func addVisible(_ table: String, _ places: Set<String>) {
    guard !places.isEmpty else {
      add("\(table).coverage <> 'unit'")
      return
    }
    let set = SQLPart.set(places, from: values.count + 1)
    parts.append("(\(table).coverage <> 'unit' OR \(table).place_code IN \(set.text))")
    values += set.values
  }
}

/// Single reports and their history.
package enum ReportArchive {
  /// The report as it was known at a recorded time; nil where it was not known.
  package static func report(
    _ id: String, at time: Int64 = RecordedTime.now, _ catalogue: StoredCatalogue,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> Report? {
    try ReportTable.report(id, at: time, catalogue, transaction)?.report
  }

  /// Every revision, oldest first; empty for a report that does not exist.
  package static func revisions(
    _ id: String, _ catalogue: StoredCatalogue, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [Report] {
    try ReportTable.revisions(id, catalogue, transaction).map(\.report)
  }
}
