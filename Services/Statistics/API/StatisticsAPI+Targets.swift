// Targets: kept by statisticians, resolved as figures.

internal import Measures
internal import Access
internal import CommonMessages
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
package import StatisticsMessages
internal import StatisticsStorage
internal import Storage

extension StatisticsAPI {
  package func getTarget(
    _ request: GetTargetRequest, context: CallContext
  ) async throws -> GetTargetResponse {
    try await answering {
      try await reading(context) { transaction, reference in
        let target = try Self.target(request.id, transaction)
        var engine = FigureEngine(FigureReader(transaction, reference: reference))
        let resolved = try engine.resolved(target)
        return GetTargetResponse(
          target: target.message,
          resolved: resolved.message(generation: reference.versions.generation))
      }
    }
  }

  package func listTargets(
    _ request: ListTargetsRequest, context: CallContext
  ) async throws -> ListTargetsResponse {
    try await answering {
      var violations: [Violation] = []
      var filter = TargetFilter()
      filter.placeCode = request.placeCode
      if !request.period.isEmpty {
        filter.period =
          Self.period(request.period, path: "period", &violations)?.description ?? ""
      }
      try refuse(violations)
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await database.pageTokens(query: [
        context.method.path, request.placeCode, request.period,
      ])
      let start = try tokens.start(page)
      let (targets, total) = try await reading(context) { [filter] transaction, reference in
        if !filter.placeCode.isEmpty { try Self.requirePlace(filter.placeCode, reference) }
        return (
          try TargetTable.list(filter, after: start, limit: page.size + 1, transaction),
          try TargetTable.count(filter, transaction)
        )
      }
      let answer = tokens.page(targets, size: page.size) { [.text($0.id)] }
      return ListTargetsResponse(
        targets: answer.items.map(\.message), nextPageToken: answer.nextToken,
        totalSize: UInt64(clamping: total))
    }
  }

  package func createTarget(
    _ request: CreateTargetRequest, context: CallContext
  ) async throws -> CreateTargetResponse {
    try await answering("target") {
      let target = try await reading(request.target ?? .init(), context)
      try await context.requireWrite(place: target.placeCode, scope)
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        let stored = try TargetTable.insert(target, transaction)
        try Journal.record(stored, before: nil, action: "create", transaction)
        return CreateTargetResponse(target: stored.message)
      }
    }
  }

  package func updateTarget(
    _ request: UpdateTargetRequest, context: CallContext
  ) async throws -> UpdateTargetResponse {
    try await answering("target") {
      let message = request.target ?? .init()
      let current = try await reading(context) { transaction, _ in
        try Self.target(message.id, transaction)
      }
      try await context.requireWrite(place: current.placeCode, scope)
      let target = try await reading(message, context)
      try await context.requireWrite(place: target.placeCode, scope)
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        let current = try Self.target(message.id, transaction)
        try RPCError.checkETag(
          message.etag, path: "target.etag", current: current.revision, type: "target",
          name: current.id)
        let stored = try TargetTable.revise(current, to: target, transaction)
        try Journal.record(stored, before: current, action: "update", transaction)
        return UpdateTargetResponse(target: stored.message)
      }
    }
  }

  package func deleteTarget(
    _ request: DeleteTargetRequest, context: CallContext
  ) async throws -> DeleteTargetResponse {
    try await answering {
      let current = try await reading(context) { transaction, _ in
        try Self.target(request.id, transaction)
      }
      try await context.requireWrite(place: current.placeCode, scope)
      return try await mutating(request, requestID: request.requestId, context) { transaction in
        let current = try Self.target(request.id, transaction)
        try RPCError.checkETag(
          request.etag, path: "etag", current: current.revision, type: "target",
          name: current.id)
        try TargetTable.remove(current, transaction)
        try Journal.record(current, before: current, action: "delete", transaction)
        return DeleteTargetResponse()
      }
    }
  }

  private func reading(
    _ message: TargetMessage, _ context: CallContext
  ) async throws -> Target {
    let subject = context.principal?.subject ?? ""
    let (target, violations) = try await reading(context) { _, reference in
      try Self.requirePlace(message.placeCode, reference)
      var violations: [Violation] = []
      let target = try Target.reading(
        message, reference.catalogue.catalogue, recordedBy: subject, violations: &violations)
      return (target, violations)
    }
    try refuse(violations)
    guard let target else { throw RPCError.invalid([]) }
    return target
  }

  private static func target(
    _ id: String, _ transaction: some SQLExecutor
  ) throws -> Target {
    guard let target = try TargetTable.current(id, transaction) else {
      throw StatisticsError.notFound(
        "target", id, chinese: "没有目标“\(id)”", english: "There is no target \(id).")
    }
    return target
  }
}
