// GetMembership, ListMemberships, ApplyMembership and the steps of a membership's life.

internal import Measures
package import RPC
internal import RegistryDomain
package import RegistryMessages
internal import RegistryStorage
internal import ServiceAPI
internal import Storage
internal import Wire

extension RegistryAPI {
  package func getMembership(
    _ request: GetMembershipRequest, context: CallContext
  ) async throws -> GetMembershipResponse {
    try await answering {
      try Self.require(request.id, "id")
      let store = store
      let membership = try await reading(context) { try store.membership(request.id, $0) }
      return GetMembershipResponse(membership: MembershipMessage(membership))
    }
  }

  package func listMemberships(
    _ request: ListMembershipsRequest, context: CallContext
  ) async throws -> ListMembershipsResponse {
    try await answering {
      let filter = try Self.filter(request)
      let wish = try await PageWish(
        self, context, size: request.pageSize, token: request.pageToken,
        order: OrderBy(field: "id"),
        query: [
          request.federationCode, request.enterpriseId, "\(request.state.rawValue)",
          request.admittedYear,
        ])
      let start: String
      if case .text(let id)? = wish.start?.first { start = id } else { start = "" }
      let store = store
      let limit = wish.page.size + 1
      let found = try await reading(context) { transaction in
        try store.listMemberships(filter, after: start, limit: limit, transaction)
      }
      let page = wish.tokens.page(found.memberships, size: wish.page.size) { [.text($0.id)] }
      return ListMembershipsResponse(
        memberships: page.items.map(MembershipMessage.init), nextPageToken: page.nextToken,
        totalSize: UInt64(clamping: found.total))
    }
  }

  private static func filter(_ request: ListMembershipsRequest) throws -> MembershipFilter {
    var violations: [Violation] = []
    let state = RegistryDomain.MembershipState(request.state)
    if state == nil, request.state != .unspecified {
      violations.append(unknown("state", request.state.rawValue))
    }
    var year: Int?
    if !request.admittedYear.isEmpty {
      let period = try? Period(parsing: request.admittedYear)
      year = period?.kind == .year ? period?.year : nil
      if year == nil {
        violations.append(
          Violation(
            path: "admitted_year", value: request.admittedYear, rule: "year.format",
            zh: "年份应为四位数字,如2013", en: "a year has four digits, such as 2013"))
      }
    }
    checkCodes([("federation_code", request.federationCode)], &violations)
    try refuse(violations)
    return MembershipFilter(
      federationCode: request.federationCode, enterpriseID: request.enterpriseId, state: state,
      admittedYear: year)
  }

  package func applyMembership(
    _ request: ApplyMembershipRequest, context: CallContext
  ) async throws -> ApplyMembershipResponse {
    try await answering {
      let date = try Self.requiredDate(request.date)
      let (store, today) = (store, today)
      let membership = try MembershipRecord(
        id: UUIDv7.next(), federationCode: request.federationCode,
        enterpriseID: request.enterpriseId,
        first: MembershipEvent(state: .applied, date: date), source: Source(request.provenance),
        today: today)
      try await requireWrite(federation: request.federationCode, context)
      return try await changing(request, request.requestId, context) { transaction in
        let stored = try store.beginMembership(membership, today: today, transaction)
        return ApplyMembershipResponse(membership: MembershipMessage(stored))
      }
    }
  }

  package func admitMember(
    _ request: AdmitMemberRequest, context: CallContext
  ) async throws -> AdmitMemberResponse {
    let step = MemberStep(
      .admit, request.membershipId, request.etag, request.date, request.reason)
    return try await take(step, request, request.requestId, context) {
      AdmitMemberResponse(membership: $0)
    }
  }

  package func suspendMember(
    _ request: SuspendMemberRequest, context: CallContext
  ) async throws -> SuspendMemberResponse {
    let step = MemberStep(
      .suspend, request.membershipId, request.etag, request.date, request.reason)
    return try await take(step, request, request.requestId, context) {
      SuspendMemberResponse(membership: $0)
    }
  }

  package func reinstateMember(
    _ request: ReinstateMemberRequest, context: CallContext
  ) async throws -> ReinstateMemberResponse {
    let step = MemberStep(
      .reinstate, request.membershipId, request.etag, request.date, request.reason)
    return try await take(step, request, request.requestId, context) {
      ReinstateMemberResponse(membership: $0)
    }
  }

  package func withdrawMember(
    _ request: WithdrawMemberRequest, context: CallContext
  ) async throws -> WithdrawMemberResponse {
    let step = MemberStep(
      .withdraw, request.membershipId, request.etag, request.date, request.reason)
    return try await take(step, request, request.requestId, context) {
      WithdrawMemberResponse(membership: $0)
    }
  }

  /// The four steps have messages of the same shape; this is what they do.
  private func take<Request: WireMessage, Response: WireMessage>(
    _ step: MemberStep, _ request: Request, _ requestID: String, _ context: CallContext,
    _ response: @escaping @Sendable (MembershipMessage) -> Response
  ) async throws -> Response {
    try await answering {
      let date = try Self.requiredDate(step.date)
      let (store, today) = (store, today)
      let current = try await reading(context) { try store.membership(step.id, $0) }
      try await requireWrite(federation: current.federationCode, context)
      return try await changing(request, requestID, context) { transaction in
        let membership = try store.step(
          step.step, membership: step.id, etag: step.etag, on: date, reason: step.reason,
          today: today, transaction)
        return response(MembershipMessage(membership))
      }
    }
  }

  private func requireWrite(federation code: String, _ context: CallContext) async throws {
    let (store, today) = (store, today)
    let federation = try await reading(context) {
      try store.currentFederation(code, today: today, $0)
    }
    try await context.requireWrite(place: federation.timeline.last.state.placeCode, scope)
  }

  private static func requiredDate(_ text: String) throws -> PartialDate {
    var violations: [Violation] = []
    let date = date(text, "date", &violations)
    if text.isEmpty {
      violations.append(
        Violation(path: "date", rule: "required", zh: "日期必填", en: "must not be empty"))
    }
    try refuse(violations)
    guard let date else {
      throw RPCError.invalid(
        "date", text, rule: "date.format", zh: "日期有误", en: "the date is malformed")
    }
    return date
  }
}

/// A step as its request names it.
private struct MemberStep: Sendable {
  let step: MembershipStep
  let id: String
  let etag: String
  let date: String
  let reason: String

  init(_ step: MembershipStep, _ id: String, _ etag: String, _ date: String, _ reason: String) {
    self.step = step
    self.id = id
    self.etag = etag
    self.date = date
    self.reason = reason
  }
}
