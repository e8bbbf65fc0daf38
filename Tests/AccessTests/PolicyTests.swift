internal import RPC
internal import Testing

@testable internal import Access

/// A rule as an axis of the generated test.
enum RuleCase: CaseIterable, CustomTestStringConvertible {
  case open, authenticated, reader, clerk, statistician, administrator, service, clerkOrService

  var rule: AccessRule {
    switch self {
    case .open: .open
    case .authenticated: .authenticated
    case .reader: .role([.reader])
    case .clerk: .role([.clerk])
    case .statistician: .role([.statistician])
    case .administrator: .role([.administrator])
    case .service: .role([.service])
    case .clerkOrService: .role([.clerk, .service])
    }
  }

  /// Who passes, written out: the table that the code must agree with.
  var allowed: Set<Role> {
    switch self {
    case .open, .authenticated, .reader: Set(Role.allCases)
    case .clerk: [.clerk, .statistician, .administrator]
    case .statistician: [.statistician, .administrator]
    case .administrator: [.administrator]
    case .service: [.service]
    case .clerkOrService: [.clerk, .statistician, .administrator, .service]
    }
  }

  var testDescription: String { "\(rule)" }
}

enum Place: String, CaseIterable {
  case own = "450900"
  case below = "450923"
  case above = "450000"
  case beside = "450100"
  case unknown = "999999"

  var isInside: Bool { self == .own || self == .below }
}

/// 450000 ⊃ 450900 ⊃ 450923, and 450000 ⊃ 450100.
struct SmallTree: OrganisationScope {
  func contains(place target: String, organisation: String) async throws -> Bool {
    let parents = ["450900": "450000", "450923": "450900", "450100": "450000"]
    guard parents.keys.contains(target) || target == "450000" else { return false }
    var place: String? = target
    while let current = place {
      if current == organisation { return true }
      place = parents[current]
    }
    return false
  }
}

private let method = MethodInfo(service: "test.v1.Things", method: "Write", kind: .unary)

private func call(
  _ rule: AccessRule, token: String?, keys: Keys?, place: Place
) async throws -> String {
  let interceptor = AccessInterceptor(
    policy: PolicyTable(rule, for: [method]), verifier: try keys?.verifier())
  var metadata = Metadata()
  if let token { try metadata.add("Bearer \(token)", for: "authorization") }
  return try await interceptor.intercept(CallContext(method: method, requestMetadata: metadata)) {
    context in
    if rule == .open { return context.principal?.subject ?? "anonymous" }
    return try await context.requireScope(over: place.rawValue, SmallTree()).subject
  }
}

private func code(_ body: () async throws -> String) async -> RPCError.Code? {
  do {
    _ = try await body()
    return nil
  } catch let error as RPCError {
    return error.code
  } catch {
    Issue.record("not an RPCError: \(error)")
    return nil
  }
}

@Suite struct AccessTests {
  @Test(arguments: RuleCase.allCases, Role.allCases)
  func everyRuleAndRoleInsideAndOutsideTheScope(rule: RuleCase, role: Role) async throws {
    let keys = try Keys()
    let token = try await keys.issuer.issue(
      .holding([role], of: Place.own.rawValue), lifetime: .seconds(60))
    for place in Place.allCases {
      let got = await code { try await call(rule.rule, token: token, keys: keys, place: place) }
      let may = rule.allowed.contains(role) && (rule == .open || place.isInside)
      #expect(got == (may ? nil : .permissionDenied), "\(rule) \(role) \(place)")
    }
  }

  @Test(arguments: RuleCase.allCases, Role.allCases)
  func theRulesAreTheSameForWhatIsAnsweredAtOnce(rule: RuleCase, role: Role) async throws {
    let keys = try Keys()
    let interceptor = AccessInterceptor(
      policy: PolicyTable(rule.rule, for: [method]), verifier: try keys.verifier())
    let token = try await keys.issuer.issue(.holding([role]), lifetime: .seconds(60))
    var metadata = Metadata()
    try metadata.add("Bearer \(token)", for: "authorization")
    let context = CallContext(method: method, requestMetadata: metadata)
    let answer: (CallContext) throws -> [UInt8]? = { Array(($0.principal?.subject ?? "").utf8) }
    #expect(
      try interceptor.interceptAtOnce(context, next: answer) == nil,
      "a signature takes its time")
    let got = await code { try await interceptor.intercept(context) { _ in "" } }
    if rule.allowed.contains(role) {
      #expect(got == nil)
      #expect(try interceptor.interceptAtOnce(context, next: answer) == Array("someone".utf8))
    } else {
      #expect(got == .permissionDenied)
      #expect(throws: RPCError.self) {
        try interceptor.interceptAtOnce(context, next: answer)
      }
    }
    let anonymous = CallContext(method: method)
    if rule == .open {
      #expect(try interceptor.interceptAtOnce(anonymous, next: answer) == [])
    } else {
      #expect(throws: RPCError.self) {
        try interceptor.interceptAtOnce(anonymous, next: answer)
      }
    }
  }

  @Test(arguments: RuleCase.allCases)
  func withoutATokenOnlyOpenMethodsAnswer(rule: RuleCase) async throws {
    let keys = try Keys()
    let got = await code { try await call(rule.rule, token: nil, keys: keys, place: .own) }
    #expect(got == (rule == .open ? nil : .unauthenticated))
  }

  @Test(arguments: RuleCase.allCases)
  func aTokenWithoutRolesIsNobodyMoreThanAuthenticated(rule: RuleCase) async throws {
    let keys = try Keys()
    let token = try await keys.issuer.issue(
      .holding([], of: Place.own.rawValue), lifetime: .seconds(60))
    let got = await code { try await call(rule.rule, token: token, keys: keys, place: .own) }
    #expect(got == (rule == .open || rule == .authenticated ? nil : .permissionDenied))
  }

  @Test(arguments: RuleCase.allCases)
  func aBadTokenIsRefusedOnOpenMethodsToo(rule: RuleCase) async throws {
    let keys = try Keys()
    let got = await code { try await call(rule.rule, token: "a.b.c", keys: keys, place: .own) }
    #expect(got == .unauthenticated)
  }

  @Test(arguments: RuleCase.allCases)
  func withoutAKeySetOnlyOpenMethodsAnswer(rule: RuleCase) async throws {
    let got = await code { try await call(rule.rule, token: "a.b.c", keys: nil, place: .own) }
    #expect(got == (rule == .open ? nil : .unauthenticated))
  }

  @Test(arguments: ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "token"])
  func onlyOneBearerTokenIsTaken(header: String) async throws {
    let interceptor = AccessInterceptor(
      policy: PolicyTable(.open, for: [method]), verifier: try Keys().verifier())
    var metadata = Metadata()
    try metadata.add(header, for: "authorization")
    let context = CallContext(method: method, requestMetadata: metadata)
    #expect(await code { try await interceptor.intercept(context) { _ in "" } } == .unauthenticated)
  }

  @Test func twoTokensAreRefused() async throws {
    let keys = try Keys()
    let token = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    let interceptor = AccessInterceptor(
      policy: PolicyTable(.open, for: [method]), verifier: try keys.verifier())
    var metadata = Metadata()
    try metadata.add("Bearer \(token)", for: "authorization")
    try metadata.add("Bearer \(token)", for: "authorization")
    let context = CallContext(method: method, requestMetadata: metadata)
    #expect(await code { try await interceptor.intercept(context) { _ in "" } } == .unauthenticated)
  }

  @Test func theSchemeMayBeWrittenInAnyCase() async throws {
    let keys = try Keys()
    let token = try await keys.issuer.issue(.holding([.clerk]), lifetime: .seconds(60))
    let interceptor = AccessInterceptor(
      policy: PolicyTable(.authenticated, for: [method]), verifier: try keys.verifier())
    var metadata = Metadata()
    try metadata.add("bearer \(token)", for: "authorization")
    let context = CallContext(method: method, requestMetadata: metadata)
    #expect(try await interceptor.intercept(context) { $0.principal?.subject } == "someone")
  }

  @Test func aMethodWithoutARuleIsRefusedEvenIfTheProcessRuns() async throws {
    let interceptor = AccessInterceptor(policy: PolicyTable([:]), verifier: nil)
    let context = CallContext(method: method)
    #expect(
      await code { try await interceptor.intercept(context) { _ in "" } } == .permissionDenied)
  }

  @Test func aRefusalNamesItsRuleInBothLanguagesAndTheScheme() async throws {
    let error = AccessError(.tokenExpired, zh: "令牌已过期", en: "the token expired").rpcError
    #expect(error.code == .unauthenticated)
    #expect(error.metadata["www-authenticate"]?.contains("invalid_token") == true)
    let detail = try #require(error.details.first)
    #expect(detail.typeName == "lianshe.common.v1.BadRequest")
    let text = String(decoding: detail.value, as: UTF8.self)
    for part in ["token.expired", "令牌已过期", "the token expired", "authorization"] {
      #expect(text.contains(part))
    }
  }
}

@Suite struct PolicyTableTests {
  private let read = MethodInfo(service: "test.v1.Things", method: "Read", kind: .unary)

  @Test func missingMethodsAreNamedInOrder() {
    let table = PolicyTable([method.path: .open])
    #expect(table.missing(from: [method, read]) == [read])
    #expect(table.missing(from: [method]) == [])
  }

  @Test func aProcessWithAMethodWithoutARuleDoesNotStart() throws {
    let table = PolicyTable([method.path: .open])
    let error = try #require(throws: PolicyError.self) { try table.check([method, read]) }
    #expect(error.missing == ["/test.v1.Things/Read"])
    #expect("\(error)".contains("/test.v1.Things/Read"))
    try table.check([method])
  }

  @Test func aRuleForAMethodThatDoesNotExistIsAMistakeToo() throws {
    let table = PolicyTable(["/test.v1.Things/Wirte": .open, method.path: .open])
    let error = try #require(throws: PolicyError.self) { try table.check([method]) }
    #expect(error.unknown == ["/test.v1.Things/Wirte"])
    #expect("\(error)".contains("Wirte"))
  }

  @Test func tablesAreMergedUnlessTheyContradict() throws {
    let first = PolicyTable(.open, for: [method])
    let merged = try first.merging(PolicyTable(.authenticated, for: [read]))
    #expect(merged.rule(for: method) == .open)
    #expect(merged.rule(for: read) == .authenticated)
    #expect(throws: PolicyError.self) {
      try first.merging(PolicyTable(.authenticated, for: [method]))
    }
  }

  @Test func includedRolesNeverGrowUpwards() {
    for role in Role.allCases {
      #expect(role.included.contains(role))
      for lower in role.included { #expect(lower.included.isSubset(of: role.included)) }
    }
    #expect(!Role.administrator.included.contains(.service))
    #expect(!Role.service.included.contains(.clerk))
  }
}
