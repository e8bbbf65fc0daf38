// Published reports over the channel: lianshe.gateway.v1.PublicationService.

internal import GatewayClients
internal import GatewayDomain
package import GatewayMessages
internal import GatewayStorage
package import RPC
internal import ServiceAPI
internal import Wire

/// Answers `PublicationService`.
package struct PublicationAPI: PublicationServiceHandler {
  private let desk: PublicationDesk
  private let limits: HTTPLimits
  private let scope = CodeScope()

  package init(desk: PublicationDesk, limits: HTTPLimits = HTTPLimits()) {
    self.desk = desk
    self.limits = limits
  }

  package func listPublications(
    _ request: ListPublicationsRequest, context: CallContext
  ) async throws -> ListPublicationsResponse {
    try await desk.publications(request, deadline: context.deadline)
  }

  package func getPublication(
    _ request: GetPublicationRequest, context: CallContext
  ) async throws -> GetPublicationResponse {
    try await desk.publication(request, deadline: context.deadline)
  }

  package func compareWithPublication(
    _ request: CompareWithPublicationRequest, context: CallContext
  ) async throws -> CompareWithPublicationResponse {
    try await desk.comparison(request, scope: try CallScope(context, limits))
  }

  package func publishAnnualReport(
    _ request: PublishAnnualReportRequest, context: CallContext
  ) async throws -> PublishAnnualReportResponse {
    try await answering {
      var violations: [Violation] = []
      let subject = ReportSubject(request.federationCode, request.year, &violations)
      if request.note.count > TextLimits.noteCharacters {
        violations.append(
          Violation(
            path: "note", value: request.note, rule: "text.length",
            zh: "至多\(TextLimits.noteCharacters)字",
            en: "at most \(TextLimits.noteCharacters) characters"))
      }
      guard let subject, violations.isEmpty else { throw RPCError.invalid(violations) }
      try await context.requireWrite(place: subject.federation, scope)
      let report = try await desk.report(subject, scope: try CallScope(context, limits))
      let missing = report.missingServices.map(\.service)
      guard missing.isEmpty || request.allowPartial else {
        throw Self.partial(subject, missing)
      }
      let bytes = try report.protobufBytes()
      guard bytes.count <= PublicationDesk.maximumReportBytes else {
        throw RPCError(
          .resourceExhausted,
          "the report has \(bytes.count) bytes; at most \(PublicationDesk.maximumReportBytes) are published"
        )
      }
      let publication = GatewayDomain.Publication(
        federationCode: subject.federation, year: subject.year.value, title: report.title,
        note: request.note, missingServices: missing.joined(separator: ","))
      return try await desk.database.answerOnce(
        request, requestID: request.requestId, context: context
      ) { transaction in
        let stored = try PublicationTable.insert(publication, report: bytes, transaction)
        return PublishAnnualReportResponse(publication: .init(stored))
      }
    }
  }

  private static func partial(_ subject: ReportSubject, _ missing: [String]) -> RPCError {
    let names = missing.joined(separator: ", ")
    return RPCError.failedPrecondition(
      type: "annual_report", name: "\(subject.federation)/\(subject.year.value)",
      description: "\(names) 没有应答，报告不全；确要发布请用 allow_partial "
        + "(\(names) did not answer, so the report is not whole; allow_partial publishes it anyway)"
    )
  }
}
