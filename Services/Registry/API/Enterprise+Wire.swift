// Enterprises between the wire and the domain.

internal import Measures
internal import RegistryDomain
internal import RegistryMessages
internal import ServiceAPI
internal import Storage

extension EnterpriseMessage {
  /// An enterprise as it is on a day; on a day on which it is not, as it last was.
  init(_ enterprise: EnterpriseRecord, on day: CalendarDate?, others: Bool = true) {
    let entries = enterprise.timeline.entries
    let index = day.map { enterprise.timeline.currentIndex(today: $0) } ?? entries.count - 1
    let shown = entries[index]
    let state = shown.state
    self.init(
      id: enterprise.id, creditCode: state.creditCode, name: state.name,
      placeCode: state.placeCode, activityPlaceCode: state.activityPlaceCode,
      industry: state.industry.map { .init(code: $0.code, edition: $0.edition) },
      ownershipCode: state.ownershipCode, sector: state.sector, validFrom: shown.time.fromText,
      validTo: shown.time.toText,
      formerIdentities: enterprise.formerIdentities(before: index).map { former in
        .init(
          name: former.name, creditCode: former.creditCode, validFrom: former.time.fromText,
          validTo: former.time.toText)
      },
      provenance: state.source.message, revision: enterprise.revision,
      etag: ETag(revision: enterprise.revision).description,
      createTime: Instant.text(enterprise.createTime),
      updateTime: Instant.text(enterprise.updateTime))
    guard others else { return }
    otherStates = entries.indices.filter { $0 != index }.map { Self.other(entries[$0]) }
  }

  private static func other(
    _ entry: Timeline<RegistryDomain.EnterpriseState>.Entry
  ) -> RegistryMessages.EnterpriseState {
    let state = entry.state
    return RegistryMessages.EnterpriseState(
      creditCode: state.creditCode, name: state.name, placeCode: state.placeCode,
      activityPlaceCode: state.activityPlaceCode,
      industry: state.industry.map { .init(code: $0.code, edition: $0.edition) },
      ownershipCode: state.ownershipCode, sector: state.sector, validFrom: entry.time.fromText,
      validTo: entry.time.toText)
  }

  var settable: [(name: String, isSet: Bool)] {
    [
      ("credit_code", !creditCode.isEmpty), ("name", !name.isEmpty),
      ("place_code", !placeCode.isEmpty), ("activity_place_code", !activityPlaceCode.isEmpty),
      ("industry", industry != nil), ("ownership_code", !ownershipCode.isEmpty),
      ("sector", !sector.isEmpty), ("provenance", provenance != nil),
      ("former_identities", !formerIdentities.isEmpty), ("valid_from", !validFrom.isEmpty),
      ("valid_to", !validTo.isEmpty),
    ]
  }

  /// The state that the message tells of; letters of a credit code become capitals.
  var state: RegistryDomain.EnterpriseState {
    RegistryDomain.EnterpriseState(
      creditCode: creditCode.uppercased(), name: name, placeCode: placeCode,
      activityPlaceCode: activityPlaceCode,
      industry: industry.map { .init(code: $0.code, edition: $0.edition) },
      ownershipCode: ownershipCode, sector: sector, source: Source(provenance))
  }

  func former(_ findings: inout Findings) -> [RegistryDomain.FormerIdentity] {
    formerIdentities.enumerated().map { number, former in
      var own = Findings()
      let time = ValidTime.reading(from: former.validFrom, to: former.validTo, into: &own)
      findings.add(own.violations, inside: "former_identities[\(number)]")
      return RegistryDomain.FormerIdentity(
        name: former.name, creditCode: former.creditCode.uppercased(), time: time)
    }
  }

  /// The new enterprise that the message asks for.
  func record(_ violations: inout [Violation]) -> EnterpriseRecord {
    var findings = Findings()
    let time = ValidTime.reading(from: validFrom, to: validTo, into: &findings)
    let former = former(&findings)
    var record = EnterpriseRecord(
      id: UUIDv7.next(), code: "", timeline: Timeline(state, time: time))
    findings.add(record.violations, inside: "")
    if placeCode.isEmpty {
      findings.add("place_code", "", "required", zh: "注册地必填", en: "must not be empty")
    }
    if findings.isEmpty, !former.isEmpty {
      do throws(RegistryError) {
        record = try record.replacingFormerIdentities(former, at: 0)
      } catch {
        findings.add(error.violations, inside: "")
      }
    }
    violations += findings.violations.map { Violation($0.inside("enterprise")) }
    return record
  }
}
