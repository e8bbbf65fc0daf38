internal import Measures
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

struct CatalogueTableTests {
  @Test(arguments: Engine.allCases)
  func `the standard catalogue is there and fits its own rules`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let catalogue = try await bench.database.read { try CatalogueTable.load($0).catalogue }
      #expect(
        catalogue.channels.map(\.code) == [
          "bureau", "collective", "region", "crafts_survey", "industry",
        ])
      #expect(catalogue.indicators.count == 9)
      #expect(try catalogue.indicator("export_delivery").partOf == "gross_output")
      #expect(catalogue.forms.count == 17)
      let period = try Period(parsing: "2013")
      let form = catalogue.form(
        channel: "crafts_survey", indicator: "enterprise_count", period: period)
      #expect(form?.code == "crafts_survey-year")
      #expect(form?.indicatorCodes.count == 9)
      for indicator in catalogue.indicators {
        #expect(catalogue.violations(adding: indicator).isEmpty)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `indicators and forms are added once`(engine: Engine) async throws {
    try await Bench.run(engine) { bench in
      let indicator = Indicator(
        code: "energy_use", chinese: "综合能源消费量", english: "Energy use",
        unit: MeasureUnit("吨标准煤") ?? .none, scale: 2, kind: .flow)
      let form = Form(
        code: "bureau-energy", chinese: "能源年报", channelCode: "bureau",
        indicatorCodes: ["energy_use"], periodKind: .year, dueDays: 60)
      try await bench.database.write(as: .system("test")) {
        try CatalogueTable.insert(indicator, $0)
        try CatalogueTable.insert(form, $0)
      }
      for again in 0..<2 {
        let error = await #expect(throws: StatisticsError.self) {
          try await bench.database.write(as: .system("test")) {
            if again == 0 {
              try CatalogueTable.insert(indicator, $0)
            } else {
              try CatalogueTable.insert(form, $0)
            }
          }
        }
        #expect(error?.code == .alreadyExists)
      }
      var key = try Bench.key("450000")
      key.formCode = "bureau-energy"
      try await bench.submit(key, ["energy_use": "12.5万吨标准煤"])
      #expect(
        try await bench.printed("total/450000/bureau/energy_use/2013") == "12.5万吨标准煤")
    }
  }

  @Test(arguments: Engine.allCases)
  func `targets are kept by what they are for, with their revisions`(
    engine: Engine
  ) async throws {
    try await Bench.run(engine) { bench in
      try await bench.submit(Bench.key("450000"), ["gross_output": "810亿元"])
      let target = Target(
        id: UUIDv7.next(), placeCode: "450000", channelCode: "bureau",
        indicatorCode: "gross_output", sector: "", period: try Period(parsing: "2014"),
        kind: .growth, quantity: try Quantity(parsing: "10%", nature: .plan), basePeriod: nil,
        source: Source(document: "工作总结"), revision: 0, createTime: 0, recordTime: 0,
        recordedBy: "clerk")
      let stored = try await bench.database.write(as: .system("test")) {
        try TargetTable.insert(target, $0)
      }
      let key = "target/450000/bureau/gross_output/2014"
      #expect(try await bench.printed(key) == "891.0亿元")
      let error = await #expect(throws: StatisticsError.self) {
        _ = try await bench.database.write(as: .system("test")) {
          try TargetTable.insert(target, $0)
        }
      }
      #expect(error?.code == .alreadyExists)
      var changed = stored
      changed.quantity = try Quantity(parsing: "12%", nature: .plan)
      let next = try await bench.database.write(as: .system("test")) { [changed] in
        try TargetTable.revise(stored, to: changed, $0)
      }
      #expect(next.revision == 2)
      #expect(try await bench.printed(key) == "907.20亿元")
      #expect(try await bench.printed(key, at: next.recordTime - 1) == "891.0亿元")
      try await bench.database.write(as: .system("test")) { try TargetTable.remove(next, $0) }
      #expect(try await bench.printed(key) == "未统计")
    }
  }

  @Test(arguments: Engine.allCases)
  func `a released migration keeps its text`(engine: Engine) {
    let digests = StatisticsMigrations.all.filter { $0.id.hasPrefix("statistics/") }
      .map { "\($0.id) \($0.digest(engine).prefix(16))" }
    #expect(digests == Self.released[engine])
  }

  private static let released: [Engine: [String]] = [
    .sqlite: [
      "statistics/0001_base b6f9e397a5f3c547",
      "statistics/0002_standard_catalogue 300d50630894f4f4",
    ],
    .postgres: [
      "statistics/0001_base 2fa3ff8ca53cf08c",
      "statistics/0002_standard_catalogue 300d50630894f4f4",
    ],
  ]
}
