// The handlers of StatisticsService. This file holds what they share; each family of RPCs has its
// own.

internal import Access
internal import CommonMessages
internal import Measures
internal import RPC
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
package import StatisticsStorage
package import Storage
internal import Wire

/// Answers the calls of `lianshe.statistics.v1.StatisticsService`.
package struct StatisticsAPI: StatisticsServiceHandler {
  let database: Database
  let references: ReferenceCache
  let answers: AnswerCache
  let scope: StatisticsScope
  let heartbeat: Duration

  /// - Parameters:
  ///   - answers: shared with whoever else changes data in this process.
  ///   - heartbeat: the longest silence of a change feed.
  package init(
    database: Database, references: ReferenceCache, answers: AnswerCache,
    heartbeat: Duration = ChangeFeed<WatchChangesResponse>.defaultHeartbeat
  ) {
    self.database = database
    self.references = references
    self.answers = answers
    self.heartbeat = heartbeat
    scope = StatisticsScope(database: database, references: references)
  }

  var today: CalendarDate { CalendarDate.inChina(atMicroseconds: database.clockNow) }

  /// Reads in one snapshot, with the catalogue and the places that belong to it.
  func reading<Value: Sendable>(
    _ context: CallContext,
    _ body: @escaping @Sendable (ReadTransaction, Reference) throws -> Value
  ) async throws -> Value {
    try await database.read(deadline: context.deadline) { [references] transaction in
      try body(transaction, references.reference(transaction))
    }
  }

  /// Runs a mutation once; whatever came of it, answers kept from before no longer count.
  func mutating<Request: WireMessage, Response: WireMessage>(
    _ request: Request, requestID: String, _ context: CallContext, validateOnly: Bool = false,
    isLocking: Bool = false,
    _ body: @escaping @Sendable (WriteTransaction) throws -> Response
  ) async throws -> Response {
    defer { if !validateOnly { answers.invalidate() } }
    return try await database.answerOnce(
      request, requestID: requestID, context: context, validateOnly: validateOnly,
      isLocking: isLocking, body)
  }

  /// The place and all below it, today; nil for an empty code.
  ///
  /// - Throws: `notFound` for a place that the register does not know.
  static func subtree(
    _ code: String, _ reference: Reference, _ today: CalendarDate
  ) throws -> Set<String>? {
    guard !code.isEmpty else { return nil }
    try requirePlace(code, reference)
    return reference.view(on: today).subtree(of: code)
  }

  static func requirePlace(_ code: String, _ reference: Reference) throws {
    guard !reference.places.exists(code) else { return }
    // While the register is not here, nobody can say what exists.
    if !reference.isRegisterComplete { throw RPCError.registerMissing }
    throw StatisticsError.notFound(
      "place", code, chinese: "没有地区“\(code)”", english: "There is no place \(code).",
      available: reference.places.alternatives(to: code))
  }

  /// The recorded time of an `as_of`; now where it is empty.
  static func time(_ asOf: String, _ violations: inout [Violation]) -> Int64 {
    guard !asOf.isEmpty else { return RecordedTime.now }
    if let time = Instant.microseconds(asOf) { return time }
    violations.append(
      Violation(
        path: "as_of", value: asOf, rule: "time.format",
        zh: "时间应为 RFC 3339 格式，如 2013-12-31T16:00:00Z",
        en: "a time is RFC 3339 text, such as 2013-12-31T16:00:00Z"))
    return RecordedTime.now
  }

  static func period(
    _ text: String, path: String, _ violations: inout [Violation]
  ) -> Period? {
    if let period = try? Period(parsing: text) { return period }
    violations.append(
      Violation(
        path: path, value: text, rule: "period.format",
        zh: "期别应为 2013、2013-H1、2013-Q1、2013-05 或 2018-01/2018-02",
        en: "a period is 2013, 2013-H1, 2013-Q1, 2013-05 or 2018-01/2018-02"))
    return nil
  }
}
