// Who may call what, asked as a process asks: a signed token, verified, against the service's policy.

package import Access
internal import Foundation
package import RPC

/// The interceptor of a process, with a key of its own.
package struct AccessDoor: Sendable {
  private let issuer: TokenIssuer
  private let interceptor: AccessInterceptor

  package init(policy: PolicyTable) throws {
    let path = NSTemporaryDirectory() + "lianshe-door-" + UUID().uuidString + ".json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let key = SigningKey()
    var set = PublicKeySet()
    set.add(key)
    try set.write(to: path)
    issuer = TokenIssuer(key: key)
    interceptor = AccessInterceptor(policy: policy, verifier: try TokenVerifier(jwksFile: path))
  }

  /// Calls as somebody with a role in an organisation; without a token where the role is nil.
  package func pass(
    _ method: MethodInfo, _ role: Role?, _ organisation: String,
    _ body: (CallContext) async throws -> Void
  ) async throws {
    var metadata = Metadata()
    if let role {
      let principal = Principal(
        subject: "li.si", name: "", organisation: organisation, roles: [role])
      let token = try await issuer.issue(principal, lifetime: .seconds(600))
      try metadata.add("Bearer \(token)", for: "authorization")
    }
    try await interceptor.intercept(
      CallContext(method: method, requestMetadata: metadata), next: body)
  }
}
