// Indicators, channels and forms.

package import StatisticsDomain
package import Storage
internal import Measures

/// The catalogue with the numbers by which observations are keyed.
package struct StoredCatalogue: Sendable {
  package let catalogue: Catalogue
  private let numberByCode: [String: Int64]
  private let indicatorByNumber: [Int64: Indicator]

  fileprivate init(_ catalogue: Catalogue, numbers: [String: Int64]) {
    self.catalogue = catalogue
    numberByCode = numbers
    indicatorByNumber = Dictionary(
      catalogue.indicators.compactMap { indicator in
        numbers[indicator.code].map { ($0, indicator) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Every indicator with its number, in the order of the numbers.
  package var numberedIndicators: [(number: Int64, indicator: Indicator)] {
    catalogue.indicators.compactMap { indicator in
      numberByCode[indicator.code].map { ($0, indicator) }
    }
  }

  func number(of code: String) throws(StorageError) -> Int64 {
    guard let number = numberByCode[code] else {
      throw StorageError(.internal, "The indicator \(code) is not in the catalogue.")
    }
    return number
  }

  func indicator(_ number: Int64) throws(StorageError) -> Indicator {
    guard let indicator = indicatorByNumber[number] else {
      throw StorageError(.corrupt, "An observation names an indicator that does not exist.")
    }
    return indicator
  }
}

package enum CatalogueTable {
  package static func load(
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> StoredCatalogue {
    var numbers: [String: Int64] = [:]
    var indicators: [Indicator] = []
    for row in try transaction.query("SELECT * FROM indicator ORDER BY number") {
      let indicator = try indicator(row)
      indicators.append(indicator)
      numbers[indicator.code] = try row.int64("number")
    }
    var channels: [Channel] = []
    for row in try transaction.query("SELECT * FROM channel ORDER BY position") {
      channels.append(
        Channel(
          code: try row.text("code"), chinese: try row.text("name_zh"),
          english: try row.text("name_en"), description: try row.text("description")))
    }
    let catalogue = Catalogue(
      indicators: indicators, channels: channels, forms: try forms(transaction))
    return StoredCatalogue(catalogue, numbers: numbers)
  }

  private static func indicator(_ row: SQLRow) throws(StorageError) -> Indicator {
    Indicator(
      code: try row.text("code"), chinese: try row.text("name_zh"),
      english: try row.text("name_en"), unit: MeasureUnit(try row.text("unit")) ?? .none,
      scale: Int(clamping: try row.int64("scale")), kind: try row.raw("kind"),
      partOf: try row.optionalText("part_of"),
      mayBeNegative: try row.int64("may_be_negative") != 0)
  }

  private static func forms(_ transaction: some SQLExecutor) throws(StorageError) -> [Form] {
    var indicators: [String: [String]] = [:]
    for row in try transaction.query(
      "SELECT form_code, indicator_code FROM form_indicator ORDER BY form_code, position")
    {
      indicators[try row.text("form_code"), default: []].append(try row.text("indicator_code"))
    }
    var forms: [Form] = []
    for row in try transaction.query("SELECT * FROM form ORDER BY code") {
      let code = try row.text("code")
      forms.append(
        Form(
          code: code, chinese: try row.text("name_zh"),
          channelCode: try row.text("channel_code"), indicatorCodes: indicators[code] ?? [],
          periodKind: try row.raw("period_kind"),
          dueDays: Int(clamping: try row.int64("due_days"))))
    }
    return forms
  }

  /// - Throws: `alreadyExists` for a code that is taken, `invalid` for what the catalogue refuses.
  package static func insert(_ indicator: Indicator, _ transaction: WriteTransaction) throws {
    let catalogue = try load(transaction).catalogue
    let violations = catalogue.violations(adding: indicator)
    guard violations.isEmpty else { throw StatisticsError.invalid(violations) }
    let added = try transaction.execute(
      """
      INSERT INTO indicator
        (code, name_zh, name_en, unit, scale, kind, part_of, may_be_negative)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (code) DO NOTHING
      """,
      [
        .text(indicator.code), .text(indicator.chinese), .text(indicator.english),
        .text(indicator.unit.symbol), .integer(Int64(indicator.scale)),
        .text(indicator.kind.rawValue), SQLValue(indicator.partOf),
        .integer(indicator.mayBeNegative ? 1 : 0),
      ])
    guard added == 1 else { throw taken("indicator", indicator.code) }
    try Generations.raise(.catalogue, transaction)
  }

  /// Takes an indicator out that nothing uses.
  ///
  /// - Returns: false where a form, a value, a target or another indicator names it.
  package static func remove(
    _ code: String, _ transaction: WriteTransaction
  ) throws(StorageError) -> Bool {
    let removed = try transaction.execute(
      """
      DELETE FROM indicator WHERE code = $1
        AND NOT EXISTS (SELECT 1 FROM form_indicator AS f WHERE f.indicator_code = $1)
        AND NOT EXISTS (SELECT 1 FROM target AS t WHERE t.indicator_code = $1)
        AND NOT EXISTS (SELECT 1 FROM indicator AS i WHERE i.part_of = $1)
        AND NOT EXISTS (
          SELECT 1 FROM observation AS o WHERE o.indicator_number = indicator.number)
      """, [.text(code)])
    if removed == 1 { try Generations.raise(.catalogue, transaction) }
    return removed == 1
  }

  /// - Throws: as above.
  package static func insert(_ form: Form, _ transaction: WriteTransaction) throws {
    let catalogue = try load(transaction).catalogue
    if (try? catalogue.form(form.code)) != nil { throw taken("form", form.code) }
    let violations = catalogue.violations(adding: form)
    guard violations.isEmpty else { throw StatisticsError.invalid(violations) }
    try transaction.execute(
      """
      INSERT INTO form (code, name_zh, channel_code, period_kind, due_days)
      VALUES ($1, $2, $3, $4, $5)
      """,
      [
        .text(form.code), .text(form.chinese), .text(form.channelCode),
        .text(form.periodKind.rawValue), .integer(Int64(form.dueDays)),
      ])
    for (position, code) in form.indicatorCodes.enumerated() {
      try transaction.execute(
        """
        INSERT INTO form_indicator
          (channel_code, period_kind, indicator_code, form_code, position)
        VALUES ($1, $2, $3, $4, $5)
        """,
        [
          .text(form.channelCode), .text(form.periodKind.rawValue), .text(code),
          .text(form.code), .integer(Int64(position)),
        ])
    }
    try Generations.raise(.catalogue, transaction)
  }

  private static func taken(_ type: String, _ code: String) -> StatisticsError {
    StatisticsError(
      .alreadyExists, chinese: "代码“\(code)”已被使用", english: "The code \(code) is taken.",
      resource: ResourceReference(type: type, name: code))
  }
}
