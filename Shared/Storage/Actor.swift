// Who changes something, and on whose behalf: copied into every audit entry.

package struct Actor: Sendable, Hashable {
  /// The token's subject, or `system:NAME` for work that no person started.
  package var subject: String
  /// The organisation the subject acts for; empty for the system.
  package var organisation: String
  /// The caller's `request_id`; the key of replay in `writeOnce`. Empty when there is none.
  package var requestID: String
  package var traceID: String

  package init(
    subject: String, organisation: String = "", requestID: String = "", traceID: String = ""
  ) {
    self.subject = subject
    self.organisation = organisation
    self.requestID = requestID
    self.traceID = traceID
  }

  package static func system(_ name: String) -> Actor { Actor(subject: "system:\(name)") }
}
