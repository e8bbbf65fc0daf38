// The register's use of its tables: every change checks the rules against what is stored, writes the
// revision, tells the change feed and the audit, all in the caller's transaction.

internal import RegistryDomain
package import Storage

/// Reads and changes the register inside a transaction.
package struct RegistryStore: Sendable {
  private let encoding: any RegistryEncoding

  package init(encoding: any RegistryEncoding) { self.encoding = encoding }

  /// Waits for the writers before: every change of the register takes its turn first.
  ///
  /// The rules of a record look at many others (the whole tree above it, every bearer of a name),
  /// so two changes at once would have to be tried again and again on PostgreSQL. The register is
  /// written seldom; one at a time is fast enough and never fails for its neighbours' sake.
  package func takeTurn(_ transaction: WriteTransaction) throws(StorageError) {
    try transaction.execute("UPDATE register_turn SET turn = turn + 1 WHERE one = 1")
  }

  // MARK: - What every change does

  /// Tells the feed and the audit of a change.
  func tell(
    _ entity: RegistryEntity, before: RegistryEntity?, action: String,
    _ transaction: WriteTransaction
  ) throws {
    try transaction.audit(
      entity: entity.kind, id: entity.id, action: action,
      before: try before.map(encoding.json), after: try encoding.json(entity))
    try transaction.emit(try change(entity, .put))
  }

  /// Tells of an end. The event's revision is newer than any state that was told.
  func tellRemoval(
    of entity: RegistryEntity, before: RegistryEntity, _ transaction: WriteTransaction
  ) throws {
    try transaction.audit(
      entity: entity.kind, id: entity.id, action: "remove",
      before: try encoding.json(before), after: nil)
    try transaction.emit(try change(entity, .remove))
  }

  /// An entity as the change feed has it.
  func change(
    _ entity: RegistryEntity, _ action: ChangeEvent.Action
  ) throws -> ChangeEvent {
    ChangeEvent(
      entity: entity.kind, id: entity.id, revision: entity.revision, action: action,
      payload: try encoding.payload(entity))
  }

  /// Stores a new record.
  func insert<State: StoredState>(
    _ record: Record<State>, _ transaction: WriteTransaction
  ) throws -> Record<State> {
    let stored = try RecordTable<State>.insert(record, transaction)
    try tell(State.entity(stored), before: nil, action: "create", transaction)
    return stored
  }

  /// Stores the next revision of a record; a revision that says the same is none.
  func revise<State: StoredState>(
    _ current: Record<State>, to record: Record<State>, _ transaction: WriteTransaction
  ) throws -> Record<State> {
    if current.timeline == record.timeline { return current }
    let stored = try RecordTable<State>.revise(current, to: record, transaction)
    try tell(
      State.entity(stored), before: State.entity(current), action: "update", transaction)
    return stored
  }

  /// Takes a record out of the register.
  func remove<State: StoredState>(
    _ current: Record<State>, _ transaction: WriteTransaction
  ) throws {
    let last = try RecordTable<State>.remove(current, transaction)
    try tellRemoval(
      of: State.entity(last), before: State.entity(current), transaction)
  }

  /// The revision that the caller read must be the current one.
  func check<State: StoredState>(
    etag: String, of record: Record<State>
  ) throws(RegistryError) {
    guard let tag = try? ETag(etag) else {
      throw .invalid([
        RegistryError.Violation(
          path: "\(State.resource).etag", value: etag,
          rule: etag.isEmpty ? "required" : "etag.format", zh: "必须带上读取时得到的 etag",
          en: "the etag of the record as it was read is required")
      ])
    }
    if tag.revision != record.revision { throw .stale(State.resource, record.naming) }
  }
}

/// Throws violations of a record's message, their paths put inside it.
func throwing(
  _ violations: [RegistryError.Violation], inside resource: String
) throws(RegistryError) {
  if violations.isEmpty { return }
  throw .invalid(violations.map { $0.inside(resource) })
}
