// A kind of file and its table, as a service would have them.

internal import Foundation
internal import Imports
internal import Storage

enum Samples {
  static let migration = Migration("sample/0001_thing") { dialect in
    [
      """
      CREATE TABLE thing (
        code \(dialect.text) NOT NULL PRIMARY KEY,
        name \(dialect.text) NOT NULL,
        amount BIGINT,
        revision BIGINT NOT NULL
      )
      """,
      """
      CREATE TABLE doubt (
        code \(dialect.text) NOT NULL PRIMARY KEY,
        printed \(dialect.text) NOT NULL
      )
      """,
    ]
  }

  static var migrations: [Migration] { ImportMigrations.all + [migration] }

  static let columns = [
    ImportColumn(
      key: "code", title: "代码", required: true, content: .code, explanation: "唯一的代码。",
      example: "450900"),
    ImportColumn(key: "name", title: "名称", required: true, explanation: "全称，含“,”也可。"),
    ImportColumn(key: "amount", title: "数量", content: .printed, explanation: "照原文填写。"),
    ImportColumn(key: "note", title: "备注", explanation: "可空。"),
  ]

  static let kind = ImportKind(
    name: "things", title: "物件", columns: columns, process: process, revert: revert)

  static func actor(_ organisation: String = "450000", request: String = "r") -> Actor {
    Actor(subject: "user:1", organisation: organisation, requestID: request)
  }

  @Sendable private static func process(_ run: ImportRun) throws -> ImportOutcome {
    var outcome = ImportOutcome()
    for (number, row) in run.rows.enumerated() {
      var amount: Int64?
      if !row["amount"].isEmpty {
        amount = Int64(row["amount"])
        if amount == nil, row["amount"].contains(" ") {
          try doubt(row, run, &outcome)
          continue
        }
        if amount == nil {
          outcome.errors.append(
            run.finding(
              row, "amount", rule: "number.letter_for_digit", zh: "不是数字", en: "not a number"))
        }
      }
      try enter(row, amount, run, &outcome)
      run.progress(number + 1)
    }
    return outcome
  }

  private static func doubt(
    _ row: ImportRow, _ run: ImportRun, _ outcome: inout ImportOutcome
  ) throws {
    let known = try run.transaction.queryOne(
      "SELECT printed FROM doubt WHERE code = $1", [.text(row["code"])])
    if try known?.text("printed") == row["amount"] {
      outcome.unchangedRows += 1
      return
    }
    try run.transaction.execute(
      """
      INSERT INTO doubt (code, printed) VALUES ($1, $2)
      ON CONFLICT (code) DO UPDATE SET printed = $2
      """, [.text(row["code"]), .text(row["amount"])])
    outcome.quarantinedRows += 1
  }

  private static func enter(
    _ row: ImportRow, _ amount: Int64?, _ run: ImportRun, _ outcome: inout ImportOutcome
  ) throws {
    let known = try run.transaction.queryOne(
      "SELECT name, amount, revision FROM thing WHERE code = $1", [.text(row["code"])])
    let values: [SQLValue] = [.text(row["code"]), .text(row["name"]), SQLValue(amount)]
    guard let known else {
      try run.transaction.execute(
        "INSERT INTO thing (code, name, amount, revision) VALUES ($1, $2, $3, 1)", values)
      outcome.insertedRows += 1
      outcome.records.append(
        ImportedRecord(entity: "thing", id: row["code"], effect: .inserted, revision: 1))
      return
    }
    if try known.text("name") == row["name"], try known.optionalInt64("amount") == amount {
      outcome.unchangedRows += 1
      return
    }
    let revision = try known.int64("revision") + 1
    try run.transaction.execute(
      "UPDATE thing SET name = $2, amount = $3, revision = $4 WHERE code = $1",
      values + [.integer(revision)])
    outcome.revisedRows += 1
    outcome.notes.append(
      ImportNote(
        line: row.line, column: "名称", zh: "“\(try known.text("name"))”改为“\(row["name"])”",
        en: "changed"))
    outcome.records.append(
      ImportedRecord(entity: "thing", id: row["code"], effect: .revised, revision: revision))
  }

  @Sendable private static func revert(
    _ records: [ImportedRecord], _ transaction: WriteTransaction
  ) throws -> [ImportFinding] {
    var obstacles: [ImportFinding] = []
    for record in records {
      let removed = try transaction.execute(
        "DELETE FROM thing WHERE code = $1 AND revision = $2",
        [.text(record.id), .integer(record.revision)])
      if removed == 0 {
        obstacles.append(
          ImportFinding(value: record.id, rule: "changed", zh: "\(record.id)已改", en: "changed"))
      }
    }
    return obstacles
  }

  static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  static func things(_ database: Database) async throws -> [String: String] {
    try await database.read { transaction in
      var things: [String: String] = [:]
      for row in try transaction.query("SELECT code, name FROM thing") {
        things[try row.text("code")] = try row.text("name")
      }
      return things
    }
  }
}
