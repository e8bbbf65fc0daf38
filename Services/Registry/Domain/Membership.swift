// A membership ties an enterprise to a federation. It is the list of its steps; the state is the
// last one's.

package import Measures

/// One step of a membership.
package struct MembershipEvent: Sendable, Hashable {
  package var state: MembershipState
  package var date: PartialDate
  package var reason: String
  /// Microseconds since 1970 UTC.
  package var recordTime: Int64

  package init(
    state: MembershipState, date: PartialDate, reason: String = "", recordTime: Int64 = 0
  ) {
    self.state = state
    self.date = date
    self.reason = reason
    self.recordTime = recordTime
  }
}

/// An enterprise's membership of a federation.
package struct Membership: Sendable, Hashable {
  package static let resource = "membership"

  package var id: String
  package var federationCode: String
  package var enterpriseID: String
  /// Oldest first, never empty.
  package private(set) var events: [MembershipEvent]
  package var source: Source
  package var revision: Int64

  package init?(
    id: String, federationCode: String, enterpriseID: String, events: [MembershipEvent],
    source: Source = .none, revision: Int64 = 0
  ) {
    if events.isEmpty { return nil }
    self.id = id
    self.federationCode = federationCode
    self.enterpriseID = enterpriseID
    self.events = events
    self.source = source
    self.revision = revision
  }

  /// A new membership. A history may begin with an admission: documents that tell of one seldom
  /// tell of the application before it.
  package init(
    id: String, federationCode: String, enterpriseID: String, first: MembershipEvent,
    source: Source = .none, today: CalendarDate
  ) throws(RegistryError) {
    guard first.state == .applied || first.state == .admitted else {
      throw RegistryError(
        .failedPrecondition, zh: "会员关系应以申请或吸收开始,不能以“\(first.state.chineseName)”开始",
        en: "a membership begins with an application or an admission, not as \(first.state.name)")
    }
    var findings = Findings()
    Self.check(first, after: nil, needsReason: false, today: today, into: &findings)
    findings.add(source.violations, inside: "provenance")
    try findings.check()
    self.id = id
    self.federationCode = federationCode
    self.enterpriseID = enterpriseID
    events = [first]
    self.source = source
    revision = 0
  }

  package var state: MembershipState { events[events.count - 1].state }

  /// The membership after a step.
  package func taking(
    _ step: MembershipStep, on date: PartialDate, reason: String, today: CalendarDate
  ) throws(RegistryError) -> Membership {
    let event = MembershipEvent(
      state: try state.transition(step), date: date, reason: reason)
    var findings = Findings()
    Self.check(
      event, after: events[events.count - 1], needsReason: step.needsReason, today: today,
      into: &findings)
    if events.count >= RegistryLimits.membershipEvents {
      findings.add(
        "membership_id", id, "membership.events",
        zh: "一个会员关系最多\(RegistryLimits.membershipEvents)步",
        en: "a membership has at most \(RegistryLimits.membershipEvents) steps")
    }
    try findings.check()
    var membership = self
    membership.events.append(event)
    return membership
  }

  /// The state on a day; nil before the first step.
  package func state(on day: CalendarDate) -> MembershipState? {
    events.last { $0.date.firstDay <= day }?.state
  }

  private static func check(
    _ event: MembershipEvent, after previous: MembershipEvent?, needsReason: Bool,
    today: CalendarDate, into findings: inout Findings
  ) {
    // A short date may mean any of its days, so only an order that cannot be is refused.
    if let previous, event.date.lastDay < previous.date.firstDay {
      findings.add(
        "date", event.date.description, "membership.date_order",
        zh: "日期早于上一步的\(previous.date.chinese)",
        en: "the date is before that of the last step, \(previous.date)")
    }
    if event.date.firstDay > today {
      findings.add(
        "date", event.date.description, "membership.date_future", zh: "日期在今天之后",
        en: "the date lies in the future")
    }
    if needsReason {
      TextRule.required(
        event.reason, "reason", limit: RegistryLimits.reasonCharacters, into: &findings)
    } else {
      TextRule.optional(
        event.reason, "reason", limit: RegistryLimits.reasonCharacters, lines: true,
        into: &findings)
    }
  }
}
