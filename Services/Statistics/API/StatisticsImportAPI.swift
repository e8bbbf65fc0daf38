// The handlers of ImportService: the flow is the same in every service.

internal import Imports
package import RPC
internal import ServiceAPI
package import StatisticsMessages
package import StatisticsStorage
package import Storage

/// Answers the calls of `lianshe.statistics.v1.ImportService`.
package struct StatisticsImportAPI: ImportServiceHandler {
  private let flow: ImportFlow
  private let answers: AnswerCache

  package init(database: Database, references: ReferenceCache, answers: AnswerCache) {
    self.answers = answers
    flow = ImportFlow(
      database: database, kinds: StatisticsImports.kinds(database, references),
      lock: ImportDesk.takeTurn)
  }

  package func listImportKinds(
    _ request: ListImportKindsRequest, context: CallContext
  ) async throws -> ListImportKindsResponse {
    ListImportKindsResponse(kinds: flow.kinds)
  }

  package func getImportTemplate(
    _ request: GetImportTemplateRequest, context: CallContext
  ) async throws -> GetImportTemplateResponse {
    let template = try flow.template(request.kind)
    return GetImportTemplateResponse(fileName: template.fileName, content: template.content)
  }

  package func createImport(
    _ request: CreateImportRequest, context: CallContext
  ) async throws -> CreateImportResponse {
    try await flow.create(
      request, requestID: request.requestId, kind: request.kind, fileName: request.fileName,
      byteCount: request.byteCount, sha256: request.sha256, context: context
    ) { CreateImportResponse(import: $0) }
  }

  package func appendRows(
    _ request: AppendRowsRequest, context: CallContext
  ) async throws -> AppendRowsResponse {
    AppendRowsResponse(
      receivedBytes: try await flow.append(
        request.importId, chunk: request.chunkNumber, content: request.content, context: context))
  }

  package func validateImport(
    _ request: ValidateImportRequest, context: CallContext
  ) async throws -> ValidateImportResponse {
    ValidateImportResponse(
      import: try await flow.validate(request.importId, context: context))
  }

  package func commitImport(
    _ request: CommitImportRequest, context: CallContext
  ) async throws -> CommitImportResponse {
    defer { answers.invalidate() }
    return CommitImportResponse(
      import: try await flow.commit(
        request.importId, requestID: request.requestId, context: context))
  }

  package func revertImport(
    _ request: RevertImportRequest, context: CallContext
  ) async throws -> RevertImportResponse {
    defer { answers.invalidate() }
    return try await flow.revert(
      request, requestID: request.requestId, id: request.importId, reason: request.reason,
      context: context
    ) { RevertImportResponse(import: $0) }
  }

  package func getImport(
    _ request: GetImportRequest, context: CallContext
  ) async throws -> GetImportResponse {
    GetImportResponse(import: try await flow.get(request.importId, context: context))
  }

  package func watchImport(
    _ request: WatchImportRequest, responses: ResponseWriter<WatchImportResponse>,
    context: CallContext
  ) async throws {
    try await flow.watch(request.importId, context: context) {
      try await responses.write(WatchImportResponse(import: $0))
    }
  }
}
