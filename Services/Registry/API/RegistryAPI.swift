// The handlers of RegistryService. This file holds what they share; each family of RPCs has its own.

internal import Access
internal import Measures
internal import RPC
internal import RegistryDomain
internal import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
package import Storage
internal import Wire

/// Answers the calls of `lianshe.registry.v1.RegistryService`.
package struct RegistryAPI: RegistryServiceHandler {
  let database: Database
  let store: RegistryStore
  let scope: RegistryScope
  let heartbeat: Duration

  /// - Parameter heartbeat: the longest silence of a change feed.
  package init(
    database: Database, heartbeat: Duration = ChangeFeed<WatchChangesResponse>.defaultHeartbeat
  ) {
    self.database = database
    store = RegistryStore(encoding: RegistryWire())
    self.heartbeat = heartbeat
    scope = RegistryScope(database: database)
  }

  var today: CalendarDate { CalendarDate.inChina(atMicroseconds: database.clockNow) }

  /// The two clocks of a read.
  func moment(_ onDate: String, _ asOf: String, _ violations: inout [Violation]) -> Moment {
    let wish = AsOf(onDate: onDate, asOf: asOf, today: today, violations: &violations)
    return Moment(day: wish.day, recordedTime: wish.recordedTime)
  }

  /// The two clocks of a read that names codes, all of which must have a code's form.
  func moment(
    _ onDate: String, _ asOf: String, codes: [(path: String, value: String)]
  ) throws -> Moment {
    var violations: [Violation] = []
    let moment = moment(onDate, asOf, &violations)
    Self.checkCodes(codes, &violations)
    try refuse(violations)
    return moment
  }

  /// Codes of places and federations in a request; an empty one asks for nothing.
  static func checkCodes(
    _ codes: [(path: String, value: String)], _ violations: inout [Violation]
  ) {
    for (path, value) in codes where !value.isEmpty {
      do throws(RegistryError.Violation) {
        _ = try PlaceCode(value)
      } catch {
        violations.append(Violation(error.inside(path)))
      }
    }
  }

  /// Reads in one snapshot.
  func reading<Value: Sendable>(
    _ context: CallContext, _ body: @escaping @Sendable (ReadTransaction) throws -> Value
  ) async throws -> Value {
    try await database.read(deadline: context.deadline, body)
  }

  /// Changes the register: once for each `request_id`, one change after the other.
  func changing<Request: WireMessage, Response: WireMessage>(
    _ request: Request, _ requestID: String, _ context: CallContext, validateOnly: Bool = false,
    _ body: @escaping @Sendable (WriteTransaction) throws -> Response
  ) async throws -> Response {
    let store = store
    return try await database.answerOnce(
      request, requestID: requestID, context: context, validateOnly: validateOnly,
      isLocking: true
    ) { transaction in
      try store.takeTurn(transaction)
      return try body(transaction)
    }
  }

  /// The date of a change, for the fields that name one.
  static func date(
    _ text: String, _ path: String, _ violations: inout [Violation]
  ) -> PartialDate? {
    var findings = Findings()
    let date = ValidTime.date(text, path: path, into: &findings)
    violations += findings.violations.map(Violation.init)
    return date
  }

  /// An update that changes nothing is a mistake of the caller.
  static func checkNotEmpty(_ mask: UpdateMask, _ violations: inout [Violation]) {
    if mask.fields.isEmpty, violations.isEmpty {
      violations.append(
        Violation(
          path: "update_mask", rule: "update_mask.empty", zh: "没有要改的字段",
          en: "no field is to be changed"))
    }
  }
}

/// The wish for a page that all List methods share.
struct PageWish {
  let page: PageRequest
  let order: OrderBy
  let tokens: PageTokens
  let start: [SQLValue]?

  /// - Parameter query: everything that decides the rows, beside the method and the order.
  init(
    _ api: RegistryAPI, _ context: CallContext, size: UInt32, token: String, order: OrderBy,
    query: [String]
  ) async throws {
    page = try PageRequest(size: size, token: token)
    self.order = order
    tokens = try await api.database.pageTokens(
      query: [context.method.path, order.text] + query)
    start = try tokens.start(page)
  }

  func list(_ moment: Moment, nameContains: String) -> ListWish {
    ListWish(
      moment: moment, order: RecordOrder(rawValue: order.field) ?? .code,
      isDescending: order.isDescending, after: start, limit: page.size + 1,
      nameContains: nameContains)
  }

  func answer<Item: Sendable>(_ listed: [Listed<Item>]) -> (items: [Item], nextToken: String) {
    let page = tokens.page(listed, size: page.size) { $0.position }
    return (page.items.map(\.item), page.nextToken)
  }
}
