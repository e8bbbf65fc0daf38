internal import Access
internal import CommonMessages
internal import Crypto
internal import Foundation
internal import Imports
internal import RPC
internal import ServiceAPI
internal import StatisticsAPI
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage
internal import TestSupport
internal import Testing

struct ImportCallsTests {
  static let reports = """
    渠道,期别,口径,地区,行业,性质,指标,数值,出处文件,原句,备注
    统计局规上,2013,整体,450000,,实际,工业总产值,810亿元,2013年工作总结,完成工业总产值810亿元,
    bureau,2013,whole,广西壮族自治区,,,export_delivery,48亿元,2013年工作总结,完成出口交货值48亿元,
    联社传统城镇集体,2006,整体,450000,,,工业总产值,2 3亿元,创新工作思路,完成工业总产值2 3亿元,原文如此
    联社传统城镇集体,2006,整体,450000,,,出口交货值,22亿元,创新工作思路,完成出口交货值22亿元,原文如此
    全行业,2014,整体,玉林市,工艺美术,预计,从业人员,28万人,2013年工作总结,从业人员28万人,
    """
  static let targets = """
    地区,渠道,指标,期别,类别,数值,出处文件,原句
    450000,统计局规上,工业总产值,2014,增长,10%,2013年工作总结,工业总产值增长10%
    450000,特色区域,工业总产值,2010,绝对,突破100亿元,创新工作思路,突破100亿元
    """
  static let stated = """
    代码,名称,地区,期别,渠道,指标,类别,数值,性质,出处文件,原句
    gx-2013-growth,规模以上工业总产值同比增长,450000,2013,统计局规上,工业总产值,增速,8%,,2013年工作总结,同比增长8%
    wuzhou-profit,年创利税,玉林市,2006,,利税总额,数值,4000万元,,创新工作思路,年创利税4000万元
    """
  static let indicators = """
    代码,中文名,英文名,单位,小数位,类别,属于
    energy_use,综合能源消费量,Energy use,吨标准煤,2,流量,
    coal_use,煤炭消费量,Coal use,吨标准煤,2,流量,综合能源消费量
    """

  func send(
    _ fixture: APIFixture, _ kind: String, _ text: String, role: Role = .administrator,
    organisation: String = "450000", commit: Bool = true
  ) async throws -> Import {
    let principal = APIFixture.principal(organisation, role)
    typealias Imports = ImportServiceMethods
    func call(_ method: MethodInfo) -> CallContext { fixture.call(method, as: principal) }
    let bytes = Array((text + "\n").utf8)
    let digest = SHA256.hash(data: Data(bytes)).map { String(format: "%02x", $0) }.joined()
    let created = try await fixture.imports.createImport(
      CreateImportRequest(
        kind: kind, fileName: "\(kind).csv", byteCount: UInt64(bytes.count), sha256: digest),
      context: call(Imports.createImport.info))
    let id = created.import?.id ?? ""
    _ = try await fixture.imports.appendRows(
      AppendRowsRequest(importId: id, chunkNumber: 0, content: bytes),
      context: call(Imports.appendRows.info))
    let validated = try await fixture.imports.validateImport(
      ValidateImportRequest(importId: id), context: call(Imports.validateImport.info)
    ).import
    guard commit, validated?.state == .validated else { return validated ?? Import() }
    let committed = try await fixture.imports.commitImport(
      CommitImportRequest(importId: id), context: call(Imports.commitImport.info)
    ).import
    // A dry run gives the same answer as the run.
    #expect(committed?.insertedCount == validated?.insertedCount)
    #expect(committed?.revisedCount == validated?.revisedCount)
    #expect(committed?.unchangedCount == validated?.unchangedCount)
    #expect(committed?.quarantinedCount == validated?.quarantinedCount)
    return committed ?? Import()
  }

  /// Reports with a column for the unit.
  static let units = """
    渠道,期别,口径,单位,指标,数值
    统计局规上,2013,单位,示例编织厂,上缴税金,35万元
    统计局规上,2013,单位,示例编织厂,工业总产值,900万元
    """

  @Test(arguments: Engine.allCases)
  func `a value and a year that cannot be are told at once`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let refused = try await send(
        fixture, "reports",
        """
        渠道,期别,口径,地区,指标,数值
        统计局规上,2012,整体,450000,工业总产值,10
        统计局规上,2099,整体,450000,上缴税金,-3亿元
        """)
      #expect(refused.state == .refused)
      #expect(
        refused.errors.map { "\($0.line) \($0.column) \($0.rule)" } == [
          "2 数值 quantity.unit_missing", "3 数值 quantity.negative", "3 期别 report.future",
        ])
    }
  }

  @Test(arguments: Engine.allCases)
  func `files of all kinds go in and come out as figures`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let done = try await send(fixture, "reports", Self.reports)
      #expect(done.state == .committed, "\(done.errors)")
      #expect(done.rowCount == 5 && done.insertedCount == 3 && done.quarantinedCount == 2)
      #expect(done.notes.contains { $0.textZh.contains("候选：23亿元、2.3亿元") })
      let units = try await send(fixture, "reports", Self.units, role: .clerk)
      #expect(units.insertedCount == 2)
      for (kind, text) in [
        ("targets", Self.targets), ("stated_figures", Self.stated),
        ("indicators", Self.indicators),
      ] {
        let done = try await send(fixture, kind, text)
        #expect(done.state == .committed && done.insertedCount == 2, "\(kind) \(done.errors)")
      }
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "810亿元")
      #expect(try await fixture.printed("total/450000/bureau/export_delivery/2013") == "48亿元")
      #expect(try await fixture.printed("total/450923/bureau/tax_paid/2013") == "35万元")
      #expect(
        try await fixture.printed("target/450000/bureau/gross_output/2014") == "891.0亿元")
      #expect(
        try await fixture.printed("target/450000/region/gross_output/2010") == "突破100亿元")
      #expect(try await fixture.printed("stated/wuzhou-profit") == "4000万元")
      let doubtful = try await fixture.figure("total/450000/collective/gross_output/2006")
      #expect(doubtful.mark == .notRecorded && doubtful.quarantineIds.count == 1)
      let record = try await fixture.explain("total/450000/bureau/export_delivery/2013")
      #expect(record.records.first?.provenance?.sentence == "完成出口交货值48亿元")
    }
  }

  @Test(arguments: Engine.allCases)
  func `the same content again is nothing new, a correction revises`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await send(fixture, "reports", Self.reports)
      let generation = try await fixture.figure("total/450000/bureau/gross_output/2013")
        .generation
      let again = try await send(fixture, "reports", Self.reports)
      #expect(again.nothingNew && again.unchangedCount == 5)
      // The same rows in another file are recognised one by one, whatever their order.
      var rows = Self.reports.split(separator: "\n")
      rows.removeLast()
      let other = try await send(
        fixture, "reports", ([rows[0]] + rows[1...].reversed()).joined(separator: "\n"))
      #expect(other.nothingNew && other.unchangedCount == 4)
      let figure = try await fixture.figure("total/450000/bureau/gross_output/2013")
      #expect(figure.generation == generation)
      let correction = """
        渠道,期别,口径,地区,指标,数值
        统计局规上,2013,整体,450000,工业总产值,812亿元
        联社传统城镇集体,2006,整体,450000,出口交货值,2.2亿元
        """
      let dry = try await send(fixture, "reports", correction, commit: false)
      #expect(dry.state == .validated && dry.revisedCount == 2)
      #expect(dry.notes.contains { $0.textZh.contains("“810亿元”→“812亿元”") })
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "810亿元")
      _ = try await send(fixture, "reports", correction)
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "812亿元")
      // What the file does not speak of stays.
      #expect(try await fixture.printed("total/450000/bureau/export_delivery/2013") == "48亿元")
      #expect(
        try await fixture.printed("total/450000/collective/export_delivery/2006") == "2.2亿元")
      #expect(
        try await fixture.figure("total/450000/collective/gross_output/2006").quarantineIds.count
          == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a file restores what a call changed`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let first = try await send(fixture, "reports", Self.reports)
      let key = "total/450000/bureau/gross_output/2013"
      let id = try await fixture.explain(key).records.first?.recordId ?? ""
      let report =
        try await fixture.api.getReport(
          GetReportRequest(id: id), context: fixture.call(Methods.getReport.info)
        ).report ?? Report()
      _ = try await fixture.withdraw(report)
      #expect(try await fixture.printed(key) == "未统计")
      let again = try await send(fixture, "reports", Self.reports)
      #expect(!again.nothingNew && again.insertedCount == 2)
      #expect(try await fixture.printed(key) == "810亿元")
      #expect(first.state == .committed)
      // Sent twice, the first taken back: the file is news again.
      let targets = try await send(fixture, "targets", Self.targets)
      #expect(try await send(fixture, "targets", Self.targets).nothingNew)
      _ = try await fixture.imports.revertImport(
        RevertImportRequest(importId: targets.id, reason: "误导入"),
        context: fixture.call(ImportServiceMethods.revertImport.info))
      #expect(try await send(fixture, "targets", Self.targets).insertedCount == 2)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a clerk enters new values and revises none`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await send(fixture, "reports", Self.reports, role: .clerk)
      // The same again changes nothing, so it needs no more than before.
      #expect(try await send(fixture, "reports", Self.reports, role: .clerk).nothingNew)
      let correction = """
        渠道,期别,口径,地区,指标,数值,出处文件,原句
        统计局规上,2013,整体,450000,工业总产值,812亿元,,
        统计局规上,2013,整体,450000,出口交货值,48亿元,2013年工作总结,完成出口交货值48亿元
        统计局规上,2013,整体,450900,工业总产值,9亿元,,
        联社传统城镇集体,2006,整体,450000,工业总产值,2.3亿元,,
        """
      let refused = try await send(fixture, "reports", correction, role: .clerk)
      #expect(refused.state == .refused)
      #expect(
        refused.errors.map { "\($0.line) \($0.column) \($0.rule)" } == [
          "2 数值 access.role", "5 数值 access.role",
        ])
      #expect(refused.errors[0].reasonZh.contains("统计员"))
      #expect(refused.errors[0].reasonEn.contains("statistician"))
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "810亿元")
      let done = try await send(fixture, "reports", correction, role: .statistician)
      #expect(done.state == .committed && done.revisedCount == 2 && done.insertedCount == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func `while the register is not here a file waits`(engine: Engine) async throws {
    try await APIFixture.with(engine, register: false) { fixture in
      var id = ""
      for (kind, text) in [
        ("reports", Self.reports), ("targets", Self.targets), ("stated_figures", Self.stated),
      ] {
        let waiting = await failure { _ = try await send(fixture, kind, text) }
        #expect(waiting?.code == .unavailable, "\(kind)")
      }
      id = try await fixture.database.read { transaction in
        try transaction.query("SELECT id FROM imports WHERE kind = 'reports'")
          .map { try $0.text("id") }.first ?? ""
      }
      try await fixture.database.write(as: .system("test")) {
        try RegisterCopy.install(APIFixture.register, cursor: "c0", $0)
      }
      let call = fixture.call(ImportServiceMethods.commitImport.info)
      let dry = try await fixture.imports.validateImport(
        ValidateImportRequest(importId: id), context: call)
      #expect(dry.import?.state == .validated)
      let done = try await fixture.imports.commitImport(
        CommitImportRequest(importId: id), context: call)
      #expect(done.import?.state == .committed)
    }
  }

  /// None is tried twice: writers of files wait for each other.
  @Test(arguments: Engine.allCases)
  func `files at the same time all go in`(engine: Engine) async throws {
    var options = DatabaseOptions()
    options.maximumAttempts = 1
    options.lockTimeout = .seconds(60)
    options.leaseTimeout = .seconds(120)
    let hasty = options
    try await withTestDatabaseURL(engine) { url in
      let patient = try await Database.open(url)
      try await patient.migrate(StatisticsMigrations.all + ImportMigrations.all)
      try await patient.write(as: .system("test")) {
        try RegisterCopy.install(APIFixture.register, cursor: "c0", $0)
      }
      let sender = APIFixture(patient)
      var ids: [String] = []
      for year in 2001...2006 {
        let text = """
          渠道,期别,口径,地区,指标,数值
          统计局规上,\(year),整体,450000,工业总产值,\(year)亿元
          统计局规上,\(year),整体,450900,工业总产值,\(year)万元
          """
        ids.append(try await send(sender, "reports", text, commit: false).id)
      }
      let database = try await Database.open(url, options: hasty)
      let fixture = APIFixture(database)
      let states = try await withThrowingTaskGroup(of: CommonMessages.ImportState?.self) { group in
        for id in ids {
          group.addTask {
            try await fixture.imports.commitImport(
              CommitImportRequest(importId: id),
              context: fixture.call(ImportServiceMethods.commitImport.info)
            ).import?.state
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(states == Array(repeating: .committed, count: ids.count))
      for year in 2001...2006 {
        let printed = try await fixture.printed("total/450000/bureau/gross_output/\(year)")
        #expect(printed == "\(year)亿元")
      }
      await database.close()
      await patient.close()
    }
  }

  @Test(arguments: Engine.allCases)
  func `a stated figure that cannot be read is printed as it stands`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let text = """
        代码,名称,地区,期别,渠道,指标,类别,数值,出处文件
        misprint,误印,450000,2006,,,数值,2 3亿元,创新工作思路
        """
      #expect(try await send(fixture, "stated_figures", text).state == .committed)
      #expect(try await fixture.printed("stated/misprint") == "2 3亿元")
      let figure = try await fixture.stated.getStatedFigure(
        GetStatedFigureRequest(code: "misprint"),
        context: fixture.call(StatedFigureServiceMethods.getStatedFigure.info)
      ).statedFigure
      #expect(figure?.quantity?.text == "2 3亿" && figure?.quantity?.unit == "元")
      #expect(figure?.quantity?.value == nil)
      #expect(try await send(fixture, "stated_figures", text).nothingNew)
    }
  }

  @Test(arguments: Engine.allCases)
  func `a stated figure of another place is not taken over`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await send(fixture, "stated_figures", Self.stated)
      let taken = try await send(
        fixture, "stated_figures",
        "代码,名称,地区,期别,类别,数值,出处文件\ngx-2013-growth,增长,玉林市,2013,增速,9%,某文",
        role: .statistician, organisation: "450900")
      #expect(taken.errors.map { "\($0.line) \($0.column) \($0.rule)" } == ["2 代码 access.scope"])
    }
  }

  @Test(
    arguments: Engine.allCases,
    [
      (
        "reports",
        """
        渠道,期别,口径,地区,指标,数值
        统计局规上,2013,整体,450000,工业总产值,
        统计局规上,2013,整体,450900,无此指标,2l家
        统计局规上,2013年,整体,450998,企业数,2l家
        统计局规上,2013,整体,450981,企业数,3家
        统计局规上,2013,整体,450981,企业数,4l家
        统计局规上,2013,整体
        统计局规上,2013,整体,450923,企业数,5l家
        """,
        [
          "2 数值 cell.required", "3 指标 report.indicator", "4 地区 place.unknown",
          "4 数值 quantity.letter_in_number", "4 期别 period.format",
          "6 数值 quantity.letter_in_number", "7  row.width",
          "8 数值 quantity.letter_in_number",
        ]
      ),
      (
        "targets",
        """
        地区,渠道,指标,期别,类别,数值,基期,出处文件
        450998,统计局规上,工业总产值,2014,比例,l0%,去年,
        450000,统计局,工业总产值,2014,增长,10%,,甲
        """,
        [
          "2 出处文件 cell.required", "2 地区 place.unknown", "2 基期 period.format",
          "2 数值 quantity.letter_in_number", "2 类别 target.kind", "3 渠道 report.channel",
        ]
      ),
      (
        "stated_figures",
        """
        代码,名称,地区,期别,类别,数值,出处文件
        a,,450000,2006,数值,82个,某文
        b,乙,450998,2006,数值,82个,某文
        c,丙,450000,2006,数值,2l家,某文
        """,
        [
          "2 名称 cell.required", "3 地区 place.unknown", "4 数值 quantity.letter_in_number",
        ]
      ),
      (
        "indicators",
        """
        代码,中文名,英文名,单位,小数位,类别,属于
        energy_use,综合能源消费量,Energy use,吨标准煤,9,流量,
        coal_use,煤炭消费量,Coal use,吨标准煤,2,流量,综合能源消费量
        x,,x,亿元,2,流量,
        """,
        ["2 小数位 indicator.scale", "4 中文名 cell.required", "4 单位 indicator.unit"]
      ),
    ])
  func `broken cells hide nothing, and nothing that only follows is told`(
    engine: Engine, file: (kind: String, text: String, errors: [String])
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let refused = try await send(fixture, file.kind, file.text)
      #expect(refused.state == .refused)
      #expect(refused.errors.map { "\($0.line) \($0.column) \($0.rule)" } == file.errors)
      #expect(refused.errorCount == UInt64(file.errors.count))
    }
  }

  @Test(arguments: Engine.allCases)
  func `bad rows refuse the file, all at once`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let bad = """
        渠道,期别,口径,地区,指标,数值,性质
        统计局规上,2013,整体,450000,企业数,2l家,
        统计局,2013,整体,450000,工业总产值,1亿元,
        统计局规上,2013年,整体,450000,产值,1亿元,真实
        统计局规上,2013,全部,450000,工业总产值,1亿元,
        统计局规上,2013,整体,北流县,工业总产值,1亿元,
        统计局规上,2013,整体,450900,工业总产值,1亿元,
        统计局规上,2013,整体,450900,工业总产值,2亿元,
        """
      let refused = try await send(fixture, "reports", bad)
      #expect(refused.state == .refused)
      #expect(
        refused.errors.map { "\($0.line) \($0.column) \($0.rule)" } == [
          "2 数值 quantity.letter_in_number", "3 渠道 report.channel", "4 性质 quantity.nature",
          "4 指标 report.indicator", "4 期别 period.format", "5 口径 report.coverage",
          "6 地区 place.unknown_name", "8 指标 report.indicator_twice",
        ])
      #expect(refused.errors[0].value == "2l家")
      #expect(refused.errors[6].reasonZh.contains("450981 北流市"))
      let list = try await fixture.api.listReports(
        ListReportsRequest(), context: fixture.call(Methods.listReports.info))
      #expect(list.reports.isEmpty)
      let scope = try await send(
        fixture, "reports", Self.reports, role: .clerk, organisation: "450100")
      #expect(Set(scope.errors.map(\.rule)) == ["access.scope"] && scope.errorCount == 5)
      let role = await code {
        _ = try await send(fixture, "targets", Self.targets, role: .clerk)
      }
      #expect(role == .permissionDenied)
      let targets = try await send(
        fixture, "targets",
        """
        地区,渠道,指标,期别,类别,数值,出处文件
        450000,统计局规上,工业总产值,2014,增长,10亿元,甲
        450000,统计局规上,工业总产值,2014,比例,10%,甲
        450000,统计局规上,工业总产值,2014,增长,10%,甲
        450000,统计局规上,工业总产值,2014,增长,11%,甲
        """)
      #expect(
        targets.errors.map { "\($0.line) \($0.rule)" } == [
          "2 quantity.unit_mismatch", "3 target.kind", "5 row.duplicate",
        ])
      let indicators = try await send(
        fixture, "indicators",
        "代码,中文名,英文名,单位,小数位,类别,属于\ngross_output,总产值,Output,元,2,流量,\nx,甲,x,亿元,9,流量,无此")
      #expect(
        indicators.errors.map { "\($0.line) \($0.rule)" } == [
          "2 indicator.exists", "3 indicator.unit", "3 indicator.scale",
        ])
    }
  }

  @Test(arguments: Engine.allCases)
  func `an import is taken back while nothing depends on it`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      func revert(_ id: String) async throws -> Import? {
        try await fixture.imports.revertImport(
          RevertImportRequest(importId: id, reason: "误导入"),
          context: fixture.call(ImportServiceMethods.revertImport.info)
        ).import
      }
      let first = try await send(fixture, "reports", Self.reports)
      let second = try await send(
        fixture, "reports",
        "渠道,期别,口径,地区,指标,数值\n统计局规上,2013,整体,450000,工业总产值,812亿元")
      let depended = await failure { _ = try await revert(first.id) }
      #expect(depended?.code == .failedPrecondition)
      #expect(try await revert(second.id)?.state == .reverted)
      #expect(try await fixture.printed("total/450000/bureau/gross_output/2013") == "810亿元")
      for (kind, text) in [
        ("targets", Self.targets), ("stated_figures", Self.stated),
        ("indicators", Self.indicators),
      ] {
        let done = try await send(fixture, kind, text)
        #expect(try await revert(done.id)?.state == .reverted, "\(kind)")
      }
      #expect(
        try await fixture.printed("target/450000/bureau/gross_output/2014") == "未统计")
      #expect(await code { _ = try await fixture.figure("stated/wuzhou-profit") } == .notFound)
    }
  }

  @Test func `every kind has a template that names its columns`() async throws {
    try await APIFixture.with(.sqlite) { fixture in
      let anyone = fixture.call(ImportServiceMethods.listImportKinds.info, as: nil)
      let kinds = try await fixture.imports.listImportKinds(
        ListImportKindsRequest(), context: anyone
      ).kinds
      #expect(kinds.map(\.name) == ["reports", "stated_figures", "targets", "indicators"])
      for kind in kinds {
        let template = try await fixture.imports.getImportTemplate(
          GetImportTemplateRequest(kind: kind.name), context: anyone)
        let text = String(decoding: template.content, as: UTF8.self)
        for column in kind.columns { #expect(text.contains(column.title), "\(kind.name)") }
      }
    }
  }
}
