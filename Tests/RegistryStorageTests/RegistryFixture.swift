// A register with a piece of Guangxi in it, on a clock that tests move.

internal import Measures
internal import RegistryDomain
internal import RegistryStorage
internal import Storage
internal import TestSupport

/// Writes entities in a form that tests can read.
struct PlainEncoding: RegistryEncoding {
  func payload(_ entity: RegistryEntity) throws -> [UInt8] {
    Array("\(entity.kind) \(entity.id) \(entity.revision)".utf8)
  }

  func json(_ entity: RegistryEntity) throws -> String {
    "{\"kind\":\"\(entity.kind)\",\"revision\":\(entity.revision)}"
  }
}

struct RegistryFixture: Sendable {
  let database: Database
  let clock: ManualClock
  let store = RegistryStore(encoding: PlainEncoding())
  let today: CalendarDate

  /// Runs a test on a fresh database of an engine, with the clock at the end of 2013.
  static func with(
    _ engine: Engine, _ body: (RegistryFixture) async throws -> Void
  ) async throws {
    let clock = ManualClock()
    var options = DatabaseOptions()
    options.clock = clock.storage
    // A test machine under load may let twenty writers wait long.
    options.leaseTimeout = .seconds(120)
    options.lockTimeout = .seconds(60)
    try await withTestDatabase(engine, migrations: RegistryMigrations.all, options: options) {
      let fixture = RegistryFixture(
        database: $0, clock: clock, today: try CalendarDate(parsing: "2024-05-01"))
      try await body(fixture)
    }
  }

  func write<T: Sendable>(
    _ body: @escaping @Sendable (WriteTransaction) throws -> T
  ) async throws -> T {
    clock.advance(by: 1_000_000)
    return try await database.writeLocking(as: Actor(subject: "tester")) { transaction in
      try store.takeTurn(transaction)
      return try body(transaction)
    }
  }

  func read<T: Sendable>(
    _ body: @escaping @Sendable (ReadTransaction) throws -> T
  ) async throws -> T {
    try await database.read(body)
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

  static func date(_ text: String) -> PartialDate? { try? PartialDate(parsing: text) }

  static func moment(_ day: String, knownAt time: Int64? = nil) throws -> Moment {
    Moment(day: try CalendarDate(parsing: day), recordedTime: time)
  }

  static func place(
    _ code: String, _ name: String, _ level: PlaceLevel, _ parent: String = "",
    from: String = "", to: String = "", successor: String = ""
  ) -> Place {
    Place(
      id: UUIDv7.next(), code: code,
      timeline: Timeline(
        PlaceState(name: name, level: level, parentCode: parent, successorCode: successor),
        time: ValidTime(from: date(from), to: date(to))))
  }

  static func federation(
    _ code: String, _ level: FederationLevel, _ parent: String = "", place: String? = nil,
    funding: FundingKind = .unknown, from: String = "", to: String = ""
  ) -> Federation {
    Federation(
      id: UUIDv7.next(), code: code,
      timeline: Timeline(
        FederationState(
          name: "\(code)联社", level: level, placeCode: place ?? code, parentCode: parent,
          funding: funding),
        time: ValidTime(from: date(from), to: date(to))))
  }

  static func enterprise(
    _ name: String, _ place: String = "450923", code: String = "", sector: String = "",
    from: String = "", to: String = ""
  ) -> Enterprise {
    Enterprise(
      id: UUIDv7.next(), code: "",
      timeline: Timeline(
        EnterpriseState(creditCode: code, name: name, placeCode: place, sector: sector),
        time: ValidTime(from: date(from), to: date(to))))
  }

  /// The province, two cities, 荔浦 before and after 2018, and 博白.
  func seedPlaces() async throws {
    try await write { transaction in
      let places = [
        Self.place("450000", "广西壮族自治区", .province),
        Self.place("450300", "桂林市", .prefecture, "450000"),
        Self.place("450900", "玉林市", .prefecture, "450000"),
        Self.place("450381", "荔浦市", .county, "450300", from: "2018"),
        Self.place("450331", "荔浦县", .county, "450300", to: "2018", successor: "450381"),
        Self.place("450923", "博白县", .county, "450900"),
        Self.place("450981", "北流市", .county, "450900"),
      ]
      for place in places { _ = try store.createPlace(place, transaction) }
    }
  }

  func seedFederations() async throws {
    try await write { transaction in
      for federation in [
        Self.federation("450000", .province, funding: .fiscal),
        Self.federation("450300", .city, "450000", funding: .fiscal),
        Self.federation("450900", .city, "450000", funding: .other),
        Self.federation("450331", .county, "450300"),
        Self.federation("450923", .county, "450900", funding: .fiscal),
      ] { _ = try store.createFederation(federation, transaction) }
    }
  }
}
