// An enterprise or member unit in one valid time, its former names and codes, and the rules that
// need nothing but the enterprise itself.

internal import Measures

/// What is said of an enterprise.
package struct EnterpriseState: RecordState {
  package static let resource = "enterprise"

  package enum Field: String, CaseIterable, Hashable, Sendable {
    case creditCode = "credit_code"
    case name
    case placeCode = "place_code"
    case activityPlaceCode = "activity_place_code"
    case industry
    case ownershipCode = "ownership_code"
    case sector, provenance
  }

  /// Empty where nobody recorded it: many documents name enterprises without it.
  package var creditCode: String
  package var name: String
  package var placeCode: String
  package var activityPlaceCode: String
  package var industry: Industry?
  package var ownershipCode: String
  package var sector: String
  package var source: Source

  package init(
    creditCode: String = "", name: String, placeCode: String, activityPlaceCode: String = "",
    industry: Industry? = nil, ownershipCode: String = "", sector: String = "",
    source: Source = .none
  ) {
    self.creditCode = creditCode
    self.name = name
    self.placeCode = placeCode
    self.activityPlaceCode = activityPlaceCode
    self.industry = industry
    self.ownershipCode = ownershipCode
    self.sector = sector
    self.source = source
  }

  package mutating func take(_ field: Field, from other: EnterpriseState) {
    switch field {
    case .creditCode: creditCode = other.creditCode
    case .name: name = other.name
    case .placeCode: placeCode = other.placeCode
    case .activityPlaceCode: activityPlaceCode = other.activityPlaceCode
    case .industry: industry = other.industry
    case .ownershipCode: ownershipCode = other.ownershipCode
    case .sector: sector = other.sector
    case .provenance: source = other.source
    }
  }
}

extension EnterpriseState {
  package func words(_ field: Field) -> String {
    switch field {
    case .creditCode: creditCode
    case .name: name
    case .placeCode: placeCode
    case .activityPlaceCode: activityPlaceCode
    case .industry: industry.map { "\($0.code) (\($0.edition))" } ?? ""
    case .ownershipCode: ownershipCode
    case .sector: sector
    case .provenance: source.words
    }
  }
}

/// A name and code that an enterprise had.
package struct FormerIdentity: Sendable, Hashable {
  package var name: String
  package var creditCode: String
  package var time: ValidTime

  package init(name: String, creditCode: String = "", time: ValidTime) {
    self.name = name
    self.creditCode = creditCode
    self.time = time
  }
}

extension Record where State == EnterpriseState {
  /// Names and codes that differ from those of the state on a day, before it; oldest first.
  package func formerIdentities(before index: Int) -> [FormerIdentity] {
    var identities: [FormerIdentity] = []
    for entry in timeline.entries[..<index] {
      if let last = identities.last, last.name == entry.state.name,
        last.creditCode == entry.state.creditCode, last.time.touches(entry.time)
      {
        identities[identities.count - 1].time.to = entry.time.to
      } else {
        identities.append(
          FormerIdentity(
            name: entry.state.name, creditCode: entry.state.creditCode, time: entry.time))
      }
    }
    let current = timeline.entries[index]
    if let last = identities.last, last.name == current.state.name,
      last.creditCode == current.state.creditCode, last.time.touches(current.time)
    {
      identities.removeLast()
    }
    return identities
  }

  /// The record with these identities before the state at `index`, in place of those it has.
  package func replacingFormerIdentities(
    _ identities: [FormerIdentity], at index: Int
  ) throws(RegistryError) -> Enterprise {
    try checkFormer(identities, before: index)
    var record = self
    let current = timeline.entries[index]
    let before = ValidTime(from: timeline.first.time.from, to: current.time.from)
    do throws(TimelineError) {
      // The time before the state first takes the present identity, then the former ones.
      let rename = { (state: EnterpriseState, name: String, code: String) -> EnterpriseState in
        var state = state
        state.name = name
        state.creditCode = code
        return state
      }
      if index > 0 {
        record.timeline = try record.timeline.overlaying([(before, ())]) { state, _ in
          rename(state, current.state.name, current.state.creditCode)
        }
      }
      record.timeline = try record.timeline.overlaying(
        identities.map { ($0.time, $0) }
      ) { rename($0, $1.name, $1.creditCode) }
    } catch {
      throw .invalid([error.violation(State.resource)])
    }
    return record
  }

  /// Former identities have an end, follow one another and lie before the state they precede.
  private func checkFormer(
    _ identities: [FormerIdentity], before index: Int
  ) throws(RegistryError) {
    var findings = Findings()
    if identities.count > RegistryLimits.formerIdentities {
      findings.add(
        "former_identities", "\(identities.count)", "enterprise.former_count",
        zh: "曾用名最多\(RegistryLimits.formerIdentities)个",
        en: "has at most \(RegistryLimits.formerIdentities) former identities")
    }
    let current = timeline.entries[index].time
    let limit = index == timeline.entries.count - 1 ? current.end : current.start
    var previous: ValidTime?
    for (number, identity) in identities.enumerated() {
      let path = "former_identities[\(number)]"
      findings.add(Self.violations(of: identity), inside: path)
      guard let end = identity.time.end, !identity.time.isEmpty else {
        findings.add(
          "\(path).valid_to", identity.time.to?.description ?? "", "enterprise.former_end",
          zh: "曾用名必须有晚于生效日期的失效日期",
          en: "a former identity has an end later than its beginning")
        continue
      }
      let inside = timeline.span.start <= identity.time.start && limit.map { end <= $0 } ?? true
      if !inside || previous.map({ $0.overlaps(identity.time) || end <= $0.start }) == true {
        findings.add(
          "\(path).valid_from", identity.time.description, "enterprise.former_order",
          zh: "曾用名应按时间先后、互不重叠,并在企业有效期内、现名之前",
          en: "former identities follow one another inside the enterprise's time, before the "
            + "present one")
      }
      previous = identity.time
    }
    try findings.check()
  }

  private static func violations(of identity: FormerIdentity) -> [RegistryError.Violation] {
    var findings = Findings()
    TextRule.required(
      identity.name, "name", limit: RegistryLimits.nameCharacters, into: &findings)
    check(creditCode: identity.creditCode, into: &findings)
    return findings.violations
  }

  private static func check(creditCode: String, into findings: inout Findings) {
    guard !creditCode.isEmpty else { return }
    do throws(RegistryError.Violation) {
      _ = try CreditCode(creditCode)
    } catch {
      findings.add(error.inside("credit_code"))
    }
  }

  /// Rules of the enterprise by itself; paths start inside the enterprise.
  package var violations: [RegistryError.Violation] {
    var findings = Findings()
    for entry in timeline.entries {
      let state = entry.state
      Self.check(creditCode: state.creditCode, into: &findings)
      TextRule.required(
        state.name, "name", limit: RegistryLimits.nameCharacters, into: &findings)
      TextRule.optional(
        state.sector, "sector", limit: RegistryLimits.sectorCharacters, into: &findings)
      findings.add(state.industry?.violations ?? [], inside: "industry")
      if !state.ownershipCode.isEmpty,
        let violation = OwnershipCode.violation(state.ownershipCode)
      {
        findings.add(violation.inside("ownership_code"))
      }
      findings.add(state.source.violations, inside: "provenance")
    }
    return findings.violations
  }
}
