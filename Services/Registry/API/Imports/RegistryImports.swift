// The kinds of files that the register takes.

internal import Access
internal import EntryAPI
internal import Imports
internal import RegistryDomain
internal import RegistryStorage
package import ServiceAPI
package import Storage

/// The register's import kinds.
package enum RegistryImports {
  package static func api(_ database: Database) -> ImportAPI {
    ImportAPI(database: database, kinds: kinds(database), lock: lock)
  }

  private static func kinds(_ database: Database) -> [OfferedKind] {
    let store = RegistryStore(encoding: RegistryWire())
    return [
      OfferedKind(PlaceImport(store: store).kind, role: .administrator),
      OfferedKind(FederationImport(store: store).kind, role: .clerk),
      OfferedKind(EnterpriseImport(store: store).kind, role: .clerk),
      OfferedKind(MembershipImport(store: store).kind, role: .clerk),
      OfferedKind(statedFigures(database, store), role: .statistician),
    ]
      + EntryImport.kinds(RegistryServices.surroundings(database).book).map {
        OfferedKind($0, role: .clerk)
      }
  }

  /// Files take their turn among the other changes of the register.
  @Sendable static func lock(_ transaction: WriteTransaction) throws {
    try RegistryStore(encoding: RegistryWire()).takeTurn(transaction)
  }

  private static func statedFigures(_ database: Database, _ store: RegistryStore) -> ImportKind {
    let book = StatedFigureBook(database: database)
    return StatedFigureImport(
      book: book,
      mayWrite: { place, row, run in
        let bench = ImportBench(run, store, columns: [:])
        try bench.mayWrite(row, "code", place: place)
        return bench.outcome.errors
      }
    ) { figure, row, run in
      let bench = ImportBench(run, store, columns: [:])
      if let code = try bench.placeCode(row, "place", in: .always) {
        figure.placeCode = code
        if try bench.tree(around: code).isKnown(code) {
          _ = try bench.mayWrite(row, "place", place: code)
        } else {
          bench.fail(
            row, "place", rule: "place.unknown", zh: "名录中没有代码为\(code)的地区",
            en: "no place has this code")
        }
      }
      return bench.outcome.errors
    }.kind
  }

  // MARK: - Columns that several kinds have

  static let validTime = [
    ImportColumn(
      key: "valid_from", title: "生效日期", content: .code,
      explanation: "YYYY、YYYY-MM 或 YYYY-MM-DD,短日期从其首日算起;空为一向如此。", example: "2018"),
    ImportColumn(
      key: "valid_to", title: "失效日期", content: .code,
      explanation: "不再成立的第一天;空为至今。"),
  ]

  static let source = [
    ImportColumn(key: "document", title: "出处文件", explanation: "文件简称。"),
    ImportColumn(key: "sentence", title: "原句", explanation: "所在的句子,照录。"),
    ImportColumn(key: "note", title: "备注", explanation: "读者须知:错字、歧义。"),
  ]

  static let placeName = ImportColumn(
    key: "place_name", title: "地名", explanation: "校验用:须是该地区在有效期内的名称。")

  /// Paths of the message in columns, as far as all kinds share them.
  static let commonPaths = [
    "provenance": "document", "provenance.document": "document",
    "provenance.sentence": "sentence", "provenance.note": "note",
  ]
}

extension ImportFinding {
  /// What stands in the way of a revert.
  init(_ obstacle: RevertObstacle) {
    self.init(value: obstacle.name, rule: obstacle.rule, zh: obstacle.zh, en: obstacle.en)
  }
}

extension RevertWish {
  init(_ record: ImportedRecord) {
    self.init(id: record.id, revision: record.revision, isNew: record.effect == .inserted)
  }
}
