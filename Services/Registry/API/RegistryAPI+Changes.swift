// WatchChanges: everything in the register is public, so nothing is filtered.

internal import Entries
package import RPC
package import RegistryMessages
internal import RegistryDomain
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
      guard let entity = try entity(event) else { return nil }
      return WatchChangesResponse(kind: .snapshot, revision: event.revision, entity: entity)
    case .snapshotEnd(let cursor):
      return WatchChangesResponse(cursor: cursor, kind: .snapshotEnd)
    case .heartbeat(let cursor):
      return WatchChangesResponse(cursor: cursor, kind: .heartbeat)
    case .change(let change):
      guard let entity = try entity(change.event) else { return nil }
      return WatchChangesResponse(
        cursor: change.cursor, kind: change.event.action == .put ? .upsert : .delete,
        revision: change.event.revision, entity: entity)
    }
  }

  /// Nil for an entry: the one feed of the database tells of entries too, and WatchEntries shows them.
  private static func entity(_ event: ChangeEvent) throws -> WatchChangesResponse.Entity? {
    switch event.entity {
    case "place": return .place(try PlaceMessage(protobuf: event.payload))
    case "federation": return .federation(try FederationMessage(protobuf: event.payload))
    case "enterprise": return .enterprise(try EnterpriseMessage(protobuf: event.payload))
    case "membership": return .membership(try MembershipMessage(protobuf: event.payload))
    case let kind where RegistryEntries.register.kind(kind) != nil: return nil
    default:
      throw StorageError(.corrupt, "The feed holds a kind of record that is not known.")
    }
  }
}
