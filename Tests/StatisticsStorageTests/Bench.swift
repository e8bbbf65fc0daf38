// A migrated database with a small register, and short words for what tests do to it.

internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport

struct Bench: Sendable {
  let database: Database
  let cache = ReferenceCache()

  /// Runs a test body on a fresh database with the register of `places` and two enterprises.
  static func run(
    _ engine: Engine, _ body: (Bench) async throws -> Void
  ) async throws {
    var options = DatabaseOptions()
    // A busy machine is no failure of these tests.
    options.leaseTimeout = .seconds(120)
    try await withTestDatabase(
      engine, migrations: StatisticsMigrations.all, options: options
    ) { database in
      let bench = Bench(database: database)
      try await bench.install(register)
      try await body(bench)
    }
  }

  static let places: [PlaceFact] = [
    place("450000", "广西壮族自治区", .province, nil),
    place("450100", "南宁市", .prefecture, "450000"),
    place("450126", "宾阳县", .county, "450100"),
    place("450300", "桂林市", .prefecture, "450000"),
    place("450331", "荔浦县", .county, "450300", to: "2018-08-01", successor: "450381"),
    place("450381", "荔浦市", .county, "450300", from: "2018-08-01"),
    place("450900", "玉林市", .prefecture, "450000"),
    place("450923", "博白县", .county, "450900"),
    place("450981", "北流市", .county, "450900"),
  ]

  static let register: [RegisterChange] =
    places.map { RegisterChange(entity: .place(id: "place-\($0.code)", [$0]), revision: 1) } + [
      RegisterChange(
        entity: .federation(
          id: "f1", code: "450000",
          [FederationFact(name: "广西联社", placeCode: "450000", parentCode: "")]), revision: 1),
      RegisterChange(
        entity: .enterprise(
          id: "u1",
          [
            EnterpriseFact(
              creditCode: "91450923MA5TE5T15M", name: "示例编织厂", placeCode: "450923",
              sector: "工艺美术", industryCode: "2435", industryEdition: "2017",
              ownershipCode: "120", validTo: day("2015-01-01")),
            EnterpriseFact(
              creditCode: "91450923MA5TE5T15M", name: "示例编织厂", placeCode: "450981",
              sector: "家具", validFrom: day("2015-01-01")),
          ]), revision: 1),
      RegisterChange(
        entity: .enterprise(
          id: "u2",
          [EnterpriseFact(creditCode: "", name: "示例衣架厂", placeCode: "450381", sector: "衣架")]),
        revision: 1),
      RegisterChange(
        entity: .membership(
          id: "m1", federationCode: "450900", enterpriseID: "u1",
          [
            MembershipStep(state: "applied", date: day("2012-01-01")),
            MembershipStep(state: "admitted", date: day("2013-03-01")),
            MembershipStep(state: "withdrawn", date: day("2016-01-01")),
          ]), revision: 1),
    ]

  static func day(_ text: String) -> CalendarDate {
    (try? CalendarDate(parsing: text)) ?? .earliest
  }

  static func place(
    _ code: String, _ name: String, _ level: PlaceLevel, _ parent: String?,
    from: String? = nil, to: String? = nil, successor: String? = nil
  ) -> PlaceFact {
    PlaceFact(
      code: code, name: name, level: level, parentCode: parent, validFrom: from.map(day),
      validTo: to.map(day), successorCode: successor)
  }

  func install(_ register: [RegisterChange], cursor: String = "c0") async throws {
    try await database.write(as: .system("test")) {
      try RegisterCopy.install(register, cursor: cursor, $0)
    }
  }

  // MARK: Reports

  static func key(
    _ place: String, _ period: String = "2013", _ coverage: Coverage = .whole,
    channel: String = "bureau", sector: String = "", nature: Nature = .actual, unit: String = ""
  ) throws -> ReportKey {
    let period = try Period(parsing: period)
    return ReportKey(
      formCode: "\(channel)-\(Form.kind(for: period).rawValue)", channelCode: channel,
      period: period, nature: nature, sector: sector, coverage: coverage, placeCode: place,
      unitID: unit)
  }

  static func draft(
    _ key: ReportKey, _ values: KeyValuePairs<String, String>,
    source: Source = Source(document: "示例文件", sentence: "示例句")
  ) -> ReportDraft {
    ReportDraft(
      key: key,
      entries: values.map { ReportDraft.Entry(indicatorCode: $0.key, printed: $0.value) },
      source: source)
  }

  func write<T: Sendable>(
    _ body: @escaping @Sendable (ReportBook) throws -> T
  ) async throws -> T {
    try await database.writeLocking(as: Actor(subject: "clerk")) { [cache] in
      try body(ReportBook($0, cache: cache, today: Self.day("2026-01-01")))
    }
  }

  @discardableResult
  func submit(
    _ key: ReportKey, _ values: KeyValuePairs<String, String>
  ) async throws -> ReportChange {
    let draft = Self.draft(key, values)
    return try await write { try $0.submit(draft) }
  }

  @discardableResult
  func revise(
    _ report: Report, _ values: KeyValuePairs<String, String>
  ) async throws -> ReportChange {
    let draft = Self.draft(report.key, values)
    return try await write { try $0.revise(report.id, to: draft, reason: "更正") }
  }

  @discardableResult
  func withdraw(_ report: Report) async throws -> ReportChange {
    try await write { try $0.withdraw(report.id, reason: "重复上报") }
  }

  // MARK: Figures

  func figure(_ key: String, at time: Int64 = RecordedTime.now) async throws -> Figure {
    let key = try FigureKey(parsing: key)
    return try await database.read { [cache] transaction in
      let reference = try cache.reference(transaction)
      var engine = FigureEngine(
        FigureReader(transaction, reference: reference, time: time))
      return try engine.figure(key)
    }
  }

  /// "810亿元", or "未统计".
  func printed(_ key: String, at time: Int64 = RecordedTime.now) async throws -> String {
    let printed = try await figure(key, at: time).printed
    return printed.number + printed.unit
  }

  func generation() async throws -> Int64 {
    try await database.read { try Generations.versions($0).generation }
  }
}
