// The monthly and yearly reports of the invented firms. Everything is whole numbers (hundreds of 元,
// thousandths for rates), so that the twelve months are the year to the last digit.

enum TrainingReports {
  private static let titles =
    [
      "报表", "渠道", "期别", "口径", "地区", "单位", "行业", "性质", "指标", "数值", "口径说明",
    ] + TrainingTable.source

  /// The federations' own channel: their members report to them.
  private static let channel = "联社传统城镇集体"

  /// Output of a month in thousandths of an average one: the weeks around the new year are weak, the
  /// end of the year is strong.
  private static let seasons = [
    920, 620, 980, 990, 1020, 1050, 970, 980, 1060, 1040, 1100, 1270,
  ]
  /// A weak spring in the last year, in thousandths, by month.
  private static let weakSpring = [2: 600, 3: 850]

  /// How a firm does, in thousandths of its output unless said otherwise.
  private struct Habits {
    /// Output of a year and a head, in hundreds of 元.
    let outputPerHead: Int
    /// Level of its output in each year, in thousandths of that of the first.
    let levels: [Int]
    /// Nil for firms that export nothing.
    let exported: Int?
    let taxed: Int
    let earned: Int

    init(_ numbers: inout SplitMix64) {
      outputPerHead = numbers.number(1200...4500)
      let second = numbers.number(1010...1120)
      levels = [1000, second, second * numbers.number(960...1060) / 1000]
      exported = numbers.number(0...3) == 0 ? numbers.number(200...700) : nil
      taxed = numbers.number(20...50)
      earned = numbers.number(25...80)
    }
  }

  /// The values of a report: money in hundreds of 元.
  struct Values: Sendable {
    var output = 0
    var sales = 0
    var exports: Int?
    var tax = 0
    var profit = 0
    var employees = 0

    /// Adds a later month: flows add up, a stock is that of the last month.
    mutating func add(_ month: Values) {
      output += month.output
      sales += month.sales
      exports = month.exports.map { (exports ?? 0) + $0 } ?? exports
      tax += month.tax
      profit += month.profit
      employees = month.employees
    }

    /// Sales over output, in thousandths, rounded.
    private var salesRate: Int { (sales * 2000 + output) / (output * 2) }

    /// Every indicator that the form asks for, as printed; firms that export nothing leave that out.
    var printed: [(indicator: String, value: String)] {
      let rate = "\(salesRate / 10).\(salesRate % 10)%"
      return [
        ("工业总产值", TrainingWords.money(output)), ("工业销售产值", TrainingWords.money(sales)),
        ("产品销售率", rate),
      ] + (exports.map { [("出口交货值", TrainingWords.money($0))] } ?? []) + [
        ("上缴税金", TrainingWords.money(tax)), ("利润总额", TrainingWords.money(profit)),
        ("利税总额", TrainingWords.money(tax + profit)), ("企业数", "1家"),
        ("从业人员", "\(employees)人"),
      ]
    }
  }

  /// Months in a file: a commit holds the one writer of SQLite, so no file should take long.
  private static let monthsOfAFile = 6

  /// Files of the monthly reports, and one of the yearly reports.
  static func files(_ firms: [TrainingFirm], _ numbers: SplitMix64) -> [TrainingFile] {
    var numbers = numbers
    let halves = TrainingSet.years.flatMap { ["\($0)-H1", "\($0)-H2"] }
    var months = halves.map { _ in TrainingTable("statistics/reports", titles) }
    var years = TrainingTable("statistics/reports", titles)
    for firm in firms {
      let habits = Habits(&numbers)
      for (index, year) in TrainingSet.years.enumerated() {
        var sum = Values()
        for month in 1...12 {
          let values = values(firm, habits, index, month, &numbers)
          let half = index * 2 + (month - 1) / monthsOfAFile
          add(values, of: firm, "\(year)-\(TrainingWords.padded(month, 2))", "month", &months[half])
          sum.add(values)
        }
        add(sum, of: firm, "\(year)", "year", &years)
      }
    }
    return zip(halves, months).map { half, table in
      table.file("statistics-reports-month-\(half)")
    } + [years.file("statistics-reports-year")]
  }

  private static func values(
    _ firm: TrainingFirm, _ habits: Habits, _ year: Int, _ month: Int,
    _ numbers: inout SplitMix64
  ) -> Values {
    let shock = year == TrainingSet.years.count - 1 ? weakSpring[month] ?? 1000 : 1000
    let average = firm.employees * habits.outputPerHead / 12
    var values = Values()
    values.output =
      average * seasons[month - 1] / 1000 * habits.levels[year] / 1000 * shock / 1000
      * numbers.number(950...1050) / 1000
    values.sales = values.output * numbers.number(930...1005) / 1000
    values.exports = habits.exported.map {
      values.output * $0 / 1000 * numbers.number(950...1000) / 1000
    }
    values.tax = values.output * habits.taxed / 1000 * numbers.number(950...1050) / 1000
    values.profit = values.output * habits.earned / 1000 * numbers.number(920...1080) / 1000
    values.employees = firm.employees * numbers.number(970...1030) / 1000
    return values
  }

  private static func add(
    _ values: Values, of firm: TrainingFirm, _ period: String, _ form: String,
    _ table: inout TrainingTable
  ) {
    for (indicator, value) in values.printed {
      table.add([
        "报表": "collective-\(form)", "渠道": channel, "期别": period, "口径": "单位",
        "单位": firm.reference, "指标": indicator, "数值": value,
      ])
    }
  }
}
