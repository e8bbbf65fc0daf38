internal import Access
internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

/// Files with several things wrong at once: everything is told, and nothing that only follows.
struct MixedFilesTests {
  private let files = RegistryImportsTests()

  static func told(_ refused: Import) -> [String] {
    refused.errors.map { "\($0.line) \($0.column) \($0.value) \($0.rule)" }
  }

  @Test(
    arguments: Engine.allCases,
    [
      (
        "places", 0,
        """
        代码,名称,级别,上级,生效日期
        450000,广西壮族自治区,province,,
        450300,,prefecture,450000,
        450900,玉林市,市,450000,
        450331,荔浦县,county,450300,
        450923,博白县,county,450900,2013-02-30
        450981,北流市,county,450998,
        """,
        [
          "3 名称  cell.required", "4 级别 市 place.level", "6 生效日期 2013-02-30 date.format",
          "7 上级 450998 place.parent_unknown",
        ]
      ),
      (
        "federations", 1,
        """
        code,name,level,place,parent
        450000,广西联社,province,450000,
        450300,,city,450300,450000
        450900,玉林市联社,市,450999,450000
        450923,博白县联社,county,450923,450900
        450331,荔浦县联社,county,450331,450000
        450981,北流市联社,county,北流县,450900
        """,
        [
          "3 名称  cell.required", "4 地区 450999 place.unknown", "4 级别 市 federation.level",
          "6 上级联社代码 450000 federation.parent_level", "7 地区 北流县 place.unknown_name",
        ]
      ),
      (
        "enterprises", 1,
        """
        企业名称,注册地,登记注册类型,失效日期
        ,450923,,
        甲厂,450999,7,2013-02-30
        乙厂,博白县,,
        丙厂,450923,9x,
        """,
        [
          "2 企业名称  cell.required", "3 失效日期 2013-02-30 date.format",
          "3 登记注册类型 7 ownership.code", "5 登记注册类型 9x ownership.code",
        ]
      ),
      (
        "memberships", 3,
        """
        联社代码,企业,状态,日期,原因
        450900,博白县炫音电子厂,,2013,
        450900,博白县炫音电子厂,已暂停,2014,
        450999,无此厂,已吸收,2013-13,
        """,
        [
          "2 状态  cell.required", "4 企业 无此厂 enterprise.unknown", "4 日期 2013-13 date.format",
          "4 联社代码 450999 federation.unknown",
        ]
      ),
      (
        "stated_figures", 1,
        """
        代码,名称,地区,期别,类别,数值,出处文件
        a,,450000,2006,数值,82个,某文
        b,乙,450999,2006,数值,82个,某文
        c,丙,450000,2006,数值,2l家,某文
        """,
        [
          "2 名称  cell.required", "3 地区 450999 place.unknown",
          "4 数值 2l家 quantity.letter_in_number",
        ]
      ),
    ])
  func everythingWrongIsToldAtOnce(
    engine: Engine, file: (kind: String, before: Int, text: String, errors: [String])
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      let earlier = [
        ("places", RegistryImportsTests.places), ("federations", RegistryImportsTests.federations),
        ("enterprises", RegistryImportsTests.enterprises),
      ]
      for (kind, text) in earlier.prefix(file.before) {
        #expect(try await files.send(fixture, kind, text).state == .committed)
      }
      let refused = try await files.send(fixture, file.kind, file.text)
      #expect(refused.state == .refused)
      #expect(Self.told(refused) == file.errors)
      #expect(refused.errorCount == UInt64(file.errors.count))
      #expect(refused.errors.allSatisfy { !$0.reasonZh.isEmpty && !$0.reasonEn.isEmpty })
    }
  }

  /// The parent stands in a row that cannot be cut into cells; it is not missing.
  @Test(arguments: Engine.allCases)
  func whatStandsInAnUnreadableRowIsNotMissing(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let refused = try await files.send(
        fixture, "places",
        """
        代码,名称,级别,上级
        450000,广西壮族自治区,province,
        450900,玉林市,prefecture
        450923,博白县,county,450900
        450331,荔浦县,county,450300
        """)
      #expect(
        Self.told(refused) == [
          "3  450900,玉林市,prefecture row.width", "5 上级 450300 place.parent_unknown",
        ])
    }
  }

  // MARK: Restoring by file

  @Test(arguments: Engine.allCases)
  func aFileRestoresWhatACallChanged(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let imports = try await files.sendAll(fixture)
      let call = fixture.call(RegistryServiceMethods.updatePlace.info)
      func name() async throws -> String? {
        try await fixture.api.getPlace(GetPlaceRequest(code: "450923"), context: call).place?.name
      }
      _ = try await fixture.api.updatePlace(
        UpdatePlaceRequest(place: Place(code: "450923", name: "博白市", etag: "\"r1\"")),
        context: call)
      #expect(try await name() == "博白市")
      let restored = try await files.send(fixture, "places", RegistryImportsTests.places)
      #expect(!restored.nothingNew && restored.revisedCount == 1)
      #expect(try await name() == "博白县")
      // Sent twice, the first taken back: the file is news again.
      let figures = RegistryImportsTests.figures
      #expect(try await files.send(fixture, "stated_figures", figures).nothingNew)
      _ = try await fixture.imports.revertImport(
        RevertImportRequest(importId: imports[4].id, reason: "误导入"),
        context: fixture.call(ImportServiceMethods.revertImport.info))
      let again = try await files.send(fixture, "stated_figures", figures)
      #expect(!again.nothingNew && again.insertedCount == 3)
    }
  }

  // MARK: Records of others

  @Test(
    arguments: Engine.allCases,
    [
      (
        "enterprises", "450300",
        "统一社会信用代码,企业名称,注册地\n91450923MA5TE5T15M,荔浦衣架厂,450381", "统一社会信用代码"
      ),
      (
        "federations", "450900", "code,name,level,place,parent\n450331,荔浦县联社,county,450923,450900",
        "联社代码"
      ),
      (
        "federations", "450923", "code,name,level,place,parent\n450200,柳州市联社,county,450923,450900",
        "联社代码"
      ),
      (
        "stated_figures", "450900",
        "代码,名称,地区,期别,类别,数值,出处文件\ngx-2006-federations,联社个数,450900,2006,数值,1个,某文", "代码"
      ),
    ])
  func aFileDoesNotTakeOverARecordOutsideTheSubtree(
    engine: Engine, file: (kind: String, organisation: String, text: String, column: String)
  ) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await files.sendAll(fixture)
      let refused = try await files.send(
        fixture, file.kind, file.text, role: .statistician, organisation: file.organisation)
      #expect(refused.state == .refused)
      #expect(refused.errors.map(\.rule) == ["access.scope"])
      #expect(refused.errors.map(\.column) == [file.column])
      #expect(refused.errors.map(\.line) == [2])
    }
  }

  /// An enterprise that moved belongs to the people of its place of today.
  @Test(arguments: Engine.allCases)
  func theHistoryOfAMovedEnterpriseIsItsNewPlaces(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await files.sendAll(fixture)
      let moved = """
        统一社会信用代码,企业名称,注册地,生效日期,失效日期
        91450923MA5TE5T15M,博白县新裕祥工艺品有限公司,450381,2020,
        91450923MA5TE5T15M,博白县新裕祥工艺品有限公司,450923,,2020
        """
      #expect(try await files.send(fixture, "enterprises", moved).state == .committed)
      for (organisation, row, rules) in [
        ("450900", "改名厂,450923,,2020", ["access.scope"]), ("450300", "改名厂,450381,2020,", []),
      ] {
        let done = try await files.send(
          fixture, "enterprises",
          "统一社会信用代码,企业名称,注册地,生效日期,失效日期\n91450923MA5TE5T15M,\(row)", role: .clerk,
          organisation: organisation)
        #expect(done.errors.map(\.rule) == rules, "\(organisation)")
      }
    }
  }
}
