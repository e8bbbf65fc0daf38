// Stated figures: what documents say beside what is computed here.

internal import Access
internal import CommonMessages
internal import RPC
package import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
package import StatisticsStorage
package import Storage

extension ImportAPI: StatisticsMessages.ImportServiceHandler {}
extension StatedFigureAPI: StatisticsMessages.StatedFigureServiceHandler {}

package enum StatisticsFigures {
  package static func api(
    _ database: Database, _ references: ReferenceCache, _ answers: AnswerCache
  ) -> StatedFigureAPI {
    var hooks = StatedFigureAPI.Hooks()
    hooks.requirePlace = { code, context in
      try await answering {
        try await database.read(deadline: context.deadline) { transaction in
          try StatisticsAPI.requirePlace(code, references.reference(transaction))
        }
      }
    }
    hooks.changing = { try $0.raiseFigureGeneration() }
    hooks.didChange = { answers.invalidate() }
    return StatedFigureAPI(
      database: database, book: book(database, references),
      scope: StatisticsScope(database: database, references: references), hooks: hooks)
  }

  /// The book of this service: a figure names a channel and an indicator of the catalogue, if any.
  static func book(
    _ database: Database, _ references: ReferenceCache
  ) -> StatedFigureBook {
    StatedFigureBook(
      database: database,
      check: { row, transaction in
        let reference = try references.reference(transaction)
        return violations(of: row, reference)
      },
      event: { figure, action in try Journal.event(figure, action) })
  }

  static func violations(of row: StatedFigureRow, _ reference: Reference) -> [Violation] {
    let catalogue = reference.catalogue.catalogue
    var found: [Violation] = []
    if !row.channelCode.isEmpty, (try? catalogue.channel(row.channelCode)) == nil {
      found.append(
        Violation(
          path: "stated_figure.channel_code", value: row.channelCode, rule: "report.channel",
          zh: "没有渠道“\(row.channelCode)”", en: "there is no channel \(row.channelCode)"))
    }
    if !row.indicatorCode.isEmpty, (try? catalogue.indicator(row.indicatorCode)) == nil {
      found.append(
        Violation(
          path: "stated_figure.indicator_code", value: row.indicatorCode,
          rule: "report.indicator", zh: "没有指标“\(row.indicatorCode)”",
          en: "there is no indicator \(row.indicatorCode)"))
    }
    if !SectorRule.isSector(row.sector) {
      found.append(
        Violation(
          path: "stated_figure.sector", value: row.sector, rule: "report.sector",
          zh: "行业名称过长或含有 / ? & = # % 和空格",
          en: "the sector is too long, or has one of / ? & = # % or a space"))
    }
    return found
  }
}
