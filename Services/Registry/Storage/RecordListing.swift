// Lists: a page of records that have a state at a moment, in an order that holds still between
// pages, and how many there are in all.

internal import RegistryDomain
package import Storage

/// What a list is sorted by; the id decides between equals.
package enum RecordOrder: String, Sendable, CaseIterable {
  case code, name
  case createTime = "create_time"
  case updateTime = "update_time"
}

/// A wish for one page of records.
package struct ListWish: Sendable {
  package var moment: Moment
  package var order: RecordOrder
  package var isDescending: Bool
  /// The order's value and the id of the last record of the page before; nil asks for the first.
  package var after: [SQLValue]?
  package var limit: Int
  /// Part of the name; empty asks for all.
  package var nameContains: String

  package init(
    moment: Moment, order: RecordOrder, isDescending: Bool = false, after: [SQLValue]? = nil,
    limit: Int, nameContains: String = ""
  ) {
    self.moment = moment
    self.order = order
    self.isDescending = isDescending
    self.after = after
    self.limit = limit
    self.nameContains = nameContains
  }
}

/// A record of a list, with its position in the list's order.
package struct Listed<Item: Sendable>: Sendable {
  package var item: Item
  package var position: [SQLValue]
}

extension RecordTable {
  /// - Parameter conditions: over the state `s` and its identity `r`.
  static func list(
    _ wish: ListWish, _ conditions: Conditions, _ transaction: some SQLExecutor
  ) throws(StorageError) -> (records: [Listed<Record<State>>], total: Int64) {
    var conditions = conditions
    addKnown(&conditions, wish.moment.knownAt)
    addValid(&conditions, wish.moment.dayText)
    NameSearch.restrict(&conditions, entity: State.resource, part: wish.nameContains)
    let count = try transaction.queryOne(
      """
      SELECT COUNT(*) AS n FROM \(states) AS s JOIN \(identity) AS r ON r.id = s.record_id
      WHERE \(conditions.text)
      """, conditions.parameters)
    let positions = try positions(wish, conditions, transaction)
    let records = try load(
      positions.map(\.id), knownAt: wish.moment.knownAt, transaction)
    let listed = zip(records, positions).map { record, position in
      Listed(item: record, position: [position.value, .text(record.id)])
    }
    return (listed, try count?.int64("n") ?? 0)
  }

  private static func positions(
    _ wish: ListWish, _ conditions: Conditions, _ transaction: some SQLExecutor
  ) throws(StorageError) -> [(id: String, value: SQLValue)] {
    var conditions = conditions
    let sorted = expression(wish, &conditions)
    if let after = wish.after, after.count == 2 {
      let value = conditions.parameter(after[0])
      let id = conditions.parameter(after[1])
      let sign = wish.isDescending ? "<" : ">"
      conditions.addNumbered("(\(sorted), s.record_id) \(sign) (\(value), \(id))")
    }
    let direction = wish.isDescending ? "DESC" : "ASC"
    let limit = conditions.parameter(.integer(Int64(wish.limit)))
    let rows = try transaction.query(
      """
      SELECT s.record_id, \(sorted) AS sorted
      FROM \(states) AS s JOIN \(identity) AS r ON r.id = s.record_id
      WHERE \(conditions.text)
      ORDER BY sorted \(direction), s.record_id \(direction) LIMIT \(limit)
      """, conditions.parameters)
    var positions: [(id: String, value: SQLValue)] = []
    for row in rows {
      positions.append((id: try row.text("record_id"), value: try row.value("sorted")))
    }
    return positions
  }

  /// Of the past, the time of the last change is that of the newest state known then.
  private static func expression(_ wish: ListWish, _ conditions: inout Conditions) -> String {
    switch wish.order {
    case .code: return "s.code"
    case .name: return "s.name"
    case .createTime: return "r.created_at"
    case .updateTime:
      guard let time = wish.moment.recordedTime else { return "r.updated_at" }
      let number = conditions.parameter(.integer(time))
      return """
        (SELECT MAX(k.recorded_at) FROM \(states) AS k
          WHERE k.record_id = s.record_id AND \(TwoClocks.known(at: number, "k")))
        """
    }
  }
}
