// The handlers of this service on a fresh database with a small register, called as the router
// calls them.

internal import Access
internal import CommonMessages
internal import Imports
internal import Measures
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

typealias Report = StatisticsMessages.Report
typealias Observation = StatisticsMessages.Observation
typealias Figure = CommonMessages.Figure
typealias Target = StatisticsMessages.Target
typealias Indicator = StatisticsMessages.Indicator
typealias Form = StatisticsMessages.Form
typealias Coverage = CommonMessages.Coverage
typealias QuarantineItem = CommonMessages.QuarantineItem
typealias QuarantineState = CommonMessages.QuarantineState
typealias StatedFigure = CommonMessages.StatedFigure
typealias Quantity = CommonMessages.Quantity
typealias Methods = StatisticsServiceMethods

struct APIFixture: Sendable {
  let database: Database
  let references = ReferenceCache()
  let answers = AnswerCache()
  let api: StatisticsAPI
  let imports: ImportAPI
  let stated: StatedFigureAPI

  /// Another process's handlers on the same database have caches of their own.
  init(_ database: Database) {
    self.database = database
    api = StatisticsAPI(
      database: database, references: references, answers: answers,
      heartbeat: .milliseconds(20))
    imports = StatisticsImports.api(database, references, answers)
    stated = StatisticsFigures.api(database, references, answers)
  }

  static func with(
    _ engine: Engine, register: Bool = true, _ body: (APIFixture) async throws -> Void
  ) async throws {
    let migrations = StatisticsMigrations.all + ImportMigrations.all
    try await withTestDatabase(engine, migrations: migrations) { database in
      let fixture = APIFixture(database)
      if register {
        try await database.write(as: .system("test")) {
          try RegisterCopy.install(Self.register, cursor: "c0", $0)
        }
      }
      try await body(fixture)
    }
  }

  static let register: [RegisterChange] = {
    func place(
      _ code: String, _ name: String, _ level: StatisticsDomain.PlaceLevel, _ parent: String?
    ) -> RegisterEntity {
      .place(
        id: "place-\(code)",
        [PlaceFact(code: code, name: name, level: level, parentCode: parent)])
    }
    func federation(_ code: String, _ parent: String) -> RegisterEntity {
      .federation(
        id: "federation-\(code)", code: code,
        [FederationFact(name: "\(code)联社", placeCode: code, parentCode: parent)])
    }
    let entities: [RegisterEntity] = [
      place("450000", "广西壮族自治区", .province, nil),
      place("450100", "南宁市", .prefecture, "450000"),
      place("450900", "玉林市", .prefecture, "450000"),
      place("450923", "博白县", .county, "450900"),
      place("450981", "北流市", .county, "450900"),
      federation("450000", ""), federation("450900", "450000"),
      federation("450100", "450000"),
      .enterprise(
        id: "u1",
        [
          EnterpriseFact(
            creditCode: "91450923MA5TE5T15M", name: "示例编织厂", placeCode: "450923",
            sector: "工艺美术", industryCode: "2435", industryEdition: "2017")
        ]),
      .enterprise(
        id: "u2", [EnterpriseFact(creditCode: "", name: "示例铁锅厂", placeCode: "450100")]),
    ]
    return entities.map { RegisterChange(entity: $0, revision: 1) }
  }()

  static func principal(_ organisation: String, _ role: Role = .administrator) -> Principal {
    Principal(
      subject: "\(role.rawValue).\(organisation)", name: "", organisation: organisation,
      roles: [role])
  }

  /// The surroundings of a call by an administrator of the province, or whoever is named.
  func call(
    _ method: MethodInfo, as principal: Principal? = principal("450000"),
    deadline: ContinuousClock.Instant? = nil
  ) -> CallContext {
    var context = CallContext(method: method, deadline: deadline)
    context.principal = principal
    return context
  }

  // MARK: Words

  /// A report of a place's whole, or of a unit.
  static func report(
    _ place: String, _ values: KeyValuePairs<String, String>, period: String = "2013",
    channel: String = "bureau", coverage: Coverage = .whole, unit: String = "",
    sector: String = "", nature: CommonMessages.Nature = .unspecified
  ) -> Report {
    Report(
      channelCode: channel, period: period, coverage: coverage, placeCode: place, unitId: unit,
      sector: sector, nature: nature,
      observations: values.map {
        Observation(indicatorCode: $0.key, quantity: Quantity(text: $0.value))
      }, provenance: Provenance(document: "示例文件", sentence: "示例句"))
  }

  @discardableResult
  func submit(
    _ report: Report, id: String = "", as principal: Principal? = principal("450000"),
    validateOnly: Bool = false
  ) async throws -> SubmitReportResponse {
    try await api.submitReport(
      SubmitReportRequest(requestId: id, report: report, validateOnly: validateOnly),
      context: call(Methods.submitReport.info, as: principal))
  }

  func revise(
    _ report: Report, reason: String = "更正", as principal: Principal? = principal("450000")
  ) async throws -> ReviseReportResponse {
    try await api.reviseReport(
      ReviseReportRequest(report: report, reason: reason),
      context: call(Methods.reviseReport.info, as: principal))
  }

  func withdraw(_ report: Report) async throws -> Report {
    try await api.withdrawReport(
      WithdrawReportRequest(id: report.id, etag: report.etag, reason: "重复上报"),
      context: call(Methods.withdrawReport.info)
    ).report ?? Report()
  }

  func figure(_ key: String, asOf: String = "") async throws -> Figure {
    try await api.getFigure(
      GetFigureRequest(key: key, asOf: asOf), context: call(Methods.getFigure.info, as: nil)
    ).figure ?? Figure()
  }

  /// "810亿元", or "未统计".
  func printed(_ key: String, asOf: String = "") async throws -> String {
    let figure = try await figure(key, asOf: asOf)
    return figure.printed + figure.printedUnit
  }

  func explain(
    _ key: String, as principal: Principal? = nil, size: UInt32 = 0, token: String = ""
  ) async throws -> FigureExplanation {
    let answer = try await api.explainFigure(
      ExplainFigureRequest(key: key, pageSize: size, pageToken: token),
      context: call(Methods.explainFigure.info, as: principal))
    return try #require(answer.explanation)
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
