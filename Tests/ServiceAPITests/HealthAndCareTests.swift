internal import Access
internal import CommonMessages
internal import HealthMessages
internal import Imports
internal import Logging
internal import RPC
internal import ServiceAPI
internal import Storage
internal import Synchronization
internal import TestSupport
internal import Testing

struct HealthAndCareTests {
  @Test func healthFollowsTheCheck() async throws {
    let isReady = Switch()
    let health = HealthAPI(
      methods: [MethodInfo(service: "a.v1.A", method: "B", kind: .unary)]
    ) { if !isReady.isOn { throw StorageError(.unavailable, "away") } }
    let call = CallContext(method: HealthMethods.check.info)
    for service in ["", "a.v1.A", HealthMethods.serviceName] {
      let request = HealthCheckRequest(service: service)
      isReady.turn(on: false)
      #expect(try await health.check(request, context: call).status == .notServing)
      isReady.turn(on: true)
      #expect(try await health.check(request, context: call).status == .serving)
    }
    let unknown = await #expect(throws: RPCError.self) {
      try await health.check(HealthCheckRequest(service: "b"), context: call)
    }
    #expect(unknown?.code == .notFound)
  }

  @Test func aWatcherIsToldOfChanges() async throws {
    let isReady = Switch()
    let health = HealthAPI(methods: []) {
      if !isReady.isOn { throw StorageError(.unavailable, "away") }
    }
    struct Enough: Error {}
    let told = Mutex<[HealthCheckResponse.ServingStatus]>([])
    await #expect(throws: Enough.self) {
      try await health.watch(
        HealthCheckRequest(),
        responses: ResponseWriter { response in
          isReady.turn(on: true)
          let count = told.withLock {
            $0.append(response.status)
            return $0.count
          }
          if count == 2 { throw Enough() }
        }, context: CallContext(method: HealthMethods.watch.info))
    }
    #expect(told.withLock { $0 } == [.notServing, .serving])
  }

  @Test(arguments: Engine.allCases)
  func aDatabaseThatIsThereIsReadyAtOnce(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      let database = try await Database.open(url)
      let care = DatabaseCare(
        database, migrations: StatedFigures.migrations, healthTimeout: .seconds(60)
      ) { _ in }
      await #expect(throws: StorageError.self) { try await care.check() }
      try await care.prepare()
      try await care.check()
      await database.close()
      await #expect(throws: StorageError.self) { try await care.check() }
    }
  }

  @Test func aDatabaseThatIsMadeAnewIsNoticed() async throws {
    try await withTestDatabaseURL(.sqlite) { url in
      for expected in [1, 0] {
        let lines = Lines()
        let database = try await Database.open(url)
        let care = DatabaseCare(
          database, migrations: [], logger: Logger(label: "test") { _ in lines }
        ) { _ in }
        try await care.prepare()
        #expect(lines.notices.withLock { $0 }.count == expected)
        #expect(lines.notices.withLock { $0 }.allSatisfy { $0.contains("\(url)") })
        await database.close()
      }
    }
  }

  @Test func aDatabaseThatIsAwayIsWaitedFor() async throws {
    let url = try DatabaseURL("postgres://nobody@127.0.0.1:1/none?connect_timeout=1")
    let database = try await Database.open(url)
    let reports = Mutex(0)
    let care = DatabaseCare(database, migrations: []) { _ in reports.withLock { $0 += 1 } }
    try await care.prepare()
    #expect(reports.withLock { $0 } == 1)
    let error = await #expect(throws: StorageError.self) { try await care.check() }
    #expect(error?.code == .unavailable)
    await database.close()
  }

  @Test(arguments: Engine.allCases)
  func aChangedMigrationEndsTheStart(engine: Engine) async throws {
    try await withTestDatabaseURL(engine) { url in
      let database = try await Database.open(url)
      try await DatabaseCare(
        database, migrations: [Migration("x/0001") { _ in ["CREATE TABLE x (a BIGINT)"] }]
      ) { _ in }.prepare()
      let error = await #expect(throws: StorageError.self) {
        try await DatabaseCare(
          database, migrations: [Migration("x/0001") { _ in ["CREATE TABLE y (a BIGINT)"] }]
        ) { _ in }.prepare()
      }
      #expect(error?.code == .migration)
      await database.close()
    }
  }

  @Test(arguments: Engine.allCases)
  func careSealsTheAuditAndEndsWhenCancelled(engine: Engine) async throws {
    try await ServiceFixture.with(engine) { fixture in
      let database = fixture.database
      let book = StatedFigureBook(database: database)
      try await database.write(as: .system("t")) {
        _ = try book.create(StatedFigureBookTests.row("a"), $0)
      }
      let care = DatabaseCare(
        database, migrations: StatedFigures.migrations + fixture.importMigrations
      ) { _ in }
      try await care.prepare()
      let running = Task { try await care.run() }
      while try await database.read({ try $0.auditHead().position }) == 0 {
        try await Task.sleep(for: .milliseconds(5))
      }
      running.cancel()
      try await running.value
      #expect(try await database.read { try $0.auditHead().position } == 1)
    }
  }
}

/// Imports as a service has them, left behind by clerks.
struct AbandonedImportTests {
  @Test(arguments: Engine.allCases)
  func careForgetsImportsThatNobodyFinished(engine: Engine) async throws {
    let clock = ManualClock(microseconds: 1_714_500_000_000_000)
    var options = DatabaseOptions()
    options.clock = clock.storage
    try await withTestDatabaseURL(engine) { url in
      let database = try await Database.open(url, options: options)
      let care = DatabaseCare(
        database, migrations: StatedFigures.migrations + ImportMigrations.all
      ) { _ in }
      try await care.prepare()
      var limits = ImportLimits()
      limits.openImports = 1
      let api = ImportAPI(
        database: database,
        kinds: [
          OfferedKind(
            Imports.ImportKind(
              name: "k", title: "k", columns: [], process: { _ in ImportOutcome() },
              revert: { _, _ in [] }), role: .clerk)
        ], limits: limits)
      let call = ServiceFixture(database: database).call()
      func create() async throws {
        _ = try await api.createImport(
          CreateImportRequest(
            kind: "k", fileName: "k.csv", byteCount: 5,
            sha256: String(repeating: "0", count: 64)), context: call)
      }
      try await create()
      let full = await #expect(throws: RPCError.self) { try await create() }
      #expect(full?.code == .resourceExhausted)
      clock.advance(by: 25 * 3_600 * 1_000_000)
      let running = Task { try await care.run() }
      while try await database.read({ try $0.queryOne("SELECT id FROM imports", []) }) != nil {
        try await Task.sleep(for: .milliseconds(5))
      }
      try await create()
      running.cancel()
      try await running.value
      await database.close()
    }
  }
}

private final class Switch: Sendable {
  private let state = Atomic(false)

  var isOn: Bool { state.load(ordering: .relaxed) }

  func turn(on: Bool) { state.store(on, ordering: .relaxed) }
}

/// Keeps what is said at the level of a notice.
private final class Lines: LogHandler {
  let notices = Mutex<[String]>([])

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }

  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }

  func log(event: LogEvent) {
    guard event.level == .notice else { return }
    notices.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
  }
}
