// A place in one valid time, and the rules that need nothing but the place itself.

/// What is said of a place. A place whose code changes is two places, the first naming the second.
package struct PlaceState: RecordState {
  package static let resource = "place"

  package enum Field: String, CaseIterable, Hashable, Sendable {
    case name, level
    case parentCode = "parent_code"
    case successorCode = "successor_code"
  }

  package var name: String
  package var level: PlaceLevel
  /// Empty for a root.
  package var parentCode: String
  /// Code of the place that followed; empty where none did.
  package var successorCode: String

  package init(
    name: String, level: PlaceLevel, parentCode: String = "", successorCode: String = ""
  ) {
    self.name = name
    self.level = level
    self.parentCode = parentCode
    self.successorCode = successorCode
  }

  /// The successor belongs to the day on which the place ends, so to its last state alone.
  package static let endFields: Set<Field> = [.successorCode]

  package mutating func take(_ field: Field, from other: PlaceState) {
    switch field {
    case .name: name = other.name
    case .level: level = other.level
    case .parentCode: parentCode = other.parentCode
    case .successorCode: successorCode = other.successorCode
    }
  }
}

extension PlaceState {
  package func words(_ field: Field) -> String {
    switch field {
    case .name: name
    case .level: level.chineseName
    case .parentCode: parentCode
    case .successorCode: successorCode
    }
  }
}

extension Record where State == PlaceState {
  /// Rules of the place by itself; paths start inside the place.
  package var violations: [RegistryError.Violation] {
    var findings = Findings()
    let code = code.isEmpty ? nil : Self.read(code, "code", into: &findings)
    for entry in timeline.entries {
      check(entry.state, code: code, into: &findings)
      if !entry.state.successorCode.isEmpty, entry != timeline.last || entry.time.to == nil {
        findings.add(
          "successor_code", entry.state.successorCode, "place.successor_needs_end",
          zh: "只有已失效的地区才有后继代码,请填失效日期",
          en: "only a place that has ended has a successor; set valid_to")
      }
    }
    return findings.violations
  }

  private func check(_ state: PlaceState, code: PlaceCode?, into findings: inout Findings) {
    TextRule.required(
      state.name, "name", limit: RegistryLimits.nameCharacters, into: &findings)
    if let code, !Self.mayBear(code, state.level) {
      findings.add(
        "level", state.level.name, "place.level_of_code",
        zh: "代码\(code)是\(code.level.chineseName)的代码,级别却是\(state.level.chineseName)",
        en: "\(code) is the code of a \(code.level.name), the level is \(state.level.name)")
    }
    if code == nil, self.code.isEmpty, state.level < .township {
      findings.add(
        "code", "", "place.code_required", zh: "县级以上地区必须有代码",
        en: "a place of county level or above has a code")
    }
    let parent =
      state.parentCode.isEmpty
      ? nil : Self.read(state.parentCode, "parent_code", into: &findings)
    if state.parentCode.isEmpty, state.level > .province {
      findings.add(
        "parent_code", "", "place.parent_required", zh: "地级以下必须有上级代码",
        en: "a place below a province has a parent")
    }
    if let code, let parent { Self.checkDigits(code, parent, into: &findings) }
    guard !state.successorCode.isEmpty else { return }
    _ = Self.read(state.successorCode, "successor_code", into: &findings)
    if state.successorCode == self.code {
      findings.add(
        "successor_code", state.successorCode, "place.successor_self",
        zh: "后继代码不能是自己", en: "a place does not follow itself")
    }
  }

  /// Six digits name places down to the county; zones borrow codes of counties.
  private static func mayBear(_ code: PlaceCode, _ level: PlaceLevel) -> Bool {
    code.level == level || (level == .functionalZone && code.level == .county)
  }

  /// The code of a place repeats the digits of the place above it.
  private static func checkDigits(
    _ code: PlaceCode, _ parent: PlaceCode, into findings: inout Findings
  ) {
    let fits =
      switch parent.level {
      case .national: true
      case .province: code.provinceDigits == parent.provinceDigits
      default: code.prefectureDigits == parent.prefectureDigits
      }
    if !fits || code == parent {
      findings.add(
        "parent_code", parent.text, "place.parent_digits",
        zh: "代码\(code)的前几位与上级代码\(parent)不一致",
        en: "the digits of \(code) do not lie under those of \(parent)")
    }
  }

  private static func read(
    _ text: String, _ path: String, into findings: inout Findings
  ) -> PlaceCode? {
    do throws(RegistryError.Violation) {
      return try PlaceCode(text)
    } catch {
      findings.add(error.inside(path))
      return nil
    }
  }
}
