// Where a report belongs: the place as it was known on the period's last day, and for a unit what
// the register said of it then.

internal import Measures
internal import StatisticsDomain
internal import Storage

enum ReportPlacement {
  /// The key with its place, and the profile of its unit.
  ///
  /// - Throws: `invalid` for a place or unit that does not exist, or not then; all at once.
  static func settle(
    _ key: ReportKey, _ reference: Reference, _ transaction: some SQLExecutor
  ) throws -> (key: ReportKey, profile: UnitProfile?) {
    switch key.coverage {
    case .whole, .remainder:
      if let violation = violation(of: key.placeCode, on: key.period.lastDay, reference) {
        throw StatisticsError.invalid([violation])
      }
      return (key, nil)
    case .unit:
      return try settleUnit(key, reference, transaction)
    }
  }

  private static func settleUnit(
    _ key: ReportKey, _ reference: Reference, _ transaction: some SQLExecutor
  ) throws -> (key: ReportKey, profile: UnitProfile?) {
    let day = key.period.lastDay
    guard let fact = try RegisterLookup.enterprise(key.unitID, on: day, transaction) else {
      throw StatisticsError.invalid([
        RuleViolation(
          path: "unit_id", value: key.unitID, rule: "report.unit_unknown",
          chinese: "名录中没有这个单位", english: "The register has no such enterprise.")
      ])
    }
    let registered = fact.statisticalPlaceCode
    guard let place = reference.places.code(for: registered, on: day) else {
      throw StatisticsError.invalid([
        RuleViolation(
          path: "unit_id", value: key.unitID, rule: "report.unit_place",
          chinese: "单位所在地“\(registered)”在\(day)不是有效地区",
          english: "The unit's place \(registered) was not valid on \(day).")
      ])
    }
    guard key.placeCode.isEmpty || key.placeCode == place else {
      throw StatisticsError.invalid([
        RuleViolation(
          path: "place_code", value: key.placeCode, rule: "report.unit_place",
          chinese: "单位所在地是\(place)", english: "The unit's place is \(place).")
      ])
    }
    var settled = key
    settled.placeCode = place
    let profile = UnitProfile(
      name: fact.name, placeCode: place, sector: fact.sector, industryCode: fact.industryCode,
      industryEdition: fact.industryEdition, ownershipCode: fact.ownershipCode,
      federationCodes: try RegisterLookup.federations(
        ofEnterprise: key.unitID, on: day, transaction))
    return (settled, profile)
  }

  /// Why a place cannot stand in a report of that day; nil where it can.
  private static func violation(
    of code: String, on day: CalendarDate, _ reference: Reference
  ) -> RuleViolation? {
    guard reference.places.exists(code) else {
      return RuleViolation(
        path: "place_code", value: code, rule: "report.place_unknown",
        chinese: "名录中没有这个地区", english: "The register has no such place.")
    }
    guard reference.places.fact(code, on: day) == nil else { return nil }
    let then = reference.places.code(for: code, on: day)
    return RuleViolation(
      path: "place_code", value: code, rule: "report.place_not_valid",
      chinese: "\(code)在\(day)不是有效地区" + (then.map { "，当时为\($0)" } ?? ""),
      english: "\(code) was not valid on \(day)"
        + (then.map { "; \($0) was." } ?? "."))
  }
}
