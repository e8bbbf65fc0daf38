// Memberships between the wire and the domain.

internal import Measures
internal import RegistryDomain
internal import RegistryMessages
internal import ServiceAPI
internal import Storage

extension RegistryMessages.MembershipState {
  init(_ state: RegistryDomain.MembershipState) { self.init(rawValue: Int32(state.rawValue)) }
}

extension RegistryDomain.MembershipState {
  init?(_ message: RegistryMessages.MembershipState) {
    self.init(rawValue: Int(message.rawValue))
  }
}

extension MembershipMessage {
  init(_ membership: MembershipRecord) {
    self.init(
      id: membership.id, federationCode: membership.federationCode,
      enterpriseId: membership.enterpriseID, state: .init(membership.state),
      events: membership.events.map { event in
        .init(
          state: .init(event.state), date: event.date.description, reason: event.reason,
          recordTime: Instant.text(event.recordTime))
      },
      provenance: membership.source.message, revision: membership.revision,
      etag: ETag(revision: membership.revision).description)
  }
}
