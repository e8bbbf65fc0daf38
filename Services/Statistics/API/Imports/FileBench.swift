// What all kinds of files need while they are worked on: errors by column, names as codes, the
// caller's scope. Lives for one run, inside its transaction.

internal import Imports
internal import Measures
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage

final class FileBench {
  let run: ImportRun
  let reference: Reference
  let today: CalendarDate
  var outcome = ImportOutcome()
  private var scopes: [String: Bool] = [:]

  init(_ run: ImportRun, _ references: ReferenceCache) throws {
    self.run = run
    reference = try references.reference(run.transaction)
    today = CalendarDate.inChina(atMicroseconds: run.transaction.now)
  }

  var catalogue: Catalogue { reference.catalogue.catalogue }

  // MARK: Errors

  func fail(_ row: ImportRow, _ key: String, rule: String, zh: String, en: String) {
    outcome.errors.append(run.finding(row, key, rule: rule, zh: zh, en: en))
  }

  /// A refusal that is not about one cell.
  func fail(_ row: ImportRow, _ error: StatisticsError) {
    outcome.errors.append(
      ImportFinding(
        line: row.line, value: error.resource?.name ?? "",
        rule: "\(error.resource?.type ?? "record").\(error.code.rawValue)", zh: error.chinese,
        en: error.english))
  }

  /// A value that cannot be a value at all, told as a report's review tells it.
  func checkValue(_ row: ImportRow, _ key: String, _ indicator: Indicator, _ nature: Nature) {
    let reading = Quantity.read(row[key], unit: indicator.unit, nature: nature)
    for violation in ValueRules.violations(reading, row[key], indicator, path: key) {
      fail(row, key, rule: violation.rule, zh: violation.chinese, en: violation.english)
    }
  }

  /// Whether something is wrong with a row, whatever it is.
  func isFlawed(_ row: ImportRow, _ check: () throws -> Void) rethrows -> Bool {
    let count = outcome.errors.count
    try check()
    return outcome.errors.count > count || !row.flaws.isEmpty
  }

  // MARK: Cells

  func period(_ row: ImportRow, _ key: String) -> Period? {
    if let period = try? Period(parsing: row[key]) { return period }
    fail(
      row, key, rule: "period.format",
      zh: "期别应为 2013、2013-H1、2013-Q1、2013-05 或 2018-01/2018-02",
      en: "a period is 2013, 2013-H1, 2013-Q1, 2013-05 or 2018-01/2018-02")
    return nil
  }

  func channel(_ row: ImportRow, _ key: String) -> String? {
    if let channel = catalogue.channel(named: row[key]) { return channel.code }
    let known = catalogue.channels.map(\.chinese).joined(separator: "、")
    fail(
      row, key, rule: "report.channel", zh: "没有渠道“\(row[key])”，现有：\(known)",
      en: "there is no such channel; there are \(catalogue.channels.map(\.code))")
    return nil
  }

  func indicator(_ row: ImportRow, _ key: String) -> Indicator? {
    if let indicator = catalogue.indicator(named: row[key]) { return indicator }
    let known = catalogue.indicators.prefix(20).map(\.chinese).joined(separator: "、")
    fail(
      row, key, rule: "report.indicator", zh: "没有指标“\(row[key])”，现有：\(known)",
      en: "there is no such indicator")
    return nil
  }

  func nature(_ row: ImportRow, _ key: String) -> Nature? {
    if row[key].isEmpty { return .actual }
    if let nature = Nature(named: row[key]) { return nature }
    fail(
      row, key, rule: "quantity.nature", zh: "性质应为实际、初步、预计、计划、自报或申报",
      en: "the nature is actual, preliminary, expected, plan, claimed or applied_for")
    return nil
  }

  func sector(_ row: ImportRow, _ key: String) -> String? {
    if SectorRule.isSector(row[key]) { return row[key] }
    fail(
      row, key, rule: "report.sector", zh: "行业名称过长或含有 / ? & = # % 和空格",
      en: "the sector is too long, or has one of / ? & = # % or a space")
    return nil
  }

  func source(_ row: ImportRow) -> Source {
    Source(document: row["document"], sentence: row["sentence"], note: row["note"])
  }

  /// The code in a cell that holds a code or the name that one place had on a day.
  ///
  /// - Parameter wanted: nil where the row's period is broken: then nothing is said of names.
  func place(_ row: ImportRow, _ key: String, on wanted: CalendarDate?) -> String? {
    let text = row[key]
    if reference.places.exists(text) { return text }
    if PlaceRule.isPlace(text) {
      fail(
        row, key, rule: "place.unknown", zh: "名录中没有代码为\(text)的地区",
        en: "no place has this code")
      return nil
    }
    guard let day = wanted else { return nil }
    let codes = reference.places.codes(named: text, on: day)
    if codes.count == 1 { return codes[0] }
    if codes.isEmpty {
      let near = similar(text, on: day)
      fail(
        row, key, rule: "place.unknown_name",
        zh: "\(day)没有叫“\(text)”的地区" + (near.isEmpty ? "" : "；相近：\(near)"),
        en: "no place bore this name on \(day)" + (near.isEmpty ? "" : "; similar: \(near)"))
    } else {
      let list = codes.joined(separator: "、")
      fail(
        row, key, rule: "place.ambiguous_name", zh: "有多个叫“\(text)”的地区，请填代码：\(list)",
        en: "several places bear this name; write the code: \(list)")
    }
    return nil
  }

  /// Places whose names begin alike.
  private func similar(_ name: String, on day: CalendarDate) -> String {
    let start = name.prefix(2)
    let found = reference.places.codes.compactMap { code in
      reference.places.fact(code, on: day).flatMap { fact in
        fact.name.hasPrefix(start) ? "\(code) \(fact.name)" : nil
      }
    }
    return found.prefix(5).joined(separator: "、")
  }

  /// The unit in a cell that holds an id, a credit code or a name.
  func unit(_ row: ImportRow, _ key: String) throws -> String? {
    let ids = try RegisterLookup.enterprises(named: row[key], run.transaction)
    if ids.count == 1 { return ids[0] }
    if ids.isEmpty {
      fail(
        row, key, rule: "report.unit_unknown", zh: "名录中没有单位“\(row[key])”",
        en: "the register has no such enterprise")
    } else {
      fail(
        row, key, rule: "report.unit_ambiguous",
        zh: "名录中有多个“\(row[key])”，请填统一社会信用代码",
        en: "several enterprises bear this name; write the credit code")
    }
    return nil
  }

  /// Whether the caller may write in a place; leaves an error when not.
  func mayWrite(_ row: ImportRow, _ key: String, place code: String) throws -> Bool {
    let organisation = run.transaction.actor.organisation
    let allowed: Bool
    if let known = scopes[code] {
      allowed = known
    } else {
      allowed = try StatisticsScope.contains(
        code, organisation, today, reference, run.transaction)
      scopes[code] = allowed
    }
    if !allowed {
      fail(
        row, key, rule: "access.scope", zh: "\(code)不在\(organisation)的辖区内",
        en: "\(code) is not in the subtree of \(organisation)")
    }
    return allowed
  }
}
