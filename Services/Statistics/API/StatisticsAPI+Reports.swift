// Reports: handed in, read, corrected, withdrawn.

internal import Access
internal import CommonMessages
internal import Measures
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
package import StatisticsMessages
internal import StatisticsStorage
internal import Storage

extension StatisticsAPI {
  package func submitReport(
    _ request: SubmitReportRequest, context: CallContext
  ) async throws -> SubmitReportResponse {
    try await answering("report") {
      let draft = try await draft(request.report ?? .init(), context)
      try await requireWrite(draft.key, context)
      let (references, today) = (references, today)
      return try await mutating(
        request, requestID: request.requestId, context, validateOnly: request.validateOnly,
        isLocking: true
      ) { transaction in
        let book = try ReportBook(transaction, cache: references, today: today)
        let change = try book.submit(draft)
        try Journal.record(change, action: "submit", transaction)
        return SubmitReportResponse(
          report: change.report.message, quarantined: change.quarantined)
      }
    }
  }

  package func reviseReport(
    _ request: ReviseReportRequest, context: CallContext
  ) async throws -> ReviseReportResponse {
    try await answering("report") {
      let message = request.report ?? .init()
      let place = try await place(ofReport: message.id, context)
      try await context.requireWrite(place: place, scope)
      let draft = try await draft(message, context)
      let (references, today) = (references, today)
      return try await mutating(
        request, requestID: request.requestId, context, validateOnly: request.validateOnly,
        isLocking: true
      ) { transaction in
        let book = try ReportBook(transaction, cache: references, today: today)
        let change = try book.revise(message.id, to: draft, reason: request.reason) {
          try Self.checkETag(message.etag, path: "report.etag", $0)
        }
        try Journal.record(change, action: "revise", transaction)
        return ReviseReportResponse(
          report: change.report.message, quarantined: change.quarantined)
      }
    }
  }

  package func withdrawReport(
    _ request: WithdrawReportRequest, context: CallContext
  ) async throws -> WithdrawReportResponse {
    try await answering {
      let place = try await place(ofReport: request.id, context)
      try await context.requireWrite(place: place, scope)
      let (references, today) = (references, today)
      return try await mutating(
        request, requestID: request.requestId, context, isLocking: true
      ) { transaction in
        let book = try ReportBook(transaction, cache: references, today: today)
        let change = try book.withdraw(request.id, reason: request.reason) {
          try Self.checkETag(request.etag, path: "etag", $0)
        }
        try Journal.record(change, action: "withdraw", transaction)
        return WithdrawReportResponse(report: change.report.message)
      }
    }
  }

  package func getReport(
    _ request: GetReportRequest, context: CallContext
  ) async throws -> GetReportResponse {
    try await answering {
      var violations: [Violation] = []
      let time = Self.time(request.asOf, &violations)
      try refuse(violations)
      let report = try await visibleReport(request.id, at: time, context)
      return GetReportResponse(report: report.message)
    }
  }

  package func listReportRevisions(
    _ request: ListReportRevisionsRequest, context: CallContext
  ) async throws -> ListReportRevisionsResponse {
    try await answering {
      _ = try await visibleReport(request.id, at: RecordedTime.now, context)
      return try await reading(context) { transaction, reference in
        ListReportRevisionsResponse(
          revisions: try ReportArchive.revisions(
            request.id, reference.catalogue, transaction
          ).map(\.message))
      }
    }
  }

  package func listReports(
    _ request: ListReportsRequest, context: CallContext
  ) async throws -> ListReportsResponse {
    try await answering {
      var violations: [Violation] = []
      var filter = ReportFilter()
      if !request.period.isEmpty {
        filter.period =
          Self.period(request.period, path: "period", &violations)?.description ?? ""
      }
      filter.coverage = Coverage(request.coverage)
      if request.nature != .unspecified {
        filter.nature = Nature.reading(request.nature, path: "nature", violations: &violations)
      }
      try refuse(violations)
      if filter.coverage == .unit, context.principal == nil { throw Self.tokenNeeded }
      filter.channelCode = request.channelCode
      filter.formCode = request.formCode
      filter.unitID = request.unitId
      filter.includesWithdrawn = request.includeWithdrawn
      return try await page(of: filter, request, context)
    }
  }

  private func page(
    of filter: ReportFilter, _ request: ListReportsRequest, _ context: CallContext
  ) async throws -> ListReportsResponse {
    let page = try PageRequest(size: request.pageSize, token: request.pageToken)
    let tokens = try await database.pageTokens(query: [
      context.method.path, request.placeCode, request.channelCode, request.formCode,
      request.period, request.unitId, "\(request.coverage.rawValue)",
      "\(request.nature.rawValue)", "\(request.includeWithdrawn)",
    ])
    let (start, principal, today) = (try tokens.start(page), context.principal, today)
    let (rows, total) = try await reading(context) { transaction, reference in
      var filter = filter
      filter.places = try Self.subtree(request.placeCode, reference, today)
      filter.visibleUnitPlaces = try StatisticsScope.visibleUnitPlaces(
        principal, today, reference, transaction)
      return (
        try ReportListing.list(
          filter, after: start, limit: page.size + 1, reference.catalogue, transaction),
        try ReportListing.count(filter, transaction)
      )
    }
    let answer = tokens.page(rows, size: page.size) { $0.position }
    return ListReportsResponse(
      reports: answer.items.map(\.report.message), nextPageToken: answer.nextToken,
      totalSize: UInt64(clamping: total))
  }

  // MARK: Parts

  private func draft(
    _ message: ReportMessage, _ context: CallContext
  ) async throws -> ReportDraft {
    let catalogue = try await reading(context) { _, reference in
      if !reference.isRegisterComplete { throw RPCError.registerMissing }
      return reference.catalogue.catalogue
    }
    var violations: [Violation] = []
    let draft = ReportDraft.reading(message, catalogue, violations: &violations)
    if let draft {
      violations += draft.violations(catalogue).map { Violation($0, under: "report") }
    }
    try refuse(violations)
    guard let draft else { throw RPCError.invalid([]) }
    return draft
  }

  /// The scope of a report is its place; a unit's place is the register's matter.
  private func requireWrite(_ key: ReportKey, _ context: CallContext) async throws {
    var place = key.placeCode
    if key.coverage == .unit {
      let fact = try await reading(context) { transaction, _ in
        try RegisterLookup.enterprise(key.unitID, on: key.period.lastDay, transaction)
      }
      // A unit that does not exist is refused where all rules are checked.
      guard let fact else { return }
      place = fact.statisticalPlaceCode
    }
    let exists = try await reading(context) { [place] _, reference in
      reference.places.exists(place)
    }
    // So is a place.
    if exists { try await context.requireWrite(place: place, scope) }
  }

  private func place(ofReport id: String, _ context: CallContext) async throws -> String {
    try await visibleReport(id, at: RecordedTime.now, context).key.placeCode
  }

  /// A report of a place is open; one of a unit needs a token whose organisation holds the unit.
  func visibleReport(
    _ id: String, at time: Int64, _ context: CallContext
  ) async throws -> Report {
    let (principal, today) = (context.principal, today)
    let (report, visible) = try await reading(context) { transaction, reference in
      (
        try ReportArchive.report(id, at: time, reference.catalogue, transaction),
        try StatisticsScope.visibleUnitPlaces(principal, today, reference, transaction)
      )
    }
    guard let report else {
      throw StatisticsError.notFound(
        "report", id, chinese: "没有报表“\(id)”", english: "There is no report \(id).")
    }
    guard report.key.coverage == .unit, let visible else { return report }
    if principal == nil { throw Self.tokenNeeded }
    guard visible.contains(report.key.placeCode) else {
      throw AccessError(
        .outsideScope, zh: "该单位不在\(principal?.organisation ?? "")的辖区内",
        en: "the unit is not in the subtree of \(principal?.organisation ?? "")"
      ).rpcError
    }
    return report
  }

  static var tokenNeeded: RPCError {
    AccessError(
      .tokenRequired, zh: "单个单位的报表需要令牌", en: "reports of single units need a token"
    ).rpcError
  }

  @Sendable private static func checkETag(
    _ etag: String, path: String, _ report: Report
  ) throws {
    try RPCError.checkETag(
      etag, path: path, current: report.revision, type: "report", name: report.id)
  }
}

extension ReportChange {
  /// The values of this change that wait for a clerk.
  var quarantined: [QuarantineItemMessage] {
    items.filter { $0.item.state == .open }.map(\.item.message)
  }
}
