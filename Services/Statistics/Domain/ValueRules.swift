// What a printed value must be to be a value of its indicator at all. The same at entry, in files and
// in a clerk's correction.

package import Measures

package enum ValueRules {
  /// Everything that makes a value invalid; a doubtful one is none.
  ///
  /// - Parameter path: the field that holds the value.
  package static func violations(
    _ reading: Reading, _ printed: String, _ indicator: Indicator, path: String
  ) -> [RuleViolation] {
    func broken(_ rule: String, _ chinese: String, _ english: String) -> RuleViolation {
      RuleViolation(
        path: path, value: String(printed.prefix(200)), rule: "quantity.\(rule)",
        chinese: chinese, english: english)
    }
    switch reading {
    case .invalid(let reason):
      return [broken(reason.rule.rawValue, reason.chinese, reason.english)]
    case .unreadable, .readable:
      guard isUnitMissing(printed, indicator) else { break }
      let unit = indicator.unit.symbol
      return [
        broken(
          "unit_missing", "没有写单位：应写成\(printed)\(unit)、\(printed)万\(unit)或\(printed)亿\(unit)",
          "The unit is missing: \(printed)\(unit), \(printed)万\(unit) or \(printed)亿\(unit)?")
      ]
    }
    switch reading {
    case .invalid, .unreadable: return []
    case .readable(let quantity):
      do {
        _ = try CellSum(quantity, of: indicator)
      } catch {
        return error.violations
      }
      let isNegative = quantity.value?.isNegative ?? quantity.interval.high?.isNegative ?? false
      guard isNegative, !indicator.mayBeNegative else { return [] }
      return [
        broken(
          "negative", "\(indicator.chinese)不能为负", "\(indicator.code) is not negative.")
      ]
    }
  }

  /// A bare number of money may mean 元, 万元 or 亿元, and nothing is guessed. Things that are counted
  /// are counted one by one.
  private static func isUnitMissing(_ printed: String, _ indicator: Indicator) -> Bool {
    guard indicator.unit.kind == .measure else { return false }
    let text = HalfWidth.normalized(printed)
    return !["万", "亿", indicator.unit.symbol].contains { text.contains($0) }
  }
}
