// Puts the texts of reports: what is there is read first, so that nobody's change is lost unseen.

internal import CommonMessages
internal import GatewayMessages
internal import RPC

/// Which report a text belongs to.
struct ReportName: Sendable {
  let federation: String
  let year: String
}

/// What came of putting a text.
struct PutText: Sendable {
  let revision: Int64
  let isUnchanged: Bool

  func words(_ name: String, isDryRun: Bool) -> Phrase {
    if isUnchanged { return Phrase("\(name)：没有新内容", "\(name): nothing new") }
    if isDryRun { return Phrase("\(name)：可以写入；没有写入", "\(name): valid; nothing stored") }
    return Phrase("\(name)：已写入，修订 \(revision)", "\(name): stored, revision \(revision)")
  }
}

extension Session {
  /// The current template of a report; nil where it has none.
  func template(of report: ReportName) async throws -> ReportTemplate? {
    let client = try texts()
    return try await calling(.gateway) {
      do {
        return try await client.getReportTemplate(
          GetReportTemplateRequest(federationCode: report.federation, year: report.year),
          options: try options()
        ).template
      } catch let error as RPCError where error.code == .notFound {
        return nil
      }
    }
  }

  func putTemplate(
    _ text: String, of report: ReportName, isDryRun: Bool = false
  ) async throws -> PutText {
    let current = try await template(of: report)
    let client = try texts()
    let answer = try await calling(.gateway) {
      try await client.putReportTemplate(
        PutReportTemplateRequest(
          requestId: isDryRun ? "" : Session.newRequestID(),
          template: ReportTemplate(
            federationCode: report.federation, year: report.year, content: text,
            etag: current?.etag ?? ""), validateOnly: isDryRun),
        options: try options())
    }
    return PutText(
      revision: answer.template?.revision ?? 0, isUnchanged: answer.nothingNew)
  }

  func putNarrative(
    _ narrative: Narrative, isDryRun: Bool = false
  ) async throws -> PutText {
    let client = try texts()
    let current = try await calling(.gateway) {
      try await client.listNarratives(
        ListNarrativesRequest(
          federationCode: narrative.federationCode, year: narrative.year),
        options: try options()
      ).narratives.first { $0.id == narrative.id }
    }
    var narrative = narrative
    narrative.etag = current?.etag ?? ""
    // What the caller does not say stays.
    if narrative.title.isEmpty { narrative.title = current?.title ?? "" }
    if narrative.provenance?.document.isEmpty ?? true { narrative.provenance = current?.provenance }
    let request = PutNarrativeRequest(
      requestId: isDryRun ? "" : Session.newRequestID(), narrative: narrative,
      validateOnly: isDryRun)
    let answer = try await calling(.gateway) {
      try await client.putNarrative(request, options: try options())
    }
    return PutText(
      revision: answer.narrative?.revision ?? 0, isUnchanged: answer.nothingNew)
  }
}
