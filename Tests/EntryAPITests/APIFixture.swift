// The handlers of a small service on a fresh database, called as the router calls them.

internal import Access
internal import CommonMessages
internal import Entries
internal import EntryAPI
internal import EntryStorage
internal import Foundation
internal import Imports
internal import Measures
internal import RPC
internal import ServiceAPI
internal import Storage
internal import Synchronization
internal import TalentMessages
internal import TestSupport
internal import Testing

typealias Entry = TalentMessages.Entry
typealias Quantity = CommonMessages.Quantity
typealias Figure = CommonMessages.Figure
typealias Methods = EntryServiceMethods

struct APIFixture: Sendable {
  let database: Database
  let clock: ManualClock
  let desk: EntryDesk<Entry>
  let house: EntryHouse<Entry>

  static func with(
    _ engine: Engine, _ body: (APIFixture) async throws -> Void
  ) async throws {
    let clock = ManualClock()
    var options = DatabaseOptions()
    options.clock = clock.storage
    // A busy machine is no failure of these tests.
    options.leaseTimeout = .seconds(120)
    options.lockTimeout = .seconds(60)
    let migrations =
      StatedFigures.migrations + EntryTables.migrations + [TestKinds.tables]
      + ImportMigrations.all
    try await withTestDatabase(engine, migrations: migrations, options: options) { database in
      let house = EntryHouse<Entry>(TestKinds.register, database: database)
      let book = EntryBook(
        register: TestKinds.register, encoding: EntryWire<Entry>(TestKinds.register)
      ) { DigitScope.mayWrite($0, $1.actor.organisation) }
      try await body(
        APIFixture(
          database: database, clock: clock,
          desk: EntryDesk(
            EntrySurroundings(database: database, book: book), heartbeat: .milliseconds(20)),
          house: house))
    }
  }

  static func principal(_ organisation: String, _ role: Role = .administrator) -> Principal {
    Principal(
      subject: "\(role.rawValue).\(organisation)", name: "", organisation: organisation,
      roles: [role])
  }

  /// The surroundings of a call by somebody of an organisation; nil: by nobody.
  func call(
    _ method: MethodInfo, as organisation: String? = "450000",
    deadline: ContinuousClock.Instant? = nil
  ) -> CallContext {
    var context = CallContext(method: method, deadline: deadline)
    context.principal = organisation.map { Self.principal($0) }
    return context
  }

  // MARK: - Entries

  static let source = Provenance(document: "示例文件", sentence: "示例句", note: "照录")

  static func entry(_ content: Entry.Content) -> Entry {
    Entry(header: EntryHeader(provenance: source), content: content)
  }

  static func training(
    _ name: String, place: String = "450000", people: String = "", qualified: String = ""
  ) -> Entry {
    var training = Training(organiser: "联社", name: name, place: place, period: "2013")
    if !people.isEmpty { training.people = Quantity(text: people) }
    if !qualified.isEmpty { training.qualified = Quantity(text: qualified) }
    return entry(.training(training))
  }

  static func tally(_ place: String, _ people: String, period: String = "2016") -> Entry {
    entry(
      .grantTally(
        GrantTally(
          title: "master", place: place, period: period, people: Quantity(text: people))))
  }

  static let master = entry(
    .title(Title(code: "master", name: "工艺美术大师", ladder: .honour, level: .provincial)))

  func createAnswer(
    _ entry: Entry?, id: String = "", validateOnly: Bool = false,
    as organisation: String = "450000"
  ) async throws -> CreateEntryResponse {
    clock.advance(by: 1_000_000)
    let request = CreateEntryRequest(requestId: id, entry: entry, validateOnly: validateOnly)
    return try await desk.create(
      request, id, entry, validateOnly: validateOnly,
      call(Methods.createEntry.info, as: organisation)
    ) { CreateEntryResponse(entry: $0, warnings: $1) }
  }

  @discardableResult
  func create(_ entry: Entry, as organisation: String = "450000") async throws -> Entry {
    try #require(try await createAnswer(entry, as: organisation).entry)
  }

  func updateAnswer(
    _ entry: Entry, mask: [String] = [], id: String = "", validateOnly: Bool = false,
    as organisation: String = "450000"
  ) async throws -> UpdateEntryResponse {
    clock.advance(by: 1_000_000)
    let request = UpdateEntryRequest(
      requestId: id, entry: entry, updateMask: mask, validateOnly: validateOnly)
    return try await desk.update(
      request, id, entry, mask: mask, validateOnly: validateOnly,
      call(Methods.updateEntry.info, as: organisation)
    ) { UpdateEntryResponse(entry: $0, warnings: $1) }
  }

  @discardableResult
  func update(_ entry: Entry, mask: [String] = []) async throws -> Entry {
    try #require(try await updateAnswer(entry, mask: mask).entry)
  }

  func get(_ id: String, asOf: String = "") async throws -> Entry {
    try await desk.get(
      GetEntryRequest(id: id, asOf: asOf), call(Methods.getEntry.info, as: nil))
  }

  func delete(_ entry: Entry, id: String = "", as organisation: String = "450000") async throws {
    clock.advance(by: 1_000_000)
    _ = try await desk.delete(
      DeleteEntryRequest(
        requestId: id, id: entry.header?.id ?? "", etag: entry.header?.etag ?? ""),
      call(Methods.deleteEntry.info, as: organisation))
  }

  func list(_ request: ListEntriesRequest) async throws -> [Entry] {
    try await desk.list(request, call(Methods.listEntries.info, as: nil)).entries
  }

  // MARK: - Figures and doubts

  func figure(_ key: String, asOf: String = "") async throws -> Figure {
    try #require(
      try await house.figures.getFigure(
        GetFigureRequest(key: key, asOf: asOf),
        context: call(FigureServiceMethods.getFigure.info, as: nil)
      ).figure)
  }

  func doubts(_ state: QuarantineState = .open) async throws -> [QuarantineItem] {
    try await house.quarantine.listQuarantineItems(
      ListQuarantineItemsRequest(state: state),
      context: call(QuarantineServiceMethods.listQuarantineItems.info, as: nil)
    ).items
  }

  func resolve(
    _ request: ResolveQuarantineItemRequest, as organisation: String = "450000"
  ) async throws -> ResolveQuarantineItemResponse {
    clock.advance(by: 1_000_000)
    return try await house.quarantine.resolveQuarantineItem(
      request,
      context: call(QuarantineServiceMethods.resolveQuarantineItem.info, as: organisation))
  }
}

extension Entry {
  var id: String { header?.id ?? "" }

  var training: Training? {
    if case .training(let training)? = content { training } else { nil }
  }
}

/// The code of the answer, or nil when the call went well.
func code(_ body: () async throws -> Void) async -> RPCError.Code? { await failure(body)?.code }

/// The error of a call, or nil when it went well.
func failure(_ body: () async throws -> Void) async -> RPCError? {
  do {
    try await body()
    return nil
  } catch let error as RPCError {
    return error
  } catch {
    return RPCError(.unknown, "not an RPCError: \(String(reflecting: error))")
  }
}

extension RPCError {
  /// "path rule" of every violation.
  var broken: [String] { violations.map { "\($0.path) \($0.rule)" } }
}
