// The server's side of WatchChanges: a snapshot in one consistent read, then every change, and a
// heartbeat when nothing happens. What an entity looks like on the wire is the service's matter.

package import RPC
package import Storage
package import Wire

/// One message of a change feed.
package enum FeedMessage: Sendable {
  /// An entity of the snapshot.
  case snapshot(ChangeEvent)
  /// The snapshot is complete; its cursor is the place from which changes follow.
  case snapshotEnd(cursor: String)
  case change(Change)
  /// Nothing happened; the cursor may have moved past what others did.
  case heartbeat(cursor: String)
}

/// Streams the changes of one database to one caller.
package struct ChangeFeed<Response: WireMessage>: Sendable {
  /// The longest silence of a feed.
  package static var defaultHeartbeat: Duration { .seconds(5) }

  private let database: Database
  private let heartbeat: Duration
  private let snapshot:
    @Sendable (ReadTransaction, (ChangeEvent) throws(StorageError) -> Void) throws -> Void
  private let message: @Sendable (FeedMessage) throws -> Response?

  /// - Parameters:
  ///   - snapshot: hands over every entity that exists, in any order, as `put` events.
  ///   - message: makes the message of the wire; nil leaves it out (what this feed does not show).
  package init(
    database: Database,
    heartbeat: Duration = defaultHeartbeat,
    snapshot:
      @escaping @Sendable (
        ReadTransaction, (ChangeEvent) throws(StorageError) -> Void
      ) throws -> Void,
    message: @escaping @Sendable (FeedMessage) throws -> Response?
  ) {
    self.database = database
    self.heartbeat = heartbeat
    self.snapshot = snapshot
    self.message = message
  }

  /// Runs until the caller goes away or the call's deadline passes.
  ///
  /// - Parameter cursor: where the caller's copy stands; empty asks for a snapshot first.
  /// - Throws: `out_of_range` for a cursor that is no longer served: ask again with an empty one.
  package func run(
    cursor: String, responses: ResponseWriter<Response>, context: CallContext
  ) async throws {
    var cursor = cursor
    if cursor.isEmpty {
      cursor = try await writeSnapshot(responses, context)
    }
    while true {
      try context.checkDeadline()
      let batch = try await database.readChanges(after: cursor)
      for change in batch.changes {
        if let response = try message(.change(change)) { try await responses.write(response) }
      }
      cursor = batch.cursor
      if batch.changes.isEmpty {
        let until = ContinuousClock.now + heartbeat
        let end = context.deadline.map { min($0, until) } ?? until
        if try await database.waitForChanges(after: cursor, until: end) { continue }
        try context.checkDeadline()
        if let response = try message(.heartbeat(cursor: cursor)) {
          try await responses.write(response)
        }
      }
    }
  }

  private func writeSnapshot(
    _ responses: ResponseWriter<Response>, _ context: CallContext
  ) async throws -> String {
    let snapshot = snapshot
    // Entities are held as bytes until they are sent: a slow caller must not hold a transaction
    // open, which would hold back everybody's feed.
    let (events, cursor) = try await database.read(deadline: context.deadline) { transaction in
      var events: [ChangeEvent] = []
      try snapshot(transaction) { (event) throws(StorageError) in events.append(event) }
      return (events, try transaction.feedCursor())
    }
    for event in events {
      if let response = try message(.snapshot(event)) { try await responses.write(response) }
    }
    if let response = try message(.snapshotEnd(cursor: cursor)) {
      try await responses.write(response)
    }
    return cursor
  }
}
