internal import Access
internal import CommonMessages
internal import EntryAPI
@testable internal import RegistryAPI
internal import RegistryMessages
internal import HealthMessages
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

/// Every method about entries × every role × inside and outside the caller's subtree, through the door that a
/// process has. The rows are written out; a method without a row, or a row without a method, fails.
struct EntryAccessTests {
  /// Where the records of the matrix lie, the city above them, a city beside it, and the province.
  enum Home: String, CaseIterable {
    case county = "450923"
    case inside = "450900"
    case outside = "450300"
    case province = "450000"
  }

  @Test func `every method has a row, and every row the policy's rule`() throws {
    let methods =
      EntryServiceMethods.all + FigureServiceMethods.all + QuarantineServiceMethods.all
    #expect(Set(EntryAccessRow.all.map(\.method.path)) == Set(methods.map(\.path)))
    let table = try RegistryPolicy.table()
    for row in EntryAccessRow.all {
      let rule = row.lowest.map { AccessRule.role([$0]) } ?? .open
      #expect(table.rule(for: row.method) == rule, "\(row.method.method)")
    }
    for method in HealthMethods.all { #expect(table.rule(for: method) == .open) }
  }

  @Test(arguments: Engine.allCases)
  func `every caller may what his row says`(engine: Engine) async throws {
    let door = try AccessDoor(policy: RegistryPolicy.table())
    try await APIFixture.with(engine) { fixture in
      let scene = try await Scene(fixture)
      for row in EntryAccessRow.all {
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

/// Records to call about: all of them in Yulin.
private struct Scene: Sendable {
  let entries: RegistryEntryAPI
  let figures: EntryFigureAPI
  let quarantine: EntryQuarantineAPI
  let local: Entry
  let doubtful: Entry
  let wide: Entry

  var doubtID: String { doubtful.header?.quarantineIds.first ?? "" }

  static let key = "registry/membership_tally/admitted/450923/2016"
  static let localContent = Entry.Content.membershipTally(
    MembershipTally(place: "450923", period: "2016", admitted: Quantity(text: "3家")))
  static let doubtfulContent = Entry.Content.membershipTally(
    MembershipTally(place: "450923", period: "2015", admitted: Quantity(text: "1 6家")))
  static let wideContent = Entry.Content.cluster(
    Cluster(code: "red-wood", product: "红木", place: "450000"))

  init(_ fixture: APIFixture) async throws {
    try await fixture.seedPlaces()
    try await fixture.seedFederations()
    let surroundings = RegistryServices.surroundings(fixture.database)
    entries = RegistryServices.entries(fixture.database)
    figures = EntryFigureAPI(surroundings)
    quarantine = EntryQuarantineAPI(surroundings)
    var wide = try await fixture.create(Self.wideContent)
    wide.header?.etag = "\"r99\""
    self.wide = wide
    local = try await fixture.create(Self.localContent)
    var doubtful = try await fixture.create(Self.doubtfulContent)
    doubtful.header?.etag = "\"r99\""
    self.doubtful = doubtful
  }
}

extension Entry {
  fileprivate var id: String { header?.id ?? "" }
}

/// Who may call a method, and a call that changes nothing: where access is given, it fails for
/// another reason, or finds nothing to do.
private struct EntryAccessRow: Sendable {
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
  func refusal(of role: Role?, at home: EntryAccessTests.Home) -> RPCError.Code? {
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

  static let all = reads + changes

  private static let reads: [EntryAccessRow] = [
    EntryAccessRow(EntryServiceMethods.listEntryKinds.info) {
      _ = try await $0.entries.listEntryKinds(ListEntryKindsRequest(), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.getEntry.info) {
      _ = try await $0.entries.getEntry(GetEntryRequest(id: $0.local.id), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.listEntries.info) {
      _ = try await $0.entries.listEntries(
        ListEntriesRequest(kind: "membership_tally"), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.listEntryRevisions.info) {
      _ = try await $0.entries.listEntryRevisions(
        ListEntryRevisionsRequest(id: $0.local.id), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.watchEntries.info) { scene, context in
      try await scene.entries.watchEntries(
        WatchEntriesRequest(),
        responses: ResponseWriter { _ in throw RPCError(.aborted, "enough") }, context: context)
    },
    EntryAccessRow(FigureServiceMethods.getFigure.info) {
      _ = try await $0.figures.getFigure(GetFigureRequest(key: Scene.key), context: $1)
    },
    EntryAccessRow(FigureServiceMethods.batchGetFigures.info) {
      _ = try await $0.figures.batchGetFigures(
        BatchGetFiguresRequest(keys: [Scene.key]), context: $1)
    },
    EntryAccessRow(FigureServiceMethods.explainFigure.info) {
      _ = try await $0.figures.explainFigure(ExplainFigureRequest(key: Scene.key), context: $1)
    },
    EntryAccessRow(QuarantineServiceMethods.getQuarantineItem.info) {
      _ = try await $0.quarantine.getQuarantineItem(
        GetQuarantineItemRequest(id: $0.doubtID), context: $1)
    },
    EntryAccessRow(QuarantineServiceMethods.listQuarantineItems.info) {
      _ = try await $0.quarantine.listQuarantineItems(ListQuarantineItemsRequest(), context: $1)
    },
  ]

  /// What exists already cannot be created, and a stale etag changes nothing.
  private static let changes: [EntryAccessRow] = [
    EntryAccessRow(EntryServiceMethods.createEntry.info, .clerk, .subtree) {
      _ = try await $0.entries.createEntry(
        CreateEntryRequest(entry: APIFixture.entry(Scene.localContent)), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.createEntry.info, .clerk, .province) {
      _ = try await $0.entries.createEntry(
        CreateEntryRequest(entry: APIFixture.entry(Scene.wideContent)), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.updateEntry.info, .clerk, .subtree) {
      _ = try await $0.entries.updateEntry(
        UpdateEntryRequest(entry: $0.doubtful, updateMask: ["period"]), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.updateEntry.info, .clerk, .province) {
      _ = try await $0.entries.updateEntry(
        UpdateEntryRequest(entry: $0.wide, updateMask: ["product"]), context: $1)
    },
    EntryAccessRow(EntryServiceMethods.deleteEntry.info, .clerk, .province) {
      _ = try await $0.entries.deleteEntry(
        DeleteEntryRequest(id: $0.wide.id, etag: $0.wide.header?.etag ?? ""), context: $1)
    },
    EntryAccessRow(QuarantineServiceMethods.resolveQuarantineItem.info, .clerk, .subtree) {
      _ = try await $0.quarantine.resolveQuarantineItem(
        ResolveQuarantineItemRequest(
          id: $0.doubtID, etag: "\"r99\"", decision: .rejected, reason: "核对"), context: $1)
    },
  ]
}
