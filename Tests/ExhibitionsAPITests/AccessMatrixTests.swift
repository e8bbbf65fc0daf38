internal import Access
internal import CommonMessages
internal import EntryAPI
internal import ExhibitionsAPI
internal import ExhibitionsMessages
internal import HealthMessages
internal import RPC
internal import ServiceAPI
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
      EntryServiceMethods.all + FigureServiceMethods.all + QuarantineServiceMethods.all
      + ImportServiceMethods.all + StatedFigureServiceMethods.all
    #expect(Set(AccessRow.all.map(\.method.path)) == Set(methods.map(\.path)))
    let table = try ExhibitionsPolicy.table()
    for row in AccessRow.all {
      let rule = row.lowest.map { AccessRule.role([$0]) } ?? .open
      #expect(table.rule(for: row.method) == rule, "\(row.method.method)")
    }
    for method in HealthMethods.all { #expect(table.rule(for: method) == .open) }
  }

  @Test(arguments: Engine.allCases)
  func `every caller may what his row says`(engine: Engine) async throws {
    let door = try AccessDoor(policy: ExhibitionsPolicy.table())
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
            let caller = "\(row.method.method) by \(role?.rawValue ?? "nobody") of \(home)"
            if let expected = row.refusal(of: role, at: home) {
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

/// Records to call about: in 博白, and one that lies nowhere.
private struct Scene: Sendable {
  let fixture: APIFixture
  let local: Entry
  let doubtful: Entry
  let wide: Entry
  let importID: String

  var entries: ExhibitionsEntryAPI { fixture.entries }
  var figures: EntryFigureAPI { fixture.house.figures }
  var quarantine: EntryQuarantineAPI { fixture.house.quarantine }
  var imports: ImportAPI { fixture.house.imports }
  var stated: StatedFigureAPI { fixture.house.statedFigures }
  var doubtID: String { doubtful.header?.quarantineIds.first ?? "" }

  static let key = "exhibitions/delegation/entities/450923/2016"
  static let localContent = Entry.Content.delegation(
    Delegation(edition: "fair-6", place: "450923", period: "2016"))
  static let doubtfulContent = Entry.Content.delegation(
    Delegation(
      edition: "fair-7", place: "450923", period: "2016", entities: Quantity(text: "1 6家")))
  static let wideContent = Entry.Content.series(
    Series(code: "fair", name: "交易会", level: .provincial))
  static let figure = StatedFigure(
    code: "bobai", label: "原文", placeCode: "450923", period: "2016", kind: .value,
    quantity: Quantity(text: "8%"), provenance: Provenance(document: "示例文件"))

  init(_ fixture: APIFixture) async throws {
    self.fixture = fixture
    var wide = try await fixture.create(Self.wideContent)
    wide.header?.etag = "\"r99\""
    self.wide = wide
    for code in ["fair-6", "fair-7"] {
      try await fixture.create(.edition(Edition(code: code, series: "fair", name: code)))
    }
    local = try await fixture.create(Self.localContent)
    var doubtful = try await fixture.create(Self.doubtfulContent)
    doubtful.header?.etag = "\"r99\""
    self.doubtful = doubtful
    _ = try await fixture.house.statedFigures.createStatedFigure(
      CreateStatedFigureRequest(statedFigure: Self.figure),
      context: fixture.call(StatedFigureServiceMethods.createStatedFigure.info))
    importID =
      try await fixture.send(
        "delegation", "届次,组展地区,年份,出处文件\nfair-6,450923,2016,示例文件", organisation: "450900"
      ).id
  }
}

extension Entry {
  fileprivate var id: String { header?.id ?? "" }
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
    guard let role else { return lowest == nil ? nil : .unauthenticated }
    if !allowed.contains(role) { return .permissionDenied }
    let isHere =
      switch reach {
      case .anywhere: true
      case .subtree: home != .outside
      case .province: home == .province
      }
    return isHere ? nil : .permissionDenied
  }

  static let all = reads + changes + statements + imports

  private static let reads: [AccessRow] = [
    AccessRow(EntryServiceMethods.listEntryKinds.info) {
      _ = try await $0.entries.listEntryKinds(ListEntryKindsRequest(), context: $1)
    },
    AccessRow(EntryServiceMethods.getEntry.info) {
      _ = try await $0.entries.getEntry(GetEntryRequest(id: $0.local.id), context: $1)
    },
    AccessRow(EntryServiceMethods.listEntries.info) {
      _ = try await $0.entries.listEntries(ListEntriesRequest(kind: "delegation"), context: $1)
    },
    AccessRow(EntryServiceMethods.listEntryRevisions.info) {
      _ = try await $0.entries.listEntryRevisions(
        ListEntryRevisionsRequest(id: $0.local.id), context: $1)
    },
    AccessRow(EntryServiceMethods.watchEntries.info) { scene, context in
      try await scene.entries.watchEntries(
        WatchEntriesRequest(),
        responses: ResponseWriter { _ in throw RPCError(.aborted, "enough") }, context: context)
    },
    AccessRow(FigureServiceMethods.getFigure.info) {
      _ = try await $0.figures.getFigure(GetFigureRequest(key: Scene.key), context: $1)
    },
    AccessRow(FigureServiceMethods.batchGetFigures.info) {
      _ = try await $0.figures.batchGetFigures(
        BatchGetFiguresRequest(keys: [Scene.key]), context: $1)
    },
    AccessRow(FigureServiceMethods.explainFigure.info) {
      _ = try await $0.figures.explainFigure(ExplainFigureRequest(key: Scene.key), context: $1)
    },
    AccessRow(QuarantineServiceMethods.getQuarantineItem.info) {
      _ = try await $0.quarantine.getQuarantineItem(
        GetQuarantineItemRequest(id: $0.doubtID), context: $1)
    },
    AccessRow(QuarantineServiceMethods.listQuarantineItems.info) {
      _ = try await $0.quarantine.listQuarantineItems(ListQuarantineItemsRequest(), context: $1)
    },
  ]

  /// What exists already cannot be created, and a stale etag changes nothing.
  private static let changes: [AccessRow] = [
    AccessRow(EntryServiceMethods.createEntry.info, .clerk, .subtree) {
      _ = try await $0.entries.createEntry(
        CreateEntryRequest(entry: APIFixture.entry(Scene.localContent)), context: $1)
    },
    AccessRow(EntryServiceMethods.createEntry.info, .clerk, .province) {
      _ = try await $0.entries.createEntry(
        CreateEntryRequest(entry: APIFixture.entry(Scene.wideContent)), context: $1)
    },
    AccessRow(EntryServiceMethods.updateEntry.info, .clerk, .subtree) {
      _ = try await $0.entries.updateEntry(
        UpdateEntryRequest(entry: $0.doubtful, updateMask: ["period"]), context: $1)
    },
    AccessRow(EntryServiceMethods.updateEntry.info, .clerk, .province) {
      _ = try await $0.entries.updateEntry(
        UpdateEntryRequest(entry: $0.wide, updateMask: ["name"]), context: $1)
    },
    AccessRow(EntryServiceMethods.deleteEntry.info, .clerk, .province) {
      _ = try await $0.entries.deleteEntry(
        DeleteEntryRequest(id: $0.wide.id, etag: $0.wide.header?.etag ?? ""), context: $1)
    },
    AccessRow(QuarantineServiceMethods.resolveQuarantineItem.info, .clerk, .subtree) {
      _ = try await $0.quarantine.resolveQuarantineItem(
        ResolveQuarantineItemRequest(
          id: $0.doubtID, etag: "\"r99\"", decision: .rejected, reason: "核对"), context: $1)
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
      figure.etag = "\"r99\""
      _ = try await $0.stated.updateStatedFigure(
        UpdateStatedFigureRequest(statedFigure: figure), context: $1)
    },
    AccessRow(StatedFigureServiceMethods.deleteStatedFigure.info, .statistician, .subtree) {
      _ = try await $0.stated.deleteStatedFigure(
        DeleteStatedFigureRequest(code: "bobai", etag: "\"r99\""), context: $1)
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
        GetImportTemplateRequest(kind: "delegation"), context: $1)
    },
    AccessRow(ImportServiceMethods.createImport.info, .clerk) {
      _ = try await $0.imports.createImport(
        CreateImportRequest(kind: "delegation", byteCount: 0), context: $1)
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
      _ = try await $0.imports.getImport(GetImportRequest(importId: $0.importID), context: $1)
    },
    AccessRow(ImportServiceMethods.watchImport.info, .reader) {
      try await $0.imports.watchImport(
        WatchImportRequest(importId: $0.importID), responses: ResponseWriter { _ in },
        context: $1)
    },
  ]
}
