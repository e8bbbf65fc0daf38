internal import GatewayDomain
internal import Access
internal import CommonMessages
internal import Foundation
internal import GatewayAPI
internal import GatewayClients
internal import GatewayMessages
internal import GatewaySupport
internal import HealthMessages
internal import RPC
internal import TestSupport
internal import Testing

/// The gateway's own calls, with a caller.
struct Desk {
  let books: Books
  let texts: TemplateAPI
  let publications: PublicationAPI
  let reports: ReportAPI
  let statistics: FakeChannel
  let exhibitions: FakeChannel

  init(
    exhibitions: FakeChannel = MemoryEntries(.exhibitions).channel(),
    statistics: FakeChannel = Sample.statistics.channel()
  ) async throws {
    books = try await Books()
    self.statistics = statistics
    self.exhibitions = exhibitions
    let backends = Backends(
      registry: Sample.registry.channel(), statistics: statistics, exhibitions: exhibitions,
      talent: MemoryEntries(.talent).channel())
    let reader = ReportReader(
      backends: backends, texts: books.library, now: { "2026-01-02T03:04:05Z" })
    texts = TemplateAPI(library: books.library)
    publications = PublicationAPI(
      desk: PublicationDesk(database: books.database, reports: reader))
    reports = ReportAPI(reports: reader, explainer: FigureExplainer(backends: backends))
  }

  func context(_ method: MethodInfo, _ organisation: String? = "450000") -> CallContext {
    var context = CallContext(method: method, deadline: .now + .seconds(30))
    context.principal = organisation.map {
      Principal(subject: "zhang.san", name: "", organisation: $0, roles: [.statistician])
    }
    return context
  }

  @discardableResult
  func put(
    _ text: String, etag: String = "", id: String = "", organisation: String? = "450000",
    code: String = "450000", dryRun: Bool = false
  ) async throws -> PutReportTemplateResponse {
    try await texts.putReportTemplate(
      PutReportTemplateRequest(
        requestId: id,
        template: GatewayMessages.ReportTemplate(
          federationCode: code, year: "2016", content: text, etag: etag), validateOnly: dryRun),
      context: context(TemplateServiceMethods.putReportTemplate.info, organisation))
  }

  func template() async throws -> GatewayMessages.ReportTemplate? {
    try await texts.getReportTemplate(
      GetReportTemplateRequest(federationCode: "450000", year: "2016"),
      context: context(TemplateServiceMethods.getReportTemplate.info, nil)
    ).template
  }

  func publish(
    id: String = "", partial: Bool = false, note: String = ""
  ) async throws -> GatewayMessages.Publication? {
    try await publications.publishAnnualReport(
      PublishAnnualReportRequest(
        requestId: id, federationCode: "450000", year: "2013", note: note, allowPartial: partial),
      context: context(PublicationServiceMethods.publishAnnualReport.info)
    ).publication
  }

  func changes() async throws -> CompareWithPublicationResponse {
    try await publications.compareWithPublication(
      CompareWithPublicationRequest(federationCode: "450000", year: "2013"),
      context: context(PublicationServiceMethods.compareWithPublication.info, nil))
  }
}

private let text = "# 标题\n## one 一\n@narrative/a\n"

struct TemplateAPITests {
  @Test func aTemplateIsPutReadAndChanged() async throws {
    let desk = try await Desk()
    let first = try #require(try await desk.put(text).template)
    #expect(first.revision == 1 && first.recordedBy == "zhang.san" && !first.etag.isEmpty)
    #expect(try await desk.template() == first)
    let same = try await desk.put(text)
    #expect(same.nothingNew && same.template?.revision == 1)
    let second = try await desk.put(text + "好", etag: first.etag).template
    #expect(second?.revision == 2)
    let stale = try await #require(throws: RPCError.self) {
      try await desk.put(text + "坏", etag: first.etag)
    }
    #expect(stale.code == .aborted)
    let blind = try await #require(throws: RPCError.self) { try await desk.put(text + "坏") }
    #expect(blind.code == .alreadyExists)
    let report = try await desk.reports.getAnnualReport(
      GetAnnualReportRequest(federationCode: "450000", year: "2016"),
      context: desk.context(ReportServiceMethods.getAnnualReport.info, nil)
    ).report
    #expect(report?.title == "标题" && report?.sections.map(\.title) == ["一、一"])
  }

  @Test func allErrorsOfATextAreToldAndNothingIsStored() async throws {
    let desk = try await Desk()
    let error = try await #require(throws: RPCError.self) {
      try await desk.put("# a\n## b c\n@weather\n{{x}}")
    }
    #expect(error.code == .invalidArgument)
    let violations = try error.details.compactMap { try $0.decode(BadRequest.self) }
      .flatMap(\.violations)
    #expect(violations.map(\.rule) == ["template.block", "template.key"])
    #expect(violations[0].messageZh.hasPrefix("第3行："))
    #expect(violations[1].messageEn.hasPrefix("line 4: "))
    await #expect(throws: RPCError.self) { try await desk.template() }
  }

  @Test func aDryRunStoresNothingAndARepeatedRequestHappensOnce() async throws {
    let desk = try await Desk()
    #expect(try await desk.put(text, dryRun: true).template?.revision == 1)
    await #expect(throws: RPCError.self) { try await desk.template() }
    let first = try await desk.put(text, id: "r-1")
    #expect(try await desk.put(text, id: "r-1") == first)
    #expect(first.nothingNew == false)
  }

  @Test(arguments: [("450900", "450000"), ("450900", "450400"), ("990000", "450000")])
  func nobodyWritesOutsideHisOrganisation(_ organisation: String, _ code: String) async throws {
    let desk = try await Desk()
    let error = try await #require(throws: RPCError.self) {
      try await desk.put(text, organisation: organisation, code: code)
    }
    #expect(error.code == .permissionDenied)
  }

  @Test func aFederationWritesForThoseBelow() async throws {
    let desk = try await Desk()
    #expect(try await desk.put(text, code: "450923").template?.revision == 1)
    let nobody = try await #require(throws: RPCError.self) {
      try await desk.put(text, organisation: nil)
    }
    #expect(nobody.code == .unauthenticated)
  }

  @Test func aDeletedTemplateGivesTheBuiltInReport() async throws {
    let desk = try await Desk()
    let stored = try #require(try await desk.put(text).template)
    let context = desk.context(TemplateServiceMethods.deleteReportTemplate.info)
    let request = DeleteReportTemplateRequest(federationCode: "450000", year: "2016")
    await #expect(throws: RPCError.self) {
      try await desk.texts.deleteReportTemplate(request, context: context)
    }
    var tagged = request
    tagged.etag = stored.etag
    _ = try await desk.texts.deleteReportTemplate(tagged, context: context)
    await #expect(throws: RPCError.self) { try await desk.template() }
    let listed = try await desk.texts.listReportTemplates(
      ListReportTemplatesRequest(), context: context)
    #expect(listed.templates.isEmpty)
  }

  @Test func narrativesArePutListedAndDeleted() async throws {
    let desk = try await Desk()
    let method = desk.context(TemplateServiceMethods.putNarrative.info)
    func put(_ id: String, _ content: String, etag: String = "") async throws -> Narrative? {
      try await desk.texts.putNarrative(
        PutNarrativeRequest(
          narrative: Narrative(
            federationCode: "450000", year: "2016", id: id, title: "题", content: content,
            provenance: Provenance(document: "文件"), etag: etag)), context: method
      ).narrative
    }
    let first = try #require(try await put("a", "一"))
    let again = try #require(try await put("a", "一"))
    #expect(again == first)
    _ = try await put("a", "二", etag: first.etag)
    _ = try await put("b", "三")
    let listed = try await desk.texts.listNarratives(
      ListNarrativesRequest(federationCode: "450000", year: "2016"), context: method
    ).narratives
    #expect(listed.map(\.content) == ["二", "三"])
    _ = try await desk.texts.deleteNarrative(
      DeleteNarrativeRequest(
        federationCode: "450000", year: "2016", id: "b", etag: listed[1].etag), context: method)
    await #expect(throws: RPCError.self) {
      try await desk.texts.getNarrative(
        GetNarrativeRequest(federationCode: "450000", year: "2016", id: "b"), context: method)
    }
    for (id, content) in [
      ("B", "x"), ("", "x"), ("c", " "), ("c", String(repeating: "字", count: 50_000)),
    ] {
      let error = try await #require(throws: RPCError.self) { try await put(id, content) }
      #expect(error.code == .invalidArgument, "\(id)")
    }
  }
}

struct GatewayPolicyTests {
  @Test func everyMethodHasARule() throws {
    try GatewayPolicy.table().check(
      ReportServiceMethods.all + TemplateServiceMethods.all + PublicationServiceMethods.all
        + HealthMethods.all)
  }

  /// The token of a reader is for the services behind: the gateway does not judge it.
  @Test func aReadersTokenIsNotJudgedHere() async throws {
    let folder = NSTemporaryDirectory() + "lianshe-jwks-" + UUID().uuidString + ".json"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var set = PublicKeySet()
    set.add(SigningKey())
    try set.write(to: folder)
    let access = GatewayAccess(
      policy: try GatewayPolicy.table(), verifier: try TokenVerifier(jwksFile: folder))
    var metadata = Metadata()
    try metadata.add("Bearer nonsense", for: "authorization")
    let read = CallContext(
      method: ReportServiceMethods.getAnnualReport.info, requestMetadata: metadata)
    #expect(try await access.intercept(read) { $0.principal == nil })
    let write = CallContext(
      method: TemplateServiceMethods.putNarrative.info, requestMetadata: metadata)
    let error = try await #require(throws: RPCError.self) {
      try await access.intercept(write) { _ in }
    }
    #expect(error.code == .unauthenticated)
  }

  @Test(arguments: [
    (TemplateServiceMethods.putReportTemplate.info, Role.statistician, Role.clerk),
    (TemplateServiceMethods.deleteReportTemplate.info, .statistician, .clerk),
    (PublicationServiceMethods.publishAnnualReport.info, .statistician, .clerk),
    (TemplateServiceMethods.putNarrative.info, .clerk, .reader),
    (TemplateServiceMethods.deleteNarrative.info, .clerk, .reader),
  ])
  func writesNeedTheirRole(_ method: MethodInfo, _ enough: Role, _ less: Role) async throws {
    let door = try AccessDoor(policy: try GatewayPolicy.table())
    try await door.pass(method, enough, "450000") { #expect($0.principal != nil) }
    let little = try await #require(throws: RPCError.self) {
      try await door.pass(method, less, "450000") { _ in }
    }
    #expect(little.code == .permissionDenied)
    let nobody = try await #require(throws: RPCError.self) {
      try await door.pass(method, nil, "450000") { _ in }
    }
    #expect(nobody.code == .unauthenticated)
  }
}
