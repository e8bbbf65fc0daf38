// Why a number of the register is missing, in one wording for reports and explanations.

/// Words for what the register does not know.
package enum RegisterWords {
  package static func missing(
    _ measure: RegisterKey.Measure, _ tallies: [FederationTally]
  ) -> String {
    switch measure {
    case .all: return "名册没有登记联社"
    case .level(let level): return "名册没有登记\(level.chinese)联社"
    case .fiscal, .fiscalShare:
      let all = tallies.map(\.count).reduce(0, +)
      guard all > 0 else { return "名册没有登记联社" }
      return tallies.fundingUnknown == all
        ? "名册没有登记经费来源" : "\(tallies.fundingUnknown)个联社没有登记经费来源"
    }
  }
}
