// GetFederation, ListFederations, CreateFederation, UpdateFederation, CountFederations.

package import RPC
internal import RegistryDomain
package import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI

extension RegistryAPI {
  package func getFederation(
    _ request: GetFederationRequest, context: CallContext
  ) async throws -> GetFederationResponse {
    try await answering {
      let moment = try moment(
        request.onDate, request.asOf, codes: [("code", request.code)])
      try Self.require(request.code, "code")
      let store = store
      let federation = try await reading(context) { transaction in
        try store.federation(request.code, at: moment, transaction)
      }
      return GetFederationResponse(federation: FederationMessage(federation, on: moment.day))
    }
  }

  package func listFederations(
    _ request: ListFederationsRequest, context: CallContext
  ) async throws -> ListFederationsResponse {
    try await answering {
      var violations: [Violation] = []
      let moment = moment(request.onDate, request.asOf, &violations)
      let order = OrderBy(
        request.orderBy, fields: ["code", "name", "update_time"], default: "code",
        violations: &violations)
      let filter = Self.filter(request, &violations)
      try refuse(violations)
      let wish = try await PageWish(
        self, context, size: request.pageSize, token: request.pageToken, order: order,
        query: [
          request.parentCode, request.ancestorCode, "\(request.level.rawValue)",
          "\(request.funding.rawValue)", request.nameContains, request.onDate, request.asOf,
        ])
      let store = store
      let list = wish.list(moment, nameContains: request.nameContains)
      let found = try await reading(context) { try store.listFederations(filter, list, $0) }
      let page = wish.answer(found.records)
      return ListFederationsResponse(
        federations: page.items.map { FederationMessage($0, on: moment.day, others: false) },
        nextPageToken: page.nextToken, totalSize: UInt64(clamping: found.total))
    }
  }

  private static func filter(
    _ request: ListFederationsRequest, _ violations: inout [Violation]
  ) -> FederationFilter {
    let level = RegistryDomain.FederationLevel(request.level)
    if level == nil, request.level != .unspecified {
      violations.append(unknown("level", request.level.rawValue))
    }
    let funding = RegistryDomain.FundingKind(rawValue: Int(request.funding.rawValue))
    if funding == nil { violations.append(unknown("funding", request.funding.rawValue)) }
    checkCodes(
      [("parent_code", request.parentCode), ("ancestor_code", request.ancestorCode)], &violations)
    return FederationFilter(
      parentCode: request.parentCode, ancestorCode: request.ancestorCode, level: level,
      funding: request.funding == .unspecified ? nil : funding)
  }

  package func countFederations(
    _ request: CountFederationsRequest, context: CallContext
  ) async throws -> CountFederationsResponse {
    try await answering {
      let moment = try moment(
        request.onDate, request.asOf, codes: [("ancestor_code", request.ancestorCode)])
      let store = store
      let counts = try await reading(context) { transaction in
        try store.countFederations(under: request.ancestorCode, at: moment, transaction)
      }
      return CountFederationsResponse(
        counts: counts.map { count in
          FederationCount(
            level: .init(count.level), count: UInt64(count.count),
            fiscalCount: UInt64(count.fiscal), fundingUnknownCount: UInt64(count.fundingUnknown),
            startUnknownCount: UInt64(count.startUnknown))
        })
    }
  }

  package func createFederation(
    _ request: CreateFederationRequest, context: CallContext
  ) async throws -> CreateFederationResponse {
    try await answering {
      var violations: [Violation] = []
      let record = (request.federation ?? FederationMessage()).record(&violations)
      try refuse(violations)
      try await context.requireWrite(place: record.timeline.last.state.placeCode, scope)
      let (store, today) = (store, today)
      return try await changing(
        request, request.requestId, context, validateOnly: request.validateOnly
      ) { transaction in
        let federation = try store.createFederation(record, transaction)
        return CreateFederationResponse(federation: FederationMessage(federation, on: today))
      }
    }
  }

  package func updateFederation(
    _ request: UpdateFederationRequest, context: CallContext
  ) async throws -> UpdateFederationResponse {
    try await answering {
      let message = request.federation ?? FederationMessage()
      let update = try Self.update(request, message)
      let (store, today) = (store, today)
      let current = try await reading(context) {
        try store.currentFederation(message.code, today: today, $0)
      }
      try await context.requireWrite(place: current.timeline.last.state.placeCode, scope)
      if update.fields.contains(.placeCode) {
        try await context.requireWrite(place: update.state.placeCode, scope)
      }
      return try await changing(
        request, request.requestId, context, validateOnly: request.validateOnly
      ) { transaction in
        let federation = try store.updateFederation(
          message.code, etag: message.etag, update, today: today, transaction)
        return UpdateFederationResponse(federation: FederationMessage(federation, on: today))
      }
    }
  }

  private static func update(
    _ request: UpdateFederationRequest, _ message: FederationMessage
  ) throws -> RecordUpdate<RegistryDomain.FederationState> {
    var violations: [Violation] = []
    let mask = UpdateMask(
      request.updateMask, settable: message.settable, violations: &violations)
    checkNotEmpty(mask, &violations)
    var findings = Findings()
    let state = message.state(&findings, needsLevel: mask.contains("level"))
    let from = ValidTime.date(message.validFrom, path: "valid_from", into: &findings)
    let to = ValidTime.date(message.validTo, path: "valid_to", into: &findings)
    violations += findings.violations.map { Violation($0.inside("federation")) }
    let effective = date(request.effectiveFrom, "effective_from", &violations)
    try refuse(violations)
    let fields = RegistryDomain.FederationState.Field.allCases.filter {
      mask.contains($0.rawValue)
    }
    return RecordUpdate(
      state: state, fields: Set(fields),
      validFrom: mask.contains("valid_from") ? .some(from) : nil,
      validTo: mask.contains("valid_to") ? .some(to) : nil, effectiveFrom: effective)
  }
}
