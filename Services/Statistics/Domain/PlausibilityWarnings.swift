// Odd values that are not wrong by themselves. They are kept, and the report says so.

internal import Measures

enum PlausibilityWarnings {
  /// More people in one enterprise, on average, than small firms have: home workers are counted,
  /// or enterprises are missing.
  static let personsPerEnterprise: Int64 = 200
  /// Output of one person in a year, in 元. Below it, home or part-time workers are counted;
  /// above it, a unit may be wrong.
  static let outputPerPerson: (low: Int64, high: Int64) = (30_000, 10_000_000)

  static func warnings(values: [String: Quantity], period: Period) -> [String] {
    var found: [String] = []
    let people = values["employee_count"]?.value
    if let people, let firms = values["enterprise_count"]?.value, firms.isPositive,
      let mean = try? people.divided(by: firms, scale: 1),
      mean > ExactDecimal(personsPerEnterprise)
    {
      found.append("户均从业人员\(mean)人，超过\(personsPerEnterprise)人：是否包括家庭加工户？")
    }
    if let people, people.isPositive, let output = values["gross_output"]?.value,
      let yearly = perYear(output, period), let mean = try? yearly.divided(by: people, scale: 2)
    {
      if mean < ExactDecimal(outputPerPerson.low) {
        found.append("人均年产值\(tenThousands(mean))万元，低于\(outputPerPerson.low / 10_000)万元")
      }
      if mean > ExactDecimal(outputPerPerson.high) {
        found.append("人均年产值\(tenThousands(mean))万元，高于\(outputPerPerson.high / 10_000)万元")
      }
    }
    return found
  }

  private static func perYear(_ output: ExactDecimal, _ period: Period) -> ExactDecimal? {
    guard let months = try? output.multiplied(by: 12) else { return nil }
    return try? months.divided(by: ExactDecimal(Int64(period.monthCount)), scale: 2)
  }

  private static func tenThousands(_ yuan: ExactDecimal) -> String {
    (try? yuan.multiplied(byPowerOfTen: -4).text(decimals: 2)) ?? yuan.description
  }
}
