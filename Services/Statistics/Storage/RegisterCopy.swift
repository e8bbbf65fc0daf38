// The copy of the register: written by one applier, with the cursor in the same transaction.

internal import Measures
internal import StatisticsDomain
package import Storage

/// How far the copy is.
package struct RegisterStatus: Sendable, Hashable {
  /// Nil before the first snapshot.
  package var cursor: String?
  package var placeCount: Int64
  package var federationCount: Int64
  package var enterpriseCount: Int64
  /// Microseconds; nil: never.
  package var appliedTime: Int64?

  package var isComplete: Bool { cursor != nil }
}

package enum RegisterCopy {
  private static let consumer = FeedConsumer(source: "registry")
  private static let tables = [
    "register_place_state", "register_federation_state", "register_enterprise_state",
    "register_membership_event",
  ]

  package static func cursor(_ transaction: some SQLExecutor) throws(StorageError) -> String? {
    try consumer.cursor(transaction)
  }

  /// Replaces the copy by a snapshot.
  package static func install(
    _ snapshot: [RegisterChange], cursor: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    for table in tables { try transaction.execute("DELETE FROM \(table)") }
    var rows = RegisterRows()
    for change in snapshot { rows.add(change.entity) }
    try rows.insert(transaction)
    try consumer.install(snapshot: snapshot.map(event), cursor: cursor, transaction)
    try applied(transaction)
    try Generations.raise(.register, transaction)
  }

  /// Applies one change, or none when only the cursor moved.
  ///
  /// - Throws: `stale` when another replica has applied meanwhile.
  package static func apply(
    _ changes: [RegisterChange], from expected: String, to cursor: String,
    _ transaction: WriteTransaction
  ) throws {
    var byID: [String: RegisterChange] = [:]
    for change in changes { byID[change.entity.kind + "/" + change.entity.id] = change }
    var changedPlaces = false
    _ = try consumer.apply(changes.map(event), from: expected, to: cursor, transaction) { event in
      guard let change = byID[event.entity + "/" + event.id] else { return }
      try remove(change.entity, transaction)
      if !change.isRemoved {
        var rows = RegisterRows()
        rows.add(change.entity)
        try rows.insert(transaction)
      }
      if case .place = change.entity { changedPlaces = true }
    }
    guard !changes.isEmpty else { return }
    try applied(transaction)
    // Only places decide figures: what was said of a unit stays with its reports.
    if changedPlaces { try Generations.raise(.register, transaction) }
  }

  private static func event(_ change: RegisterChange) -> ChangeEvent {
    ChangeEvent(
      entity: change.entity.kind, id: change.entity.id, revision: change.revision,
      action: change.isRemoved ? .remove : .put, payload: [])
  }

  private static func remove(
    _ entity: RegisterEntity, _ transaction: WriteTransaction
  ) throws(StorageError) {
    let (table, column) =
      switch entity {
      case .place: ("register_place_state", "place_id")
      case .federation: ("register_federation_state", "federation_id")
      case .enterprise: ("register_enterprise_state", "enterprise_id")
      case .membership: ("register_membership_event", "membership_id")
      }
    try transaction.execute("DELETE FROM \(table) WHERE \(column) = $1", [.text(entity.id)])
  }

  private static func applied(_ transaction: WriteTransaction) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO register_applied (one, applied_at) VALUES (1, $1)
      ON CONFLICT (one) DO UPDATE SET applied_at = excluded.applied_at
      """, [.integer(transaction.now)])
  }

  package static func status(
    _ transaction: some SQLExecutor
  ) throws(StorageError) -> RegisterStatus {
    let row = try transaction.queryOne(
      """
      SELECT (SELECT COUNT(DISTINCT place_id) FROM register_place_state) AS places,
        (SELECT COUNT(DISTINCT federation_id) FROM register_federation_state) AS federations,
        (SELECT COUNT(DISTINCT enterprise_id) FROM register_enterprise_state) AS enterprises,
        (SELECT applied_at FROM register_applied) AS applied
      """)
    return RegisterStatus(
      cursor: try cursor(transaction), placeCount: try row?.int64("places") ?? 0,
      federationCount: try row?.int64("federations") ?? 0,
      enterpriseCount: try row?.int64("enterprises") ?? 0,
      appliedTime: try row?.optionalInt64("applied"))
  }
}

/// Rows of the copy's tables, gathered so that a snapshot goes in at once.
private struct RegisterRows {
  private var places: [[SQLValue]] = []
  private var federations: [[SQLValue]] = []
  private var enterprises: [[SQLValue]] = []
  private var memberships: [[SQLValue]] = []

  mutating func add(_ entity: RegisterEntity) {
    switch entity {
    case .place(let id, let facts):
      places += facts.map { fact in
        [.text(id)] + Self.time(fact.validFrom, fact.validTo) + [
          .text(fact.code), .text(fact.name), .text(fact.level.rawValue),
          .text(fact.parentCode ?? ""), .text(fact.successorCode ?? ""),
        ]
      }
    case .federation(let id, let code, let facts):
      federations += facts.map { fact in
        [.text(id)] + Self.time(fact.validFrom, fact.validTo) + [
          .text(code), .text(fact.name), .text(fact.placeCode), .text(fact.parentCode),
        ]
      }
    case .enterprise(let id, let facts):
      enterprises += facts.map { fact in
        [.text(id)] + Self.time(fact.validFrom, fact.validTo) + [
          .text(fact.creditCode), .text(fact.name), .text(fact.placeCode),
          .text(fact.activityPlaceCode), .text(fact.sector), .text(fact.industryCode),
          .text(fact.industryEdition), .text(fact.ownershipCode),
        ]
      }
    case .membership(let id, let federation, let enterprise, let steps):
      memberships += steps.enumerated().map { position, step in
        [
          .text(id), .integer(Int64(position)), .text(federation), .text(enterprise),
          .text(step.state), .text(step.date.description),
        ]
      }
    }
  }

  private static func time(_ from: CalendarDate?, _ to: CalendarDate?) -> [SQLValue] {
    [
      .text((from ?? .earliest).description),
      .text(to?.description ?? TwoClocks.openDate),
    ]
  }

  func insert(_ transaction: WriteTransaction) throws(StorageError) {
    try transaction.bulkInsert(
      into: "register_place_state",
      columns: [
        "place_id", "valid_from", "valid_to", "code", "name", "level", "parent_code",
        "successor_code",
      ], rows: places)
    try transaction.bulkInsert(
      into: "register_federation_state",
      columns: [
        "federation_id", "valid_from", "valid_to", "code", "name", "place_code", "parent_code",
      ], rows: federations)
    try transaction.bulkInsert(
      into: "register_enterprise_state",
      columns: [
        "enterprise_id", "valid_from", "valid_to", "credit_code", "name", "place_code",
        "activity_place_code", "sector", "industry_code", "industry_edition", "ownership_code",
      ], rows: enterprises)
    try transaction.bulkInsert(
      into: "register_membership_event",
      columns: [
        "membership_id", "position", "federation_code", "enterprise_id", "state", "event_date",
      ], rows: memberships)
  }
}
