// What changes: named once for the change feed and for the audit. How an entity looks there is the
// wire's matter, so the API room hands in the encoding.

package import RegistryDomain

/// One record of any kind.
package enum RegistryEntity: Sendable, Hashable {
  case place(Place)
  case federation(Federation)
  case enterprise(Enterprise)
  case membership(Membership)

  /// `place`, `federation`, `enterprise` or `membership`.
  package var kind: String {
    switch self {
    case .place: PlaceState.resource
    case .federation: FederationState.resource
    case .enterprise: EnterpriseState.resource
    case .membership: Membership.resource
    }
  }

  package var id: String {
    switch self {
    case .place(let record): record.id
    case .federation(let record): record.id
    case .enterprise(let record): record.id
    case .membership(let membership): membership.id
    }
  }

  package var revision: Int64 {
    switch self {
    case .place(let record): record.revision
    case .federation(let record): record.revision
    case .enterprise(let record): record.revision
    case .membership(let membership): membership.revision
    }
  }
}

/// How entities are written into the change feed and the audit.
package protocol RegistryEncoding: Sendable {
  /// The whole entity, for the change feed.
  func payload(_ entity: RegistryEntity) throws -> [UInt8]
  /// The whole entity as JSON, for the audit.
  func json(_ entity: RegistryEntity) throws -> String
}
