// The calls of EntryService: what they do stands once, in EntryAPI; which message the entries of the
// exhibitions service are, stands here.

package import CommonMessages
internal import EntryAPI
package import ExhibitionsMessages
package import RPC

/// Answers the calls of `lianshe.exhibitions.v1.EntryService`.
package struct ExhibitionsEntryAPI: ExhibitionsMessages.EntryServiceHandler {
  private let desk: EntryDesk<ExhibitionsMessages.Entry>

  init(_ desk: EntryDesk<ExhibitionsMessages.Entry>) { self.desk = desk }

  package func listEntryKinds(
    _ request: ListEntryKindsRequest, context: CallContext
  ) async throws -> ListEntryKindsResponse { desk.kinds() }

  package func getEntry(
    _ request: GetEntryRequest, context: CallContext
  ) async throws -> GetEntryResponse {
    GetEntryResponse(entry: try await desk.get(request, context))
  }

  package func listEntries(
    _ request: ListEntriesRequest, context: CallContext
  ) async throws -> ListEntriesResponse {
    let page = try await desk.list(request, context)
    return ListEntriesResponse(
      entries: page.entries, nextPageToken: page.nextToken, totalSize: page.total)
  }

  package func listEntryRevisions(
    _ request: ListEntryRevisionsRequest, context: CallContext
  ) async throws -> ListEntryRevisionsResponse {
    ListEntryRevisionsResponse(revisions: try await desk.revisions(request, context))
  }

  package func createEntry(
    _ request: CreateEntryRequest, context: CallContext
  ) async throws -> CreateEntryResponse {
    try await desk.create(
      request, request.requestId, request.entry, validateOnly: request.validateOnly, context
    ) { CreateEntryResponse(entry: $0, warnings: $1) }
  }

  package func updateEntry(
    _ request: UpdateEntryRequest, context: CallContext
  ) async throws -> UpdateEntryResponse {
    try await desk.update(
      request, request.requestId, request.entry, mask: request.updateMask,
      validateOnly: request.validateOnly, context
    ) { UpdateEntryResponse(entry: $0, warnings: $1) }
  }

  package func deleteEntry(
    _ request: DeleteEntryRequest, context: CallContext
  ) async throws -> DeleteEntryResponse { try await desk.delete(request, context) }

  package func watchEntries(
    _ request: WatchEntriesRequest, responses: ResponseWriter<WatchEntriesResponse>,
    context: CallContext
  ) async throws {
    try await desk.watch(request, responses, context) { cursor, change, entry, version in
      WatchEntriesResponse(cursor: cursor, change: change, entry: entry, version: version)
    }
  }
}

extension EntryFigureAPI: ExhibitionsMessages.FigureServiceHandler {}
extension EntryQuarantineAPI: ExhibitionsMessages.QuarantineServiceHandler {}
