// The three levels of federations, valid in time: a parent is one level up, and its place contains
// that of the child, on every day of the child's life.

package import Measures

/// Federations by code, over the places they stand in.
package struct FederationTree: Sendable {
  private let places: PlaceTree
  private var federations: [String: [Federation]] = [:]

  package init(_ federations: some Sequence<Federation>, places: PlaceTree) {
    self.places = places
    for federation in federations {
      self.federations[federation.code, default: []].append(federation)
    }
  }

  package func state(_ code: String, on day: CalendarDate) -> FederationState? {
    for federation in federations[code] ?? [] {
      if let entry = federation.timeline.entry(on: day) { return entry.state }
    }
    return nil
  }

  /// Rules of a federation towards its parent and its place; paths start inside the federation.
  package func violations(of federation: Federation) -> [RegistryError.Violation] {
    var findings = Findings()
    for entry in federation.timeline.entries {
      if let violation = places.missing(entry.state.placeCode, in: entry.time, path: "place_code") {
        findings.add(violation)
        continue
      }
      let days = turningDays(in: entry.time)
      for day in places.recorded(days, of: entry.state.placeCode, in: entry.time) {
        guard let violation = violation(of: entry.state, on: day) else { continue }
        findings.add(violation)
        break
      }
    }
    return findings.violations
  }

  /// Rules of the direct children of a federation, told as rules of their parent.
  package func violationsBelow(_ code: String) -> [RegistryError.Violation] {
    var findings = Findings()
    for child in federations.values.joined().sorted(by: { $0.code < $1.code })
    where child.timeline.entries.contains(where: { $0.state.parentCode == code }) {
      for violation in violations(of: child) {
        findings.add(
          "", child.code, "federation.child",
          zh: "下级\(child.timeline.last.state.name)(\(child.code)):\(violation.zh)",
          en: "the child \(child.code): \(violation.en)")
      }
    }
    return findings.violations
  }

  private func turningDays(in time: ValidTime) -> [CalendarDate] {
    var days = Set(places.turningDays(in: time))
    for federation in federations.values.joined() {
      for entry in federation.timeline.entries {
        if time.contains(entry.time.start) { days.insert(entry.time.start) }
        if let end = entry.time.end, time.contains(end) { days.insert(end) }
      }
    }
    return days.sorted()
  }

  private func violation(
    of state: FederationState, on day: CalendarDate
  ) -> RegistryError.Violation? {
    if let place = places.resolve(state.placeCode, on: day), !state.level.fits(place.state.level) {
      return RegistryError.Violation(
        path: "level", value: state.level.name, rule: "federation.level_of_place",
        zh: "\(state.level.chineseName)联社的地区\(place.state.name)却是\(place.state.level.chineseName)",
        en: "the place \(place.code) of a \(state.level.name) federation is a "
          + place.state.level.name)
    }
    guard !state.parentCode.isEmpty else { return nil }
    guard let parent = self.state(state.parentCode, on: day) else {
      return RegistryError.Violation(
        path: "parent_code", value: state.parentCode, rule: "federation.parent_unknown",
        zh: "上级联社\(state.parentCode)在\(PlaceTree.words(day))不存在",
        en: "there is no federation \(state.parentCode) \(PlaceTree.englishWords(day))")
    }
    guard state.level.parent == parent.level else {
      return RegistryError.Violation(
        path: "parent_code", value: state.parentCode, rule: "federation.parent_level",
        zh: "\(state.level.chineseName)联社的上级应高一级,\(state.parentCode)却是\(parent.level.chineseName)",
        en: "the parent of a \(state.level.name) federation is one level up; "
          + "\(state.parentCode) is a \(parent.level.name)")
    }
    guard places.contains(parent.placeCode, state.placeCode, on: day) else {
      return RegistryError.Violation(
        path: "parent_code", value: state.parentCode, rule: "federation.parent_place",
        zh: "上级联社\(state.parentCode)的地区在\(PlaceTree.words(day))不包含地区\(state.placeCode)",
        en: "the place of the federation \(state.parentCode) does not contain "
          + "\(state.placeCode) \(PlaceTree.englishWords(day))")
    }
    return nil
  }
}
