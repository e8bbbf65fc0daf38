// What other services learn: an entity, its revision and its state, in the order of the feed.

internal import Foundation

/// A change as a writer emits it, in the transaction of the change.
package struct ChangeEvent: Sendable, Hashable {
  package enum Action: String, Sendable, CaseIterable {
    /// The entity exists with this state; created or changed makes no difference to a copy.
    case put
    /// The entity is gone; the payload may be empty.
    case remove
  }

  /// The kind of entity, such as `federation`.
  package var entity: String
  package var id: String
  /// Rises by every change of this entity, removal included; a copy ignores what is not newer.
  package var revision: Int64
  package var action: Action
  /// Who may see it, in the service's own words (a place, an organisation); empty for everyone.
  package var visibility: String
  /// The entity's state, usually a serialized message.
  package var payload: [UInt8]

  package init(
    entity: String, id: String, revision: Int64, action: Action, visibility: String = "",
    payload: [UInt8]
  ) {
    self.entity = entity
    self.id = id
    self.revision = revision
    self.action = action
    self.visibility = visibility
    self.payload = payload
  }
}

/// A change as a reader gets it.
package struct Change: Sendable, Hashable {
  package var event: ChangeEvent
  /// Microseconds since 1970 UTC.
  package var recordedAt: Int64
  /// Where to go on after this change.
  package var cursor: String

  package init(event: ChangeEvent, recordedAt: Int64, cursor: String) {
    self.event = event
    self.recordedAt = recordedAt
    self.cursor = cursor
  }
}

/// A part of the feed, and where to go on: also when it is empty.
package struct ChangeBatch: Sendable {
  package var changes: [Change]
  package var cursor: String
}

extension WriteTransaction {
  /// Puts a change into the feed, in this transaction.
  package func emit(_ event: ChangeEvent) throws(StorageError) {
    guard event.payload.count <= state.options.maximumPayloadBytes else {
      throw StorageError(
        .invalidArgument,
        "A change is larger than \(state.options.maximumPayloadBytes) bytes.")
    }
    guard event.revision > 0, !event.entity.isEmpty, !event.id.isEmpty else {
      throw StorageError(.internal, "A change needs an entity, an id and a revision.")
    }
    try execute(
      """
      INSERT INTO storage_outbox
        (xid, entity, entity_id, revision, action, visibility, payload, recorded_at)
      SELECT \(TransactionIDs.current(dialect)), $1, $2, $3, $4, $5, $6, $7 FROM storage_state
      """,
      [
        .text(event.entity), .text(event.id), .integer(event.revision),
        .text(event.action.rawValue), .text(event.visibility),
        .text(Data(event.payload).base64EncodedString()), .integer(now),
      ])
    state.emitted = true
  }
}
