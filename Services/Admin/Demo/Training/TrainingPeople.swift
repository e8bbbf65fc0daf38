// The invented craftsmen: their titles, the tallies that agree with them, their studios and courses.

/// A person of the training set.
struct TrainingPerson: Sendable {
  let code: String
  let name: String
  let county: TrainingPlace
  let specialty: String
  /// Empty for those who work for themselves.
  let employer: String
}

/// A round in which people got a title.
private struct TrainingRound {
  let title: String
  let titleName: String
  let number: Int
  let year: Int
  /// Places of the people in the list of all.
  let people: [Int]

  var code: String { "\(title)-\(year)" }
  var name: String { "第\(["一", "二", "三"][number - 1])届\(titleName)评审" }
}

enum TrainingPeople {
  static let count = 120
  static let studioCount = 12

  static let specialties = ["雕刻", "编织", "陶艺", "刺绣", "漆艺", "金属工艺"]

  private static let cityMaster = "demo-city-master"
  private static let provincialMaster = "demo-provincial-master"
  private static let seniorArtist = "demo-senior-artist"
  private static let titleNames = [
    cityMaster: "示例市工艺美术大师", provincialMaster: "示例省工艺美术大师", seniorArtist: "示例高级工艺美术师",
  ]

  static func make(_ firms: [TrainingFirm], _ numbers: SplitMix64) -> [TrainingPerson] {
    var numbers = numbers
    let counties = TrainingPlace.counties
    return (0..<count).map { index in
      let number = TrainingWords.padded(index + 1, 3)
      let county = counties[index % counties.count]
      let employers = firms.filter { $0.county == county && $0.sector == .crafts }.map(\.name)
      return TrainingPerson(
        code: "demo-person-\(number)", name: "示例人员\(number)", county: county,
        specialty: numbers.pick(specialties),
        employer: employers.isEmpty || numbers.number(0...2) == 0 ? "" : numbers.pick(employers))
    }
  }

  /// Everybody is a master of the city; some became one of the province in a later year, some got a
  /// professional title. Nobody gets a title twice.
  private static var rounds: [TrainingRound] {
    let years = TrainingSet.years
    func round(_ title: String, _ number: Int, _ year: Int, _ people: [Int]) -> TrainingRound {
      TrainingRound(
        title: title, titleName: titleNames[title] ?? "", number: number, year: year,
        people: people)
    }
    let city = [Array(0..<50), Array(50..<90), Array(90..<count)]
    let province = [Array(stride(from: 0, to: 48, by: 4)), Array(stride(from: 50, to: 86, by: 2))]
    return zip(1..., years).map { number, year in round(cityMaster, number, year, city[number - 1])
    }
      + zip(1..., years.dropFirst()).map { number, year in
        round(provincialMaster, number, year, province[number - 1])
      }
      + zip(1..., years).map { number, year in
        round(seniorArtist, number, year, (0..<15).map { $0 * 8 + number * 2 - 1 })
      }
  }

  // MARK: - Files

  static func files(_ people: [TrainingPerson], _ numbers: SplitMix64) -> [TrainingFile] {
    var numbers = numbers
    let rounds = rounds
    return [
      persons(people).file(), titles.file(), batches(rounds).file(),
      grants(rounds, people).file(), grantTallies(rounds, people).file(),
    ] + studios(people) + [trainings(&numbers).file(), meetings(&numbers).file()]
  }

  private static func persons(_ people: [TrainingPerson]) -> TrainingTable {
    var table = TrainingTable(
      "talent/person", ["编号", "姓名", "地区", "专业", "单位"] + TrainingTable.source)
    for person in people {
      table.add([
        "编号": person.code, "姓名": person.name, "地区": person.county.code,
        "专业": person.specialty, "单位": person.employer,
      ])
    }
    return table
  }

  private static var titles: TrainingTable {
    var table = TrainingTable(
      "talent/title", ["代码", "名称", "序列", "级别", "授予单位"] + TrainingTable.source)
    func add(_ code: String, _ ladder: String, _ level: String, _ issuer: TrainingPlace) {
      table.add([
        "代码": code, "名称": titleNames[code] ?? "", "序列": ladder, "级别": level,
        "授予单位": issuer.federation,
      ])
    }
    add(cityMaster, "荣誉称号", "市级", .city)
    add(provincialMaster, "荣誉称号", "省级", .province)
    add(seniorArtist, "职称", "省级", .province)
    return table
  }

  private static func batches(_ rounds: [TrainingRound]) -> TrainingTable {
    var table = TrainingTable(
      "talent/batch", ["代码", "称号", "届次", "名称", "年份", "地区"] + TrainingTable.source)
    for round in rounds {
      let place = round.title == cityMaster ? TrainingPlace.city : .province
      table.add([
        "代码": round.code, "称号": round.title, "届次": "\(round.number)", "名称": round.name,
        "年份": "\(round.year)", "地区": place.code,
      ])
    }
    return table
  }

  private static func grants(
    _ rounds: [TrainingRound], _ people: [TrainingPerson]
  ) -> TrainingTable {
    var table = TrainingTable(
      "talent/grant",
      ["称号", "人员", "年份", "批次", "地区", "推荐单位", "证书号", "状态"] + TrainingTable.source)
    for round in rounds {
      for (number, index) in zip(1..., round.people) {
        let person = people[index]
        table.add([
          "称号": round.title, "人员": person.code, "年份": "\(round.year)", "批次": round.code,
          "地区": person.county.code, "推荐单位": person.county.federation,
          "证书号": "示例证字\(round.year)第\(TrainingWords.padded(number, 3))号", "状态": "有效",
        ])
      }
    }
    return table
  }

  private static func grantTallies(
    _ rounds: [TrainingRound], _ people: [TrainingPerson]
  ) -> TrainingTable {
    var table = TrainingTable(
      "talent/grant_tally", ["称号", "批次", "地区", "年份", "人数"] + TrainingTable.source)
    for round in rounds {
      for (place, count) in TrainingTally.byPlace(round.people.map { people[$0].county }) {
        table.add([
          "称号": round.title, "批次": round.code, "地区": place.code, "年份": "\(round.year)",
          "人数": "\(count)人",
        ])
      }
    }
    return table
  }

  /// Studios of provincial masters, how many were founded, and how many there are to be.
  private static func studios(_ people: [TrainingPerson]) -> [TrainingFile] {
    var studios = TrainingTable(
      "talent/studio", ["名称", "大师", "地区", "成立", "重点扶持"] + TrainingTable.source)
    var tally = TrainingTable(
      "talent/studio_tally", ["地区", "成立年份", "个数"] + TrainingTable.source)
    var target = TrainingTable(
      "talent/studio_target", ["地区", "提出年份", "目标"] + TrainingTable.source)
    let founded = zip(TrainingSet.years, [0..<3, 3..<7, 7..<studioCount])
    for (year, numbers) in founded {
      let masters = numbers.map { people[$0 * 4] }
      for (number, master) in zip(numbers, masters) {
        studios.add([
          "名称": "\(master.name)大师工作室", "大师": master.code, "地区": master.county.code,
          "成立": "\(year)", "重点扶持": number % 3 == 0 ? "\(TrainingSet.lastYear)" : "",
        ])
      }
      for (place, count) in TrainingTally.byPlace(masters.map(\.county)) {
        tally.add(["地区": place.code, "成立年份": "\(year)", "个数": "\(count)个"])
      }
    }
    target.add([
      "地区": TrainingPlace.city.code, "提出年份": "\(TrainingSet.firstYear)", "目标": "20家",
    ])
    return [studios.file(), tally.file(), target.file()]
  }

  private static func trainings(_ numbers: inout SplitMix64) -> TrainingTable {
    var table = TrainingTable(
      "talent/training",
      [
        "举办单位", "名称", "地区", "时间", "期数", "人数", "人次", "合格人数", "收入", "合作单位", "地点",
      ] + TrainingTable.source)
    for year in TrainingSet.years {
      for county in TrainingPlace.counties {
        let sessions = numbers.number(1...3)
        let people = sessions * numbers.number(24...40)
        table.add([
          "举办单位": county.federation, "名称": "示例工艺技能培训班", "地区": county.code,
          "时间": "\(year)", "期数": "\(sessions)期", "人数": "\(people)人",
          "人次": "\(people * numbers.number(2...5))人次",
          "合格人数": "\(people - numbers.number(0...6))人",
          "收入": TrainingWords.money(people * numbers.number(3...8)), "合作单位": "示例职业学校",
          "地点": county.name,
        ])
      }
    }
    return table
  }

  private static func meetings(_ numbers: inout SplitMix64) -> TrainingTable {
    var table = TrainingTable(
      "talent/meeting", ["名称", "地区", "时间", "人数"] + TrainingTable.source)
    for year in TrainingSet.years {
      table.add([
        "名称": "示例工艺美术大师座谈会", "地区": TrainingPlace.city.code, "时间": "\(year)-11",
        "人数": "\(numbers.number(30...60))人",
      ])
    }
    return table
  }
}
