// A migrated database with a small register of entries, and short words for what tests do to it.

internal import Entries
internal import EntryStorage
internal import Measures
internal import Storage
internal import TestSupport
internal import Testing

/// Writes entries in a form that tests can read.
struct PlainEncoding: EntryEncoding {
  func payload(_ record: EntryRecord) throws -> [UInt8] {
    let state = record.isDeleted ? "deleted" : "\(record.doubtIDs.count) doubts"
    return Array("\(record.kind) r\(record.revision) \(state)".utf8)
  }

  func json(_ record: EntryRecord) throws -> String {
    "{\"kind\":\"\(record.kind)\",\"revision\":\(record.revision)}"
  }
}

struct Bench: Sendable {
  let database: Database
  let clock: ManualClock
  let book: EntryBook

  /// Runs a test body on a fresh database with the kinds below.
  static func run(
    _ engine: Engine, _ body: (Bench) async throws -> Void
  ) async throws {
    let clock = ManualClock()
    var options = DatabaseOptions()
    options.clock = clock.storage
    // A busy machine is no failure of these tests.
    options.leaseTimeout = .seconds(120)
    options.lockTimeout = .seconds(60)
    try await withTestDatabase(
      engine, migrations: EntryTables.migrations + [tables], options: options
    ) { database in
      try await body(Bench(database: database, clock: clock, book: book))
    }
  }

  static let tables = Migration("test/0001_base") { dialect in
    Kinds.register.kinds.flatMap {
      EntryTables.creation(of: $0.name, $0.fields.map(\.name), dialect)
    }
  }

  /// Places are told by digits; 459999 is none.
  static let book = EntryBook(
    register: Kinds.register, encoding: PlainEncoding(),
    mayWrite: { place, transaction in
      let organisation = transaction.actor.organisation
      return place.isEmpty
        ? EntryPlace(organisation)?.isProvinceOrAbove ?? false
        : EntryPlace.contains(organisation, place)
    }, isPlace: { code, _ in code != "459999" })

  // MARK: - Changes

  func write<T: Sendable>(
    as organisation: String = "450000",
    _ body: @escaping @Sendable (EntryBook, WriteTransaction) throws -> T
  ) async throws -> T {
    clock.advance(by: 1_000_000)
    let actor = Actor(subject: "clerk.\(organisation)", organisation: organisation)
    return try await database.write(as: actor) { [book] in try body(book, $0) }
  }

  @discardableResult
  func create(
    _ kind: EntryKind, _ cells: [String: String], as organisation: String = "450000"
  ) async throws -> EntryChange {
    let draft = try Self.draft(kind, cells)
    return try await write(as: organisation) { try $0.create(kind, draft, $1) }
  }

  /// As a file does.
  @discardableResult
  func enter(
    _ kind: EntryKind, _ cells: [String: String], as organisation: String = "450000"
  ) async throws -> EntryChange {
    let draft = try Self.draft(kind, cells)
    return try await write(as: organisation) { book, transaction in
      var change = try book.enter(kind, draft, transaction)
      change.opened += try book.review(
        kind, afterEntering: [change.record.content], transaction
      ).filter { [id = change.record.id] in $0.entryID == id }
      change.record = try book.get(change.record.id, transaction)
      return change
    }
  }

  @discardableResult
  func update(
    _ record: EntryRecord, _ cells: [String: String], as organisation: String = "450000"
  ) async throws -> EntryChange {
    let kind = try #require(Kinds.register.kind(record.kind))
    let draft = try Self.draft(kind, cells)
    return try await write(as: organisation) {
      try $0.update(
        record.id, etag: ETag(revision: record.revision).description, { _, _ in draft }, $1)
    }
  }

  func delete(_ record: EntryRecord, as organisation: String = "450000") async throws {
    try await write(as: organisation) {
      try $0.delete(record.id, etag: ETag(revision: record.revision).description, $1)
    }
  }

  @discardableResult
  func resolve(
    _ id: String, _ decision: EntryDecision, reason: String = "核对原件",
    as organisation: String = "450000"
  ) async throws -> EntryChange {
    try await write(as: organisation) {
      try $0.resolve(id, etag: "", decision, reason: reason, $1).change
    }
  }

  static func draft(_ kind: EntryKind, _ cells: [String: String]) throws -> EntryDraft {
    var draft = EntryDraft(
      content: EntryContent(),
      source: EntrySource(
        document: cells["document"] ?? "示例文件", sentence: cells["sentence"] ?? "示例句"))
    for (name, cell) in cells where name != "document" && name != "sentence" {
      let field = try #require(kind.field(name), "\(kind.name) has no field \(name)")
      switch field.read(cell: cell) {
      case .value(let value): draft.content[field] = value
      case .doubtful(let doubt): draft.unread.append(doubt)
      case .invalid(let violation): throw violation
      }
    }
    return draft
  }

  // MARK: - Reading

  func get(_ id: String, at time: Int64? = nil) async throws -> EntryRecord {
    try await database.read { [book] in try book.get(id, at: time, $0) }
  }

  func doubt(_ id: String) async throws -> EntryDoubtItem {
    try await database.read { [book] in try book.doubt(id, $0) }
  }

  /// Doubts in a state, in the order in which they were opened.
  func doubts(_ state: EntryDoubtState? = .open) async throws -> [EntryDoubtItem] {
    try await database.read { [book] transaction in
      var query = DoubtQuery()
      query.state = state
      return try book.listDoubts(query, after: "", limit: 1_000, transaction).items
    }
  }

  /// "35个", or "未统计".
  func printed(_ key: String, at time: Int64? = nil) async throws -> String {
    try await figure(key, at: time).quantity?.printed ?? "未统计"
  }

  func figure(_ key: String, at time: Int64? = nil) async throws -> EntryFigure {
    let key = try EntryFigureKey(parsing: key, in: Kinds.register)
    let facts = try await database.read { [book] in try book.facts(key, asOf: time, $0) }
    return EntryFigureEngine.figure(key, facts, register: Kinds.register)
  }

  func cursor() async throws -> String {
    try await database.read { try $0.feedCursor() }
  }

  /// The next changes of the feed. PostgreSQL shows them when every older transaction of the
  /// cluster, another test's too, has ended.
  func changes(after cursor: String, count: Int) async throws -> [ChangeEvent] {
    var events: [ChangeEvent] = []
    var cursor = cursor
    let end = ContinuousClock.now + .seconds(120)
    while events.count < count, ContinuousClock.now < end {
      _ = try await database.waitForChanges(after: cursor, until: end)
      let batch = try await database.readChanges(after: cursor)
      events += batch.changes.map(\.event)
      cursor = batch.cursor
    }
    return events
  }
}

/// The code of what was thrown, or nil when it went well.
func refusal(_ body: () async throws -> Void) async throws -> EntryError? {
  do {
    try await body()
    return nil
  } catch let error as EntryError {
    return error
  }
}

extension EntryError {
  /// "field rule" of every violation.
  var broken: [String] { violations.map { "\($0.field) \($0.rule)" } }
}
