internal import Access
internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct MembershipCallsTests {
  typealias Methods = RegistryServiceMethods

  static func with(
    _ engine: Engine, _ body: (APIFixture, Enterprise) async throws -> Void
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      try await fixture.seedPlaces()
      try await fixture.seedFederations()
      let enterprise = try await fixture.createEnterprise(
        Enterprise(name: "编织厂", placeCode: "450923"))
      try await body(fixture, enterprise)
    }
  }

  func apply(
    _ fixture: APIFixture, _ enterprise: String, date: String = "2013-03",
    organisation: String = "450900"
  ) async throws -> Membership {
    try await fixture.api.applyMembership(
      ApplyMembershipRequest(
        federationCode: "450900", enterpriseId: enterprise, date: date,
        provenance: Provenance(document: "2013年总结")),
      context: fixture.call(
        Methods.applyMembership.info, as: APIFixture.principal(organisation, .clerk))
    ).membership ?? Membership()
  }

  @Test(arguments: Engine.allCases)
  func theLifeOfAMembershipIsWalkedThrough(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      let (api, call) = (fixture.api, fixture.call(Methods.admitMember.info))
      let applied = try await apply(fixture, enterprise.id)
      let admitted = try await api.admitMember(
        AdmitMemberRequest(membershipId: applied.id, etag: applied.etag, date: "2013-05"),
        context: call
      ).membership
      let suspended = try await api.suspendMember(
        SuspendMemberRequest(
          membershipId: applied.id, etag: admitted?.etag ?? "", date: "2015", reason: "欠缴会费"),
        context: call
      ).membership
      let reinstated = try await api.reinstateMember(
        ReinstateMemberRequest(
          membershipId: applied.id, etag: suspended?.etag ?? "", date: "2016"), context: call
      ).membership
      let withdrawn = try await api.withdrawMember(
        WithdrawMemberRequest(
          membershipId: applied.id, etag: reinstated?.etag ?? "", date: "2020-01-02",
          reason: "注销"), context: call
      ).membership
      let read = try await api.getMembership(
        GetMembershipRequest(id: applied.id), context: call
      ).membership
      #expect(read == withdrawn)
      #expect(read?.state == .withdrawn)
      #expect(
        read?.events.map(\.state) == [.applied, .admitted, .suspended, .admitted, .withdrawn])
      #expect(read?.events.map(\.reason) == ["", "", "欠缴会费", "", "注销"])
      #expect(read?.provenance?.document == "2013年总结")
    }
  }

  @Test(arguments: Engine.allCases)
  func illegalMovesNameStateAndStep(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      let applied = try await apply(fixture, enterprise.id)
      let error = await failure {
        _ = try await fixture.api.suspendMember(
          SuspendMemberRequest(
            membershipId: applied.id, etag: applied.etag, date: "2014", reason: "无"),
          context: fixture.call(Methods.suspendMember.info))
      }
      #expect(error?.code == .failedPrecondition)
      #expect(error?.message.contains("已申请") == true)
      #expect(error?.message.contains("suspend") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func badInputIsRefusedWithItsPath(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      let applied = try await apply(fixture, enterprise.id)
      for (request, expected, broken) in [
        (
          WithdrawMemberRequest(membershipId: applied.id), RPCError.Code.invalidArgument,
          ["date required"]
        ),
        (
          WithdrawMemberRequest(membershipId: applied.id, date: "2014-02-30"), .invalidArgument,
          ["date date.format"]
        ),
        (
          WithdrawMemberRequest(membershipId: applied.id, date: "2014"), .invalidArgument,
          ["etag required"]
        ),
        (
          WithdrawMemberRequest(membershipId: applied.id, etag: "\"r9\"", date: "2014"), .aborted,
          []
        ),
        (
          WithdrawMemberRequest(membershipId: applied.id, etag: applied.etag, date: "2012"),
          .invalidArgument, ["date membership.date_order", "reason required"]
        ),
        (
          WithdrawMemberRequest(
            membershipId: applied.id, etag: applied.etag, date: "2030", reason: "无"),
          .invalidArgument, ["date membership.date_future"]
        ),
        (WithdrawMemberRequest(membershipId: "none", date: "2014"), .notFound, []),
      ] {
        let error = await failure {
          _ = try await fixture.api.withdrawMember(
            request, context: fixture.call(Methods.withdrawMember.info))
        }
        #expect(error?.code == expected)
        #expect(error?.broken == broken)
      }
      #expect(await code { _ = try await apply(fixture, enterprise.id) } == .alreadyExists)
      #expect(await code { _ = try await apply(fixture, "none") } == .invalidArgument)
      let outside = await code {
        _ = try await apply(fixture, enterprise.id, organisation: "450300")
      }
      #expect(outside == .permissionDenied)
    }
  }

  @Test(arguments: Engine.allCases)
  func newMembersOfAYearAreListed(engine: Engine) async throws {
    try await Self.with(engine) { fixture, enterprise in
      let applied = try await apply(fixture, enterprise.id)
      let call = fixture.call(Methods.listMemberships.info)
      _ = try await fixture.api.admitMember(
        AdmitMemberRequest(membershipId: applied.id, etag: applied.etag, date: "2013"),
        context: call)
      for (request, count) in [
        (ListMembershipsRequest(federationCode: "450900", admittedYear: "2013"), 1),
        (ListMembershipsRequest(admittedYear: "2014"), 0),
        (ListMembershipsRequest(state: .admitted), 1),
        (ListMembershipsRequest(state: .withdrawn), 0),
        (ListMembershipsRequest(enterpriseId: enterprise.id), 1),
      ] {
        let list = try await fixture.api.listMemberships(request, context: call)
        #expect(list.memberships.count == count)
        #expect(list.totalSize == UInt64(count))
      }
      let error = await failure {
        _ = try await fixture.api.listMemberships(
          ListMembershipsRequest(state: .unrecognized(9), admittedYear: "2013-05"), context: call)
      }
      #expect(error?.broken == ["state enum.unknown", "admitted_year year.format"])
    }
  }

  @Test(arguments: Engine.allCases)
  func membershipsComeInPages(engine: Engine) async throws {
    try await Self.with(engine) { fixture, _ in
      var entered: [String] = []
      for number in 0..<5 {
        let enterprise = try await fixture.createEnterprise(
          Enterprise(name: "厂\(number)", placeCode: "450923"))
        entered.append(try await apply(fixture, enterprise.id).id)
      }
      var request = ListMembershipsRequest(pageSize: 2)
      var found: [String] = []
      repeat {
        let page = try await fixture.api.listMemberships(
          request, context: fixture.call(Methods.listMemberships.info))
        found += page.memberships.map(\.id)
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(found == entered)
    }
  }
}
