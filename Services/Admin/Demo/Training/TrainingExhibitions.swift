// The invented exhibition: one series, an edition a year, who came, what was shown and what it won.
// Delegations add up to the edition, awards to their tally.

enum TrainingExhibitions {
  private static let series = "demo-fair"
  private static let family = "demo-craft-award"
  private static let familyName = "示例工艺奖"
  private static let grades = ["金奖", "银奖", "铜奖", "优秀奖"]

  /// A work, shown in the year in which it was made.
  private struct Work {
    let code: String
    let title: String
    let makers: [TrainingPerson]
    let category: String
    let county: TrainingPlace
  }

  private struct Exhibitor {
    let name: String
    let form: String
    let county: TrainingPlace
  }

  private struct Edition {
    let number: Int
    let year: Int
    let works: [Work]
    let exhibitors: [Exhibitor]
    /// Awards of each grade.
    let awards: [Int]

    var code: String { "\(series)-\(number)" }
    var name: String { "第\(["一", "二", "三"][number - 1])届示例市工艺美术作品展览" }
  }

  /// By edition: works, firms, people who come for themselves, awards of each grade.
  private static let sizes: [(works: Int, firms: Int, people: Int, awards: [Int])] = [
    (36, 30, 10, [3, 5, 7, 9]), (40, 34, 12, [3, 6, 8, 10]), (44, 38, 14, [4, 6, 8, 11]),
  ]

  static func files(
    _ firms: [TrainingFirm], _ people: [TrainingPerson], _ numbers: SplitMix64
  ) -> [TrainingFile] {
    var numbers = numbers
    let editions = editions(firms, people, &numbers)
    return [
      seriesTable.file(), editionTable(editions, &numbers).file(),
      delegations(editions, &numbers).file(), exhibitors(editions).file(),
      works(editions).file(), exhibits(editions).file(), familyTable.file(),
    ] + awards(editions, &numbers)
  }

  /// Every person made one work; every third work has a second maker of the same county.
  private static func editions(
    _ firms: [TrainingFirm], _ people: [TrainingPerson], _ numbers: inout SplitMix64
  ) -> [Edition] {
    let suitable = firms.filter { ["工艺美术", "陶瓷", "家具"].contains($0.sector.name) }
    var next = 0
    var editions: [Edition] = []
    for (index, size) in sizes.enumerated() {
      let works = (next..<next + size.works).map { number in
        let maker = people[number % people.count]
        let others = people.filter { $0.county == maker.county && $0.code != maker.code }
        return Work(
          code: "demo-work-\(TrainingWords.padded(number + 1, 3))",
          title: "示例作品\(TrainingWords.padded(number + 1, 3))",
          makers: number % 3 == 2 ? [maker, numbers.pick(others)] : [maker],
          category: maker.specialty, county: maker.county)
      }
      next += size.works
      let shownFirms = drawn(suitable, size.firms, &numbers).map {
        Exhibitor(name: $0.name, form: "企业", county: $0.county)
      }
      let shownPeople = drawn(works, size.people, &numbers).map {
        Exhibitor(name: $0.makers[0].name, form: "个人", county: $0.county)
      }
      editions.append(
        Edition(
          number: index + 1, year: TrainingSet.years[index], works: works,
          exhibitors: shownFirms + shownPeople, awards: size.awards))
    }
    return editions
  }

  /// Some of several, each at most once, in the order of the list.
  private static func drawn<Value>(
    _ values: [Value], _ count: Int, _ numbers: inout SplitMix64
  ) -> [Value] {
    var indices = Array(values.indices)
    var chosen: [Int] = []
    for _ in 0..<min(count, values.count) {
      chosen.append(indices.remove(at: numbers.number(0...indices.count - 1)))
    }
    return chosen.sorted().map { values[$0] }
  }

  // MARK: - Series and editions

  private static var seriesTable: TrainingTable {
    var table = TrainingTable(
      "exhibitions/series", ["代码", "名称", "级别", "主办单位"] + TrainingTable.source)
    table.add([
      "代码": series, "名称": "示例市工艺美术作品展览", "级别": "市级",
      "主办单位": TrainingPlace.city.federation,
    ])
    return table
  }

  private static func editionTable(
    _ editions: [Edition], _ numbers: inout SplitMix64
  ) -> TrainingTable {
    var table = TrainingTable(
      "exhibitions/edition",
      [
        "代码", "系列", "届次", "名称", "时间", "举办地", "地点", "主办单位", "设计理念", "参展单位", "参展市",
        "展品", "观众",
      ] + TrainingTable.source)
    for edition in editions {
      table.add([
        "代码": edition.code, "系列": series, "届次": "\(edition.number)", "名称": edition.name,
        "时间": "\(edition.year)-10", "举办地": TrainingPlace.city.code, "地点": "示例会展中心",
        "主办单位": TrainingPlace.city.federation, "设计理念": "示例主题",
        "参展单位": "\(edition.exhibitors.count)家", "展品": "\(edition.works.count)件",
        "观众": "\(numbers.number(60...90) * 100)人次",
      ])
    }
    return table
  }

  /// What each county brought; entities and projects add up to those of the edition.
  private static func delegations(
    _ editions: [Edition], _ numbers: inout SplitMix64
  ) -> TrainingTable {
    var table = TrainingTable(
      "exhibitions/delegation",
      [
        "届次", "组展地区", "年份", "板块", "申报企业", "申报产品", "参展企业", "参展市", "参展项目", "参展产品",
        "参展件数", "大类", "小类", "专利产品", "申请专利", "授权专利", "现场销售额", "组展经费",
      ] + TrainingTable.source)
    for edition in editions {
      for county in TrainingPlace.counties {
        let entities = edition.exhibitors.count { $0.county == county }
        let works = edition.works.filter { $0.county == county }
        let products = works.count * numbers.number(2...4)
        let patents = numbers.number(0...3)
        table.add([
          "届次": edition.code, "组展地区": county.code, "年份": "\(edition.year)", "板块": "传统手工业",
          "申报企业": "\(entities + numbers.number(1...5))家",
          "申报产品": "\(products + numbers.number(5...20))种", "参展企业": "\(entities)家",
          "参展项目": "\(works.count)个", "参展产品": "\(products)种",
          "参展件数": "\(products * numbers.number(3...6))件",
          "大类": "\(Set(works.map(\.category)).count)个", "专利产品": "\(patents)个",
          "申请专利": "\(patents + numbers.number(0...2))件", "授权专利": "\(patents)件",
          "现场销售额": TrainingWords.money(numbers.number(150...900)),
          "组展经费": TrainingWords.money(numbers.number(100...300)),
        ])
      }
    }
    return table
  }

  private static func exhibitors(_ editions: [Edition]) -> TrainingTable {
    var table = TrainingTable(
      "exhibitions/exhibitor", ["届次", "名称", "类型", "地区", "年份"] + TrainingTable.source)
    for edition in editions {
      for exhibitor in edition.exhibitors {
        table.add([
          "届次": edition.code, "名称": exhibitor.name, "类型": exhibitor.form,
          "地区": exhibitor.county.code, "年份": "\(edition.year)",
        ])
      }
    }
    return table
  }

  // MARK: - Works

  private static func works(_ editions: [Edition]) -> TrainingTable {
    var table = TrainingTable(
      "exhibitions/work", ["代码", "作品名", "作者", "门类", "地区", "创作年份"] + TrainingTable.source)
    for edition in editions {
      for work in edition.works {
        table.add([
          "代码": work.code, "作品名": work.title,
          "作者": TrainingWords.list(work.makers.map(\.name)), "门类": work.category,
          "地区": work.county.code, "创作年份": "\(edition.year)",
        ])
      }
    }
    return table
  }

  private static func exhibits(_ editions: [Edition]) -> TrainingTable {
    var table = TrainingTable(
      "exhibitions/exhibit", ["届次", "作品", "年份"] + TrainingTable.source)
    for edition in editions {
      for work in edition.works {
        table.add(["届次": edition.code, "作品": work.code, "年份": "\(edition.year)"])
      }
    }
    return table
  }

  // MARK: - Awards

  private static var familyTable: TrainingTable {
    var table = TrainingTable(
      "exhibitions/award_family", ["代码", "名称", "级别", "等级"] + TrainingTable.source)
    table.add([
      "代码": family, "名称": familyName, "级别": "市级", "等级": TrainingWords.list(grades),
    ])
    return table
  }

  /// The awards one by one, and their tally: each grade, and the total of the grades.
  private static func awards(
    _ editions: [Edition], _ numbers: inout SplitMix64
  ) -> [TrainingFile] {
    var awards = TrainingTable(
      "exhibitions/award",
      ["届次", "奖项", "等级", "作品", "作品代码", "获奖者", "地区", "年份"] + TrainingTable.source)
    var tally = TrainingTable(
      "exhibitions/award_tally",
      ["届次", "奖项", "地区", "年份", "级别", "等级", "数量"] + TrainingTable.source)
    for edition in editions {
      func count(_ grade: String, _ number: Int) {
        tally.add([
          "届次": edition.code, "奖项": family, "地区": TrainingPlace.city.code,
          "年份": "\(edition.year)", "级别": "市级", "等级": grade, "数量": "\(number)个",
        ])
      }
      let total = edition.awards.reduce(0, +)
      var winners = drawn(edition.works, total, &numbers)[...]
      for (grade, number) in zip(grades, edition.awards) {
        count(grade, number)
        for work in winners.prefix(number) {
          awards.add([
            "届次": edition.code, "奖项": family, "等级": grade, "作品": work.title,
            "作品代码": work.code, "获奖者": TrainingWords.list(work.makers.map(\.name)),
            "地区": work.county.code, "年份": "\(edition.year)",
          ])
        }
        winners = winners.dropFirst(number)
      }
      // Last: a total that comes before its parts is in doubt until they are there.
      count("", total)
    }
    return [awards.file(), tally.file()]
  }
}
