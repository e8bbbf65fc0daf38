// Publishes reports and compares them with what records say now.

package import GatewayClients
internal import GatewayDomain
package import GatewayMessages
internal import GatewayReports
internal import GatewayStorage
internal import RPC
internal import ServiceAPI
package import Storage
internal import Wire

/// Reads published reports.
package struct PublicationDesk: Sendable {
  /// Bytes of a published report: what one message of the channel may hold, with room for the rest.
  package static let maximumReportBytes = 3 * 1_024 * 1_024

  let database: Database
  let reports: ReportReader

  package init(database: Database, reports: ReportReader) {
    self.database = database
    self.reports = reports
  }

  /// The report of now.
  func report(_ subject: ReportSubject, scope: CallScope) async throws -> AnnualReport {
    let facts = try await reports.facts(
      of: subject.federation, year: subject.year, scope: scope)
    return AnnualReport(ReportComposer(facts).document())
  }

  package func publications(
    _ request: ListPublicationsRequest, deadline: ContinuousClock.Instant?
  ) async throws -> ListPublicationsResponse {
    try await answering {
      // A year that is not asked for is checked as if it were any.
      let subject = try ReportSubject(
        request.federationCode, request.year.isEmpty ? "2000" : request.year)
      let year = request.year.isEmpty ? nil : subject.year.value
      let found = try await database.read(deadline: deadline) { transaction in
        try PublicationTable.list(subject.federation, year: year, transaction)
      }
      return ListPublicationsResponse(publications: found.map(GatewayMessages.Publication.init))
    }
  }

  package func publication(
    _ request: GetPublicationRequest, deadline: ContinuousClock.Instant?
  ) async throws -> GetPublicationResponse {
    try await answering {
      let subject = try ReportSubject(request.federationCode, request.year)
      let found = try await database.read(deadline: deadline) { transaction in
        try PublicationTable.find(
          subject.federation, subject.year.value, number: Int64(request.number), transaction)
      }
      guard let found else { throw Self.notFound(subject, request.number) }
      return GetPublicationResponse(
        publication: .init(found.publication), report: try Self.report(found.report))
    }
  }

  private static func report(_ bytes: [UInt8]) throws(RPCError) -> AnnualReport {
    do {
      return try AnnualReport(protobuf: bytes)
    } catch {
      throw RPCError(.dataLoss, "the published report cannot be read", cause: error)
    }
  }

  private static func notFound(_ subject: ReportSubject, _ number: UInt32) -> RPCError {
    let name = "\(subject.federation)/\(subject.year.value)" + (number > 0 ? "/\(number)" : "")
    return RPCError.notFound(
      type: "publication", name: name,
      description: number > 0
        ? "没有这一号发布 (there is no such publication)"
        : "这份报告还没有发布过 (this report was never published)")
  }

  package func comparison(
    _ request: CompareWithPublicationRequest, scope: CallScope
  ) async throws -> CompareWithPublicationResponse {
    let subject = try ReportSubject(request.federationCode, request.year)
    let published = try await publication(
      GetPublicationRequest(
        federationCode: request.federationCode, year: request.year, number: request.number),
      deadline: scope.deadline)
    let now = try await report(subject, scope: scope)
    var answer = CompareWithPublicationResponse(
      comparing: published.report ?? AnnualReport(), with: now)
    answer.publication = published.publication
    return answer
  }
}

extension GatewayMessages.Publication {
  init(_ publication: GatewayDomain.Publication) {
    self.init(
      federationCode: publication.federationCode, year: "\(publication.year)",
      number: UInt32(clamping: publication.number), title: publication.title,
      note: publication.note, publisher: publication.publisher,
      publishTime: Instant.text(publication.publishTime),
      missingServices: publication.missingServices.split(separator: ",").map(String.init))
  }
}
