internal import Access
internal import CommonMessages
internal import Crypto
internal import Foundation
internal import RPC
internal import Entries
internal import RegistryAPI
internal import RegistryDomain
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

struct RegistryImportsTests {
  typealias Methods = ImportServiceMethods

  static let places = """
    代码,名称,级别,上级,生效日期,失效日期,后继代码
    450000,广西壮族自治区,province,,,,
    450300,桂林市,prefecture,450000,,,
    450900,玉林市,prefecture,450000,,,
    450331,荔浦县,county,450300,,2018,450381
    450381,荔浦市,county,450300,2018,,
    450923,博白县,县级,450900,,,
    450981,北流市,county,450900,1994-04,,
    ,浪平乡,township,450923,,,
    """
  static let federations = """
    code,name,short_name,level,place,place_name,parent,funding,valid_from,valid_to,document
    450000,广西二轻城镇集体工业联合社,自治区联社,province,450000,,,财政拨款,,,2013年总结
    450300,桂林市联社,,city,桂林市,桂林市,450000,,,,2013年总结
    450900,玉林市联社,,city,450900,,450000,非财政拨款,,,2013年总结
    450331,荔浦县联社,,county,450331,荔浦县,450300,,,2018,2013年总结
    450331,荔浦市联社,,county,450381,荔浦市,450300,,2018,,2013年总结
    450923,博白县联社,,county,450923,,450900,,,,2013年总结
    """
  static let enterprises = """
    统一社会信用代码,企业名称,注册地,行业代码,行业分类版本,登记注册类型,行业门类,出处文件,原句
    91450923MA5TE5T15M,博白县新裕祥工艺品有限公司,450923,2435,2017,173,工艺美术,2013年总结,"两家企业,完成投资750万元"
    ,博白县炫音电子厂,博白县,,,,,2013年总结,
    """
  static let memberships = """
    联社代码,企业,状态,日期,原因,出处文件
    450900,91450923MA5TE5T15M,已申请,2012-11,,2013年总结
    450900,91450923MA5TE5T15M,已吸收,2013,,2013年总结
    450900,博白县炫音电子厂,admitted,2013,,2013年总结
    """
  static let figures = """
    代码,名称,地区,期别,类别,数值,性质,出处文件,原句,备注
    gx-2006-federations,自治区、市、县三级联社个数,450000,2006,数值,82个,,创新工作思路,目前广西有自治区、市、县三级联社82个,
    gx-2006-fiscal,财政拨款的比重,广西壮族自治区,2006,比重,78%,,创新工作思路,其中78%为财政拨款,
    gx-2006-misprint,误印,450000,2006,数值,2 3亿元,,创新工作思路,,照录
    """

  func send(
    _ fixture: APIFixture, _ kind: String, _ text: String, role: Role = .administrator,
    organisation: String = "450000", commit: Bool = true
  ) async throws -> Import {
    let principal = APIFixture.principal(organisation, role)
    func call(_ method: MethodInfo) -> CallContext { fixture.call(method, as: principal) }
    let bytes = Array((text + "\n").utf8)
    let digest = SHA256.hash(data: Data(bytes)).map { String(format: "%02x", $0) }.joined()
    let created = try await fixture.imports.createImport(
      CreateImportRequest(
        kind: kind, fileName: "\(kind).csv", byteCount: UInt64(bytes.count), sha256: digest),
      context: call(Methods.createImport.info)
    ).import
    let id = created?.id ?? ""
    for (number, start) in stride(from: 0, to: bytes.count, by: 100).enumerated() {
      _ = try await fixture.imports.appendRows(
        AppendRowsRequest(
          importId: id, chunkNumber: UInt32(number),
          content: Array(bytes[start..<min(start + 100, bytes.count)])),
        context: call(Methods.appendRows.info))
    }
    let validated = try await fixture.imports.validateImport(
      ValidateImportRequest(importId: id), context: call(Methods.validateImport.info)
    ).import
    guard commit, validated?.state == .validated else { return validated ?? Import() }
    let committed = try await fixture.imports.commitImport(
      CommitImportRequest(importId: id), context: call(Methods.commitImport.info)
    ).import
    // A dry run gives the same answer as the run.
    #expect(committed?.insertedCount == validated?.insertedCount)
    #expect(committed?.revisedCount == validated?.revisedCount)
    #expect(committed?.unchangedCount == validated?.unchangedCount)
    return committed ?? Import()
  }

  func sendAll(_ fixture: APIFixture) async throws -> [Import] {
    var imports: [Import] = []
    for (kind, text) in [
      ("places", Self.places), ("federations", Self.federations),
      ("enterprises", Self.enterprises), ("memberships", Self.memberships),
      ("stated_figures", Self.figures),
    ] { imports.append(try await send(fixture, kind, text)) }
    return imports
  }

  @Test(arguments: Engine.allCases)
  func aRegisterIsFilledFromFiles(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let imports = try await sendAll(fixture)
      for done in imports {
        #expect(done.state == .committed, "\(done.kind): \(done.errors)")
      }
      #expect(imports.map(\.insertedCount) == [8, 6, 2, 3, 3])
      // What a header leaves out is noted too; the misprint is the one note on a row.
      #expect(imports.last?.notes.filter { $0.line > 1 }.map(\.column) == ["数值"])
      let call = fixture.call(RegistryServiceMethods.getFederation.info, as: nil)
      for (date, name) in [("2013-12-31", "荔浦县联社"), ("2024-05-01", "荔浦市联社")] {
        let federation = try await fixture.api.getFederation(
          GetFederationRequest(code: "450331", onDate: date), context: call
        ).federation
        #expect(federation?.name == name)
      }
      let members = try await fixture.api.listMemberships(
        ListMembershipsRequest(federationCode: "450900", admittedYear: "2013"), context: call)
      #expect(members.totalSize == 2)
      let figure = try await fixture.stated.getStatedFigure(
        GetStatedFigureRequest(code: "gx-2006-misprint"), context: call
      ).statedFigure
      #expect(figure?.quantity?.text == "2 3亿" && figure?.quantity?.unit == "元")
      #expect(figure?.quantity?.value == nil)
      #expect(figure?.quantity?.low == nil && figure?.quantity?.high == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func theSameFileTwiceIsNothingNew(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await sendAll(fixture)
      for done in try await sendAll(fixture) {
        #expect(done.nothingNew)
        #expect(done.insertedCount == 0)
      }
      // Another file with the same rows is nothing new either.
      let again = try await send(
        fixture, "places", Self.places + "\n450922,陆川县,county,450900,,,")
      #expect(again.insertedCount == 1)
      #expect(again.unchangedCount == 8)
    }
  }

  @Test(arguments: Engine.allCases)
  func aCorrectedFileRevisesByNaturalKeyAndSaysHow(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await sendAll(fixture)
      let corrected = Self.enterprises.replacingOccurrences(
        of: ",,,,,2013年总结,", with: ",3922,2017,,电子,2013年总结,")
      let done = try await send(fixture, "enterprises", corrected)
      #expect(done.revisedCount == 1)
      #expect(done.unchangedCount == 1)
      let note = done.notes.first { $0.line == 3 }
      #expect(note?.textZh.contains("行业门类:“”→“电子”") == true)
    }
  }

  @Test(arguments: Engine.allCases)
  func threeBadRowsAreThreeErrorsAndNothingIsStored(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let text = """
        代码,名称,级别,上级
        450000,广西壮族自治区,province,
        45O900,玉林市,prefecture,450000
        450300,桂林市,市,450000
        450923,博白县,county,
        """
      let refused = try await send(fixture, "places", text)
      #expect(refused.state == .refused)
      #expect(refused.errorCount == 3)
      #expect(refused.errors.map(\.line) == [3, 4, 5])
      #expect(refused.errors.map(\.column) == ["代码", "级别", "上级"])
      #expect(refused.errors.map(\.value) == ["45O900", "市", ""])
      #expect(refused.errors.allSatisfy { !$0.reasonZh.isEmpty && !$0.reasonEn.isEmpty })
      let list = try await fixture.api.listPlaces(
        ListPlacesRequest(), context: fixture.call(RegistryServiceMethods.listPlaces.info))
      #expect(list.totalSize == 0)
    }
  }

  @Test(
    arguments: Engine.allCases,
    [
      ("places", "代码,名称,级别,上级\n450999,甲,county,450998", "上级", "place.parent_unknown"),
      ("places", "代码,名称,级别,上级,生效日期\n450923,又名,county,450900,2020", "生效日期", "valid_time.overlap"),
      (
        "federations",
        "code,name,level,place,place_name,parent\n450981,北流县联社,county,450981,北流县,450900",
        "地名", "place.name_mismatch"
      ),
      (
        "federations", "code,name,level,place,parent\n450981,北流县联社,county,北流县,450900", "地区",
        "place.unknown_name"
      ),
      (
        "federations", "code,name,level,place,parent\n450981,甲,county,450981,450300", "上级联社代码",
        "federation.parent_place"
      ),
      (
        "enterprises", "统一社会信用代码,企业名称,注册地\n91110000600037341N,甲,450923", "统一社会信用代码",
        "uscc.check_character"
      ),
      ("enterprises", "企业名称,注册地,失效日期\n甲,450923,2013-02-30", "失效日期", "date.format"),
      ("memberships", "联社代码,企业,状态,日期\n450900,无此厂,已吸收,2013", "企业", "enterprise.unknown"),
      ("memberships", "联社代码,企业,状态,日期\n450900,博白县炫音电子厂,已暂停,2014", "原因", "required"),
      ("memberships", "联社代码,企业,状态,日期\n450300,博白县炫音电子厂,已退出,2014", "", "record.failedPrecondition"),
      (
        "stated_figures", "代码,名称,地区,期别,类别,数值,出处文件\na,甲,450000,2006,数值,2l家,某文", "数值",
        "quantity.letter_in_number"
      ),
      (
        "stated_figures", "代码,名称,地区,期别,类别,数值,出处文件\na,甲,450999,2006,数值,2家,某文", "地区",
        "place.unknown"
      ),
    ])
  func aWrongRowIsToldAtItsColumn(
    engine: Engine, row: (kind: String, text: String, column: String, rule: String)
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await sendAll(fixture)
      let refused = try await send(fixture, row.kind, row.text)
      #expect(refused.state == .refused)
      #expect(refused.errors.map(\.rule) == [row.rule])
      #expect(refused.errors.map(\.column) == [row.column])
      #expect(refused.errors.map(\.line) == [2])
    }
  }

  @Test(arguments: Engine.allCases)
  func aClerkImportsOnlyInsideHisSubtree(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await sendAll(fixture)
      let text = "企业名称,注册地\n甲厂,450923\n乙厂,450381"
      let refused = try await send(
        fixture, "enterprises", text, role: .clerk, organisation: "450900")
      #expect(refused.errors.map(\.rule) == ["access.scope"])
      #expect(refused.errors.map(\.line) == [3])
      let denied = await code {
        _ = try await send(fixture, "places", Self.places, role: .clerk)
      }
      #expect(denied == .permissionDenied)
    }
  }

  @Test(arguments: Engine.allCases)
  func importsAreTakenBackWhileNothingDependsOnThem(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let imports = try await sendAll(fixture)
      let call = fixture.call(Methods.revertImport.info)
      func revert(_ number: Int) async -> RPCError? {
        await failure {
          let answer = try await fixture.imports.revertImport(
            RevertImportRequest(importId: imports[number].id, reason: "误导入"), context: call)
          #expect(answer.import?.state == .reverted)
        }
      }
      for number in 0..<3 {
        #expect(await revert(number)?.code == .failedPrecondition, "\(imports[number].kind)")
      }
      for number in [4, 3, 2, 1, 0] {
        #expect(await revert(number) == nil, "\(imports[number].kind)")
      }
      let left = try await fixture.api.listPlaces(ListPlacesRequest(), context: call)
      #expect(left.totalSize == 0)
      // What was taken back can come again.
      for done in try await sendAll(fixture) { #expect(done.state == .committed) }
    }
  }

  @Test(arguments: Engine.allCases)
  func aRevisionByFileIsTakenBackToWhatWasBefore(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await sendAll(fixture)
      fixture.clock.advance(by: 1_000_000)
      let renamed = try await send(
        fixture, "places", "代码,名称,级别,上级\n450923,博白市,county,450900")
      #expect(renamed.revisedCount == 1)
      fixture.clock.advance(by: 1_000_000)
      _ = try await fixture.imports.revertImport(
        RevertImportRequest(importId: renamed.id, reason: "误"),
        context: fixture.call(Methods.revertImport.info))
      let place = try await fixture.api.getPlace(
        GetPlaceRequest(code: "450923"), context: fixture.call(RegistryServiceMethods.getPlace.info)
      ).place
      #expect(place?.name == "博白县")
      #expect(place?.revision == 3)
    }
  }

  @Test(arguments: Engine.allCases)
  func kindsAndTemplatesExplainThemselves(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let call = fixture.call(Methods.listImportKinds.info, as: nil)
      let kinds = try await fixture.imports.listImportKinds(
        ListImportKindsRequest(), context: call
      ).kinds
      #expect(
        kinds.map(\.name) == [
          "places", "federations", "enterprises", "memberships", "stated_figures",
        ] + RegistryEntries.register.kinds.map(\.name))
      for kind in kinds {
        let template = try await fixture.imports.getImportTemplate(
          GetImportTemplateRequest(kind: kind.name), context: call)
        #expect(template.content.starts(with: [0xEF, 0xBB, 0xBF]))
        let text = String(decoding: template.content, as: UTF8.self)
        #expect(kind.columns.allSatisfy { text.contains($0.title) })
      }
      let unknown = await failure {
        _ = try await fixture.imports.getImportTemplate(
          GetImportTemplateRequest(kind: "works"), context: call)
      }
      #expect(unknown?.code == .notFound)
      #expect(unknown?.resource?.available == kinds.map(\.name))
    }
  }

  @Test(arguments: Engine.allCases)
  func aWatcherSeesTheEndAndOthersSeeNothing(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let done = try await send(fixture, "places", Self.places)
      let states = Collected<CommonMessages.ImportState>()
      try await fixture.imports.watchImport(
        WatchImportRequest(importId: done.id),
        responses: ResponseWriter { message in
          await states.add(message.import?.state ?? .unspecified)
        }, context: fixture.call(Methods.watchImport.info))
      #expect(await states.all == [.committed])
      let foreign = await code {
        _ = try await fixture.imports.getImport(
          GetImportRequest(importId: done.id),
          context: fixture.call(Methods.getImport.info, as: APIFixture.principal("440000")))
      }
      #expect(foreign == .notFound)
      // A repeated commit gives the same answer.
      let again = try await fixture.imports.commitImport(
        CommitImportRequest(importId: done.id), context: fixture.call(Methods.commitImport.info))
      #expect(again.import?.state == .committed)
    }
  }
}

private actor Collected<Item: Sendable> {
  private(set) var all: [Item] = []

  func add(_ item: Item) { all.append(item) }
}
