// Places between the wire and the domain.

internal import Measures
internal import RegistryDomain
internal import RegistryMessages
internal import ServiceAPI
internal import Storage

extension RegistryMessages.PlaceLevel {
  init(_ level: RegistryDomain.PlaceLevel) { self.init(rawValue: Int32(level.rawValue)) }
}

extension RegistryDomain.PlaceLevel {
  /// Nil for an unspecified level, or one of a later version.
  init?(_ message: RegistryMessages.PlaceLevel) { self.init(rawValue: Int(message.rawValue)) }
}

extension PlaceMessage {
  /// A place as it is on a day; on a day on which it is not, as it last was.
  init(_ place: PlaceRecord, on day: CalendarDate?, others: Bool = true) {
    let entries = place.timeline.entries
    let index = day.map { place.timeline.currentIndex(today: $0) } ?? entries.count - 1
    let shown = entries[index]
    self.init(
      id: place.id, code: place.code, name: shown.state.name, level: .init(shown.state.level),
      parentCode: shown.state.parentCode, validFrom: shown.time.fromText,
      validTo: shown.time.toText, successorCode: shown.state.successorCode,
      revision: place.revision, etag: ETag(revision: place.revision).description)
    guard others else { return }
    otherStates = entries.indices.filter { $0 != index }.map { index in
      let entry = entries[index]
      return PlaceState(
        name: entry.state.name, level: .init(entry.state.level),
        parentCode: entry.state.parentCode, validFrom: entry.time.fromText,
        validTo: entry.time.toText, successorCode: entry.state.successorCode)
    }
  }

  /// Fields that an update may change.
  var settable: [(name: String, isSet: Bool)] {
    [
      ("name", !name.isEmpty), ("level", level != .unspecified),
      ("parent_code", !parentCode.isEmpty), ("valid_from", !validFrom.isEmpty),
      ("valid_to", !validTo.isEmpty), ("successor_code", !successorCode.isEmpty),
    ]
  }

  /// The state that the message tells of. Where no level is given, a code's digits say it.
  func state(_ findings: inout Findings) -> RegistryDomain.PlaceState {
    let known = RegistryDomain.PlaceLevel(level)
    let told = known ?? (level == .unspecified ? (try? PlaceCode(code))?.level : nil)
    if told == nil {
      findings.add(
        "level", "\(level.rawValue)", "place.level", zh: "级别必填", en: "the level is required")
    }
    return RegistryDomain.PlaceState(
      name: name, level: told ?? .county, parentCode: parentCode, successorCode: successorCode)
  }

  /// The new place that the message asks for.
  func record(_ violations: inout [Violation]) -> PlaceRecord {
    var findings = Findings()
    let state = state(&findings)
    let time = ValidTime.reading(from: validFrom, to: validTo, into: &findings)
    let record = PlaceRecord(
      id: UUIDv7.next(), code: code, timeline: Timeline(state, time: time))
    if findings.isEmpty { findings.add(record.violations, inside: "") }
    violations += findings.violations.map { Violation($0.inside("place")) }
    return record
  }
}

extension ValidTime {
  var fromText: String { from?.description ?? "" }
  var toText: String { to?.description ?? "" }
}
