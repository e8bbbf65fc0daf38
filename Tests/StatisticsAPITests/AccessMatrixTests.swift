internal import Access
internal import CommonMessages
internal import HealthMessages
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsMessages
internal import Storage
internal import TestSupport
internal import Testing

/// Every method × every role × inside and outside the caller's subtree, through the door that a
/// process has. The rows are written out; a method without a row, or a row without a method, fails.
struct AccessMatrixTests {
  /// Where the records of the matrix lie, the city above them, a city beside it, and the province.
  enum Home: String, CaseIterable {
    case county = "450923"
    case inside = "450900"
    case outside = "450100"
    case province = "450000"
  }

  @Test func `every method has a row, and every row the policy's rule`() throws {
    let methods =
      StatisticsServiceMethods.all + ImportServiceMethods.all + StatedFigureServiceMethods.all
    #expect(Set(AccessRow.all.map(\.method.path)) == Set(methods.map(\.path)))
    let table = try StatisticsPolicy.table()
    for row in AccessRow.all {
      let rule = row.lowest.map { AccessRule.role([$0]) } ?? .open
      #expect(table.rule(for: row.method) == rule, "\(row.method.method)")
    }
  }

  @Test(arguments: Engine.allCases)
  func `every caller may what his row says`(engine: Engine) async throws {
    let door = try AccessDoor(policy: StatisticsPolicy.table())
    try await APIFixture.with(engine) { fixture in
      let scene = try await Scene(fixture)
      for row in AccessRow.all {
        for home in Home.allCases {
          for role in [nil] + Role.allCases.map(Optional.some) {
            let found = await code {
              try await door.pass(row.method, role, home.rawValue) {
                try await row.call(scene, $0)
              }
            }
            let expected = row.refusal(of: role, at: home)
            let caller = "\(row.method.method) by \(role?.rawValue ?? "nobody") of \(home)"
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
  /// Of a place, and of a unit in it; both with a doubtful value.
  let whole: SubmitReportResponse
  let unit: SubmitReportResponse
  let target: Target
  let importID: String

  var api: StatisticsAPI { fixture.api }
  var imports: ImportAPI { fixture.imports }
  var stated: StatedFigureAPI { fixture.stated }

  static let stale = "\"r99\""
  static let file = "渠道,期别,口径,地区,指标,数值\n统计局规上,2012,整体,450923,工业总产值,30亿元"

  static let wholeReport = APIFixture.report(
    "450923", ["gross_output": "33亿元", "tax_paid": "1 1亿元"])
  static let unitReport = APIFixture.report(
    "", ["gross_output": "3000万元", "tax_paid": "1 1万元"], coverage: .unit, unit: "u1")

  init(_ fixture: APIFixture) async throws {
    self.fixture = fixture
    whole = try await fixture.submit(Self.wholeReport)
    unit = try await fixture.submit(Self.unitReport)
    target =
      try await fixture.api.createTarget(
        CreateTargetRequest(target: Self.target),
        context: fixture.call(Methods.createTarget.info)
      ).target ?? Target()
    _ = try await fixture.stated.createStatedFigure(
      CreateStatedFigureRequest(statedFigure: Self.figure),
      context: fixture.call(StatedFigureServiceMethods.createStatedFigure.info))
    importID =
      try await ImportCallsTests().send(
        fixture, "reports", Self.file, organisation: "450900"
      ).id
  }

  static let target = Target(
    placeCode: "450923", channelCode: "bureau", indicatorCode: "gross_output", period: "2014",
    kind: .growth, quantity: Quantity(text: "10%"), provenance: Provenance(document: "示例文件"))

  static let figure = StatedFigure(
    code: "bobai", label: "同比增长", placeCode: "450923", period: "2013", channelCode: "bureau",
    indicatorCode: "gross_output", kind: .growth, quantity: Quantity(text: "8%"),
    provenance: Provenance(document: "示例文件"))

  /// A report as its reader would hand it in again.
  static func again(_ answer: SubmitReportResponse) -> Report {
    var report = answer.report ?? Report()
    report.etag = stale
    return report
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
    /// Only whose subtree holds everything.
    case province
    /// A single unit: told to whose organisation holds it, and to processes of the system.
    case unit
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
    case nil, .reader: Set(Role.allCases)
    case .clerk: [.clerk, .statistician, .administrator]
    case .statistician: [.statistician, .administrator]
    case .administrator: [.administrator]
    case .service: [.service]
    }
  }

  /// The code that a caller meets; nil for one that may.
  func refusal(of role: Role?, at home: AccessMatrixTests.Home) -> RPCError.Code? {
    guard let role else { return lowest == nil && reach != .unit ? nil : .unauthenticated }
    if !allowed.contains(role) { return .permissionDenied }
    let isHere =
      switch reach {
      case .anywhere: true
      case .subtree: home != .outside
      case .province: home == .province
      case .unit: home != .outside || role == .service
      }
    return isHere ? nil : .permissionDenied
  }

  static let all = catalogue + reports + readsOfUnits + decisions + statements + figures + imports

  private static let catalogue: [AccessRow] = [
    AccessRow(Methods.getIndicator.info) {
      _ = try await $0.api.getIndicator(GetIndicatorRequest(code: "gross_output"), context: $1)
    },
    AccessRow(Methods.listIndicators.info) {
      _ = try await $0.api.listIndicators(ListIndicatorsRequest(), context: $1)
    },
    AccessRow(Methods.listChannels.info) {
      _ = try await $0.api.listChannels(ListChannelsRequest(), context: $1)
    },
    AccessRow(Methods.listForms.info) {
      _ = try await $0.api.listForms(ListFormsRequest(), context: $1)
    },
    AccessRow(Methods.listReportingPeriods.info) {
      _ = try await $0.api.listReportingPeriods(
        ListReportingPeriodsRequest(formCode: "bureau-year", year: "2013"), context: $1)
    },
    AccessRow(Methods.createIndicator.info, .administrator, .province) {
      _ = try await $0.api.createIndicator(
        CreateIndicatorRequest(
          indicator: Indicator(
            code: "gross_output", nameZh: "甲", nameEn: "a", unit: "元", scale: 2, kind: .flow)),
        context: $1)
    },
    AccessRow(Methods.createForm.info, .administrator, .province) {
      _ = try await $0.api.createForm(
        CreateFormRequest(
          form: Form(
            code: "bureau-year", nameZh: "甲", channelCode: "bureau",
            indicatorCodes: ["gross_output"], periodKind: .year, dueDays: 60)), context: $1)
    },
  ]

  /// What exists already cannot be handed in, and a stale etag changes nothing.
  private static let reports: [AccessRow] = [
    AccessRow(Methods.getReport.info) {
      _ = try await $0.api.getReport(
        GetReportRequest(id: $0.whole.report?.id ?? ""), context: $1)
    },
    AccessRow(Methods.listReports.info) {
      _ = try await $0.api.listReports(ListReportsRequest(), context: $1)
    },
    AccessRow(Methods.listReportRevisions.info) {
      _ = try await $0.api.listReportRevisions(
        ListReportRevisionsRequest(id: $0.whole.report?.id ?? ""), context: $1)
    },
    AccessRow(Methods.submitReport.info, .clerk, .subtree) {
      _ = try await $0.api.submitReport(
        SubmitReportRequest(report: Scene.wholeReport), context: $1)
    },
    AccessRow(Methods.submitReport.info, .clerk, .subtree) {
      _ = try await $0.api.submitReport(
        SubmitReportRequest(report: Scene.unitReport), context: $1)
    },
    AccessRow(Methods.reviseReport.info, .statistician, .subtree) {
      _ = try await $0.api.reviseReport(
        ReviseReportRequest(report: Scene.again($0.whole), reason: "更正"), context: $1)
    },
    AccessRow(Methods.reviseReport.info, .statistician, .subtree) {
      _ = try await $0.api.reviseReport(
        ReviseReportRequest(report: Scene.again($0.unit), reason: "更正"), context: $1)
    },
    AccessRow(Methods.withdrawReport.info, .statistician, .subtree) {
      _ = try await $0.api.withdrawReport(
        WithdrawReportRequest(
          id: $0.whole.report?.id ?? "", etag: Scene.stale, reason: "重复上报"), context: $1)
    },
  ]

  private static let readsOfUnits: [AccessRow] = [
    AccessRow(Methods.getReport.info, nil, .unit) {
      _ = try await $0.api.getReport(
        GetReportRequest(id: $0.unit.report?.id ?? ""), context: $1)
    },
    AccessRow(Methods.listReportRevisions.info, nil, .unit) {
      _ = try await $0.api.listReportRevisions(
        ListReportRevisionsRequest(id: $0.unit.report?.id ?? ""), context: $1)
    },
    AccessRow(Methods.getQuarantineItem.info, nil, .unit) {
      _ = try await $0.api.getQuarantineItem(
        GetQuarantineItemRequest(id: $0.unit.quarantined.first?.id ?? ""), context: $1)
    },
  ]

  private static let decisions: [AccessRow] = [
    AccessRow(Methods.getQuarantineItem.info) {
      _ = try await $0.api.getQuarantineItem(
        GetQuarantineItemRequest(id: $0.whole.quarantined.first?.id ?? ""), context: $1)
    },
    AccessRow(Methods.listQuarantineItems.info) {
      _ = try await $0.api.listQuarantineItems(ListQuarantineItemsRequest(), context: $1)
    },
    AccessRow(Methods.resolveQuarantineItem.info, .clerk, .subtree) {
      _ = try await $0.api.resolveQuarantineItem(
        ResolveQuarantineItemRequest(
          id: $0.whole.quarantined.first?.id ?? "", etag: Scene.stale, decision: .rejected,
          reason: "核对"), context: $1)
    },
    AccessRow(Methods.resolveQuarantineItem.info, .clerk, .subtree) {
      _ = try await $0.api.resolveQuarantineItem(
        ResolveQuarantineItemRequest(
          id: $0.unit.quarantined.first?.id ?? "", etag: Scene.stale, decision: .rejected,
          reason: "核对"), context: $1)
    },
  ]

  private static let statements: [AccessRow] = [
    AccessRow(StatedFigureServiceMethods.getStatedFigure.info) {
      _ = try await $0.stated.getStatedFigure(GetStatedFigureRequest(code: "bobai"), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.listStatedFigures.info) {
      _ = try await $0.stated.listStatedFigures(ListStatedFiguresRequest(), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.createStatedFigure.info, .statistician, .subtree) {
      _ = try await $0.stated.createStatedFigure(
        CreateStatedFigureRequest(statedFigure: Scene.figure), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.updateStatedFigure.info, .statistician, .subtree) {
      var figure = Scene.figure
      figure.etag = Scene.stale
      _ = try await $0.stated.updateStatedFigure(
        UpdateStatedFigureRequest(statedFigure: figure), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.deleteStatedFigure.info, .statistician, .subtree) {
      _ = try await $0.stated.deleteStatedFigure(
        DeleteStatedFigureRequest(code: "bobai", etag: Scene.stale), context: $1)
    },
    AccessRow(Methods.getTarget.info) {
      _ = try await $0.api.getTarget(GetTargetRequest(id: $0.target.id), context: $1)
    },
    AccessRow(Methods.listTargets.info) {
      _ = try await $0.api.listTargets(ListTargetsRequest(), context: $1)
    },
    AccessRow(Methods.createTarget.info, .statistician, .subtree) {
      _ = try await $0.api.createTarget(
        CreateTargetRequest(target: Scene.target), context: $1)
    },
    AccessRow(Methods.updateTarget.info, .statistician, .subtree) {
      var target = $0.target
      target.etag = Scene.stale
      _ = try await $0.api.updateTarget(UpdateTargetRequest(target: target), context: $1)
    },
    AccessRow(Methods.deleteTarget.info, .statistician, .subtree) {
      _ = try await $0.api.deleteTarget(
        DeleteTargetRequest(id: $0.target.id, etag: Scene.stale), context: $1)
    },
  ]

  private static let figures: [AccessRow] = [
    AccessRow(Methods.getFigure.info) {
      _ = try await $0.api.getFigure(
        GetFigureRequest(key: "total/450923/bureau/gross_output/2013"), context: $1)
    },
    AccessRow(Methods.batchGetFigures.info) {
      _ = try await $0.api.batchGetFigures(
        BatchGetFiguresRequest(keys: ["total/450923/bureau/gross_output/2013"]), context: $1)
    },
    AccessRow(Methods.listPlaceTotals.info) {
      _ = try await $0.api.listPlaceTotals(
        ListPlaceTotalsRequest(
          parentCode: "450900", channelCode: "bureau", indicatorCode: "gross_output",
          period: "2013"), context: $1)
    },
    AccessRow(Methods.explainFigure.info) {
      _ = try await $0.api.explainFigure(
        ExplainFigureRequest(key: "total/450923/bureau/gross_output/2013"), context: $1)
    },
    AccessRow(Methods.listYears.info) {
      _ = try await $0.api.listYears(ListYearsRequest(placeCode: "450923"), context: $1)
    },
    AccessRow(Methods.listDifferences.info) {
      _ = try await $0.api.listDifferences(
        ListDifferencesRequest(placeCode: "450923"), context: $1)
    },
    AccessRow(Methods.getRegisterCopy.info) {
      _ = try await $0.api.getRegisterCopy(GetRegisterCopyRequest(), context: $1)
    },
    AccessRow(Methods.watchChanges.info) { scene, context in
      try await scene.api.watchChanges(
        WatchChangesRequest(),
        responses: ResponseWriter { _ in throw RPCError(.aborted, "enough") }, context: context)
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
        GetImportTemplateRequest(kind: "reports"), context: $1)
    },
    AccessRow(ImportServiceMethods.createImport.info, .clerk) {
      _ = try await $0.imports.createImport(
        CreateImportRequest(kind: "reports", byteCount: 0), context: $1)
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
      _ = try await $0.imports.commitImport(
        CommitImportRequest(importId: $0.importID), context: $1)
    },
    AccessRow(ImportServiceMethods.revertImport.info, .administrator) {
      _ = try await $0.imports.revertImport(
        RevertImportRequest(importId: $0.importID, reason: ""), context: $1)
    },
    AccessRow(ImportServiceMethods.getImport.info, .reader) {
      _ = try await $0.imports.getImport(
        GetImportRequest(importId: $0.importID), context: $1)
    },
    AccessRow(ImportServiceMethods.watchImport.info, .reader) {
      try await $0.imports.watchImport(
        WatchImportRequest(importId: $0.importID), responses: ResponseWriter { _ in },
        context: $1)
    },
  ]
}
