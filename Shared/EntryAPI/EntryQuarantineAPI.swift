// What every service's QuarantineService does for doubts about its entries.

package import CommonMessages
internal import Entries
internal import EntryStorage
internal import Measures
package import RPC
internal import ServiceAPI
internal import Storage

/// Answers the calls about the doubtful values of one service.
package struct EntryQuarantineAPI: Sendable {
  private let surroundings: EntrySurroundings

  private var book: EntryBook { surroundings.book }

  package init(_ surroundings: EntrySurroundings) { self.surroundings = surroundings }

  package func getQuarantineItem(
    _ request: GetQuarantineItemRequest, context: CallContext
  ) async throws -> GetQuarantineItemResponse {
    try await answering {
      let book = book
      let item = try await surroundings.database.read(deadline: context.deadline) {
        try book.doubt(request.id, $0)
      }
      return GetQuarantineItemResponse(item: item.message)
    }
  }

  package func listQuarantineItems(
    _ request: ListQuarantineItemsRequest, context: CallContext
  ) async throws -> ListQuarantineItemsResponse {
    try await answering {
      var query = DoubtQuery()
      query.state = EntryDoubtState(request.state)
      query.kind = request.recordType
      query.place = try place(request.placeCode)
      query.period = request.period
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await surroundings.database.pageTokens(query: [
        context.method.path, request.placeCode, request.period, request.recordType,
        "\(request.state.rawValue)",
      ])
      let start: String
      if case .text(let id)? = try tokens.start(page)?.first { start = id } else { start = "" }
      let book = book
      let (items, total) = try await surroundings.database.read(deadline: context.deadline) {
        [query] in
        try book.listDoubts(query, after: start, limit: page.size + 1, $0)
      }
      let answer = tokens.page(items, size: page.size) { [.text($0.id)] }
      return ListQuarantineItemsResponse(
        items: answer.items.map(\.message), nextPageToken: answer.nextToken,
        totalSize: UInt64(clamping: total))
    }
  }

  package func resolveQuarantineItem(
    _ request: ResolveQuarantineItemRequest, context: CallContext
  ) async throws -> ResolveQuarantineItemResponse {
    try await answering {
      let decision = try Self.decision(request)
      let (book, lock) = (book, surroundings.lock)
      return try await surroundings.database.answerOnce(
        request, requestID: request.requestId, context: context, isLocking: lock != nil
      ) { transaction in
        try lock?(transaction)
        let (item, change) = try book.resolve(
          request.id, etag: request.etag, decision, reason: request.reason, transaction)
        return ResolveQuarantineItemResponse(
          item: item.message, recordType: item.kind, recordId: item.entryID,
          warnings: change.warnings.map { "\($0.zh) (\($0.en))" }
            + change.opened.map { "\($0.doubt.zh) (\($0.doubt.en))" },
          recordRevision: change.record.revision)
      }
    }
  }

  private static func decision(
    _ request: ResolveQuarantineItemRequest
  ) throws -> EntryDecision {
    switch request.decision {
    case .accepted: return .accept(Int(clamping: request.candidateNumber) - 1)
    case .corrected: return .correct(request.correctedText)
    case .rejected: return .reject
    case .open, .settled, .unspecified, .unrecognized:
      throw RPCError.invalid(
        "decision", "\(request.decision.rawValue)", rule: "quarantine.decision",
        zh: "须是采纳、更正或否定", en: "the decision is accepted, corrected or rejected")
    }
  }
}

extension EntryDoubtState {
  init?(_ message: QuarantineState) {
    switch message {
    case .open: self = .open
    case .accepted: self = .accepted
    case .corrected: self = .corrected
    case .rejected: self = .rejected
    case .settled: self = .settled
    case .unspecified, .unrecognized: return nil
    }
  }

  var message: QuarantineState {
    switch self {
    case .open: .open
    case .accepted: .accepted
    case .corrected: .corrected
    case .rejected: .rejected
    case .settled: .settled
    }
  }
}

extension EntryDoubtItem {
  var message: QuarantineItem {
    QuarantineItem(
      id: id, recordId: entryID, placeCode: place, period: period,
      printedText: doubt.printed, rule: doubt.rule.rawValue, reasonZh: doubt.zh,
      reasonEn: doubt.en,
      candidates: doubt.candidates.map { candidate in
        QuarantineCandidate(
          quantity: candidate.quantity.message, rationaleZh: candidate.rationaleChinese,
          rationaleEn: candidate.rationaleEnglish)
      },
      state: state.message, resolvedQuantity: resolution?.quantity?.message,
      resolutionReason: resolution?.reason ?? "", resolvedBy: resolution?.by ?? "",
      resolveTime: resolution.map { Instant.text($0.time) } ?? "", provenance: source.message,
      revision: revision, etag: ETag(revision: revision).description,
      createTime: Instant.text(createTime), recordType: kind, field: doubt.field.name,
      relatedIds: doubt.relatedIDs)
  }
}
