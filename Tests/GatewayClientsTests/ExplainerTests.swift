internal import CommonMessages
internal import GatewayClients
internal import GatewayDomain
internal import GatewaySupport
internal import RPC
internal import StatisticsMessages
internal import Testing

struct ExplainerTests {
  private let scope = CallScope(deadline: .now + .seconds(30))

  private func explain(_ key: String) async throws -> FigureExplanation {
    let backends = Backends(
      registry: Sample.registry.channel(), statistics: Sample.statistics.channel())
    return try await FigureExplainer(backends: backends).explain(
      FigureQuestion(key: key), scope: scope)
  }

  @Test func statisticsExplainsItsOwnFigures() async throws {
    let answer = try await explain("total/450000/bureau/gross_output/2013")
    #expect(answer.figure?.printed == "810亿元")
    #expect(answer.records.map(\.recordType) == ["report"])
  }

  @Test(arguments: [
    ("all", "4", ["450000", "450700", "450900", "450923"]), ("city", "2", ["450700", "450900"]),
    ("county", "1", ["450923"]), ("fiscal", "2", ["450700", "450900"]),
  ])
  func countsOfTheRegisterNameTheirFederations(
    _ measure: String, _ printed: String, _ codes: [String]
  ) async throws {
    let answer = try await explain("registry/federations/450000/\(measure)/2013")
    #expect(answer.figure?.mark == .computed)
    #expect(answer.figure?.printed == printed)
    #expect(answer.figure?.printedUnit == "个")
    #expect(answer.records.map(\.recordId) == codes)
    #expect(answer.totalSize == UInt64(codes.count))
    #expect(!answer.formulaZh.isEmpty && !answer.formulaEn.isEmpty)
  }

  @Test func aShareWithUnknownFundingIsNotRecordedAndSaysWhy() async throws {
    let answer = try await explain("registry/federations/450000/fiscal_share/2013")
    #expect(answer.figure?.mark == .notRecorded)
    #expect(answer.figure?.notes == ["2个联社没有登记经费来源"])
    #expect(answer.inputs.map(\.key).count == 2)
  }

  @Test func aStatedFigureOfTheRegisterNamesItsDocument() async throws {
    let answer = try await explain("registry/stated/gx-2006-federations")
    #expect(answer.figure?.mark == .stated)
    #expect(answer.figure?.printed == "82个")
    #expect(answer.records.first?.provenance?.document == "广西联社2013年工作情况")
  }

  @Test(arguments: ["registry/stated", "registry/federations/450000/all/20l3"])
  func aMalformedKeyIsInvalid(_ key: String) async throws {
    let error = try await #require(throws: RPCError.self) { try await explain(key) }
    #expect(error.code == .invalidArgument)
    let details = try error.details.compactMap { try $0.decode(BadRequest.self) }
    #expect(details.first?.violations.first?.path == "key")
  }

  @Test(arguments: ["registry/x/entries/450000/2016", "exhibitions/stated/x", "talent/a/b/c/d"])
  func everyServiceExplainsItsOwn(_ key: String) async throws {
    let answer = try await explain(key)
    #expect(answer.figure?.key == key)
    #expect(answer.records.first?.recordType == "award_tally")
  }

  @Test func anUnknownStatedFigureIsNotFound() async throws {
    let error = try await #require(throws: RPCError.self) {
      try await explain("registry/stated/nothing")
    }
    #expect(error.code == .notFound)
  }
}
