// Checks tokens. The header is read and held against an allow-list before any key is chosen: the
// library would fall back to its default key for an unknown id, and takes the algorithm of the key
// whatever the header says. Signature and claims are the library's work.

package import FoundationEssentials
internal import JWTKit
private import Synchronization

/// Checks tokens against a JWKS file that is read again when it changes.
package final class TokenVerifier: Sendable {
  /// The longest token that is looked at.
  package static let maximumTokenBytes = 4096
  /// How far the clocks of issuer and server may differ.
  package static let defaultLeewaySeconds = 30.0

  private struct State {
    var stamp: PrivateFile.Stamp?
    var keys: PublicKeySet
    /// Rises with each new key set: what was checked with an older one is not kept.
    var keySet = 0
    var checked = CheckedTokens()
    var nextLook: ContinuousClock.Instant
  }

  private let path: String
  private let audience: String
  private let issuer: String
  private let leewaySeconds: Double
  private let lookInterval: Duration
  private let now: @Sendable () -> Date
  private let onReloadFailure: @Sendable (AccessError) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - path: the JWKS file. It must be readable now. Later, when it has become unreadable or
  ///     wrong, the keys last read stay in use and `onReloadFailure` is told. It is told too, now
  ///     and later, of a file without a key.
  ///   - lookInterval: how long the file may go unlooked at; an unknown key id looks at once, but
  ///     not more often than this.
  ///   - now: the clock that `exp` and `nbf` are held against.
  package init(
    jwksFile path: String,
    audience: String = "lianshe",
    issuer: String = "lianshe",
    leewaySeconds: Double = TokenVerifier.defaultLeewaySeconds,
    lookInterval: Duration = .seconds(1),
    now: @escaping @Sendable () -> Date = { Date() },
    onReloadFailure: @escaping @Sendable (AccessError) -> Void = { _ in }
  ) throws(AccessError) {
    self.path = path
    self.audience = audience
    self.issuer = issuer
    self.leewaySeconds = leewaySeconds
    self.lookInterval = lookInterval
    self.now = now
    self.onReloadFailure = onReloadFailure
    let stamp = PrivateFile.stamp(of: path)
    let keys = try PublicKeySet(file: path)
    state = Mutex(
      State(
        stamp: stamp, keys: keys, nextLook: ContinuousClock.now.advanced(by: lookInterval)))
    if keys.keys.isEmpty { onReloadFailure(Self.noKeys(path)) }
  }

  /// Such a set is as it should be written, and of no use to anybody.
  private static func noKeys(_ path: String) -> AccessError {
    AccessError(
      .keyFile, zh: "\(path) 里没有公钥：一切令牌都不被接受，所有写入都会被拒绝",
      en: "\(path) holds no key: no token is accepted, every write will be refused")
  }

  /// The holder of the token in a header that came before, with a token that is still valid; nil
  /// where it must be looked at anew.
  func holder(_ header: String) -> PrincipalBox? {
    let time = now().timeIntervalSince1970
    return look { state in
      guard let token = state.checked.token(header), time >= token.begins, time < token.ends
      else { return nil }
      return token.holder
    }
  }

  /// The holder of a valid token.
  package func verify(_ token: String) async throws(AccessError) -> Principal {
    try await check(token).token.holder.principal
  }

  /// The holder of a valid token, who is known by its header from now on.
  func verify(_ token: String, of header: String) async throws(AccessError) -> PrincipalBox {
    let (checked, keySet) = try await check(token)
    state.withLock { state in
      if state.keySet == keySet { state.checked.keep(checked, header) }
    }
    return checked.holder
  }

  private func check(
    _ token: String
  ) async throws(AccessError) -> (token: CheckedToken, keySet: Int) {
    guard token.utf8.count <= Self.maximumTokenBytes else {
      throw AccessError(
        .tokenTooLarge, zh: "令牌超过 \(Self.maximumTokenBytes) 字节",
        en: "the token is longer than \(Self.maximumTokenBytes) bytes")
    }
    let keyID = try TokenHeader.read(token)
    let (keys, keySet) = look { ($0.keys, $0.keySet) }
    guard let key = keys.keys[keyID] else {
      throw AccessError(
        .tokenUnknownKey, zh: "令牌的密钥不被接受，请重新签发令牌",
        en: "the token's key is not accepted here; issue a new token")
    }
    let claims = try await Self.claims(of: token, keyID: keyID, key: key)
    try check(claims)
    let principal = Principal(
      subject: claims.subject, name: claims.name ?? "", organisation: claims.organisation,
      roles: Set(claims.roles.compactMap(Role.init(rawValue:))))
    let checked = CheckedToken(
      holder: PrincipalBox(principal), begins: Self.start(of: claims) - leewaySeconds,
      ends: claims.expires + leewaySeconds)
    return (checked, keySet)
  }

  private static func claims(
    of token: String, keyID: String, key: EdDSA.PublicKey
  ) async throws(AccessError) -> TokenClaims {
    do {
      let keys = JWTKeyCollection()
      await keys.add(eddsa: key, kid: JWKIdentifier(string: keyID))
      return try await keys.verify(token, as: TokenClaims.self)
    } catch let error as JWTError where error.errorType == .signatureVerificationFailed {
      throw AccessError(
        .tokenSignature, zh: "令牌的签名不对", en: "the token's signature is wrong", cause: error)
    } catch {
      throw AccessError(
        .tokenClaims, zh: "令牌内容不合规定", en: "the token's claims are not as agreed", cause: error)
    }
  }

  private func check(_ claims: TokenClaims) throws(AccessError) {
    guard claims.issuer == issuer else {
      throw AccessError(
        .tokenIssuer, zh: "令牌不是 \(issuer) 签发的", en: "the token was not issued by \(issuer)")
    }
    guard claims.audience.values.contains(audience) else {
      throw AccessError(
        .tokenAudience, zh: "令牌不是给 \(audience) 用的", en: "the token is not meant for \(audience)")
    }
    let time = now().timeIntervalSince1970
    guard time < claims.expires + leewaySeconds else {
      let text = Self.text(claims.expires)
      throw AccessError(
        .tokenExpired, zh: "令牌已于 \(text) 过期，请重新签发",
        en: "the token expired at \(text); issue a new one")
    }
    let start = Self.start(of: claims)
    guard time >= start - leewaySeconds else {
      let text = Self.text(start)
      throw AccessError(
        .tokenNotYetValid, zh: "令牌自 \(text) 起才有效", en: "the token is valid only from \(text)")
    }
  }

  private static func start(of claims: TokenClaims) -> Double {
    max(claims.notBefore ?? 0, claims.issuedAt)
  }

  private static func text(_ seconds: Double) -> String {
    Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
  }

  /// Reads the state. Looks at the file's stamp first when it is time to, and reads it when changed.
  private func look<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    let (value, failure) = state.withLock { state in
      let failure = renew(&state)
      return (body(&state), failure)
    }
    if let failure { onReloadFailure(failure) }
    return value
  }

  private func renew(_ state: inout State) -> AccessError? {
    let time = ContinuousClock.now
    guard time >= state.nextLook else { return nil }
    state.nextLook = time.advanced(by: lookInterval)
    let stamp = PrivateFile.stamp(of: path)
    guard stamp != state.stamp else { return nil }
    state.stamp = stamp
    do throws(AccessError) {
      state.keys = try PublicKeySet(file: path)
      state.keySet += 1
      state.checked.removeAll()
      return state.keys.keys.isEmpty ? Self.noKeys(path) : nil
    } catch {
      return error
    }
  }
}
