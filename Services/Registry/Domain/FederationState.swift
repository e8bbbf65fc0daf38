// A federation in one valid time, and the rules that need nothing but the federation itself.

/// What is said of a federation.
package struct FederationState: RecordState {
  package static let resource = "federation"

  package enum Field: String, CaseIterable, Hashable, Sendable {
    case name
    case shortName = "short_name"
    case level
    case placeCode = "place_code"
    case parentCode = "parent_code"
    case funding, provenance
  }

  package var name: String
  package var shortName: String
  package var level: FederationLevel
  package var placeCode: String
  /// Code of the federation one level up; empty for the root.
  package var parentCode: String
  package var funding: FundingKind
  package var source: Source

  package init(
    name: String, shortName: String = "", level: FederationLevel, placeCode: String,
    parentCode: String = "", funding: FundingKind = .unknown, source: Source = .none
  ) {
    self.name = name
    self.shortName = shortName
    self.level = level
    self.placeCode = placeCode
    self.parentCode = parentCode
    self.funding = funding
    self.source = source
  }

  package mutating func take(_ field: Field, from other: FederationState) {
    switch field {
    case .name: name = other.name
    case .shortName: shortName = other.shortName
    case .level: level = other.level
    case .placeCode: placeCode = other.placeCode
    case .parentCode: parentCode = other.parentCode
    case .funding: funding = other.funding
    case .provenance: source = other.source
    }
  }
}

extension FederationState {
  package func words(_ field: Field) -> String {
    switch field {
    case .name: name
    case .shortName: shortName
    case .level: level.chineseName
    case .placeCode: placeCode
    case .parentCode: parentCode
    case .funding: funding.chineseName
    case .provenance: source.words
    }
  }
}

extension Record where State == FederationState {
  /// Rules of the federation by itself; paths start inside the federation.
  ///
  /// Its code says where its people may write, so it is no free choice: it is the code that its
  /// first place bears. Later states may lie in the place's successor.
  package var violations: [RegistryError.Violation] {
    var findings = Findings()
    findings.add(stateViolations, inside: "")
    let place = timeline.first.state.placeCode
    if findings.isEmpty, code != place {
      findings.add(
        "code", code, "federation.code_of_place",
        zh: "联社代码应是其（最早的）地区的代码\(place)",
        en: "the code of a federation is that of its first place, \(place)")
    }
    return findings.violations
  }

  /// Rules of the code and of each state alone.
  package var stateViolations: [RegistryError.Violation] {
    var findings = Findings()
    Self.check(code, "code", into: &findings)
    for entry in timeline.entries {
      let state = entry.state
      TextRule.required(
        state.name, "name", limit: RegistryLimits.nameCharacters, into: &findings)
      TextRule.optional(
        state.shortName, "short_name", limit: RegistryLimits.shortNameCharacters,
        into: &findings)
      Self.check(state.placeCode, "place_code", into: &findings)
      if state.parentCode.isEmpty {
        if state.level > .province {
          findings.add(
            "parent_code", "", "federation.parent_required",
            zh: "\(state.level.chineseName)联社必须有上级联社",
            en: "a \(state.level.name) federation has a parent")
        }
      } else {
        Self.check(state.parentCode, "parent_code", into: &findings)
      }
      findings.add(state.source.violations, inside: "provenance")
    }
    return findings.violations
  }

  private static func check(_ code: String, _ path: String, into findings: inout Findings) {
    do throws(RegistryError.Violation) {
      _ = try PlaceCode(code)
    } catch {
      findings.add(error.inside(path))
    }
  }
}
