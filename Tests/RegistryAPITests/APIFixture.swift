// The handlers of the register on a fresh database, called as the router calls them.

internal import Access
internal import CommonMessages
internal import Imports
internal import Measures
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
internal import Storage
internal import TestSupport

struct APIFixture: Sendable {
  let database: Database
  let clock: ManualClock
  let api: RegistryAPI
  let imports: ImportAPI
  let stated: StatedFigureAPI

  /// 2024-05-01 in China.
  static let may2024: Int64 = 1_714_500_000_000_000

  static func with(
    _ engine: Engine, _ body: (APIFixture) async throws -> Void
  ) async throws {
    let clock = ManualClock(microseconds: may2024)
    var options = DatabaseOptions()
    options.clock = clock.storage
    // A test machine under load may let many writers wait long.
    options.leaseTimeout = .seconds(120)
    options.lockTimeout = .seconds(60)
    let migrations = RegistryMigrations.all + ImportMigrations.all
    try await withTestDatabase(engine, migrations: migrations, options: options) { database in
      try await body(
        APIFixture(
          database: database, clock: clock,
          api: RegistryAPI(database: database, heartbeat: .milliseconds(20)),
          imports: RegistryImports.api(database), stated: RegistryFigures.api(database)))
    }
  }

  static func principal(_ organisation: String, _ role: Role = .administrator) -> Principal {
    Principal(
      subject: "\(role.rawValue).\(organisation)", name: "", organisation: organisation,
      roles: [role])
  }

  /// The surroundings of a call by an administrator of the province, or whoever is named.
  func call(
    _ method: MethodInfo, as principal: Principal? = principal("450000")
  ) -> CallContext {
    var context = CallContext(method: method)
    context.principal = principal
    return context
  }

  typealias Methods = RegistryServiceMethods

  func createPlace(
    _ place: Place, id: String = "", as principal: Principal? = principal("450000"),
    validateOnly: Bool = false
  ) async throws -> Place {
    let request = CreatePlaceRequest(requestId: id, place: place, validateOnly: validateOnly)
    return try await api.createPlace(
      request, context: call(Methods.createPlace.info, as: principal)
    )
    .place ?? Place()
  }

  func createFederation(
    _ federation: Federation, as principal: Principal? = principal("450000")
  ) async throws -> Federation {
    try await api.createFederation(
      CreateFederationRequest(federation: federation),
      context: call(Methods.createFederation.info, as: principal)
    ).federation ?? Federation()
  }

  func createEnterprise(
    _ enterprise: Enterprise, id: String = "", as principal: Principal? = principal("450000")
  ) async throws -> Enterprise {
    try await api.createEnterprise(
      CreateEnterpriseRequest(requestId: id, enterprise: enterprise),
      context: call(Methods.createEnterprise.info, as: principal)
    ).enterprise ?? Enterprise()
  }

  /// The province, two cities, 荔浦 before and after 2018, 博白 and 北流.
  func seedPlaces() async throws {
    for place in [
      Place(code: "450000", name: "广西壮族自治区"),
      Place(code: "450300", name: "桂林市", parentCode: "450000"),
      Place(code: "450900", name: "玉林市", parentCode: "450000"),
      Place(code: "450381", name: "荔浦市", parentCode: "450300", validFrom: "2018"),
      Place(
        code: "450331", name: "荔浦县", parentCode: "450300", validTo: "2018",
        successorCode: "450381"),
      Place(code: "450923", name: "博白县", parentCode: "450900"),
      Place(code: "450981", name: "北流市", parentCode: "450900"),
    ] { _ = try await createPlace(place) }
  }

  func seedFederations() async throws {
    for (code, level, parent) in [
      ("450000", FederationLevel.province, ""), ("450300", .city, "450000"),
      ("450900", .city, "450000"), ("450331", .county, "450300"), ("450923", .county, "450900"),
    ] {
      _ = try await createFederation(
        Federation(
          code: code, name: "\(code)联社", level: level, placeCode: code, parentCode: parent))
    }
  }
}

/// The code of the answer, or nil when the call went well.
func code(_ body: () async throws -> Void) async -> RPCError.Code? {
  await failure(body)?.code
}

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
