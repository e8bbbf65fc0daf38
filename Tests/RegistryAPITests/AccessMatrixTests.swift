internal import Access
internal import CommonMessages
internal import HealthMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

/// Every method × every role × inside and outside the caller's subtree, through the door that a
/// process has. The rows are written out; a method without a row, or a row without a method, fails.
struct AccessMatrixTests {
  /// The organisation whose subtree everything of the matrix lies in, and one beside it.
  static let inside = "450900"
  static let outside = "450300"

  @Test func everyMethodHasARow() {
    let methods =
      RegistryServiceMethods.all + ImportServiceMethods.all + StatedFigureServiceMethods.all
    #expect(Set(AccessRow.all.map(\.method.path)) == Set(methods.map(\.path)))
    #expect(AccessRow.all.count == methods.count)
  }

  @Test(arguments: Engine.allCases)
  func everyCallerMayWhatHisRowSays(engine: Engine) async throws {
    let door = try AccessDoor(policy: RegistryPolicy.table())
    try await APIFixture.with(engine) { fixture in
      let scene = try await Scene(fixture)
      for row in AccessRow.all {
        for organisation in [Self.inside, Self.outside] {
          for role in [nil] + Role.allCases.map(Optional.some) {
            let found = await code {
              try await door.pass(row.method, role, organisation) { try await row.call(scene, $0) }
            }
            let expected = row.refusal(of: role, isInside: organisation == Self.inside)
            let caller = "\(row.method.method) by \(role?.rawValue ?? "nobody") of \(organisation)"
            if let expected {
              #expect(found == expected, "\(caller)")
            } else {
              #expect(found != .unauthenticated && found != .permissionDenied, "\(caller)")
              #expect(found != .unknown && found != .internal, "\(caller)")
            }
          }
        }
      }
    }
  }
}

/// Records to call about: all of them in Yulin.
private struct Scene: Sendable {
  let fixture: APIFixture
  let enterprise: Enterprise
  let membership: Membership
  let importID: String

  var api: RegistryAPI { fixture.api }
  var imports: ImportAPI { fixture.imports }
  var stated: StatedFigureAPI { fixture.stated }

  init(_ fixture: APIFixture) async throws {
    self.fixture = fixture
    try await fixture.seedPlaces()
    try await fixture.seedFederations()
    enterprise = try await fixture.createEnterprise(Enterprise(name: "编织厂", placeCode: "450923"))
    membership =
      try await fixture.api.applyMembership(
        ApplyMembershipRequest(
          federationCode: "450900", enterpriseId: enterprise.id, date: "2013"),
        context: fixture.call(RegistryServiceMethods.applyMembership.info)
      ).membership ?? Membership()
    _ = try await fixture.stated.createStatedFigure(
      CreateStatedFigureRequest(statedFigure: Self.figure),
      context: fixture.call(StatedFigureServiceMethods.createStatedFigure.info))
    importID =
      try await RegistryImportsTests().send(
        fixture, "enterprises", "企业名称,注册地\n木器厂,450923", organisation: "450900"
      ).id
  }

  static var figure: StatedFigure {
    var figure = StatedFigureCallsTests.figure("yulin")
    figure.placeCode = "450900"
    return figure
  }
}

/// Who may call a method, and a call that changes nothing: where access is given, it fails for
/// another reason, or finds nothing to do.
private struct AccessRow: Sendable {
  enum Reach {
    /// Nobody is asked where he is at home.
    case anywhere
    /// What lies outside the subtree is refused.
    case subtree
  }

  let method: MethodInfo
  /// The lowest role; nil where nobody needs a token.
  let lowest: Role?
  let reach: Reach
  let call: @Sendable (Scene, CallContext) async throws -> Void

  init(
    _ method: MethodInfo, _ lowest: Role? = nil, _ reach: Reach = .anywhere,
    _ call: @escaping @Sendable (Scene, CallContext) async throws -> Void
  ) {
    self.method = method
    self.lowest = lowest
    self.reach = reach
    self.call = call
  }

  /// The roles that may, written out beside the code's own table.
  private var allowed: Set<Role> {
    switch lowest {
    case nil: Set(Role.allCases)
    case .reader: Set(Role.allCases)
    case .clerk: [.clerk, .statistician, .administrator]
    case .statistician: [.statistician, .administrator]
    case .administrator: [.administrator]
    case .service: [.service]
    }
  }

  /// The code that a caller meets; nil for one that may.
  func refusal(of role: Role?, isInside: Bool) -> RPCError.Code? {
    guard let role else { return lowest == nil ? nil : .unauthenticated }
    if !allowed.contains(role) { return .permissionDenied }
    return reach == .subtree && !isInside ? .permissionDenied : nil
  }

  static let all = reads + records + memberships + figures + imports

  private typealias Methods = RegistryServiceMethods

  private static let reads: [AccessRow] = [
    AccessRow(Methods.getPlace.info) {
      _ = try await $0.api.getPlace(GetPlaceRequest(code: "450900"), context: $1)
    },
    AccessRow(Methods.listPlaces.info) {
      _ = try await $0.api.listPlaces(ListPlacesRequest(), context: $1)
    },
    AccessRow(Methods.getFederation.info) {
      _ = try await $0.api.getFederation(GetFederationRequest(code: "450900"), context: $1)
    },
    AccessRow(Methods.listFederations.info) {
      _ = try await $0.api.listFederations(ListFederationsRequest(), context: $1)
    },
    AccessRow(Methods.countFederations.info) {
      _ = try await $0.api.countFederations(CountFederationsRequest(), context: $1)
    },
    AccessRow(Methods.getEnterprise.info) {
      _ = try await $0.api.getEnterprise(GetEnterpriseRequest(id: $0.enterprise.id), context: $1)
    },
    AccessRow(Methods.listEnterprises.info) {
      _ = try await $0.api.listEnterprises(ListEnterprisesRequest(), context: $1)
    },
    AccessRow(Methods.getMembership.info) {
      _ = try await $0.api.getMembership(GetMembershipRequest(id: $0.membership.id), context: $1)
    },
    AccessRow(Methods.listMemberships.info) {
      _ = try await $0.api.listMemberships(ListMembershipsRequest(), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.getStatedFigure.info) {
      _ = try await $0.stated.getStatedFigure(GetStatedFigureRequest(code: "yulin"), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.listStatedFigures.info) {
      _ = try await $0.stated.listStatedFigures(ListStatedFiguresRequest(), context: $1)
    },
    AccessRow(Methods.watchChanges.info) { scene, context in
      try await scene.api.watchChanges(
        WatchChangesRequest(),
        responses: ResponseWriter { _ in throw RPCError(.aborted, "enough") }, context: context)
    },
  ]

  /// What exists already cannot be created, and a stale etag changes nothing.
  private static let records: [AccessRow] = [
    AccessRow(Methods.createPlace.info, .administrator, .subtree) {
      _ = try await $0.api.createPlace(
        CreatePlaceRequest(place: Place(code: "450923", name: "博白县", parentCode: "450900")),
        context: $1)
    },
    AccessRow(Methods.updatePlace.info, .administrator, .subtree) {
      _ = try await $0.api.updatePlace(
        UpdatePlaceRequest(place: Place(code: "450923", name: "甲", etag: "\"r9\"")), context: $1)
    },
    AccessRow(Methods.createFederation.info, .clerk, .subtree) {
      _ = try await $0.api.createFederation(
        CreateFederationRequest(
          federation: Federation(
            code: "450923", name: "甲", level: .county, placeCode: "450923", parentCode: "450900")),
        context: $1)
    },
    AccessRow(Methods.updateFederation.info, .clerk, .subtree) {
      _ = try await $0.api.updateFederation(
        UpdateFederationRequest(
          federation: Federation(code: "450923", name: "甲", etag: "\"r9\"")), context: $1)
    },
    AccessRow(Methods.createEnterprise.info, .clerk, .subtree) {
      _ = try await $0.api.createEnterprise(
        CreateEnterpriseRequest(enterprise: Enterprise(name: "编织厂", placeCode: "450923")),
        context: $1)
    },
    AccessRow(Methods.updateEnterprise.info, .clerk, .subtree) {
      _ = try await $0.api.updateEnterprise(
        UpdateEnterpriseRequest(
          enterprise: Enterprise(id: $0.enterprise.id, name: "甲", etag: "\"r9\"")), context: $1)
    },
  ]

  private static let memberships: [AccessRow] = [
    AccessRow(Methods.applyMembership.info, .clerk, .subtree) {
      _ = try await $0.api.applyMembership(
        ApplyMembershipRequest(
          federationCode: "450900", enterpriseId: $0.enterprise.id, date: "2013"), context: $1)
    },
    AccessRow(Methods.admitMember.info, .clerk, .subtree) {
      _ = try await $0.api.admitMember(
        AdmitMemberRequest(membershipId: $0.membership.id, etag: "\"r9\"", date: "2014"),
        context: $1)
    },
    AccessRow(Methods.suspendMember.info, .clerk, .subtree) {
      _ = try await $0.api.suspendMember(
        SuspendMemberRequest(membershipId: $0.membership.id, etag: "\"r9\"", date: "2014"),
        context: $1)
    },
    AccessRow(Methods.reinstateMember.info, .clerk, .subtree) {
      _ = try await $0.api.reinstateMember(
        ReinstateMemberRequest(membershipId: $0.membership.id, etag: "\"r9\"", date: "2014"),
        context: $1)
    },
    AccessRow(Methods.withdrawMember.info, .clerk, .subtree) {
      _ = try await $0.api.withdrawMember(
        WithdrawMemberRequest(membershipId: $0.membership.id, etag: "\"r9\"", date: "2014"),
        context: $1)
    },
  ]

  private static let figures: [AccessRow] = [
    AccessRow(StatedFigureServiceMethods.createStatedFigure.info, .statistician, .subtree) {
      _ = try await $0.stated.createStatedFigure(
        CreateStatedFigureRequest(statedFigure: Scene.figure), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.updateStatedFigure.info, .statistician, .subtree) {
      var figure = Scene.figure
      figure.etag = "\"r9\""
      _ = try await $0.stated.updateStatedFigure(
        UpdateStatedFigureRequest(statedFigure: figure), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.deleteStatedFigure.info, .statistician, .subtree) {
      _ = try await $0.stated.deleteStatedFigure(
        DeleteStatedFigureRequest(code: "yulin", etag: "\"r9\""), context: $1)
    },
  ]

  /// An import is its organisation's own: to others it does not exist. Where its rows may lie is
  /// asked row by row.
  private static let imports: [AccessRow] = [
    AccessRow(ImportServiceMethods.listImportKinds.info) {
      _ = try await $0.imports.listImportKinds(ListImportKindsRequest(), context: $1)
    },
    AccessRow(ImportServiceMethods.getImportTemplate.info) {
      _ = try await $0.imports.getImportTemplate(
        GetImportTemplateRequest(kind: "places"), context: $1)
    },
    AccessRow(ImportServiceMethods.createImport.info, .clerk) {
      _ = try await $0.imports.createImport(
        CreateImportRequest(kind: "enterprises", byteCount: 0), context: $1)
    },
    AccessRow(ImportServiceMethods.appendRows.info, .clerk) {
      _ = try await $0.imports.appendRows(
        AppendRowsRequest(importId: $0.importID, content: [65]), context: $1)
    },
    AccessRow(ImportServiceMethods.validateImport.info, .clerk) {
      _ = try await $0.imports.validateImport(
        ValidateImportRequest(importId: $0.importID), context: $1)
    },
    AccessRow(ImportServiceMethods.commitImport.info, .clerk) {
      _ = try await $0.imports.commitImport(CommitImportRequest(importId: $0.importID), context: $1)
    },
    AccessRow(ImportServiceMethods.revertImport.info, .administrator) {
      _ = try await $0.imports.revertImport(
        RevertImportRequest(importId: $0.importID, reason: ""), context: $1)
    },
    AccessRow(ImportServiceMethods.getImport.info, .reader) {
      _ = try await $0.imports.getImport(GetImportRequest(importId: $0.importID), context: $1)
    },
    AccessRow(ImportServiceMethods.watchImport.info, .reader) {
      try await $0.imports.watchImport(
        WatchImportRequest(importId: $0.importID), responses: ResponseWriter { _ in }, context: $1)
    },
  ]
}
