internal import CommonMessages
internal import RPC
internal import RegistryAPI
internal import RegistryMessages
internal import ServiceAPI
internal import Storage
internal import TestSupport
internal import Testing

/// Taking a file back leaves a register in which every rule holds, or changes nothing.
struct RevertingByFileTests {
  private let files = RegistryImportsTests()

  private func revert(_ fixture: APIFixture, _ id: String) async -> RPCError? {
    await failure {
      let answer = try await fixture.imports.revertImport(
        RevertImportRequest(importId: id, reason: "误导入"),
        context: fixture.call(ImportServiceMethods.revertImport.info))
      #expect(answer.import?.state == .reverted)
    }
  }

  private func send(
    _ fixture: APIFixture, _ kind: String, _ text: String
  ) async throws -> Import {
    fixture.clock.advance(by: 1_000_000)
    let done = try await files.send(fixture, kind, text)
    #expect(done.state == .committed, "\(done.errors)")
    fixture.clock.advance(by: 1_000_000)
    return done
  }

  @Test(arguments: Engine.allCases)
  func aPlaceThatAFigureOrAPredecessorNamesStays(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let base = try await send(
        fixture, "places",
        """
        代码,名称,级别,上级
        450000,广西壮族自治区,province,
        450300,桂林市,prefecture,450000
        """)
      let next = try await send(
        fixture, "places", "代码,名称,级别,上级,生效日期\n450381,荔浦市,county,450300,2018")
      _ = try await send(
        fixture, "places",
        "代码,名称,级别,上级,失效日期,后继代码\n450331,荔浦县,county,450300,2018,450381")
      let figure = try await send(
        fixture, "stated_figures",
        "代码,名称,地区,期别,类别,数值,出处文件\na,联社个数,450000,2006,数值,82个,某文")
      let followed = await revert(fixture, next.id)
      #expect(followed?.code == .failedPrecondition)
      #expect(followed?.message.contains("450381") == true)
      #expect(await revert(fixture, base.id)?.code == .failedPrecondition)
      let list = try await fixture.api.listPlaces(
        ListPlacesRequest(), context: fixture.call(RegistryServiceMethods.listPlaces.info))
      #expect(list.totalSize == 3, "450331 has ended by today")
      #expect(await revert(fixture, figure.id) == nil)
    }
  }

  /// Children may stand before their parents in a file.
  @Test(arguments: Engine.allCases)
  func theOrderOfRowsDoesNotMatter(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      let places = try await send(
        fixture, "places",
        """
        代码,名称,级别,上级
        450923,博白县,county,450900
        450000,广西壮族自治区,province,
        450900,玉林市,prefecture,450000
        """)
      let federations = try await send(
        fixture, "federations",
        """
        code,name,level,place,parent
        450900,玉林市联社,city,450900,450000
        450000,广西联社,province,450000,
        """)
      #expect(await revert(fixture, federations.id) == nil)
      #expect(await revert(fixture, places.id) == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func whatWasBuiltOnARevisionHoldsIt(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await send(
        fixture, "places",
        """
        代码,名称,级别,上级,生效日期
        450000,广西壮族自治区,province,,
        450900,玉林市,prefecture,450000,
        450981,北流市,county,450900,2000
        """)
      let earlier = try await send(
        fixture, "places",
        "代码,名称,级别,上级,生效日期,失效日期\n450981,北流县,county,450900,1990,2000")
      let federations = """
        code,name,level,place,parent,valid_from
        450000,广西联社,province,450000,,
        450900,玉林市联社,city,450900,450000,
        450981,北流联社,county,450981,450900,1995
        """
      let standing = try await send(fixture, "federations", federations)
      let refused = await revert(fixture, earlier.id)
      #expect(refused?.code == .failedPrecondition)
      #expect(refused?.message.contains("450981") == true)
      #expect(await revert(fixture, standing.id) == nil)
      #expect(await revert(fixture, earlier.id) == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func anEnterpriseInsideAPlacesFormerTimeHoldsIt(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await send(
        fixture, "places",
        """
        代码,名称,级别,上级,生效日期
        450000,广西壮族自治区,province,,
        450900,玉林市,prefecture,450000,
        450981,北流市,county,450900,2000
        """)
      let earlier = try await send(
        fixture, "places",
        "代码,名称,级别,上级,生效日期,失效日期\n450981,北流县,county,450900,1990,2000")
      let plant = try await send(fixture, "enterprises", "企业名称,注册地,生效日期\n陶瓷厂,450981,1995")
      #expect(await revert(fixture, earlier.id)?.code == .failedPrecondition)
      #expect(await revert(fixture, plant.id) == nil)
      #expect(await revert(fixture, earlier.id) == nil)
    }
  }

  @Test(arguments: Engine.allCases)
  func aNameTakenMeanwhileIsNotTakenBack(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await files.sendAll(fixture)
      let renamed = try await send(
        fixture, "enterprises",
        "统一社会信用代码,企业名称,注册地\n91450923MA5TE5T15M,博白县新名工艺品有限公司,450923")
      _ = try await fixture.createEnterprise(
        Enterprise(name: "博白县新裕祥工艺品有限公司", placeCode: "450923"))
      let refused = await revert(fixture, renamed.id)
      #expect(refused?.code == .failedPrecondition)
      let listed = try await fixture.api.listEnterprises(
        ListEnterprisesRequest(nameContains: "新裕祥"),
        context: fixture.call(RegistryServiceMethods.listEnterprises.info))
      #expect(listed.totalSize == 1)
    }
  }

  @Test(arguments: Engine.allCases)
  func aMembershipInsideAFormerTimeHoldsBothParties(engine: Engine) async throws {
    try await APIFixture.with(engine) { fixture in
      _ = try await send(fixture, "places", RegistryImportsTests.places)
      _ = try await send(
        fixture, "federations",
        """
        code,name,level,place,parent,valid_from
        450000,广西联社,province,450000,,
        450900,玉林市联社,city,450900,450000,2010
        """)
      let federation = try await send(
        fixture, "federations",
        "code,name,level,place,parent,valid_from,valid_to\n450900,玉林联社,city,450900,450000,2000,2010"
      )
      _ = try await send(fixture, "enterprises", "企业名称,注册地,生效日期\n陶瓷厂,450923,2008")
      let enterprise = try await send(
        fixture, "enterprises", "企业名称,注册地,生效日期,失效日期\n陶瓷厂,450923,2000,2008")
      let membership = try await send(
        fixture, "memberships", "联社代码,企业,状态,日期\n450900,陶瓷厂,已吸收,2005")
      for held in [federation, enterprise] {
        #expect(await revert(fixture, held.id)?.code == .failedPrecondition, "\(held.kind)")
      }
      for done in [membership, enterprise, federation] {
        #expect(await revert(fixture, done.id) == nil, "\(done.kind)")
      }
    }
  }
}
