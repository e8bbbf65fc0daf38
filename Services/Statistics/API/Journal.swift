// What a change leaves behind besides itself: an audit entry and an event of the feed, in the same
// transaction.

internal import CommonMessages
internal import RPC
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import Wire

enum Journal {
  /// Records what happened to a report and its values in quarantine.
  static func record(
    _ change: ReportChange, action: String, _ transaction: WriteTransaction
  ) throws {
    if change.before != change.report {
      try transaction.audit(
        entity: "report", id: change.report.id, action: action,
        before: try change.before.map { try json($0.message) },
        after: try json(change.report.message))
      try transaction.emit(event(change.report))
    }
    for item in change.items {
      try transaction.audit(
        entity: "quarantine_item", id: item.item.id,
        action: item.before == nil ? "open" : item.item.state.rawValue,
        before: try item.before.map { try json($0.message) }, after: try json(item.item.message))
      try transaction.emit(event(item.item))
    }
  }

  static func record(
    _ target: Target, before: Target?, action: String, _ transaction: WriteTransaction
  ) throws {
    try transaction.audit(
      entity: "target", id: target.id, action: action,
      before: try before.map { try json($0.message) },
      after: action == "delete" ? nil : try json(target.message))
    var event = try event(target)
    if action == "delete" {
      event.action = .remove
      // The removal is a revision of its own, so that a copy takes it as newer.
      event.revision += 1
    }
    try transaction.emit(event)
  }

  /// Records an addition to the catalogue. Calls and files both end here, so here nobody gets
  /// past who may not add to what all share.
  static func record(
    catalogue entity: String, _ code: String, _ message: some WireMessage,
    _ transaction: WriteTransaction
  ) throws {
    try StatisticsScope.requireCatalogue(transaction)
    try transaction.audit(
      entity: entity, id: code, action: "create", before: nil, after: try json(message))
  }

  // MARK: Events

  static func event(_ report: Report) throws -> ChangeEvent {
    ChangeEvent(
      entity: "report", id: report.id, revision: report.revision, action: .put,
      visibility: visibility(report.key), payload: try report.message.protobufBytes())
  }

  static func event(_ item: QuarantineItem) throws -> ChangeEvent {
    ChangeEvent(
      entity: "quarantine_item", id: item.id, revision: item.revision, action: .put,
      visibility: visibility(item.key), payload: try item.message.protobufBytes())
  }

  static func event(_ target: Target) throws -> ChangeEvent {
    ChangeEvent(
      entity: "target", id: target.id, revision: target.revision, action: .put,
      payload: try target.message.protobufBytes())
  }

  static func event(
    _ figure: StatedFigureMessage, _ action: ChangeEvent.Action
  ) throws -> ChangeEvent {
    ChangeEvent(
      entity: "stated_figure", id: figure.id, revision: figure.revision, action: action,
      payload: try figure.protobufBytes())
  }

  /// The place of a single unit, which not everybody may see; empty for everything else.
  private static func visibility(_ key: ReportKey) -> String {
    key.coverage == .unit ? key.placeCode : ""
  }

  private static func json(_ message: some WireMessage) throws -> String {
    String(decoding: try message.jsonUTF8(), as: UTF8.self)
  }
}
