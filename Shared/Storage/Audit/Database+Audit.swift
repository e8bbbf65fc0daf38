// The audit log: entries in the transaction of the change, chained afterwards by one sealer, so
// that writers do not queue behind the chain.

/// Where the chain stands; worth keeping outside the database, since a chain can only tell that
/// its tail was cut off when someone remembers it.
package struct AuditHead: Sendable, Hashable {
  /// Number of chained entries.
  package var position: Int64
  /// Hash of the last one, in hexadecimal.
  package var hash: String

  package init(position: Int64, hash: String) {
    self.position = position
    self.hash = hash
  }
}

package enum AuditVerdict: Sendable, Hashable {
  case intact(AuditHead)
  /// The first place that does not fit, and how.
  case broken(position: Int64, reason: String)
}

package struct AuditEntry: Sendable, Hashable {
  package var recordedAt: Int64
  package var actor: Actor
  package var entity: String
  package var id: String
  package var action: String
  package var before: String?
  package var after: String?
}

extension WriteTransaction {
  /// Records who did what, in this transaction. `before` and `after` are JSON texts.
  package func audit(
    entity: String, id: String, action: String, before: String?, after: String?
  ) throws(StorageError) {
    let limit = state.options.maximumPayloadBytes
    guard (before?.utf8.count ?? 0) <= limit, (after?.utf8.count ?? 0) <= limit else {
      throw StorageError(.invalidArgument, "An audited state is larger than \(limit) bytes.")
    }
    try execute(
      """
      INSERT INTO storage_audit
        (xid, recorded_at, subject, organisation, request_id, trace_id, entity, entity_id, action,
         state_before, state_after)
      SELECT \(TransactionIDs.current(dialect)), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
      FROM storage_state
      """,
      [
        .integer(now), .text(actor.subject), .text(actor.organisation), .text(actor.requestID),
        .text(actor.traceID), .text(entity), .text(id), .text(action), SQLValue(before),
        SQLValue(after),
      ])
  }
}

extension SQLExecutor {
  /// The history of one entity, oldest first.
  package func auditEntries(
    entity: String, id: String, limit: Int = 1_000
  ) throws(StorageError) -> [AuditEntry] {
    let rows = try query(
      """
      SELECT recorded_at, subject, organisation, request_id, trace_id, action, state_before,
        state_after
      FROM storage_audit WHERE entity = $1 AND entity_id = $2 ORDER BY xid, seq LIMIT $3
      """, [.text(entity), .text(id), .integer(Int64(limit))])
    var entries: [AuditEntry] = []
    for row in rows {
      let actor = Actor(
        subject: try row.text("subject"), organisation: try row.text("organisation"),
        requestID: try row.text("request_id"), traceID: try row.text("trace_id"))
      entries.append(
        AuditEntry(
          recordedAt: try row.int64("recorded_at"), actor: actor, entity: entity, id: id,
          action: try row.text("action"), before: try row.optionalText("state_before"),
          after: try row.optionalText("state_after")))
    }
    return entries
  }

  package func auditHead() throws(StorageError) -> AuditHead {
    let row = try queryOne("SELECT position, hash FROM storage_audit_head")
    guard let row else { throw StorageError(.corrupt, "The database was not migrated.") }
    return AuditHead(position: try row.int64("position"), hash: try row.text("hash"))
  }
}

extension Database {
  /// Entries chained in one transaction.
  private static let sealBatch: Int64 = 1_000

  /// Chains what was committed since the last call, in commit order, and returns the number of
  /// entries. Callers at the same time wait for each other on the head's row.
  package func sealAudit() async throws -> Int {
    var total = 0
    while true {
      guard try await read({ try AuditSealer.hasWork($0) }) else { return total }
      let sealed = try await write(as: .system("audit"), isolation: .readCommitted) {
        try AuditSealer.seal($0, limit: Self.sealBatch)
      }
      total += sealed
      if sealed < Int(Self.sealBatch) { return total }
    }
  }

  /// Seals every `interval` until the task is cancelled. An absent database is waited for;
  /// `report` gets each failure.
  package func runAuditSealer(
    every interval: Duration = .seconds(1), report: @Sendable (any Error) -> Void
  ) async {
    while !Task.isCancelled {
      do {
        _ = try await sealAudit()
      } catch {
        if !Task.isCancelled { report(error) }
      }
      try? await Task.sleep(for: interval)
    }
  }

  /// Walks the whole chain. `remembered` is a head kept elsewhere: the chain must still contain
  /// it.
  package func verifyAudit(remembered: AuditHead? = nil) async throws -> AuditVerdict {
    try await read { try AuditVerifier(remembered: remembered).verify($0) }
  }
}
