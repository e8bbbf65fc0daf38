internal import CommonMessages
internal import GatewayAPI
internal import GatewayClients
internal import GatewayMessages
internal import GatewaySupport
internal import RPC
internal import Testing

struct ReportAPITests {
  private let registry = Sample.registry.channel()
  private let statistics = Sample.statistics.channel()

  private var api: ReportAPI {
    ReportAPI(
      reports: ReportReader(
        backends: Backends(registry: registry, statistics: statistics), now: { "now" }))
  }

  private func context(
    _ metadata: Metadata = Metadata(), deadline: ContinuousClock.Instant? = nil
  ) -> CallContext {
    CallContext(
      method: ReportServiceMethods.getAnnualReport.info, requestMetadata: metadata,
      deadline: deadline)
  }

  @Test func theChannelGivesTheSameReport() async throws {
    let answer = try await api.getAnnualReport(
      GetAnnualReportRequest(federationCode: "450000", year: "2013"), context: context())
    let report = try #require(answer.report)
    #expect(report.title.hasSuffix("2013年度工作报告（统计部分）"))
    let figures = report.sections.flatMap(\.paragraphs).flatMap(\.spans).compactMap {
      if case .figure(let figure)? = $0.content { figure } else { nil }
    }
    #expect(figures.contains { $0.printed == "810亿元" && $0.mark == .computed })
    #expect(figures.contains { $0.printed == "8%" && $0.mark == .stated })
    #expect(
      figures.allSatisfy { !$0.key.isEmpty && !$0.service.isEmpty && !$0.explainPath.isEmpty })
  }

  @Test(arguments: [("45000O", "20l3", 2), ("450000", "", 1), ("", "2013", 1)])
  func badRequestsNameTheirFields(_ code: String, _ year: String, _ count: Int) async throws {
    let error = try await #require(throws: RPCError.self) {
      try await api.getAnnualReport(
        GetAnnualReportRequest(federationCode: code, year: year), context: context())
    }
    #expect(error.code == .invalidArgument)
    let violations = try error.details.compactMap { try $0.decode(BadRequest.self) }
      .flatMap(\.violations)
    #expect(violations.count == count)
  }

  @Test func tokenAndDeadlineGoOn() async throws {
    var metadata = Metadata()
    try metadata.add("Bearer t", for: "authorization")
    let deadline = ContinuousClock.now + .seconds(3)
    _ = try await api.getAnnualReport(
      GetAnnualReportRequest(federationCode: "450000", year: "2013"),
      context: context(metadata, deadline: deadline))
    for call in registry.seen + statistics.seen {
      #expect(call.options.metadata["authorization"] == "Bearer t")
      #expect(try #require(call.options.deadline) <= deadline)
    }
  }
}
