// Figures that documents state and no record can reproduce. Every service keeps its own in the same
// table of its own database, so the SQL is written once, here. A revision supersedes the row before
// it; a deleted figure has a last row that is superseded and no successor.

/// A decimal as two integers: `unscaled` × 10^-`scale`.
package struct StoredDecimal: Sendable, Hashable {
  package var unscaled: Int64
  package var scale: Int64

  package init(unscaled: Int64, scale: Int64) {
    self.unscaled = unscaled
    self.scale = scale
  }
}

/// One revision of a stated figure, in columns.
package struct StatedFigureRow: Sendable, Hashable {
  /// UUID version 7.
  package var id: String
  /// Unique among current rows.
  package var code: String
  package var label: String = ""
  package var placeCode: String = ""
  package var period: String = ""
  package var channelCode: String = ""
  package var indicatorCode: String = ""
  package var sector: String = ""
  /// `value`, `growth` or `share`.
  package var kind: String = ""
  /// The printed number, its unit and its nature, as Measures names them.
  package var text: String = ""
  package var unit: String = ""
  package var nature: String = ""
  package var value: StoredDecimal?
  package var low: StoredDecimal?
  package var high: StoredDecimal?
  package var isLowOpen = false
  package var isHighOpen = false
  package var document: String = ""
  package var sentence: String = ""
  package var note: String = ""
  /// Counts from 1.
  package var revision: Int64 = 0
  /// When the figure was first recorded, microseconds since 1970 UTC.
  package var createTime: Int64 = 0
  /// Who recorded this revision, and when. Given by the table, not by the caller.
  package var recordedBy: String = ""
  package var recordTime: Int64 = 0

  package init(id: String, code: String) {
    self.id = id
    self.code = code
  }
}

/// Which stated figures are asked for; an empty text asks for all.
package struct StatedFigureFilter: Sendable, Hashable {
  package var placeCode: String
  package var period: String
  package var channelCode: String
  package var indicatorCode: String
  /// Recorded time in microseconds; nil asks what is believed now.
  package var asOf: Int64?

  package init(
    placeCode: String = "", period: String = "", channelCode: String = "",
    indicatorCode: String = "", asOf: Int64? = nil
  ) {
    self.placeCode = placeCode
    self.period = period
    self.channelCode = channelCode
    self.indicatorCode = indicatorCode
    self.asOf = asOf
  }
}

/// The table of stated figures.
package enum StatedFigures {
  /// To be put into the migrations of every service that keeps stated figures.
  package static let migrations = [base]

  static let base = Migration("stated_figures/0001_base") { dialect in
    let text = dialect.text
    return [
      """
      CREATE TABLE stated_figure (
        id \(text) NOT NULL,
        revision BIGINT NOT NULL,
        code \(text) NOT NULL,
        label \(text) NOT NULL,
        place_code \(text) NOT NULL,
        period \(text) NOT NULL,
        channel_code \(text) NOT NULL,
        indicator_code \(text) NOT NULL,
        sector \(text) NOT NULL,
        kind \(text) NOT NULL,
        printed_text \(text) NOT NULL,
        unit \(text) NOT NULL,
        nature \(text) NOT NULL,
        value_unscaled BIGINT,
        value_scale BIGINT,
        low_unscaled BIGINT,
        low_scale BIGINT,
        high_unscaled BIGINT,
        high_scale BIGINT,
        low_open BIGINT NOT NULL,
        high_open BIGINT NOT NULL,
        document \(text) NOT NULL,
        sentence \(text) NOT NULL,
        note \(text) NOT NULL,
        created_at BIGINT NOT NULL,
        recorded_by \(text) NOT NULL,
        recorded_at BIGINT NOT NULL,
        superseded_at BIGINT NOT NULL DEFAULT \(TwoClocks.openTime),
        PRIMARY KEY (id, revision),
        UNIQUE (code, superseded_at),
        CHECK (recorded_at < superseded_at)
      )\(dialect.withoutRowID)
      """,
      "CREATE INDEX stated_figure_place ON stated_figure (place_code, period)",
    ]
  }

  private static let columns = [
    "id", "revision", "code", "label", "place_code", "period", "channel_code", "indicator_code",
    "sector", "kind", "printed_text", "unit", "nature", "value_unscaled", "value_scale",
    "low_unscaled", "low_scale", "high_unscaled", "high_scale", "low_open", "high_open", "document",
    "sentence", "note", "created_at", "recorded_by", "recorded_at",
  ]

  private static let selected = columns.map { "f.\($0)" }.joined(separator: ", ")

  /// The current revision of a code; nil when there is none.
  package static func current(
    _ code: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> StatedFigureRow? {
    let row = try transaction.queryOne(
      """
      SELECT \(selected) FROM stated_figure AS f
      WHERE f.code = $1 AND f.superseded_at = $2
      """, [.text(code), .integer(TwoClocks.openTime)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// The revision of a code that was believed at a recorded time; nil asks for the current one.
  package static func known(
    _ code: String, at time: Int64?, _ transaction: some SQLExecutor
  ) throws(StorageError) -> StatedFigureRow? {
    let row = try transaction.queryOne(
      """
      SELECT \(selected) FROM stated_figure AS f
      WHERE f.code = $1 AND \(TwoClocks.known(at: "$2", "f"))
      """, [.text(code), .integer(time ?? TwoClocks.openTime - 1)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// A revision of a figure, current or not.
  package static func revision(
    _ revision: Int64, of id: String, _ transaction: some SQLExecutor
  ) throws(StorageError) -> StatedFigureRow? {
    let row = try transaction.queryOne(
      "SELECT \(selected) FROM stated_figure AS f WHERE f.id = $1 AND f.revision = $2",
      [.text(id), .integer(revision)])
    guard let row else { return nil }
    return try decode(row)
  }

  /// Figures in the order of their codes, after a code, at most `limit`.
  package static func list(
    _ filter: StatedFigureFilter, after code: String = "", limit: Int,
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> [StatedFigureRow] {
    let (condition, parameters) = condition(filter)
    let rows = try transaction.query(
      """
      SELECT \(selected) FROM stated_figure AS f
      WHERE \(condition) AND f.code > $6 ORDER BY f.code LIMIT $7
      """, parameters + [.text(code), .integer(Int64(limit))])
    var figures: [StatedFigureRow] = []
    for row in rows { figures.append(try decode(row)) }
    return figures
  }

  package static func count(
    _ filter: StatedFigureFilter, _ transaction: some SQLExecutor
  ) throws(StorageError) -> Int64 {
    let (condition, parameters) = condition(filter)
    let row = try transaction.queryOne(
      "SELECT COUNT(*) AS n FROM stated_figure AS f WHERE \(condition)", parameters)
    return try row?.int64("n") ?? 0
  }

  /// `$1` to `$5`; what is believed now is what is known just before the end of time.
  private static func condition(_ filter: StatedFigureFilter) -> (String, [SQLValue]) {
    (
      """
      \(TwoClocks.known(at: "$1", "f"))
      AND ($2 = '' OR f.place_code = $2) AND ($3 = '' OR f.period = $3)
      AND ($4 = '' OR f.channel_code = $4) AND ($5 = '' OR f.indicator_code = $5)
      """,
      [
        .integer(filter.asOf ?? TwoClocks.openTime - 1), .text(filter.placeCode),
        .text(filter.period), .text(filter.channelCode), .text(filter.indicatorCode),
      ]
    )
  }

  /// Stores a new figure and gives it back with its revision and time.
  ///
  /// - Throws: `conflict` when the code is taken.
  package static func insert(
    _ figure: StatedFigureRow, _ transaction: WriteTransaction
  ) throws(StorageError) -> StatedFigureRow {
    var figure = figure
    figure.revision = 1
    figure.createTime = transaction.now
    return try store(figure, recordedAt: transaction.now, transaction)
  }

  /// Stores the next revision of a figure that exists, and gives it back.
  package static func revise(
    _ current: StatedFigureRow, to figure: StatedFigureRow, _ transaction: WriteTransaction
  ) throws(StorageError) -> StatedFigureRow {
    var figure = figure
    figure.id = current.id
    figure.code = current.code
    figure.revision = current.revision + 1
    figure.createTime = current.createTime
    let time = try supersede(current, transaction)
    return try store(figure, recordedAt: time, transaction)
  }

  /// Ends a figure; what was recorded stays readable by `asOf`.
  package static func remove(
    _ current: StatedFigureRow, _ transaction: WriteTransaction
  ) throws(StorageError) {
    _ = try supersede(current, transaction)
  }

  private static func supersede(
    _ current: StatedFigureRow, _ transaction: WriteTransaction
  ) throws(StorageError) -> Int64 {
    try transaction.supersede("stated_figure", where: "t.id = $1", [.text(current.id)])
  }

  private static func store(
    _ figure: StatedFigureRow, recordedAt: Int64, _ transaction: WriteTransaction
  ) throws(StorageError) -> StatedFigureRow {
    var figure = figure
    figure.recordedBy = transaction.actor.subject
    figure.recordTime = recordedAt
    let numbers = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
    try transaction.execute(
      "INSERT INTO stated_figure (\(columns.joined(separator: ", "))) VALUES (\(numbers))",
      [
        .text(figure.id), .integer(figure.revision), .text(figure.code), .text(figure.label),
        .text(figure.placeCode), .text(figure.period), .text(figure.channelCode),
        .text(figure.indicatorCode), .text(figure.sector), .text(figure.kind), .text(figure.text),
        .text(figure.unit), .text(figure.nature), SQLValue(figure.value?.unscaled),
        SQLValue(figure.value?.scale), SQLValue(figure.low?.unscaled), SQLValue(figure.low?.scale),
        SQLValue(figure.high?.unscaled), SQLValue(figure.high?.scale), SQLValue(figure.isLowOpen),
        SQLValue(figure.isHighOpen), .text(figure.document), .text(figure.sentence),
        .text(figure.note), .integer(figure.createTime), .text(figure.recordedBy),
        .integer(recordedAt),
      ])
    return figure
  }

  private static func decode(_ row: SQLRow) throws(StorageError) -> StatedFigureRow {
    var figure = StatedFigureRow(id: try row.text("id"), code: try row.text("code"))
    figure.revision = try row.int64("revision")
    figure.label = try row.text("label")
    figure.placeCode = try row.text("place_code")
    figure.period = try row.text("period")
    figure.channelCode = try row.text("channel_code")
    figure.indicatorCode = try row.text("indicator_code")
    figure.sector = try row.text("sector")
    figure.kind = try row.text("kind")
    figure.text = try row.text("printed_text")
    figure.unit = try row.text("unit")
    figure.nature = try row.text("nature")
    figure.value = try decimal(row, "value")
    figure.low = try decimal(row, "low")
    figure.high = try decimal(row, "high")
    figure.isLowOpen = try row.bool("low_open")
    figure.isHighOpen = try row.bool("high_open")
    figure.document = try row.text("document")
    figure.sentence = try row.text("sentence")
    figure.note = try row.text("note")
    figure.createTime = try row.int64("created_at")
    figure.recordedBy = try row.text("recorded_by")
    figure.recordTime = try row.int64("recorded_at")
    return figure
  }

  private static func decimal(
    _ row: SQLRow, _ name: String
  ) throws(StorageError) -> StoredDecimal? {
    guard let unscaled = try row.optionalInt64("\(name)_unscaled") else { return nil }
    return StoredDecimal(unscaled: unscaled, scale: try row.int64("\(name)_scale"))
  }
}
