// What every service's StatedFigureService does, over the book of its stated figures. The services
// share its messages, so each only says that this answers its own calls.

package import Access
package import CommonMessages
package import RPC
package import Storage
internal import Wire

/// Answers the calls about the stated figures of one service.
package struct StatedFigureAPI: Sendable {
  /// What a service adds.
  package struct Hooks: Sendable {
    /// Refuses a place that the service does not know, before it is asked who may write there.
    package var requirePlace: @Sendable (String, CallContext) async throws -> Void = { _, _ in }
    /// What the service's writers do first, where they wait for each other; nil where they do not.
    package var lock: (@Sendable (WriteTransaction) throws -> Void)?
    /// In the transaction of every change, after it.
    package var changing: @Sendable (WriteTransaction) throws -> Void = { _ in }
    /// After every attempt to change a figure.
    package var didChange: @Sendable () -> Void = {}

    package init() {}
  }

  private let database: Database
  private let book: StatedFigureBook
  private let scope: any OrganisationScope
  private let hooks: Hooks

  package init(
    database: Database, book: StatedFigureBook, scope: any OrganisationScope,
    hooks: Hooks = Hooks()
  ) {
    self.database = database
    self.book = book
    self.scope = scope
    self.hooks = hooks
  }

  package func getStatedFigure(
    _ request: GetStatedFigureRequest, context: CallContext
  ) async throws -> GetStatedFigureResponse {
    GetStatedFigureResponse(statedFigure: try await book.get(request.code, context: context))
  }

  package func listStatedFigures(
    _ request: ListStatedFiguresRequest, context: CallContext
  ) async throws -> ListStatedFiguresResponse {
    let page = try PageRequest(size: request.pageSize, token: request.pageToken)
    let filter = StatedFigureFilter(
      placeCode: request.placeCode, period: request.period, channelCode: request.channelCode,
      indicatorCode: request.indicatorCode)
    let found = try await book.list(filter, page: page, context: context)
    return ListStatedFiguresResponse(
      statedFigures: found.figures, nextPageToken: found.nextToken, totalSize: found.total)
  }

  package func createStatedFigure(
    _ request: CreateStatedFigureRequest, context: CallContext
  ) async throws -> CreateStatedFigureResponse {
    let row = try await checked(request.statedFigure ?? .init(), context)
    return try await change(request, request.requestId, context) { book, transaction in
      CreateStatedFigureResponse(statedFigure: try book.create(row, transaction))
    }
  }

  package func updateStatedFigure(
    _ request: UpdateStatedFigureRequest, context: CallContext
  ) async throws -> UpdateStatedFigureResponse {
    let message = request.statedFigure ?? .init()
    try await requireWrite(to: message.code, context)
    let row = try await checked(message, context)
    return try await change(request, request.requestId, context) { book, transaction in
      UpdateStatedFigureResponse(
        statedFigure: try book.update(row, etag: message.etag, transaction))
    }
  }

  package func deleteStatedFigure(
    _ request: DeleteStatedFigureRequest, context: CallContext
  ) async throws -> DeleteStatedFigureResponse {
    try await requireWrite(to: request.code, context)
    return try await change(request, request.requestId, context) { book, transaction in
      try book.delete(request.code, etag: request.etag, transaction)
      return DeleteStatedFigureResponse()
    }
  }

  /// The figure as it is now lies in the caller's subtree.
  private func requireWrite(to code: String, _ context: CallContext) async throws {
    let place = try await book.place(of: code, context: context)
    try await context.requireWrite(place: place, scope)
  }

  /// The figure of a request, well formed and of a place where the caller may write.
  private func checked(
    _ message: StatedFigure, _ context: CallContext
  ) async throws -> StatedFigureRow {
    var violations: [Violation] = []
    let row = StatedFigureRow.reading(message, path: "stated_figure", violations: &violations)
    if !violations.isEmpty { throw RPCError.invalid(violations) }
    try await hooks.requirePlace(row.placeCode, context)
    try await context.requireWrite(place: row.placeCode, scope)
    return row
  }

  private func change<Request: WireMessage, Response: WireMessage>(
    _ request: Request, _ requestID: String, _ context: CallContext,
    _ body: @escaping @Sendable (StatedFigureBook, WriteTransaction) throws -> Response
  ) async throws -> Response {
    let (book, hooks) = (book, hooks)
    defer { hooks.didChange() }
    return try await database.answerOnce(
      request, requestID: requestID, context: context, isLocking: hooks.lock != nil
    ) { transaction in
      try hooks.lock?(transaction)
      let response = try body(book, transaction)
      try hooks.changing(transaction)
      return response
    }
  }
}
