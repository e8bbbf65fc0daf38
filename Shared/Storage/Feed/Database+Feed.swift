// Reading the feed.
//
// On PostgreSQL a transaction gets its id early and may commit late, so neither ids nor times
// tell what is still to come. Below the snapshot's xmin nothing is to come: readers get only
// those rows, ordered by (xid, seq). A long transaction, in any database of the cluster, holds
// the feed back but loses nothing.

internal import Foundation

extension Database {
  /// Most changes of one batch.
  package static let maximumBatch = 1_000

  /// The changes after a cursor, in the order of the feed.
  ///
  /// Throws `outOfRange` for a cursor older than what is kept, or of a restored database: take a
  /// snapshot again. Throws `invalidArgument` for a text that is no cursor.
  package func readChanges(
    after cursor: String, limit: Int = maximumBatch, deadline: ContinuousClock.Instant? = nil
  ) async throws -> ChangeBatch {
    let start = try FeedCursor(text: cursor)
    let limit = Swift.min(Swift.max(1, limit), Self.maximumBatch)
    return try await read(deadline: deadline) { transaction in
      let feed = try FeedReader(transaction)
      try feed.check(start)
      return try feed.changes(after: start.position, limit: limit)
    }
  }

  /// Waits until there may be changes after a cursor, or until `deadline`: then returns false.
  package func waitForChanges(
    after cursor: String, until deadline: ContinuousClock.Instant
  ) async throws -> Bool {
    let start = try FeedCursor(text: cursor)
    while true {
      let turn = feedSignal.turn
      // Not bound to the deadline: reaching it is an answer here, not a failure.
      let tip = try await read { transaction in
        let feed = try FeedReader(transaction)
        try feed.check(start)
        return try feed.tip
      }
      if tip.position > start.position { return true }
      guard ContinuousClock.now < deadline else { return false }
      try await feedSignal.wait(
        after: turn, seen: tip, until: deadline, polling: options.feedPollInterval
      ) { [weak self] in
        guard let self else { return nil }
        return { try await self.feedTip() }
      }
    }
  }

  /// What the poller compares with what each waiter saw.
  private func feedTip() async throws -> FeedTip {
    try await read(deadline: ContinuousClock.now + .seconds(5)) { transaction in
      try FeedReader(transaction).tip
    }
  }

  /// Forgets changes recorded before `time` (microseconds); at most `limit` of them. Cursors
  /// that needed them are `outOfRange` from now on. Returns how many were forgotten.
  package func trimChanges(recordedBefore time: Int64, limit: Int = 10_000) async throws -> Int {
    try await write(as: .system("feed"), isolation: .readCommitted) { transaction in
      let feed = try FeedReader(transaction)
      return try feed.trim(before: time, limit: limit, transaction)
    }
  }

  /// Makes every cursor invalid. To be called after restoring a backup: readers may have seen
  /// changes that the restored database does not have.
  package func renewFeed() async throws {
    try await write(as: .system("feed")) { transaction in
      try transaction.execute(
        "UPDATE storage_state SET feed_epoch = $1", [.text(UUIDv7.next())])
    }
  }
}

extension ReadTransaction {
  /// The cursor that goes with everything this transaction sees: read a snapshot of the entities
  /// and this in one `read`, and follow the feed from here. Changes that the snapshot has
  /// already may come again; their revision tells.
  package func feedCursor() throws(StorageError) -> String {
    try FeedReader(self).snapshotCursor().text
  }
}

/// The feed as one transaction sees it.
struct FeedReader<Transaction: SQLExecutor> {
  private let transaction: Transaction
  private let epoch: String
  private let floor: FeedPosition
  private let horizon: Int64

  init(_ transaction: Transaction) throws(StorageError) {
    self.transaction = transaction
    let row = try transaction.queryOne(
      "SELECT feed_epoch, floor_xid, floor_seq FROM storage_state")
    guard let row else { throw StorageError(.corrupt, "The database was not migrated.") }
    epoch = try row.text("feed_epoch")
    floor = FeedPosition(xid: try row.int64("floor_xid"), seq: try row.int64("floor_seq"))
    horizon = try TransactionIDs.horizon(transaction)
  }

  /// SQLite finds a place by seq alone, PostgreSQL by both.
  private var isAfter: String {
    switch transaction.dialect {
    case .sqlite: "xid = 0 AND $1 = 0 AND seq > $2 AND xid < $3"
    case .postgres: "(xid, seq) > ($1, $2) AND xid < $3"
    }
  }

  private var order: String {
    switch transaction.dialect {
    case .sqlite: "seq"
    case .postgres: "xid, seq"
    }
  }

  func check(_ cursor: FeedCursor) throws(StorageError) {
    guard cursor.epoch == epoch else {
      throw StorageError(.outOfRange, "The feed was renewed; take a snapshot again.")
    }
    guard cursor.position >= floor else {
      throw StorageError(
        .outOfRange, "Changes after this cursor are no longer kept; take a snapshot again.")
    }
    let ahead = StorageError(
      .outOfRange, "The cursor is ahead of the feed; take a snapshot again.")
    switch transaction.dialect {
    case .postgres: guard cursor.position.xid < horizon else { throw ahead }
    case .sqlite: guard cursor.position.seq <= (try lastSequence()) else { throw ahead }
    }
  }

  func changes(after start: FeedPosition, limit: Int) throws(StorageError) -> ChangeBatch {
    let rows = try transaction.query(
      """
      SELECT xid, seq, entity, entity_id, revision, action, visibility, payload, recorded_at
      FROM storage_outbox WHERE \(isAfter) ORDER BY \(order) LIMIT $4
      """,
      [.integer(start.xid), .integer(start.seq), .integer(horizon), .integer(Int64(limit))])
    var changes: [Change] = []
    var last = start
    for row in rows {
      last = FeedPosition(xid: try row.int64("xid"), seq: try row.int64("seq"))
      guard let payload = Data(base64Encoded: try row.text("payload")),
        let action = ChangeEvent.Action(rawValue: try row.text("action"))
      else { throw StorageError(.corrupt, "A change of the feed cannot be decoded.") }
      let event = ChangeEvent(
        entity: try row.text("entity"), id: try row.text("entity_id"),
        revision: try row.int64("revision"), action: action,
        visibility: try row.text("visibility"), payload: Array(payload))
      changes.append(
        Change(
          event: event, recordedAt: try row.int64("recorded_at"),
          cursor: FeedCursor(epoch: epoch, position: last).text))
    }
    return ChangeBatch(changes: changes, cursor: FeedCursor(epoch: epoch, position: last).text)
  }

  /// The last deliverable place: there are changes after a cursor exactly when it is after it.
  var tip: FeedTip {
    get throws(StorageError) {
      let descending = transaction.dialect == .sqlite ? "seq DESC" : "xid DESC, seq DESC"
      let row = try transaction.queryOne(
        "SELECT xid, seq FROM storage_outbox WHERE xid < $1 ORDER BY \(descending) LIMIT 1",
        [.integer(horizon)])
      guard let row else { return FeedTip(epoch: epoch, position: floor) }
      return FeedTip(
        epoch: epoch,
        position: FeedPosition(xid: try row.int64("xid"), seq: try row.int64("seq")))
    }
  }

  func snapshotCursor() throws(StorageError) -> FeedCursor {
    switch transaction.dialect {
    case .postgres:
      FeedCursor(epoch: epoch, position: FeedPosition(xid: horizon - 1, seq: .max))
    case .sqlite:
      FeedCursor(epoch: epoch, position: FeedPosition(xid: 0, seq: try lastSequence()))
    }
  }

  /// The highest seq ever given, trimmed rows included.
  private func lastSequence() throws(StorageError) -> Int64 {
    let row = try transaction.queryOne(
      "SELECT seq FROM sqlite_sequence WHERE name = 'storage_outbox'")
    return try row?.int64("seq") ?? 0
  }

  /// The floor rises to the last forgotten row; rows above the horizon always stay.
  func trim(
    before time: Int64, limit: Int, _ transaction: WriteTransaction
  ) throws(StorageError) -> Int {
    let rows = try transaction.query(
      "SELECT xid, seq, recorded_at FROM storage_outbox WHERE xid < $1 ORDER BY \(order) LIMIT $2",
      [.integer(horizon), .integer(Int64(limit))])
    var last: FeedPosition?
    for row in rows {
      guard try row.int64("recorded_at") < time else { break }
      last = FeedPosition(xid: try row.int64("xid"), seq: try row.int64("seq"))
    }
    guard let last else { return 0 }
    let removed = try transaction.execute(
      "DELETE FROM storage_outbox WHERE (xid, seq) <= ($1, $2)",
      [.integer(last.xid), .integer(last.seq)])
    try transaction.execute(
      "UPDATE storage_state SET floor_xid = $1, floor_seq = $2",
      [.integer(last.xid), .integer(last.seq)])
    return removed
  }
}
