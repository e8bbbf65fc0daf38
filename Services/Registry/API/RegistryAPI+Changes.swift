// WatchChanges: everything in the register is public, so nothing is filtered.

package import RPC
package import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
internal import Storage
internal import Wire

extension RegistryAPI {
  package func watchChanges(
    _ request: WatchChangesRequest, responses: ResponseWriter<WatchChangesResponse>,
    context: CallContext
  ) async throws {
    try await answering {
      let store = store
      let feed = ChangeFeed<WatchChangesResponse>(
        database: database, heartbeat: heartbeat,
        snapshot: { transaction, body in try store.snapshot(transaction, body) },
        message: Self.response)
      try await feed.run(cursor: request.cursor, responses: responses, context: context)
    }
  }

  @Sendable private static func response(_ message: FeedMessage) throws -> WatchChangesResponse? {
    switch message {
    case .snapshot(let event):
      return WatchChangesResponse(
        kind: .snapshot, revision: event.revision, entity: try entity(event))
    case .snapshotEnd(let cursor):
      return WatchChangesResponse(cursor: cursor, kind: .snapshotEnd)
    case .heartbeat(let cursor):
      return WatchChangesResponse(cursor: cursor, kind: .heartbeat)
    case .change(let change):
      let entity = try entity(change.event)
      return WatchChangesResponse(
        cursor: change.cursor, kind: change.event.action == .put ? .upsert : .delete,
        revision: change.event.revision, entity: entity)
    }
  }

  private static func entity(_ event: ChangeEvent) throws -> WatchChangesResponse.Entity {
    switch event.entity {
    case "place": .place(try PlaceMessage(protobuf: event.payload))
    case "federation": .federation(try FederationMessage(protobuf: event.payload))
    case "enterprise": .enterprise(try EnterpriseMessage(protobuf: event.payload))
    case "membership": .membership(try MembershipMessage(protobuf: event.payload))
    default:
      throw StorageError(.corrupt, "The feed holds a kind of record that is not known.")
    }
  }
}
