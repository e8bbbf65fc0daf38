// Stated figures: what documents say. The book of them is shared by all services.

internal import Access
internal import CommonMessages
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
package import StatisticsMessages
internal import StatisticsStorage
internal import Storage

extension StatisticsAPI {
  package func getStatedFigure(
    _ request: GetStatedFigureRequest, context: CallContext
  ) async throws -> GetStatedFigureResponse {
    try await answering {
      GetStatedFigureResponse(
        statedFigure: try await stated.get(request.code, context: context))
    }
  }

  package func listStatedFigures(
    _ request: ListStatedFiguresRequest, context: CallContext
  ) async throws -> ListStatedFiguresResponse {
    try await answering {
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let filter = StatedFigureFilter(
        placeCode: request.placeCode, period: request.period, channelCode: request.channelCode,
        indicatorCode: request.indicatorCode)
      let found = try await stated.list(filter, page: page, context: context)
      return ListStatedFiguresResponse(
        statedFigures: found.figures, nextPageToken: found.nextToken, totalSize: found.total)
    }
  }

  package func createStatedFigure(
    _ request: CreateStatedFigureRequest, context: CallContext
  ) async throws -> CreateStatedFigureResponse {
    try await answering {
      var violations: [Violation] = []
      let row = StatedFigureRow.reading(
        request.statedFigure ?? .init(), path: "stated_figure", violations: &violations)
      try refuse(violations)
      try await requirePlace(row.placeCode, context)
      try await context.requireWrite(place: row.placeCode, scope)
      let stated = stated
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        let figure = try stated.create(row, transaction)
        try transaction.raiseFigureGeneration()
        return CreateStatedFigureResponse(statedFigure: figure)
      }
    }
  }

  package func updateStatedFigure(
    _ request: UpdateStatedFigureRequest, context: CallContext
  ) async throws -> UpdateStatedFigureResponse {
    try await answering {
      let message = request.statedFigure ?? .init()
      let place = try await stated.place(of: message.code, context: context)
      try await context.requireWrite(place: place, scope)
      var violations: [Violation] = []
      let row = StatedFigureRow.reading(message, path: "stated_figure", violations: &violations)
      try refuse(violations)
      try await requirePlace(row.placeCode, context)
      try await context.requireWrite(place: row.placeCode, scope)
      let stated = stated
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        let figure = try stated.update(row, etag: message.etag, transaction)
        try transaction.raiseFigureGeneration()
        return UpdateStatedFigureResponse(statedFigure: figure)
      }
    }
  }

  package func deleteStatedFigure(
    _ request: DeleteStatedFigureRequest, context: CallContext
  ) async throws -> DeleteStatedFigureResponse {
    try await answering {
      let place = try await stated.place(of: request.code, context: context)
      try await context.requireWrite(place: place, scope)
      let stated = stated
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        try stated.delete(request.code, etag: request.etag, transaction)
        try transaction.raiseFigureGeneration()
        return DeleteStatedFigureResponse()
      }
    }
  }

  private func requirePlace(_ code: String, _ context: CallContext) async throws {
    try await reading(context) { _, reference in try Self.requirePlace(code, reference) }
  }

  /// The book of this service: a figure names a channel and an indicator of the catalogue, if any.
  static func statedFigureBook(
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
