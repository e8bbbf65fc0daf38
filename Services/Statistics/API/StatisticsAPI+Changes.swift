// WatchChanges: reports of places, doubtful values, targets and stated figures for everybody;
// those of single units for whose organisation holds the unit.

internal import Access
internal import CommonMessages
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
package import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import Wire

extension StatisticsAPI {
  package func watchChanges(
    _ request: WatchChangesRequest, responses: ResponseWriter<WatchChangesResponse>,
    context: CallContext
  ) async throws {
    try await answering {
      let (principal, today) = (context.principal, today)
      // What a caller may see is settled when he calls; a moved unit waits for the next call.
      let visible = try await reading(context) { transaction, reference in
        try StatisticsScope.visibleUnitPlaces(principal, today, reference, transaction)
      }
      let references = references
      let feed = ChangeFeed<WatchChangesResponse>(
        database: database, heartbeat: heartbeat,
        snapshot: { transaction, body in
          try Self.snapshot(transaction, references.reference(transaction), body)
        },
        message: { try Self.response($0, visible: visible) })
      try await feed.run(cursor: request.cursor, responses: responses, context: context)
    }
  }

  /// Everything that exists, entity by entity.
  private static func snapshot(
    _ transaction: ReadTransaction, _ reference: Reference,
    _ body: (ChangeEvent) throws(StorageError) -> Void
  ) throws {
    try ReportListing.each(reference.catalogue, transaction) { try body(Journal.event($0)) }
    var last = ""
    while true {
      let page = try QuarantineTable.list(
        QuarantineFilter(), after: [.text(last)], limit: 500, transaction)
      for item in page { try body(try Journal.event(item)) }
      guard let id = page.last?.id else { break }
      last = id
    }
    last = ""
    while true {
      let page = try TargetTable.list(
        TargetFilter(), after: [.text(last)], limit: 500, transaction)
      for target in page { try body(try Journal.event(target)) }
      guard let id = page.last?.id else { break }
      last = id
    }
    last = ""
    while true {
      let page = try StatedFigures.list(
        StatedFigureFilter(), after: last, limit: 500, transaction)
      for row in page { try body(try Journal.event(row.message, .put)) }
      guard let code = page.last?.code else { break }
      last = code
    }
  }

  private static func response(
    _ message: FeedMessage, visible: Set<String>?
  ) throws -> WatchChangesResponse? {
    switch message {
    case .snapshot(let event):
      guard isVisible(event, visible) else { return nil }
      return WatchChangesResponse(
        kind: .snapshot, revision: event.revision, entity: try entity(event))
    case .snapshotEnd(let cursor):
      return WatchChangesResponse(cursor: cursor, kind: .snapshotEnd)
    case .heartbeat(let cursor):
      return WatchChangesResponse(cursor: cursor, kind: .heartbeat)
    case .change(let change):
      guard isVisible(change.event, visible) else { return nil }
      return WatchChangesResponse(
        cursor: change.cursor, kind: change.event.action == .put ? .upsert : .delete,
        revision: change.event.revision, entity: try entity(change.event))
    }
  }

  private static func isVisible(_ event: ChangeEvent, _ visible: Set<String>?) -> Bool {
    guard let visible, !event.visibility.isEmpty else { return true }
    return visible.contains(event.visibility)
  }

  private static func entity(_ event: ChangeEvent) throws -> WatchChangesResponse.Entity {
    switch event.entity {
    case "report": .report(try ReportMessage(protobuf: event.payload))
    case "quarantine_item":
      .quarantineItem(try QuarantineItemMessage(protobuf: event.payload))
    case "target": .target(try TargetMessage(protobuf: event.payload))
    case "stated_figure": .statedFigure(try StatedFigureMessage(protobuf: event.payload))
    default:
      throw StorageError(.corrupt, "The feed holds a kind of record that is not known.")
    }
  }

  package func getRegisterCopy(
    _ request: GetRegisterCopyRequest, context: CallContext
  ) async throws -> GetRegisterCopyResponse {
    try await answering {
      let status = try await reading(context) { transaction, _ in
        try RegisterCopy.status(transaction)
      }
      return GetRegisterCopyResponse(
        cursor: status.cursor ?? "", placeCount: UInt64(clamping: status.placeCount),
        federationCount: UInt64(clamping: status.federationCount),
        enterpriseCount: UInt64(clamping: status.enterpriseCount),
        appliedTime: status.appliedTime.map(Instant.text) ?? "", complete: status.isComplete)
    }
  }
}
