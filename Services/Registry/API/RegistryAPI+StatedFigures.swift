// Stated figures about the register itself: how many federations a document counts, and the like.

internal import CommonMessages
package import RPC
internal import RegistryDomain
package import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
internal import Storage

extension RegistryAPI {
  package func getStatedFigure(
    _ request: GetStatedFigureRequest, context: CallContext
  ) async throws -> GetStatedFigureResponse {
    try await answering {
      GetStatedFigureResponse(
        statedFigure: try await figures.get(request.code, context: context))
    }
  }

  package func listStatedFigures(
    _ request: ListStatedFiguresRequest, context: CallContext
  ) async throws -> ListStatedFiguresResponse {
    try await answering {
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let filter = StatedFigureFilter(placeCode: request.placeCode, period: request.period)
      let found = try await figures.list(filter, page: page, context: context)
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
      try await context.requireWrite(place: row.placeCode, scope)
      let figures = figures
      return try await changing(request, request.requestId, context) { transaction in
        CreateStatedFigureResponse(statedFigure: try figures.create(row, transaction))
      }
    }
  }

  package func updateStatedFigure(
    _ request: UpdateStatedFigureRequest, context: CallContext
  ) async throws -> UpdateStatedFigureResponse {
    try await answering {
      let message = request.statedFigure ?? .init()
      var violations: [Violation] = []
      let row = StatedFigureRow.reading(message, path: "stated_figure", violations: &violations)
      try refuse(violations)
      let place = try await figures.place(of: row.code, context: context)
      try await context.requireWrite(place: place, scope)
      try await context.requireWrite(place: row.placeCode, scope)
      let figures = figures
      return try await changing(request, request.requestId, context) { transaction in
        UpdateStatedFigureResponse(
          statedFigure: try figures.update(row, etag: message.etag, transaction))
      }
    }
  }

  package func deleteStatedFigure(
    _ request: DeleteStatedFigureRequest, context: CallContext
  ) async throws -> DeleteStatedFigureResponse {
    try await answering {
      let place = try await figures.place(of: request.code, context: context)
      try await context.requireWrite(place: place, scope)
      let figures = figures
      return try await changing(request, request.requestId, context) { transaction in
        try figures.delete(request.code, etag: request.etag, transaction)
        return DeleteStatedFigureResponse()
      }
    }
  }

  /// A figure speaks of a place that the register knows, at whatever time.
  static func check(
    _ row: StatedFigureRow, _ store: RegistryStore, _ transaction: WriteTransaction
  ) throws -> [Violation] {
    let tree = try store.placeTree(around: [row.placeCode], transaction)
    if tree.isKnown(row.placeCode) { return [] }
    return [
      Violation(
        path: "stated_figure.place_code", value: row.placeCode, rule: "place.unknown",
        zh: "名录中没有代码为\(row.placeCode)的地区", en: "no place has this code")
    ]
  }
}
