// What the federations of the invented city did: characteristic regions, projects and their funds,
// restructuring, petitions. Sums and tallies agree with what they are sums of.

enum TrainingUndertakings {
  static func files(_ firms: [TrainingFirm], _ numbers: SplitMix64) -> [TrainingFile] {
    var numbers = numbers
    return regions() + projects(firms, &numbers) + restructuring(firms, &numbers)
      + [petitions(&numbers).file()]
  }

  // MARK: - Regions

  /// A title of a region: what it is for, its level, and the year in which it was named.
  private static let named: [(county: Int, sector: Int, level: String, year: Int)] = [
    (0, 1, "省级", 2018), (1, 3, "市级", 2019), (2, 0, "省级", 2019), (4, 7, "市级", 2020),
  ]

  private static func regions() -> [TrainingFile] {
    let counties = TrainingPlace.counties
    var clusters = TrainingTable(
      "registry/cluster", ["代码", "产业", "地区", "最早记载"] + TrainingTable.source)
    // Each county has the industry of its title; those without a title have another one.
    let sectors = [1, 3, 0, 2, 7, 4]
    for (number, county) in counties.enumerated() {
      clusters.add([
        "代码": "demo-cluster-\(number + 1)",
        "产业": "示例\(TrainingSector.all[sectors[number]].product)", "地区": county.code,
        "最早记载": "2015",
      ])
    }
    var titles = TrainingTable(
      "registry/region_title",
      ["代码", "称号", "级别", "地区", "持有者", "集群", "授名单位"] + TrainingTable.source)
    var events = TrainingTable(
      "registry/region_event",
      ["称号", "集群", "事件", "级别", "地区", "时间", "单位"] + TrainingTable.source)
    for (number, title) in zip(1..., named) {
      let county = counties[title.county]
      let body = title.level == "省级" ? TrainingPlace.province : .city
      let code = "demo-region-\(number)"
      titles.add([
        "代码": code, "称号": "\(county.name)\(TrainingSector.all[title.sector].product)特色区域",
        "级别": title.level, "地区": county.code, "持有者": "示例工业园",
        "集群": "demo-cluster-\(title.county + 1)", "授名单位": body.federation,
      ])
      for (event, time) in [
        ("培育", "\(title.year - 1)-03"), ("申报", "\(title.year)-02"),
        ("实地评审", "\(title.year)-04"), ("授名", "\(title.year)-06"),
      ] {
        events.add([
          "称号": code, "事件": event, "级别": title.level, "地区": county.code, "时间": time,
          "单位": body.federation,
        ])
      }
    }
    return [clusters.file(), titles.file(), events.file(), stock.file()]
  }

  /// How many titles there are at the end; as many as were named.
  private static var stock: TrainingTable {
    var table = TrainingTable(
      "registry/region_stock", ["地区", "截至", "级别", "个数"] + TrainingTable.source)
    for level in ["省级", "市级"] {
      table.add([
        "地区": TrainingPlace.city.code, "截至": "\(TrainingSet.lastYear)", "级别": level,
        "个数": "\(named.count { $0.level == level })个",
      ])
    }
    return table
  }

  // MARK: - Projects

  private static let programme = "示例专项资金"
  /// Projects of a year, and how many of them were approved.
  private static let projectsOfAYear = 7
  private static let approvedOfAYear = 5

  private static func projects(
    _ firms: [TrainingFirm], _ numbers: inout SplitMix64
  ) -> [TrainingFile] {
    var projects = TrainingTable(
      "registry/project",
      ["代码", "名称", "地区", "年份", "申报单位", "专项", "状态"] + TrainingTable.source)
    var funds = TrainingTable(
      "registry/project_fund",
      ["地区", "年份", "来源", "用途", "项目", "用于集群", "金额", "申报金额"] + TrainingTable.source)
    var calls = TrainingTable(
      "registry/project_call",
      [
        "代码", "专项", "批次", "地区", "年份", "审定单位", "申报企业", "审核项目", "确定项目", "确定资金",
        "申报资金",
      ] + TrainingTable.source)
    for (index, year) in TrainingSet.years.enumerated() {
      var granted = 0
      var asked = 0
      for number in 1...projectsOfAYear {
        // Steps of 17 lead to another firm and another county each time.
        let firm = firms[(index * projectsOfAYear + number) * 17 % firms.count]
        let isApproved = number <= approvedOfAYear
        let code = "demo-project-\(year)-\(number)"
        let name = "示例技术改造项目\(year)-\(number)"
        let amount = isApproved ? numbers.number(10...40) : 0
        let wanted = max(amount, 10) + numbers.number(0...20)
        granted += amount
        asked += wanted
        projects.add([
          "代码": code, "名称": name, "地区": firm.county.code, "年份": "\(year)",
          "申报单位": firm.name, "专项": programme, "状态": isApproved ? "已拨付" : "未批准",
        ])
        funds.add([
          "地区": firm.county.code, "年份": "\(year)", "来源": programme, "用途": name, "项目": code,
          "金额": isApproved ? "\(amount)万元" : "", "申报金额": "\(wanted)万元",
        ])
      }
      calls.add([
        "代码": "demo-call-\(year)", "专项": programme, "批次": "\(year)年第一批",
        "地区": TrainingPlace.city.code, "年份": "\(year)", "审定单位": "示例市财政局",
        "申报企业": "\(projectsOfAYear)家", "审核项目": "\(projectsOfAYear)项",
        "确定项目": "\(approvedOfAYear)项", "确定资金": "\(granted)万元", "申报资金": "\(asked)万元",
      ])
    }
    return [projects.file(), funds.file(), calls.file()]
  }

  // MARK: - Restructuring

  private static let restructuredOfAYear = 3

  private static func restructuring(
    _ firms: [TrainingFirm], _ numbers: inout SplitMix64
  ) -> [TrainingFile] {
    var cases = TrainingTable(
      "registry/restructuring_case",
      ["企业", "地区", "年份", "状态", "事项", "计划完成", "补缴社保", "经济补偿"] + TrainingTable.source)
    var tally = TrainingTable(
      "registry/restructuring_tally",
      ["地区", "时间", "企业", "职工", "减免债务", "盘活资产", "改制面"] + TrainingTable.source)
    let collective = firms.filter { $0.isCollective && $0.admissionYear < TrainingSet.firstYear }
    for (index, year) in TrainingSet.years.enumerated() {
      let start = index * restructuredOfAYear
      let chosen = Array(collective.dropFirst(start).prefix(restructuredOfAYear))
      for firm in chosen {
        cases.add([
          "企业": firm.name, "地区": firm.county.code, "年份": "\(year)", "状态": "完成",
          "事项": "示例职工安置", "补缴社保": TrainingWords.money(firm.employees * numbers.number(30...60)),
          "经济补偿": TrainingWords.money(firm.employees * numbers.number(50...90)),
        ])
      }
      for (place, count) in TrainingTally.byPlace(chosen.map(\.county)) {
        let own = place == .city ? chosen : chosen.filter { $0.county == place }
        tally.add([
          "地区": place.code, "时间": "\(year)", "企业": "\(count)家",
          "职工": "\(own.reduce(0) { $0 + $1.employees })人",
        ])
      }
    }
    return [cases.file(), tally.file()]
  }

  // MARK: - Petitions

  /// Fewer every year; the counties add up to the city.
  private static func petitions(_ numbers: inout SplitMix64) -> TrainingTable {
    var table = TrainingTable(
      "registry/petition_tally", ["地区", "年份", "批次", "人次", "公开接访"] + TrainingTable.source)
    for (index, year) in TrainingSet.years.enumerated() {
      let parts = TrainingPlace.counties.map { county in
        let batches = numbers.number(2...6 - index)
        return (
          place: county, batches: batches, people: batches * numbers.number(2...5),
          receptions: numbers.number(1...3)
        )
      }
      func add(_ place: TrainingPlace, _ batches: Int, _ people: Int, _ receptions: Int) {
        table.add([
          "地区": place.code, "年份": "\(year)", "批次": "\(batches)批", "人次": "\(people)人次",
          "公开接访": "\(receptions)次",
        ])
      }
      add(
        .city, parts.reduce(0) { $0 + $1.batches }, parts.reduce(0) { $0 + $1.people },
        parts.reduce(0) { $0 + $1.receptions })
      for part in parts { add(part.place, part.batches, part.people, part.receptions) }
    }
    return table
  }
}
