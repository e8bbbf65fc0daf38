// The invented firms, and their memberships of the federations of the invented city.

/// A firm of the training set.
struct TrainingFirm: Sendable {
  let name: String
  /// Empty for the firms whose documents do not tell it.
  let creditCode: String
  let county: TrainingPlace
  let sector: TrainingSector
  /// Registration type: 120 collective, 130 share co-operative, 159 and 173 limited.
  let ownership: String
  let employees: Int
  /// Code of the federation that it belongs to, and since when.
  let federation: String
  let admitted: String

  /// How files name it: by its code, else by its name.
  var reference: String { creditCode.isEmpty ? name : creditCode }
  var isCollective: Bool { ownership == "120" || ownership == "130" }
  /// The year of its admission.
  var admissionYear: Int { Int(admitted.prefix(4)) ?? 0 }
}

/// A sector of the register with its group of GB/T 4754-2017 and what its firms are called after.
struct TrainingSector: Sendable, Equatable {
  let name: String
  let industry: String
  let product: String

  /// Ordered by weight: the first ones are drawn more often.
  static let all = [
    TrainingSector(name: "工艺美术", industry: "243", product: "工艺品"),
    TrainingSector(name: "家具", industry: "211", product: "家具"),
    TrainingSector(name: "五金", industry: "335", product: "五金"),
    TrainingSector(name: "陶瓷", industry: "307", product: "陶瓷"),
    TrainingSector(name: "皮革", industry: "192", product: "皮件"),
    TrainingSector(name: "食品", industry: "141", product: "食品"),
    TrainingSector(name: "塑料", industry: "292", product: "塑料"),
    TrainingSector(name: "衣架", industry: "203", product: "衣架"),
  ]
  static let crafts = all[0]
}

enum TrainingFirms {
  static let count = 400
  // None of these three shares a divisor with the number of counties, so each is met in all of them.

  /// Every such firm has no credit code on record.
  private static let uncodedEvery = 7
  /// Every such firm belongs to the city's federation, not to its county's.
  private static let cityMemberEvery = 11
  /// Every such firm was admitted in one of the years of the reports, the others before.
  private static let recentEvery = 13

  private static let firstWords = ["永", "兴", "和", "安", "泰", "盛", "昌", "恒", "瑞"]
  private static let secondWords = ["丰", "达", "源", "顺", "华", "隆", "茂", "祥"]
  private static let ownerships = ["120", "120", "120", "130", "159", "173", "173", "173"]

  /// The firms, spread evenly over the counties.
  static func make(_ numbers: SplitMix64) -> [TrainingFirm] {
    var numbers = numbers
    let counties = TrainingPlace.counties
    return (0..<count).map { index in
      let county = counties[index % counties.count]
      // 7 and the number of names have no common divisor: no name comes twice in a county.
      let names = firstWords.count * secondWords.count
      let word = (index / counties.count * 7 + index % counties.count * 11) % names
      let sector = sector(&numbers)
      let ownership = numbers.pick(ownerships)
      let isFactory = ownership == "120" || ownership == "130"
      let name =
        county.name + firstWords[word / secondWords.count] + secondWords[word % secondWords.count]
        + sector.product + (isFactory ? "厂" : "有限公司")
      let serial = 100_000 + index * 37 + numbers.number(0...36)
      return TrainingFirm(
        name: name,
        creditCode: index % uncodedEvery == uncodedEvery - 1
          ? "" : TrainingCreditCode.code(place: county.code, number: serial),
        county: county, sector: sector, ownership: ownership,
        employees: numbers.number(15...150),
        federation: index % cityMemberEvery == 0 ? TrainingPlace.city.code : county.code,
        admitted: admission(index, &numbers))
    }
  }

  private static func sector(_ numbers: inout SplitMix64) -> TrainingSector {
    let last = TrainingSector.all.count - 1
    return TrainingSector.all[min(numbers.number(0...last), numbers.number(0...last))]
  }

  private static func admission(_ index: Int, _ numbers: inout SplitMix64) -> String {
    let isRecent = index % recentEvery == recentEvery - 1
    let year = isRecent ? numbers.pick(TrainingSet.years) : numbers.number(1996...2017)
    return "\(year)-\(TrainingWords.padded(numbers.number(1...12), 2))"
  }

  // MARK: - Files

  static func files(_ firms: [TrainingFirm]) -> [TrainingFile] {
    [enterprises(firms).file(), memberships(firms).file(), admissions(firms).file()]
  }

  private static func enterprises(_ firms: [TrainingFirm]) -> TrainingTable {
    var table = TrainingTable(
      "registry/enterprises",
      [
        "统一社会信用代码", "企业名称", "注册地", "地名", "经营地", "行业代码", "行业分类版本", "登记注册类型",
        "行业门类", "生效日期", "失效日期",
      ] + TrainingTable.source)
    for firm in firms {
      table.add([
        "统一社会信用代码": firm.creditCode, "企业名称": firm.name, "注册地": firm.county.code,
        "地名": firm.county.name, "行业代码": firm.sector.industry, "行业分类版本": "2017",
        "登记注册类型": firm.ownership, "行业门类": firm.sector.name,
      ])
    }
    return table
  }

  private static func memberships(_ firms: [TrainingFirm]) -> TrainingTable {
    var table = TrainingTable(
      "registry/memberships", ["联社代码", "企业", "状态", "日期", "原因"] + TrainingTable.source)
    for firm in firms {
      table.add([
        "联社代码": firm.federation, "企业": firm.reference, "状态": "已吸收", "日期": firm.admitted,
      ])
    }
    return table
  }

  /// How many were admitted: of the city, and of the counties that the firms stand in.
  private static func admissions(_ firms: [TrainingFirm]) -> TrainingTable {
    var table = TrainingTable(
      "registry/membership_tally", ["地区", "年份", "新增成员", "成员总投资"] + TrainingTable.source)
    for year in TrainingSet.years {
      let admitted = firms.filter { $0.admissionYear == year }
      for (place, count) in TrainingTally.byPlace(admitted.map(\.county)) {
        table.add(["地区": place.code, "年份": "\(year)", "新增成员": "\(count)家"])
      }
    }
    return table
  }
}

/// Counts of a city and its counties.
enum TrainingTally {
  /// The city first, then the counties in which there is something; the counties add up to it.
  static func byPlace(_ places: [TrainingPlace]) -> [(place: TrainingPlace, count: Int)] {
    let parts = TrainingPlace.counties.map { county in
      (place: county, count: places.count { $0 == county })
    }.filter { $0.count > 0 }
    return [(place: .city, count: places.count)] + parts
  }
}
