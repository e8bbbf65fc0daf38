// The door of every method: finds its rule, checks the token, leaves the caller in the context.

package import RPC

/// Refuses calls that the policy table does not allow.
///
/// A token that is presented is checked on every method, on open ones too: a caller whose token has
/// expired learns so at once instead of being taken for nobody. Where a server has no key set,
/// tokens on open methods are ignored and everything else is refused.
package struct AccessInterceptor: ServerInterceptor {
  private let policy: PolicyTable
  private let verifier: TokenVerifier?
  /// The rule of the one method that this guards.
  private var ownRule: AccessRule?

  package init(policy: PolicyTable, verifier: TokenVerifier?) {
    self.policy = policy
    self.verifier = verifier
  }

  package func bound(to method: MethodInfo) -> any ServerInterceptor {
    var bound = self
    bound.ownRule = policy.rule(for: method)
    return bound
  }

  package func intercept<Result: Sendable>(
    _ context: CallContext,
    next: (CallContext) async throws -> Result
  ) async throws -> Result {
    var context = context
    do throws(AccessError) {
      if let caller = try await authorize(context) { context.setCaller(caller) }
    } catch {
      throw error.rpcError
    }
    return try await next(context)
  }

  package func interceptAtOnce(
    _ context: CallContext, next: (CallContext) throws -> [UInt8]?
  ) throws -> [UInt8]? {
    var context = context
    do throws(AccessError) {
      let rule = try rule(for: context)
      guard case .known(let caller) = try caller(context, rule: rule) else { return nil }
      try Self.check(caller?.principal, rule)
      if let caller { context.setCaller(caller) }
    } catch {
      throw error.rpcError
    }
    return try next(context)
  }

  private func authorize(_ context: CallContext) async throws(AccessError) -> PrincipalBox? {
    let rule = try rule(for: context)
    let known: PrincipalBox?
    switch try caller(context, rule: rule) {
    case .known(let caller): known = caller
    case .unchecked(let header, let verifier):
      guard let token = Self.bearerToken(header) else { throw Self.notBearer }
      known = try await verifier.verify(token, of: header)
    }
    try Self.check(known?.principal, rule)
    return known
  }

  private func rule(for context: CallContext) throws(AccessError) -> AccessRule {
    guard let rule = ownRule ?? policy.rule(for: context.method) else {
      throw AccessError(
        .noPolicy, zh: "该方法没有访问规则", en: "this method has no access rule")
    }
    return rule
  }

  private static func check(_ principal: Principal?, _ rule: AccessRule) throws(AccessError) {
    switch rule {
    case .open: break
    case .authenticated: _ = try required(principal)
    case .role(let roles):
      let principal = try required(principal)
      guard principal.holds(anyOf: roles) else { throw missingRole(roles, principal) }
    }
  }

  /// Who calls, as far as can be told without a look at a signature.
  private enum Caller {
    case known(PrincipalBox?)
    case unchecked(header: String, TokenVerifier)
  }

  private func caller(
    _ context: CallContext, rule: AccessRule
  ) throws(AccessError) -> Caller {
    let (header, isRepeated) = context.requestValue(for: "authorization")
    guard let header else { return .known(nil) }
    guard let verifier else {
      if rule == .open { return .known(nil) }
      throw AccessError(
        .tokensNotAccepted, zh: "本服务未配置公钥文件 (LIANSHE_JWKS)，不能检查令牌",
        en: "this server has no key set (LIANSHE_JWKS) and cannot check tokens")
    }
    guard !isRepeated else { throw Self.notBearer }
    if let holder = verifier.holder(header) { return .known(holder) }
    return .unchecked(header: header, verifier)
  }

  private static var notBearer: AccessError {
    AccessError(
      .notBearer, zh: "authorization 应为一个 Bearer 令牌",
      en: "authorization must be one Bearer token")
  }

  /// RFC 9110, section 11.1: the scheme is case-insensitive.
  private static func bearerToken(_ header: String) -> String? {
    let parts = header.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }

  private static func required(_ principal: Principal?) throws(AccessError) -> Principal {
    guard let principal else {
      throw AccessError(
        .tokenRequired, zh: "需要令牌：请先用 lianshe token issue 签发",
        en: "a token is needed; issue one with: lianshe token issue")
    }
    return principal
  }

  private static func missingRole(_ wanted: Set<Role>, _ principal: Principal) -> AccessError {
    let wanted = wanted.sorted { $0.rawValue < $1.rawValue }
    let held = principal.roles.sorted { $0.rawValue < $1.rawValue }
    let heldChinese = held.isEmpty ? "无" : held.map(\.chineseName).joined(separator: "、")
    let heldEnglish = held.isEmpty ? "none" : held.map(\.rawValue).joined(separator: ", ")
    return AccessError(
      .roleRequired,
      zh:
        "需要角色 \(wanted.map(\.chineseName).joined(separator: "或"))，\(principal.subject) 的角色是 \(heldChinese)",
      en: "needs the role \(wanted.map(\.rawValue).joined(separator: " or ")); "
        + "\(principal.subject) has \(heldEnglish)")
  }
}
