// Reads what the gateway keeps. The channel, the HTTP face and the reports all read it here.

internal import CommonMessages
package import GatewayClients
internal import GatewayDomain
package import GatewayMessages
internal import GatewayStorage
internal import RPC
internal import ServiceAPI
package import Storage

/// The texts of reports.
package struct ReportLibrary: ReportTextSource {
  let database: Database

  package init(database: Database) {
    self.database = database
  }

  package func texts(of federation: String, year: Int) async throws -> ReportTexts {
    try await answering {
      try await database.read { transaction in
        ReportTexts(
          template: try TemplateTable.known(federation, year, transaction),
          narratives: try NarrativeTable.list(federation, year, transaction))
      }
    }
  }

  package func template(
    _ request: GetReportTemplateRequest, deadline: ContinuousClock.Instant?
  ) async throws -> GetReportTemplateResponse {
    try await answering {
      let subject = try ReportSubject(request.federationCode, request.year)
      let time = try Self.time(request.asOf)
      let found = try await database.read(deadline: deadline) { transaction in
        try TemplateTable.known(
          subject.federation, subject.year.value, at: time, transaction)
      }
      guard let found else {
        throw RPCError.notFound(
          type: "report_template", name: "\(subject.federation)/\(subject.year.value)",
          description: "没有为这份报告写过模板，报告按内置模板写成 "
            + "(nobody wrote a template for this report; the built-in one is used)")
      }
      return GetReportTemplateResponse(template: GatewayMessages.ReportTemplate(found))
    }
  }

  package func templates(
    _ request: ListReportTemplatesRequest, deadline: ContinuousClock.Instant?
  ) async throws -> ListReportTemplatesResponse {
    try await answering {
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await database.pageTokens(
        query: ["report_templates", request.federationCode])
      let start = try tokens.start(page).flatMap(Self.position)
      let found = try await database.read(deadline: deadline) { transaction in
        try TemplateTable.list(
          federation: request.federationCode, after: start, limit: page.size + 1, transaction)
      }
      let answer = tokens.page(found, size: page.size) { template in
        [.text(template.federationCode), .integer(Int64(template.year))]
      }
      let templates = answer.items.map { template in
        var message = GatewayMessages.ReportTemplate(template)
        message.content = ""
        return message
      }
      return ListReportTemplatesResponse(templates: templates, nextPageToken: answer.nextToken)
    }
  }

  package func narrative(
    _ request: GetNarrativeRequest, deadline: ContinuousClock.Instant?
  ) async throws -> GetNarrativeResponse {
    try await answering {
      let subject = try ReportSubject(request.federationCode, request.year)
      let time = try Self.time(request.asOf)
      let found = try await database.read(deadline: deadline) { transaction in
        try NarrativeTable.known(
          subject.federation, subject.year.value, request.id, at: time, transaction)
      }
      guard let found else {
        throw RPCError.notFound(
          type: "narrative", name: "\(subject.federation)/\(subject.year.value)/\(request.id)",
          description: "没有这段叙述 (there is no such narrative)")
      }
      return GetNarrativeResponse(narrative: Narrative(found))
    }
  }

  package func narratives(
    _ request: ListNarrativesRequest, deadline: ContinuousClock.Instant?
  ) async throws -> ListNarrativesResponse {
    try await answering {
      let subject = try ReportSubject(request.federationCode, request.year)
      let found = try await database.read(deadline: deadline) { transaction in
        try NarrativeTable.list(subject.federation, subject.year.value, transaction)
      }
      return ListNarrativesResponse(narratives: found.map(Narrative.init))
    }
  }

  private static func position(_ values: [SQLValue]) -> (federation: String, year: Int64)? {
    guard values.count == 2, case .text(let federation) = values[0],
      case .integer(let year) = values[1]
    else { return nil }
    return (federation, year)
  }

  private static func time(_ text: String) throws(RPCError) -> Int64? {
    guard !text.isEmpty else { return nil }
    guard let time = Instant.microseconds(text) else {
      throw RPCError.invalid(
        "as_of", text, rule: "time.format", zh: "时间应为 RFC 3339 格式，如 2013-12-31T16:00:00Z",
        en: "a time is RFC 3339 text, such as 2013-12-31T16:00:00Z")
    }
    return time
  }
}

/// Runs a body; what storage throws is told in the terms of the wire.
func answering<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
  do {
    return try await body()
  } catch let error as GatewayStoreError {
    throw RPCError(store: error)
  } catch let error as StorageError {
    throw RPCError(storage: error)
  }
}

extension RPCError {
  init(store error: GatewayStoreError) {
    self =
      switch error {
      case .notFound(let type, let name):
        .notFound(type: type, name: name, description: "没有 (there is none)")
      case .exists(let type, let name):
        .alreadyExists(
          type: type, name: name,
          description: "已经有了，修改须带 etag (it exists; a change names its etag)")
      case .stale(let type, let name): .stale(type: type, name: name)
      case .tooMany(let type, let limit):
        .failedPrecondition(
          type: type, name: "", description: "一份报告至多\(limit)段 (at most \(limit) in a report)")
      }
  }
}

extension GatewayMessages.ReportTemplate {
  init(_ template: StoredTemplate) {
    self.init(
      federationCode: template.federationCode, year: "\(template.year)", content: template.text,
      revision: template.revision, etag: "\(ETag(revision: template.revision))",
      recordedBy: template.recordedBy, recordTime: Instant.text(template.recordTime))
  }
}

extension Narrative {
  init(_ narrative: StoredNarrative) {
    self.init(
      federationCode: narrative.federationCode, year: "\(narrative.year)", id: narrative.id,
      title: narrative.title, content: narrative.text,
      provenance: .init(
        document: narrative.document, sentence: narrative.sentence, note: narrative.note),
      revision: narrative.revision, etag: "\(ETag(revision: narrative.revision))",
      recordedBy: narrative.recordedBy, recordTime: Instant.text(narrative.recordTime))
  }
}
