// A database with the tables of the shared rooms, and contexts as calls have them.

internal import Access
internal import Imports
internal import RPC
internal import Storage
internal import TestSupport

struct ServiceFixture: Sendable {
  let database: Database

  var importMigrations: [Migration] { ImportMigrations.all }

  static func with(
    _ engine: Engine, _ body: (ServiceFixture) async throws -> Void
  ) async throws {
    var options = DatabaseOptions()
    // A test machine under load may let many writers wait long.
    options.leaseTimeout = .seconds(120)
    try await withTestDatabase(
      engine, migrations: StatedFigures.migrations + ImportMigrations.all, options: options
    ) { try await body(ServiceFixture(database: $0)) }
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

  func call(
    _ method: String = "Create", subject: String = "li", roles: Set<Role> = [.administrator]
  ) -> CallContext {
    var context = CallContext(
      method: MethodInfo(service: "test.v1.Service", method: method, kind: .unary))
    context.principal = Principal(
      subject: subject, name: "", organisation: "450000", roles: roles)
    return context
  }
}
