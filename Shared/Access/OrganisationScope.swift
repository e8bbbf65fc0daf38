// The second question of every write: a role says what, the organisation says where. The tree of
// places is the service's own; this file only asks it.

package import RPC

/// The subtree of an organisation, answered from the service's tree of places.
package protocol OrganisationScope: Sendable {
  /// Whether a place lies in the subtree of the federation with this code. A place nobody knows
  /// lies in no subtree.
  func contains(place target: String, organisation: String) async throws -> Bool
}

extension CallContext {
  /// The caller, when his organisation's subtree holds the place; every write asks this.
  ///
  /// - Throws: `unauthenticated` without a caller, `permission_denied` outside his subtree.
  package func requireScope(
    over place: String, _ scope: some OrganisationScope
  ) async throws -> Principal {
    guard let principal else {
      throw AccessError(
        .tokenRequired, zh: "需要令牌：请先用 lianshe token issue 签发",
        en: "a token is needed; issue one with: lianshe token issue"
      ).rpcError
    }
    guard try await scope.contains(place: place, organisation: principal.organisation) else {
      throw AccessError(
        .outsideScope,
        zh: "\(principal.subject) 属于 \(principal.organisation)，不能改动 \(place) 的记录",
        en: "\(principal.subject) belongs to \(principal.organisation) and may not change "
          + "records of \(place)"
      ).rpcError
    }
    return principal
  }
}
