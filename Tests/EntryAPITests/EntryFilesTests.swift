internal import CommonMessages
internal import Crypto
internal import Entries
internal import EntryAPI
internal import Foundation
internal import Imports
internal import RPC
internal import ServiceAPI
internal import Storage
internal import TalentMessages
internal import TestSupport
internal import Testing

/// Files of entries: one kind of file a kind of entry.
struct EntryFilesTests {
  typealias Imports = ImportServiceMethods

  static let titles = """
    代码,名称,序列,级别,授予单位,出处文件,原句,备注
    master,工艺美术大师,荣誉称号,省级,自治区人民政府,2016年总结,评出大师,
    technician,高级技师,skill,national,,2016年总结,,
    """
  static let trainings = """
    举办单位,名称,地区,时间,期数,人数,人次,合格人数,收入,合作单位,地点,出处文件,原句,备注
    联社,甲班,450000,2013,2期,185名,634人次,100名,229万元,甲校、乙校；丙校,南宁,2013年总结,举办2期,
    联社,乙班,450900,2013-05,,1 85名,,,,,,2013年总结,,照录
    联社,丙班,450900,2013,,100人,,200人,,,,2013年总结,,
    """
  static let tallies = """
    title,batch,place,period,people,document
    master,,450000,2016,40人,2016年总结
    master,,450100,2016,14人,2016年总结
    """

  static func send(
    _ fixture: APIFixture, _ kind: String, _ text: String, organisation: String = "450000",
    commit: Bool = true
  ) async throws -> Import {
    fixture.clock.advance(by: 1_000_000)
    let imports = fixture.house.imports
    func call(_ method: MethodInfo) -> CallContext { fixture.call(method, as: organisation) }
    let bytes = Array((text + "\n").utf8)
    let digest = SHA256.hash(data: Data(bytes)).map { String(format: "%02x", $0) }.joined()
    let created = try await imports.createImport(
      CreateImportRequest(
        kind: kind, fileName: "\(kind).csv", byteCount: UInt64(bytes.count), sha256: digest),
      context: call(Imports.createImport.info))
    let id = created.import?.id ?? ""
    _ = try await imports.appendRows(
      AppendRowsRequest(importId: id, chunkNumber: 0, content: bytes),
      context: call(Imports.appendRows.info))
    let validated = try await imports.validateImport(
      ValidateImportRequest(importId: id), context: call(Imports.validateImport.info)
    ).import
    guard commit, validated?.state == .validated else { return validated ?? Import() }
    let committed = try await imports.commitImport(
      CommitImportRequest(importId: id), context: call(Imports.commitImport.info)
    ).import
    // A dry run gives the same answer as the run.
    #expect(committed?.insertedCount == validated?.insertedCount)
    #expect(committed?.revisedCount == validated?.revisedCount)
    #expect(committed?.unchangedCount == validated?.unchangedCount)
    #expect(committed?.quarantinedCount == validated?.quarantinedCount)
    #expect(committed?.notes.map(\.textZh) == validated?.notes.map(\.textZh))
    return committed ?? Import()
  }

  private static func revert(_ fixture: APIFixture, _ id: String) async throws {
    fixture.clock.advance(by: 1_000_000)
    _ = try await fixture.house.imports.revertImport(
      RevertImportRequest(importId: id, reason: "误传"),
      context: fixture.call(Imports.revertImport.info))
  }

  private static func errors(_ file: Import) -> [String] {
    file.errors.map { "\($0.line) \($0.column) \($0.rule)" }
  }

  @Test(arguments: Engine.allCases)
  func `files go in and come out as entries, doubts and figures`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let titles = try await Self.send(fixture, "title", Self.titles)
      #expect(titles.state == .committed && titles.insertedCount == 2, "\(titles.errors)")
      let tallies = try await Self.send(fixture, "grant_tally", Self.tallies)
      #expect(tallies.insertedCount == 2 && tallies.quarantinedCount == 0)
      let done = try await Self.send(fixture, "training", Self.trainings)
      #expect(done.state == .committed && done.rowCount == 3, "\(done.errors)")
      #expect(done.insertedCount == 3 && done.quarantinedCount == 2)
      let doubts = done.notes.filter { $0.textZh.contains("存疑，核定以前不计入") }
      #expect(doubts.map(\.line) == [3, 4])
      #expect(doubts.last?.textZh.contains("合格人数200人大于人数100人") == true)
      let entries = try await fixture.list(ListEntriesRequest(kind: "training"))
      #expect(entries.first?.training?.partners == ["甲校", "乙校", "丙校"])
      #expect(entries.first?.header?.provenance?.sentence == "举办2期")
      #expect(try await fixture.doubts().count == 2)
      #expect(try await fixture.figure(FigureCallsTests.key).printed == "40")
      let trained = try await fixture.figure("talent/training/people/450000/2013")
      #expect(trained.printed == "185" && trained.quarantineIds.count == 2)
    }
  }

  @Test(arguments: Engine.allCases)
  func `the same file again is nothing new, a correction revises`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await Self.send(fixture, "training", Self.trainings)
      let again = try await Self.send(fixture, "training", Self.trainings)
      #expect(again.nothingNew && again.unchangedCount == 3 && again.insertedCount == 0)
      let corrected = try await Self.send(
        fixture, "training",
        Self.trainings.replacing("229万元", with: "230万元").replacing("1 85名", with: "185名"))
      #expect(corrected.revisedCount == 2 && corrected.unchangedCount == 1)
      #expect(corrected.quarantinedCount == 0)
      #expect(
        corrected.notes.contains { $0.textZh.hasSuffix("将改动：收入：“229万元”→“230万元”") },
        "\(corrected.notes)")
      #expect(try await fixture.doubts().count == 1)
      let entries = try await fixture.list(ListEntriesRequest(kind: "training"))
      #expect(entries.map { $0.header?.revision } == [2, 2, 1])
    }
  }

  @Test(arguments: Engine.allCases)
  func `every error of a file is told at once, and nothing is stored`(
    engine: Engine
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let file = try await Self.send(
        fixture, "training",
        """
        举办单位,名称,地区,时间,人数,合格人数,收入,出处文件
        联社,甲班,45,13,2l名,,229,2013年总结
        ,乙班,450000,2013,,,,2013年总结
        联社,丙班,450000,2013,10人,,,
        联社,丁班,460000,2013,10人,,,2013年总结
        联社,戊班,450000,2013,10人,,,2013年总结
        联社,戊班,450000,2013,11人,,,2013年总结
        """)
      #expect(file.state == .refused && file.errorCount == 8)
      #expect(
        Self.errors(file) == [
          "2 人数 quantity.letter_in_number", "2 地区 place.code", "2 收入 quantity.unit_missing",
          "2 时间 time.format", "3 举办单位 cell.required", "4 出处文件 cell.required",
          "5 地区 training.permissionDenied", "7 举办单位 row.duplicate",
        ])
      #expect(file.errors.allSatisfy { !$0.reasonZh.isEmpty && !$0.reasonEn.isEmpty })
      #expect(try await fixture.list(ListEntriesRequest(kind: "training")).isEmpty)
      let unknown = try await Self.send(fixture, "grant_tally", Self.tallies)
      #expect(
        Self.errors(unknown) == ["2 称号 reference.unknown", "3 称号 reference.unknown"])
    }
  }

  /// A key that could not be read is no key: the next row is no duplicate of it.
  @Test(arguments: Engine.allCases)
  func `a row with a broken key has no duplicates`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await Self.send(fixture, "title", Self.titles)
      let file = try await Self.send(
        fixture, "grant_tally",
        """
        title,batch,place,period,people,document
        master,Batch 7,450000,2016,40人,2016年总结
        master,,450000,2016,40人,2016年总结
        """)
      #expect(Self.errors(file) == ["2 批次 code.format"])
    }
  }

  @Test(arguments: Engine.allCases)
  func `an import is taken back while nothing depends on it`(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let titles = try await Self.send(fixture, "title", Self.titles)
      let tallies = try await Self.send(fixture, "grant_tally", Self.tallies)
      let obstacle = await failure { try await Self.revert(fixture, titles.id) }
      #expect(obstacle?.code == .failedPrecondition || obstacle?.code == .invalidArgument)
      #expect(try await fixture.list(ListEntriesRequest(kind: "title")).count == 2)
      let corrected = try await Self.send(
        fixture, "grant_tally", Self.tallies.replacing("40人", with: "41人"))
      #expect(corrected.revisedCount == 1 && corrected.unchangedCount == 1)
      #expect(try await fixture.figure(FigureCallsTests.key).printed == "41")
      try await Self.revert(fixture, corrected.id)
      #expect(try await fixture.figure(FigureCallsTests.key).printed == "40")
      // The first file's entry was changed since, even if it says the same.
      #expect(await failure { try await Self.revert(fixture, tallies.id) } != nil)
    }
  }

  @Test func `every kind has a file with a template`() async throws {
    try await APIFixture.with(.sqlite) { fixture in
      let imports = fixture.house.imports
      let kinds = try await imports.listImportKinds(
        ListImportKindsRequest(), context: fixture.call(Imports.listImportKinds.info)
      ).kinds
      #expect(kinds.map(\.name) == TestKinds.register.kinds.map(\.name) + ["stated_figures"])
      for kind in TestKinds.register.kinds {
        let columns = try #require(kinds.first { $0.name == kind.name }).columns
        #expect(columns.map(\.title) == kind.fields.map(\.title) + ["出处文件", "原句", "备注"])
        let template = try await imports.getImportTemplate(
          GetImportTemplateRequest(kind: kind.name),
          context: fixture.call(Imports.getImportTemplate.info))
        #expect(template.fileName == "\(kind.name).csv" && !template.content.isEmpty)
      }
    }
  }
}
