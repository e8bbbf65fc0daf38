// GetEnterprise, ListEnterprises, CreateEnterprise, UpdateEnterprise.

package import RPC
internal import RegistryDomain
package import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI

extension RegistryAPI {
  package func getEnterprise(
    _ request: GetEnterpriseRequest, context: CallContext
  ) async throws -> GetEnterpriseResponse {
    try await answering {
      let moment = try moment(request.onDate, request.asOf, codes: [])
      try Self.require(request.id, "id")
      let store = store
      let enterprise = try await reading(context) { transaction in
        try store.enterprise(request.id, at: moment, transaction)
      }
      return GetEnterpriseResponse(enterprise: EnterpriseMessage(enterprise, on: moment.day))
    }
  }

  package func listEnterprises(
    _ request: ListEnterprisesRequest, context: CallContext
  ) async throws -> ListEnterprisesResponse {
    try await answering {
      var violations: [Violation] = []
      let moment = moment(request.onDate, request.asOf, &violations)
      let order = OrderBy(
        request.orderBy, fields: ["name", "create_time", "update_time"], default: "name",
        violations: &violations)
      Self.checkCodes(
        [("place_code", request.placeCode), ("federation_code", request.federationCode)],
        &violations)
      Self.checkCreditCode(request.creditCode, &violations)
      try refuse(violations)
      let wish = try await PageWish(
        self, context, size: request.pageSize, token: request.pageToken, order: order,
        query: [
          request.placeCode, request.sector, request.ownershipCode, request.creditCode,
          request.nameContains, request.federationCode, request.onDate, request.asOf,
        ])
      let filter = EnterpriseFilter(
        placeCode: request.placeCode, sector: request.sector,
        ownershipCode: request.ownershipCode, creditCode: request.creditCode.uppercased(),
        federationCode: request.federationCode)
      let store = store
      let list = wish.list(moment, nameContains: request.nameContains)
      let found = try await reading(context) { try store.listEnterprises(filter, list, $0) }
      let page = wish.answer(found.records)
      return ListEnterprisesResponse(
        enterprises: page.items.map { EnterpriseMessage($0, on: moment.day, others: false) },
        nextPageToken: page.nextToken, totalSize: UInt64(clamping: found.total))
    }
  }

  package func createEnterprise(
    _ request: CreateEnterpriseRequest, context: CallContext
  ) async throws -> CreateEnterpriseResponse {
    try await answering {
      var violations: [Violation] = []
      let record = (request.enterprise ?? EnterpriseMessage()).record(&violations)
      try refuse(violations)
      try await context.requireWrite(place: record.timeline.last.state.placeCode, scope)
      let (store, today) = (store, today)
      return try await changing(
        request, request.requestId, context, validateOnly: request.validateOnly
      ) { transaction in
        let enterprise = try store.createEnterprise(record, transaction)
        return CreateEnterpriseResponse(enterprise: EnterpriseMessage(enterprise, on: today))
      }
    }
  }

  package func updateEnterprise(
    _ request: UpdateEnterpriseRequest, context: CallContext
  ) async throws -> UpdateEnterpriseResponse {
    try await answering {
      let message = request.enterprise ?? EnterpriseMessage()
      let (update, former) = try Self.update(request, message)
      let (store, today) = (store, today)
      let current = try await reading(context) { try store.currentEnterprise(message.id, $0) }
      try await context.requireWrite(place: current.timeline.last.state.placeCode, scope)
      if update.fields.contains(.placeCode), !update.state.placeCode.isEmpty {
        try await context.requireWrite(place: update.state.placeCode, scope)
      }
      return try await changing(
        request, request.requestId, context, validateOnly: request.validateOnly
      ) { transaction in
        let enterprise = try store.updateEnterprise(
          message.id, etag: message.etag, update, former: former, today: today, transaction)
        return UpdateEnterpriseResponse(enterprise: EnterpriseMessage(enterprise, on: today))
      }
    }
  }

  private static func checkCreditCode(_ code: String, _ violations: inout [Violation]) {
    guard !code.isEmpty else { return }
    do throws(RegistryError.Violation) {
      _ = try CreditCode(code)
    } catch {
      violations.append(Violation(error.inside("credit_code")))
    }
  }

  private static func update(
    _ request: UpdateEnterpriseRequest, _ message: EnterpriseMessage
  ) throws -> (RecordUpdate<RegistryDomain.EnterpriseState>, [RegistryDomain.FormerIdentity]?) {
    var violations: [Violation] = []
    let mask = UpdateMask(
      request.updateMask, settable: message.settable, violations: &violations)
    checkNotEmpty(mask, &violations)
    var findings = Findings()
    let from = ValidTime.date(message.validFrom, path: "valid_from", into: &findings)
    let to = ValidTime.date(message.validTo, path: "valid_to", into: &findings)
    let former = message.former(&findings)
    violations += findings.violations.map { Violation($0.inside("enterprise")) }
    let effective = date(request.effectiveFrom, "effective_from", &violations)
    try refuse(violations)
    let fields = RegistryDomain.EnterpriseState.Field.allCases.filter {
      mask.contains($0.rawValue)
    }
    let update = RecordUpdate(
      state: message.state, fields: Set(fields),
      validFrom: mask.contains("valid_from") ? .some(from) : nil,
      validTo: mask.contains("valid_to") ? .some(to) : nil, effectiveFrom: effective)
    return (update, mask.contains("former_identities") ? former : nil)
  }
}
