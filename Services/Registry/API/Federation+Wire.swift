// Federations between the wire and the domain.

internal import CommonMessages
internal import Measures
internal import RegistryDomain
internal import RegistryMessages
internal import ServiceAPI
internal import Storage

extension RegistryMessages.FederationLevel {
  init(_ level: RegistryDomain.FederationLevel) { self.init(rawValue: Int32(level.rawValue)) }
}

extension RegistryDomain.FederationLevel {
  init?(_ message: RegistryMessages.FederationLevel) {
    self.init(rawValue: Int(message.rawValue))
  }
}

extension RegistryMessages.FundingKind {
  init(_ kind: RegistryDomain.FundingKind) { self.init(rawValue: Int32(kind.rawValue)) }
}

extension Source {
  init(_ message: Provenance?) {
    self.init(
      document: message?.document ?? "", sentence: message?.sentence ?? "",
      note: message?.note ?? "")
  }

  /// Absent where nobody recorded a source.
  var message: Provenance? {
    self == .none ? nil : Provenance(document: document, sentence: sentence, note: note)
  }
}

extension FederationMessage {
  /// A federation as it is on a day; on a day on which it is not, as it last was.
  init(_ federation: FederationRecord, on day: CalendarDate?, others: Bool = true) {
    let entries = federation.timeline.entries
    let index = day.map { federation.timeline.currentIndex(today: $0) } ?? entries.count - 1
    let shown = entries[index]
    self.init(
      id: federation.id, code: federation.code, name: shown.state.name,
      shortName: shown.state.shortName, level: .init(shown.state.level),
      placeCode: shown.state.placeCode, parentCode: shown.state.parentCode,
      funding: .init(shown.state.funding), validFrom: shown.time.fromText,
      validTo: shown.time.toText, provenance: shown.state.source.message,
      revision: federation.revision, etag: ETag(revision: federation.revision).description,
      createTime: Instant.text(federation.createTime),
      updateTime: Instant.text(federation.updateTime))
    guard others else { return }
    otherStates = entries.indices.filter { $0 != index }.map { index in
      let entry = entries[index]
      return FederationState(
        name: entry.state.name, shortName: entry.state.shortName,
        level: .init(entry.state.level), placeCode: entry.state.placeCode,
        parentCode: entry.state.parentCode, funding: .init(entry.state.funding),
        validFrom: entry.time.fromText, validTo: entry.time.toText)
    }
  }

  var settable: [(name: String, isSet: Bool)] {
    [
      ("name", !name.isEmpty), ("short_name", !shortName.isEmpty),
      ("level", level != .unspecified), ("place_code", !placeCode.isEmpty),
      ("parent_code", !parentCode.isEmpty), ("funding", funding != .unspecified),
      ("provenance", provenance != nil), ("valid_from", !validFrom.isEmpty),
      ("valid_to", !validTo.isEmpty),
    ]
  }

  /// The state that the message tells of.
  func state(_ findings: inout Findings, needsLevel: Bool) -> RegistryDomain.FederationState {
    let level = RegistryDomain.FederationLevel(self.level)
    if level == nil, needsLevel {
      findings.add(
        "level", "\(self.level.rawValue)", "federation.level", zh: "级别必填",
        en: "the level is required")
    }
    let funding = RegistryDomain.FundingKind(rawValue: Int(funding.rawValue))
    if funding == nil {
      findings.add(
        "funding", "\(self.funding.rawValue)", "federation.funding", zh: "未知的经费来源",
        en: "the kind of funding is not known")
    }
    return RegistryDomain.FederationState(
      name: name, shortName: shortName, level: level ?? .county, placeCode: placeCode,
      parentCode: parentCode, funding: funding ?? .unknown, source: Source(provenance))
  }

  /// The new federation that the message asks for. Without a code of its own it takes its place's.
  func record(_ violations: inout [Violation]) -> FederationRecord {
    var findings = Findings()
    let state = state(&findings, needsLevel: true)
    let time = ValidTime.reading(from: validFrom, to: validTo, into: &findings)
    let record = FederationRecord(
      id: UUIDv7.next(), code: code.isEmpty ? placeCode : code,
      timeline: Timeline(state, time: time))
    findings.add(record.violations, inside: "")
    violations += findings.violations.map { Violation($0.inside("federation")) }
    return record
  }
}
