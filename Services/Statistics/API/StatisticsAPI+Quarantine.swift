// Doubtful values: listed, read, decided.

internal import Measures
internal import Access
package import CommonMessages
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage

extension StatisticsAPI {
  package func getQuarantineItem(
    _ request: GetQuarantineItemRequest, context: CallContext
  ) async throws -> GetQuarantineItemResponse {
    try await answering {
      GetQuarantineItemResponse(item: try await visibleItem(request.id, context).message)
    }
  }

  package func listQuarantineItems(
    _ request: ListQuarantineItemsRequest, context: CallContext
  ) async throws -> ListQuarantineItemsResponse {
    try await answering {
      var violations: [Violation] = []
      var filter = QuarantineFilter()
      filter.state = QuarantineState(request.state)
      if !request.period.isEmpty {
        filter.period =
          Self.period(request.period, path: "period", &violations)?.description ?? ""
      }
      try refuse(violations)
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await database.pageTokens(query: [
        context.method.path, request.placeCode, request.period, "\(request.state.rawValue)",
      ])
      let (start, principal, today) = (try tokens.start(page), context.principal, today)
      let (items, total) = try await reading(context) { [filter] transaction, reference in
        var filter = filter
        filter.places = try Self.subtree(request.placeCode, reference, today)
        filter.visibleUnitPlaces = try StatisticsScope.visibleUnitPlaces(
          principal, today, reference, transaction)
        return (
          try QuarantineTable.list(filter, after: start, limit: page.size + 1, transaction),
          try QuarantineTable.count(filter, transaction)
        )
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
      var violations: [Violation] = []
      let decision = QuarantineDecision.reading(request, violations: &violations)
      try refuse(violations)
      let place = try await visibleItem(request.id, context).key.placeCode
      try await context.requireWrite(place: place, scope)
      let (references, today) = (references, today)
      return try await mutating(
        request, requestID: request.requestId, context, isLocking: true
      ) { transaction in
        let book = try ReportBook(transaction, cache: references, today: today)
        let change = try book.resolve(request.id, decision, reason: request.reason) { item in
          try RPCError.checkETag(
            request.etag, path: "etag", current: item.revision, type: "quarantine_item",
            name: item.id)
        }
        try Journal.record(change, action: "resolve", transaction)
        return ResolveQuarantineItemResponse(
          item: change.items.first?.item.message, recordType: "report",
          recordId: change.report.message.id, warnings: change.report.message.warnings,
          recordRevision: change.report.revision)
      }
    }
  }

  /// The value itself is open unless it is a single unit's.
  private func visibleItem(
    _ id: String, _ context: CallContext
  ) async throws -> QuarantineItem {
    let item = try await reading(context) { transaction, _ in
      try QuarantineTable.item(id, transaction)
    }
    guard let item else {
      throw StatisticsError.notFound(
        "quarantine_item", id, chinese: "隔离区没有“\(id)”",
        english: "There is no quarantined value \(id).")
    }
    if item.key.coverage == .unit {
      _ = try await visibleReport(item.reportID, at: RecordedTime.now, context)
    }
    return item
  }
}
