// The kinds of files that this service takes.

internal import Access
internal import Imports
internal import Measures
internal import RPC
package import ServiceAPI
internal import StatisticsDomain
package import StatisticsStorage
package import Storage

package enum StatisticsImports {
  package static func api(
    _ database: Database, _ references: ReferenceCache, _ answers: AnswerCache
  ) -> ImportAPI {
    ImportAPI(
      database: database, kinds: kinds(database, references), lock: ImportDesk.takeTurn,
      didChange: { answers.invalidate() })
  }

  private static func kinds(
    _ database: Database, _ references: ReferenceCache
  ) -> [OfferedKind] {
    [
      OfferedKind(placed(ReportImport(references: references).kind, references), role: .clerk),
      OfferedKind(placed(statedFigures(database, references), references), role: .statistician),
      OfferedKind(
        placed(TargetImport(references: references).kind, references), role: .statistician),
      OfferedKind(IndicatorImport(references: references).kind, role: .administrator),
    ]
  }

  /// A kind whose rows name places. While the register is not here nobody can say what exists, so
  /// the step is put off; the import stays as it is.
  private static func placed(_ kind: ImportKind, _ references: ReferenceCache) -> ImportKind {
    var kind = kind
    let process = kind.process
    kind.process = { run in
      guard try references.reference(run.transaction).isRegisterComplete else {
        throw RPCError.registerMissing
      }
      return try process(run)
    }
    return kind
  }

  /// The role that changes what is accepted already, as ReviseReport asks for it.
  static let revisingRole = Role.statistician

  /// The shared kind, with this service's names for places, channels and indicators.
  private static func statedFigures(
    _ database: Database, _ references: ReferenceCache
  ) -> ImportKind {
    let book = StatisticsFigures.book(database, references)
    var kind = StatedFigureImport(
      book: book,
      mayWrite: { place, row, run in
        let bench = try FileBench(run, references)
        _ = try bench.mayWrite(row, "code", place: place)
        return bench.outcome.errors
      }
    ) { figure, row, run in
      let bench = try FileBench(run, references)
      let period = try? Period(parsing: figure.period)
      let day = period?.lastDay ?? bench.today
      if let place = bench.place(row, "place", on: day) {
        figure.placeCode = place
        _ = try bench.mayWrite(row, "place", place: place)
      }
      if !row["channel"].isEmpty, let channel = bench.channel(row, "channel") {
        figure.channelCode = channel
      }
      if !row["indicator"].isEmpty, let indicator = bench.indicator(row, "indicator") {
        figure.indicatorCode = indicator.code
      }
      _ = bench.sector(row, "sector")
      return bench.outcome.errors
    }.kind
    // The shared kind does not know that figures have a generation.
    let (process, revert) = (kind.process, kind.revert)
    kind.process = { run in
      let outcome = try process(run)
      if !outcome.records.isEmpty { try run.transaction.raiseFigureGeneration() }
      return outcome
    }
    kind.revert = { records, transaction in
      let obstacles = try revert(records, transaction)
      try transaction.raiseFigureGeneration()
      return obstacles
    }
    return kind
  }

  static let source = [
    ImportColumn(key: "document", title: "出处文件", explanation: "文件简称。"),
    ImportColumn(key: "sentence", title: "原句", explanation: "所在的句子或表格单元，照录。"),
    ImportColumn(key: "note", title: "备注", explanation: "读者须知：错字、歧义。"),
  ]

  /// Why a record cannot be taken back.
  static func changedSince(_ name: String) -> ImportFinding {
    ImportFinding(
      value: name, rule: "import.changed_since", zh: "\(name)后来又改过",
      en: "\(name) was changed since")
  }
}
