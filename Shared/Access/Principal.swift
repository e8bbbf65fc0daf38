// Who calls: what a checked token says of its holder, carried in the context of the call.

package import RPC

/// The holder of a token that was checked.
package struct Principal: Sendable, Equatable {
  /// Stable name of the person or process, `zhang.san`.
  package let subject: String
  /// Name for people, may be empty.
  package let name: String
  /// Code of the federation whose subtree the holder may write, `450000`.
  package let organisation: String
  package let roles: Set<Role>

  package init(subject: String, name: String, organisation: String, roles: Set<Role>) {
    self.subject = subject
    self.name = name
    self.organisation = organisation
    self.roles = roles
  }

  /// Whether any of these roles is held, directly or by a role that includes it.
  package func holds(anyOf wanted: Set<Role>) -> Bool {
    roles.contains { !$0.included.isDisjoint(with: wanted) }
  }
}

/// Kept by reference: a context is copied on its way, and a token that is known carries its holder
/// from call to call.
final class PrincipalBox: Sendable {
  let principal: Principal

  init(_ principal: Principal) { self.principal = principal }
}

private enum PrincipalKey: ContextKey {
  typealias Value = PrincipalBox
}

extension CallContext {
  /// The checked caller; nil for an anonymous call of an open method.
  package var principal: Principal? {
    get { values[PrincipalKey.self]?.principal }
    set { values[PrincipalKey.self] = newValue.map(PrincipalBox.init) }
  }

  mutating func setCaller(_ caller: PrincipalBox) { values[PrincipalKey.self] = caller }
}
