internal import ArgumentParser
internal import CommonMessages
internal import ExhibitionsMessages
internal import GatewayMessages
internal import HealthMessages
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import TalentMessages
internal import Testing

@testable internal import Admin

@Suite struct MethodTests {
  @Test func everyMethodOfEveryServiceCanBeCalled() {
    let known =
      RegistryServiceMethods.all + RegistryMessages.ImportServiceMethods.all
      + RegistryMessages.StatedFigureServiceMethods.all
      + StatisticsServiceMethods.all + StatisticsMessages.ImportServiceMethods.all
      + StatisticsMessages.StatedFigureServiceMethods.all
      + ReportServiceMethods.all + TemplateServiceMethods.all + PublicationServiceMethods.all
      + HealthMethods.all + Self.entryMethods
    #expect(Set(Method.all.map(\.info)) == Set(known))
    #expect(Method.all.count == known.count)
  }

  private static let entryMethods =
    RegistryMessages.EntryServiceMethods.all + RegistryMessages.FigureServiceMethods.all
    + RegistryMessages.QuarantineServiceMethods.all
    + ExhibitionsMessages.EntryServiceMethods.all + ExhibitionsMessages.FigureServiceMethods.all
    + ExhibitionsMessages.QuarantineServiceMethods.all
    + ExhibitionsMessages.ImportServiceMethods.all
    + ExhibitionsMessages.StatedFigureServiceMethods.all
    + TalentMessages.EntryServiceMethods.all + TalentMessages.FigureServiceMethods.all
    + TalentMessages.QuarantineServiceMethods.all + TalentMessages.ImportServiceMethods.all
    + TalentMessages.StatedFigureServiceMethods.all

  @Test(arguments: [
    ("lianshe.registry.v1.RegistryService/GetPlace", ServiceName.registry),
    ("/lianshe.registry.v1.RegistryService/GetPlace", .registry),
    ("RegistryService/GetPlace", .registry),
    ("registry.v1.ImportService/GetImport", .registry),
    ("statistics.v1.ImportService/GetImport", .statistics),
    ("StatisticsService/WatchChanges", .statistics),
    ("ReportService/GetAnnualReport", .gateway),
    ("exhibitions.v1.EntryService/GetEntry", .exhibitions),
    ("talent.v1.FigureService/GetFigure", .talent),
    ("PublicationService/PublishAnnualReport", .gateway),
    ("Health/Check", .gateway),
  ])
  func aMethodIsFoundByAnyClearName(name: String, service: ServiceName) throws {
    let found = try MethodName.find(name)
    #expect(found.service == service)
    #expect(found.method.name.hasSuffix(String(name.drop { $0 == "/" })))
  }

  @Test(arguments: [
    ("RegistryService", ExitReason.invalid), ("RegistryService/", .invalid),
    ("/GetPlace", .invalid),
    ("a/b/c", .invalid), ("", .invalid), ("ImportService/GetImport", .invalid),
    ("Nobody/GetPlace", .notFound), ("istryService/GetPlace", .notFound),
    ("RegistryService/GetPalace", .notFound),
  ])
  func aNameThatIsNotClearIsRefusedWithWhatIsKnown(name: String, code: ExitReason) async throws {
    let failure = try await failure { _ = try MethodName.find(name) }
    #expect(failure?.exitCode == code)
    #expect(failure?.lines.count == 2)
  }

  @Test func requestFieldsAreThoseOfTheProto() throws {
    let method = try MethodName.find("RegistryService/ListPlaces").method
    #expect(
      method.requestFields == [
        "pageSize", "pageToken", "parentCode", "level", "nameContains", "orderBy", "onDate", "asOf",
      ])
  }

  @Test func unknownFieldsAreFoundInBothSpellings() throws {
    let method = try MethodName.find("RegistryService/GetPlace").method
    func unknown(_ json: String) -> [String] {
      RequestJSON.unknownFields(Array(json.utf8), of: method)
    }
    #expect(unknown(#"{"code":"450900","on_date":"2013","asOf":""}"#) == [])
    #expect(unknown(#"{"plase":"450900","kode":1}"#) == ["kode", "plase"])
    // What is no object is the decoder's to refuse.
    #expect(unknown("[]") == [])
    #expect(unknown("{") == [])
  }
}

@Suite struct CallCommandTests {
  private func run(_ arguments: [String], _ session: Session) async throws {
    try await CallCommand.parse(arguments).run(session)
  }

  @Test func aUnaryMethodPrintsOneLineOfJSON() async throws {
    let stage = try await Stage { router in
      router.unary(RegistryServiceMethods.getPlace) { request, _ in
        GetPlaceResponse(place: Place(code: request.code, name: "玉林市"))
      }
    }
    try await run(["RegistryService/GetPlace", "-d", #"{"code":"450900"}"#], stage.session)
    #expect(stage.screen.output == "{\"place\":{\"code\":\"450900\",\"name\":\"玉林市\"}}\n")
    await stage.end()
  }

  @Test func aStreamingMethodPrintsALinePerAnswer() async throws {
    let stage = try await Stage { router in
      router.serverStreaming(RegistryServiceMethods.watchChanges) { request, responses, _ in
        for number in 1...3 {
          try await responses.write(
            WatchChangesResponse(cursor: "\(request.cursor)\(number)", kind: .heartbeat))
        }
      }
    }
    try await run(["RegistryService/WatchChanges", "-d", #"{"cursor":"c"}"#], stage.session)
    #expect(stage.screen.output.split(separator: "\n").count == 3)
    #expect(stage.screen.output.contains(#""cursor":"c3""#))
    await stage.end()
  }

  @Test func theTokenAndTheJSONCodecTravel() async throws {
    let stage = try await Stage(token: "abc") { router in
      router.unary(RegistryServiceMethods.getPlace) { _, context in
        GetPlaceResponse(
          place: Place(name: context.requestMetadata["authorization"] ?? "nobody"))
      }
    }
    try await run(["RegistryService/GetPlace"], stage.session)
    #expect(stage.screen.output.contains("Bearer abc"))
    await stage.end()
  }

  @Test func whatTheServiceRefusesEndsWithItsExitCode() async throws {
    let stage = try await Stage { router in
      router.unary(RegistryServiceMethods.getPlace) { _, _ in
        throw RPCError(.notFound, "place 459999 was not found")
      }
    }
    let failure = try await failure {
      try await run(["RegistryService/GetPlace", "-d", #"{"code":"459999"}"#], stage.session)
    }
    #expect(failure?.exitCode == .notFound)
    #expect(failure?.chinese.contains("459999") == true)
    await stage.end()
  }

  @Test(arguments: ["{", "[]", "7", #"{"code":7}"#, #"{"code":"a"} x"#])
  func malformedJSONIsRefusedBeforeAnythingIsSent(json: String) async throws {
    let stage = try await Stage { _ in }
    let failure = try await failure {
      try await run(["RegistryService/GetPlace", "-d", json], stage.session)
    }
    #expect(failure?.exitCode == .invalid)
    await stage.end()
  }

  @Test func aMisspeltFieldIsNamedWithTheFieldsThereAre() async throws {
    let stage = try await Stage { _ in }
    let failure = try await failure {
      try await run(["RegistryService/GetPlace", "-d", #"{"plase":"450900"}"#], stage.session)
    }
    #expect(failure?.exitCode == .invalid)
    #expect(failure?.english.contains("plase") == true)
    #expect(failure?.english.contains("code, onDate, asOf") == true)
    await stage.end()
  }

  @Test func aRequestMayStandInAFile() async throws {
    let folder = try Folder()
    let path = try folder.file("request.json", #"{"code":"450900"}"#)
    #expect(try RequestJSON.read("@\(path)") == Array(#"{"code":"450900"}"#.utf8))
    #expect(try RequestJSON.read(" \n") == Array("{}".utf8))
    let failure = try await failure { _ = try RequestJSON.read("@\(folder.path)/nowhere") }
    #expect(failure?.exitCode == .invalid)
  }

  @Test func theListNamesEveryMethod() async throws {
    let stage = try await Stage { _ in }
    try await run(["--list"], stage.session)
    #expect(stage.screen.output.split(separator: "\n").count == Method.all.count)
    await stage.end()
  }
}
