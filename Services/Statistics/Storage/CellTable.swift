// Leaf cells: sums that each report changes in its own transaction. Ancestors have no rows, so
// writers of different counties never meet.

internal import Measures
internal import StatisticsDomain
internal import Storage

/// The address of a cell.
struct CellKey: Hashable, Comparable {
  var channelCode: String
  var indicatorCode: String
  var nature: Nature
  var period: Period
  var placeCode: String
  var sector: String
  var coverage: Coverage

  init(_ key: ReportKey, sector: String, indicator: String) {
    channelCode = key.channelCode
    indicatorCode = indicator
    nature = key.nature
    period = key.period
    placeCode = key.placeCode
    self.sector = sector
    coverage = key.coverage
  }

  var values: [SQLValue] {
    [
      .text(channelCode), .text(indicatorCode), .text(nature.rawValue),
      .text(period.description), .text(placeCode), .text(sector), .text(coverage.rawValue),
    ]
  }

  private var order: [String] {
    [
      channelCode, indicatorCode, nature.rawValue, period.description, placeCode, sector,
      coverage.rawValue,
    ]
  }

  /// Cells are locked in this order, so that two reports never wait for each other in a circle.
  static func < (left: CellKey, right: CellKey) -> Bool {
    left.order.lexicographicallyPrecedes(right.order)
  }
}

/// What one report changes in a cell: it has one observation there, or none.
struct CellChange {
  var delta: CellSum
  /// The printed text of the observation that comes in; nil where none does.
  var text: String?
}

enum CellTable {
  private static let sums = [
    "observations", "value", "unvalued", "low", "low_unbounded", "low_open", "high",
    "high_unbounded", "high_open", "printed_ten_thousands", "printed_hundred_millions",
  ]

  /// One observation comes in. The printed text belongs to a cell of one observation.
  private static let adding: String = {
    let raised = sums.map { "\($0) = cell.\($0) + excluded.\($0)" }.joined(separator: ", ")
    return """
      INSERT INTO cell
        (channel_code, indicator_code, nature, period, place_code, sector, coverage,
        \(sums.joined(separator: ", ")), printed_text)
      VALUES (\(SQLPart.numbers(8 + sums.count)))
      ON CONFLICT (channel_code, indicator_code, nature, period, place_code, sector, coverage)
      DO UPDATE SET \(raised),
        printed_text = CASE WHEN cell.observations = 0 THEN excluded.printed_text END
      """
  }()

  /// One observation changes, or goes: then the text of a single one that is left is not known
  /// any more. Fewer observations than none are a defect, and the table's rule refuses them.
  private static let changing: String = {
    let raised = sums.enumerated().map { "\($1) = \($1) + $\($0 + 8)" }.joined(separator: ", ")
    return """
      UPDATE cell SET \(raised),
        printed_text = CASE WHEN observations = 1 AND $8 = 0 THEN $19 END
      WHERE channel_code = $1 AND indicator_code = $2 AND nature = $3 AND period = $4
        AND place_code = $5 AND sector = $6 AND coverage = $7
      """
  }()

  static func apply(
    _ changes: [CellKey: CellChange], _ transaction: WriteTransaction
  ) throws(StorageError) {
    for (key, change) in changes.sorted(by: { $0.key < $1.key }) {
      let values =
        key.values + CellSum.fields.map { .integer(change.delta[keyPath: $0]) }
        + [SQLValue(change.text)]
      // An insert with a negative count would break the table's rule before the conflict is seen.
      let statement = change.delta.count > 0 ? adding : changing
      let changed = try counted { () throws(StorageError) in
        try transaction.execute(statement, values)
      }
      guard changed == 1 else {
        throw StorageError(.corrupt, "A cell that a report was counted in does not exist.")
      }
    }
  }

  /// PostgreSQL refuses a sum beyond 64 bits by itself; SQLite makes it a floating-point number,
  /// which the table's rule refuses. Both are the same answer.
  private static func counted(
    _ body: () throws(StorageError) -> Int
  ) throws(StorageError) -> Int {
    do {
      return try body()
    } catch {
      guard error.code == .constraint, error.constraint?.name == StatisticsMigrations.cellRange
      else { throw error }
      throw StorageError(.overflow, "A sum is beyond a 64-bit integer.", cause: error.cause)
    }
  }

  /// Cells of a scope for one period.
  static func cells(
    _ scope: CellScope, period: Period, places: Set<String>, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [Cell] {
    var cells: [Cell] = []
    for row in try rows(scope, "period = $4", [.text(period.description)], places, transaction) {
      cells.append(try cell(row))
    }
    return cells
  }

  /// Cells of a scope for every period that starts in a year.
  static func cells(
    _ scope: CellScope, year: Int, places: Set<String>, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [Period: [Cell]] {
    guard let start = try? Period(year: year) else { return [:] }
    // Every period of a year starts with its four digits; ":" follows all digits, "/" and "-".
    let first = start.description
    var found: [Period: [Cell]] = [:]
    let rows = try rows(
      scope, "period >= $4 AND period < $5", [.text(first), .text(first + ":")], places,
      transaction)
    for row in rows {
      found[try row.period("period"), default: []].append(try cell(row))
    }
    return found
  }

  private static func rows(
    _ scope: CellScope, _ condition: String, _ parameters: [SQLValue], _ places: Set<String>,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> [SQLRow] {
    var values: [SQLValue] = [
      .text(scope.channelCode), .text(scope.indicatorCode), .text(scope.nature.rawValue),
    ]
    values += parameters
    var filter = ""
    // More places are filtered by the domain.
    if places.count <= SQLPart.maximumNamed {
      let list = SQLPart.list(places.sorted(), from: values.count + 1)
      filter = "AND place_code IN \(list.text)"
      values += list.values
    }
    return try transaction.query(
      """
      SELECT period, place_code, sector, coverage, printed_text, \(sums.joined(separator: ", "))
      FROM cell
      WHERE channel_code = $1 AND indicator_code = $2 AND nature = $3 AND \(condition)
        AND observations > 0 \(filter)
      """, values)
  }

  private static func cell(_ row: SQLRow) throws(StorageError) -> Cell {
    Cell(
      placeCode: try row.text("place_code"), coverage: try row.raw("coverage"),
      sector: try row.text("sector"), sum: try sum(row),
      text: try row.optionalText("printed_text"))
  }

  private static func sum(_ row: SQLRow) throws(StorageError) -> CellSum {
    var sum = CellSum.zero
    for (column, field) in zip(sums, CellSum.fields) {
      sum[keyPath: field] = try row.int64(column)
    }
    return sum
  }
}
