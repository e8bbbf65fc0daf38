// Reading and changing stated figures: the same in every service that keeps them. The service adds
// its own checks (does the place exist) and says whether a change goes into its feed.

package import CommonMessages
package import RPC
package import Storage
internal import Wire

/// The stated figures of one service.
package struct StatedFigureBook: Sendable {
  /// Codes that a `not_found` lists.
  package static let maximumAvailable = 20

  private let database: Database
  private let check: @Sendable (StatedFigureRow, WriteTransaction) throws -> [Violation]
  private let event: @Sendable (StatedFigure, ChangeEvent.Action) throws -> ChangeEvent?

  /// - Parameters:
  ///   - check: rules that need the service's own records; paths start with `stated_figure`.
  ///   - event: what goes into the service's feed; nil for nothing.
  package init(
    database: Database,
    check:
      @escaping @Sendable (StatedFigureRow, WriteTransaction) throws -> [Violation] = { _, _ in []
      },
    event:
      @escaping @Sendable (StatedFigure, ChangeEvent.Action) throws -> ChangeEvent? = { _, _ in nil
      }
  ) {
    self.database = database
    self.check = check
    self.event = event
  }

  /// The current figure of a code.
  ///
  /// - Throws: `not_found` naming codes that exist.
  package func get(_ code: String, context: CallContext) async throws -> StatedFigure {
    let (row, codes) = try await database.read(deadline: context.deadline) { transaction in
      let row = try StatedFigures.current(code, transaction)
      return (row, row == nil ? try Self.available(transaction) : [])
    }
    guard let row else { throw Self.notFound(code, codes) }
    return row.message
  }

  /// A page of figures in the order of their codes, and how many there are in all.
  package func list(
    _ filter: StatedFigureFilter, page: PageRequest, context: CallContext
  ) async throws -> (figures: [StatedFigure], nextToken: String, total: UInt64) {
    let tokens = try await database.pageTokens(query: [
      context.method.path, filter.placeCode, filter.period, filter.channelCode,
      filter.indicatorCode, filter.asOf.map { "\($0)" } ?? "",
    ])
    let start: String
    if case .text(let code)? = try tokens.start(page)?.first { start = code } else { start = "" }
    let (rows, total) = try await database.read(deadline: context.deadline) { transaction in
      (
        try StatedFigures.list(filter, after: start, limit: page.size + 1, transaction),
        try StatedFigures.count(filter, transaction)
      )
    }
    let answer = tokens.page(rows, size: page.size) { [.text($0.code)] }
    return (answer.items.map(\.message), answer.nextToken, UInt64(clamping: total))
  }

  /// The place of the current figure of a code, for the question of scope.
  ///
  /// - Throws: `not_found`.
  package func place(of code: String, context: CallContext) async throws -> String {
    try await get(code, context: context).placeCode
  }

  /// Stores a new figure; to be called in the transaction of the request.
  package func create(
    _ row: StatedFigureRow, _ transaction: WriteTransaction
  ) throws -> StatedFigure {
    if try StatedFigures.current(row.code, transaction) != nil {
      throw RPCError.alreadyExists(
        type: "stated_figure", name: row.code, description: "此代码已有数字 (the code is taken)")
    }
    try throwing(check(row, transaction))
    let stored = try StatedFigures.insert(row, transaction).message
    try record(stored, before: nil, action: "create", transaction)
    return stored
  }

  /// Stores the next revision of a figure. Nothing happens when it says the same.
  ///
  /// - Parameter etag: the one the caller read; it must be the current one.
  package func update(
    _ row: StatedFigureRow, etag: String, _ transaction: WriteTransaction
  ) throws -> StatedFigure {
    let current = try self.current(
      row.code, etag: etag, path: "stated_figure.etag", transaction)
    if row.saysTheSame(as: current) { return current.message }
    try throwing(check(row, transaction))
    let stored = try StatedFigures.revise(current, to: row, transaction).message
    try record(stored, before: current.message, action: "update", transaction)
    return stored
  }

  package func delete(
    _ code: String, etag: String, _ transaction: WriteTransaction
  ) throws {
    let current = try self.current(code, etag: etag, path: "etag", transaction)
    try StatedFigures.remove(current, transaction)
    var last = current.message
    // The removal is a revision of its own, so that a copy takes it as newer.
    last.revision += 1
    try transaction.audit(
      entity: "stated_figure", id: current.id, action: "delete",
      before: try json(current.message), after: nil)
    if let event = try event(last, .remove) { try transaction.emit(event) }
  }

  private func current(
    _ code: String, etag: String, path: String, _ transaction: WriteTransaction
  ) throws -> StatedFigureRow {
    guard let current = try StatedFigures.current(code, transaction) else {
      throw Self.notFound(code, try Self.available(transaction))
    }
    try RPCError.checkETag(
      etag, path: path, current: current.revision, type: "stated_figure", name: code)
    return current
  }

  private func record(
    _ stored: StatedFigure, before: StatedFigure?, action: String, _ transaction: WriteTransaction
  ) throws {
    try transaction.audit(
      entity: "stated_figure", id: stored.id, action: action,
      before: try before.map(json), after: try json(stored))
    if let event = try event(stored, .put) { try transaction.emit(event) }
  }

  private func json(_ figure: StatedFigure) throws -> String {
    String(decoding: try figure.jsonUTF8(), as: UTF8.self)
  }

  private func throwing(_ violations: [Violation]) throws {
    if !violations.isEmpty { throw RPCError.invalid(violations) }
  }

  private static func available(
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> [String] {
    try StatedFigures.list(StatedFigureFilter(), limit: maximumAvailable, transaction).map(\.code)
  }

  private static func notFound(_ code: String, _ available: [String]) -> RPCError {
    .notFound(
      type: "stated_figure", name: code, description: "没有此代码的数字 (no figure has this code)",
      available: available)
  }
}
