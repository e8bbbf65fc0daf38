// The report over the channel: lianshe.gateway.v1.ReportService.

internal import CommonMessages
package import GatewayClients
internal import GatewayDomain
package import GatewayMessages
internal import GatewayReports
package import RPC

/// Answers `ReportService`.
package struct ReportAPI: ReportServiceHandler {
  private let reports: ReportReader
  private let limits: HTTPLimits

  package init(reports: ReportReader, limits: HTTPLimits = HTTPLimits()) {
    self.reports = reports
    self.limits = limits
  }

  package func getAnnualReport(
    _ request: GetAnnualReportRequest, context: CallContext
  ) async throws -> GetAnnualReportResponse {
    let year = try Self.checked(request)
    let facts = try await reports.facts(
      of: request.federationCode, year: year, scope: try scope(context))
    return GetAnnualReportResponse(report: AnnualReport(ReportComposer(facts).document()))
  }

  /// The year, once code and year are well formed; every broken rule otherwise.
  private static func checked(_ request: GetAnnualReportRequest) throws(RPCError) -> ReportYear {
    var violations: [FieldViolation] = []
    if !PlaceCode.isValid(request.federationCode) {
      violations.append(
        FieldViolation(
          path: "federation_code", value: String(request.federationCode.prefix(200)),
          rule: "federation.code", messageZh: "联社代码应为6位数字",
          messageEn: "A federation's code is six digits."))
    }
    let year = ReportYear(request.year)
    if year == nil {
      violations.append(
        FieldViolation(
          path: "year", value: String(request.year.prefix(200)), rule: "report.year",
          messageZh: "年份应为4位数字", messageEn: "A year is four digits."))
    }
    if let year, violations.isEmpty { return year }
    let detail = try? ErrorDetail(BadRequest(violations: violations))
    throw RPCError(
      .invalidArgument, violations.map(\.messageEn).joined(separator: " "),
      details: detail.map { [$0] } ?? [])
  }

  /// The services see the caller's token, trace and deadline.
  private func scope(_ context: CallContext) throws(RPCError) -> CallScope {
    var metadata = Metadata()
    if let token = context.requestMetadata["authorization"] {
      try metadata.add(token, for: "authorization")
    }
    let latest = ContinuousClock.now + limits.maximumTimeout
    let deadline = context.deadline ?? ContinuousClock.now + limits.defaultTimeout
    return CallScope(deadline: min(deadline, latest), metadata: metadata, trace: context.trace)
  }
}
