// Templates and narratives over the channel: lianshe.gateway.v1.TemplateService.

internal import CommonMessages
internal import GatewayDomain
package import GatewayMessages
internal import GatewayStorage
package import RPC
internal import ServiceAPI
internal import Storage

/// The bounds of what people write beside templates.
package enum TextLimits {
  package static let narrativeBytes = 128 * 1_024
  /// Of a title, of a document's name.
  package static let nameCharacters = 200
  /// Of a sentence, of a note.
  package static let noteCharacters = 2_000
}

/// Answers `TemplateService`.
package struct TemplateAPI: TemplateServiceHandler {
  private let library: ReportLibrary
  private let scope = CodeScope()

  package init(library: ReportLibrary) {
    self.library = library
  }

  package func getReportTemplate(
    _ request: GetReportTemplateRequest, context: CallContext
  ) async throws -> GetReportTemplateResponse {
    try await library.template(request, deadline: context.deadline)
  }

  package func listReportTemplates(
    _ request: ListReportTemplatesRequest, context: CallContext
  ) async throws -> ListReportTemplatesResponse {
    try await library.templates(request, deadline: context.deadline)
  }

  package func getNarrative(
    _ request: GetNarrativeRequest, context: CallContext
  ) async throws -> GetNarrativeResponse {
    try await library.narrative(request, deadline: context.deadline)
  }

  package func listNarratives(
    _ request: ListNarrativesRequest, context: CallContext
  ) async throws -> ListNarrativesResponse {
    try await library.narratives(request, deadline: context.deadline)
  }

  // MARK: Templates

  package func putReportTemplate(
    _ request: PutReportTemplateRequest, context: CallContext
  ) async throws -> PutReportTemplateResponse {
    try await answering {
      var violations: [Violation] = []
      let message = request.template ?? .init()
      let subject = ReportSubject(
        message.federationCode, message.year, path: "template.", &violations)
      let expected = Self.revision(message.etag, path: "template.etag", &violations)
      if let subject { violations += Self.violations(of: message.content, for: subject) }
      guard let subject, violations.isEmpty else { throw RPCError.invalid(violations) }
      try await context.requireWrite(place: subject.federation, scope)
      let template = StoredTemplate(
        federationCode: subject.federation, year: subject.year.value, text: message.content)
      return try await library.database.answerOnce(
        request, requestID: request.requestId, context: context,
        validateOnly: request.validateOnly
      ) { transaction in
        let current = try TemplateTable.known(
          template.federationCode, template.year, transaction)
        if let current, current.text == template.text {
          return PutReportTemplateResponse(template: .init(current), nothingNew: true)
        }
        let stored = try TemplateTable.put(template, expected: expected, transaction)
        return PutReportTemplateResponse(template: .init(stored))
      }
    }
  }

  package func deleteReportTemplate(
    _ request: DeleteReportTemplateRequest, context: CallContext
  ) async throws -> DeleteReportTemplateResponse {
    try await answering {
      var violations: [Violation] = []
      let subject = ReportSubject(request.federationCode, request.year, &violations)
      let expected = Self.requiredRevision(request.etag, &violations)
      guard let subject, violations.isEmpty else { throw RPCError.invalid(violations) }
      try await context.requireWrite(place: subject.federation, scope)
      return try await library.database.answerOnce(
        request, requestID: request.requestId, context: context
      ) { transaction in
        try TemplateTable.remove(
          subject.federation, subject.year.value, expected: expected, transaction)
        return DeleteReportTemplateResponse()
      }
    }
  }

  /// What is wrong with a template. It is read for the federation's own code: places and names change
  /// no form.
  private static func violations(of text: String, for subject: ReportSubject) -> [Violation] {
    let context = TemplateContext(
      year: subject.year.value, place: subject.federation, federation: "联社",
      below: TemplateContext.below(nil))
    do throws(TemplateProblems) {
      _ = try GatewayDomain.ReportTemplate(parsing: text, context)
      return []
    } catch {
      return error.problems.map { problem in
        let place = problem.line > 0 ? ("第\(problem.line)行：", "line \(problem.line): ") : ("", "")
        return Violation(
          path: "template.content", value: problem.value, rule: problem.rule,
          zh: place.0 + problem.zh, en: place.1 + problem.en)
      }
    }
  }

  // MARK: Narratives

  package func putNarrative(
    _ request: PutNarrativeRequest, context: CallContext
  ) async throws -> PutNarrativeResponse {
    try await answering {
      var violations: [Violation] = []
      let message = request.narrative ?? .init()
      let subject = ReportSubject(
        message.federationCode, message.year, path: "narrative.", &violations)
      let expected = Self.revision(message.etag, path: "narrative.etag", &violations)
      violations += Self.violations(of: message)
      guard let subject, violations.isEmpty else { throw RPCError.invalid(violations) }
      try await context.requireWrite(place: subject.federation, scope)
      let source = message.provenance
      let narrative = StoredNarrative(
        federationCode: subject.federation, year: subject.year.value, id: message.id,
        title: message.title, text: message.content, document: source?.document ?? "",
        sentence: source?.sentence ?? "", note: source?.note ?? "")
      return try await library.database.answerOnce(
        request, requestID: request.requestId, context: context,
        validateOnly: request.validateOnly
      ) { transaction in
        let current = try NarrativeTable.known(
          narrative.federationCode, narrative.year, narrative.id, transaction)
        if let current, current.says(narrative) {
          return PutNarrativeResponse(narrative: Narrative(current), nothingNew: true)
        }
        let stored = try NarrativeTable.put(narrative, expected: expected, transaction)
        return PutNarrativeResponse(narrative: Narrative(stored))
      }
    }
  }

  package func deleteNarrative(
    _ request: DeleteNarrativeRequest, context: CallContext
  ) async throws -> DeleteNarrativeResponse {
    try await answering {
      var violations: [Violation] = []
      let subject = ReportSubject(request.federationCode, request.year, &violations)
      let expected = Self.requiredRevision(request.etag, &violations)
      guard let subject, violations.isEmpty else { throw RPCError.invalid(violations) }
      try await context.requireWrite(place: subject.federation, scope)
      return try await library.database.answerOnce(
        request, requestID: request.requestId, context: context
      ) { transaction in
        try NarrativeTable.remove(
          subject.federation, subject.year.value, request.id, expected: expected, transaction)
        return DeleteNarrativeResponse()
      }
    }
  }

  private static func violations(of message: Narrative) -> [Violation] {
    var violations: [Violation] = []
    if !TemplateName.isValid(message.id) {
      violations.append(
        Violation(
          path: "narrative.id", value: message.id, rule: "narrative.id",
          zh: "代码由小写字母、数字和连字符组成，至多\(TemplateName.maximumCharacters)个",
          en: "an id is at most \(TemplateName.maximumCharacters) small letters, digits and hyphens"
        ))
    }
    if message.content.allSatisfy(\.isWhitespace)
      || message.content.utf8.count > TextLimits.narrativeBytes
    {
      violations.append(
        Violation(
          path: "narrative.content", value: "\(message.content.utf8.count)", rule: "narrative.size",
          zh: "正文应有1至\(TextLimits.narrativeBytes)字节",
          en: "the text has 1 to \(TextLimits.narrativeBytes) bytes"))
    }
    let source = message.provenance ?? Provenance()
    for (path, text, limit) in [
      ("title", message.title, TextLimits.nameCharacters),
      ("provenance.document", source.document, TextLimits.nameCharacters),
      ("provenance.sentence", source.sentence, TextLimits.noteCharacters),
      ("provenance.note", source.note, TextLimits.noteCharacters),
    ] where text.count > limit {
      violations.append(
        Violation(
          path: "narrative." + path, value: text, rule: "text.length", zh: "至多\(limit)字",
          en: "at most \(limit) characters"))
    }
    return violations
  }

  // MARK: ETags

  /// The revision that a change was made from; 0 for an empty tag: nothing was there.
  private static func revision(
    _ etag: String, path: String, _ violations: inout [Violation]
  ) -> Int64 {
    guard !etag.isEmpty else { return 0 }
    if let tag = try? ETag(etag) { return tag.revision }
    violations.append(
      Violation(
        path: path, value: etag, rule: "etag.format", zh: "应为读取时得到的 etag",
        en: "must be the etag of the text as it was read"))
    return 0
  }

  private static func requiredRevision(
    _ etag: String, _ violations: inout [Violation]
  ) -> Int64 {
    if etag.isEmpty {
      violations.append(
        Violation(
          path: "etag", rule: "required", zh: "必须带上读取时得到的 etag",
          en: "the etag of the text as it was read is required"))
    }
    return revision(etag, path: "etag", &violations)
  }
}

extension StoredNarrative {
  /// The same words from the same source.
  fileprivate func says(_ other: StoredNarrative) -> Bool {
    title == other.title && text == other.text && document == other.document
      && sentence == other.sentence && note == other.note
  }
}
