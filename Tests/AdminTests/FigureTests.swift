internal import ArgumentParser
internal import CommonMessages
internal import GatewayMessages
internal import RPC
internal import TalentMessages
internal import ExhibitionsMessages
internal import RegistryMessages
internal import StatisticsMessages
internal import Testing

@testable internal import Admin

@Suite struct ExplainTests {
  private static let figure = Figure(
    key: "total/450000/bureau/gross_output/2013", mark: .computed,
    quantity: Quantity(text: "810亿", unit: "元", nature: .actual), printed: "810",
    printedUnit: "亿元", notes: ["渠道没有写"], label: "规模以上工业总产值", quarantineIds: ["q1"])

  private static func record(_ number: Int) -> FigureRecord {
    FigureRecord(
      recordType: "report", recordId: "r\(number)", revision: 2, indicatorCode: "gross_output",
      quantity: Quantity(text: "810亿", unit: "元", nature: .expected), placeCode: "450000",
      coverage: .whole, period: "2013",
      provenance: Provenance(document: "2013年总结", sentence: "完成810亿元", note: "照录"),
      recordedBy: "operator", recordTime: "2026-01-02T03:04:05Z")
  }

  private func stage(_ language: Language) async throws -> Stage {
    try await Stage(language: language) { router in
      router.unary(ReportServiceMethods.explainReportFigure) { request, _ in
        guard request.key == Self.figure.key else {
          throw RPCError(.invalidArgument, "\(request.key) is no key")
        }
        let isLast = request.pageToken == "next"
        return ExplainReportFigureResponse(
          explanation: isLast
            ? FigureExplanation(records: [Self.record(2)])
            : FigureExplanation(
              figure: Self.figure, formulaZh: "直接记录", formulaEn: "as recorded",
              inputs: [Figure(key: "total/x", mark: .notRecorded)], records: [Self.record(1)],
              nextPageToken: "next", totalSize: 2))
      }
    }
  }

  @Test func everyRecordOfEveryPageIsShownWithItsSentence() async throws {
    let stage = try await stage(.zh)
    try await ExplainCommand.parse([Self.figure.key]).run(stage.session)
    #expect(
      stage.screen.output == """
        total/450000/bureau/gross_output/2013
          规模以上工业总产值：810亿元 [计算]
          算法：直接记录
          说明：渠道没有写
        由以下数字算出：
          total/x  未统计
        依据的记录 (2)：
          报表  r1  修订 2  450000  整体  2013  gross_output  810亿元  预计
            出处：2013年总结
            原句：完成810亿元
            备注：照录
            录入：operator，2026-01-02 11:04:05 (北京时间)
          报表  r2  修订 2  450000  整体  2013  gross_output  810亿元  预计
            出处：2013年总结
            原句：完成810亿元
            备注：照录
            录入：operator，2026-01-02 11:04:05 (北京时间)
        隔离中、未计入：q1 (lianshe quarantine show)

        """)
    await stage.end()
  }

  @Test func englishHasItsOwnWords() async throws {
    let stage = try await stage(.en)
    try await ExplainCommand.parse([Self.figure.key]).run(stage.session)
    for part in ["[computed]", "how: as recorded", "not recorded", "revision 2", "sentence:"] {
      #expect(stage.screen.output.contains(part), "\(part)")
    }
    await stage.end()
  }

  @Test func jsonIsOneLineWithAllRecords() async throws {
    let stage = try await stage(.zh)
    try await ExplainCommand.parse([Self.figure.key, "--json"]).run(stage.session)
    #expect(stage.screen.output.split(separator: "\n").count == 1)
    #expect(stage.screen.output.contains("r2"))
    await stage.end()
  }

  @Test func aMalformedKeyIsInvalid() async throws {
    let stage = try await stage(.zh)
    let wrong = try await failure {
      try await ExplainCommand.parse(["registry/what"]).run(stage.session)
    }
    #expect(wrong?.exitCode == .invalid)
    await stage.end()
  }
}

@Suite struct QuarantineTests {
  private static let item = QuarantineItem(
    id: "q1", channelCode: "collective", placeCode: "450000", period: "2006",
    indicatorCode: "gross_output", printedText: "2 3亿", rule: "unreadable",
    reasonZh: "中间有空格", reasonEn: "a space inside",
    candidates: [
      QuarantineCandidate(
        quantity: Quantity(text: "23亿", unit: "元"), rationaleZh: "空格是误印", rationaleEn: "stray space"
      ),
      QuarantineCandidate(
        quantity: Quantity(text: "2.3亿", unit: "元"), rationaleZh: "小数点没有印出",
        rationaleEn: "lost point"),
    ], state: .open, etag: "e7")

  /// Runs a body against a scripted service and gives the decisions that it was sent.
  @discardableResult
  private func withStage(
    _ body: (Stage) async throws -> Void
  ) async throws -> [ResolveQuarantineItemRequest] {
    let requests = AsyncStream<ResolveQuarantineItemRequest>.makeStream()
    let stage = try await Stage { router in
      router.unary(StatisticsServiceMethods.listQuarantineItems) { request, _ in
        ListQuarantineItemsResponse(items: request.state == .open ? [Self.item] : [])
      }
      router.unary(StatisticsServiceMethods.getQuarantineItem) { request, _ in
        guard request.id == "q1" else { throw RPCError(.notFound, "no such item") }
        return GetQuarantineItemResponse(item: Self.item)
      }
      router.unary(RegistryMessages.QuarantineServiceMethods.listQuarantineItems) { _, _ in
        ListQuarantineItemsResponse()
      }
      router.unary(RegistryMessages.QuarantineServiceMethods.getQuarantineItem) { _, _ in
        throw RPCError(.notFound, "no such item")
      }
      router.unary(ExhibitionsMessages.QuarantineServiceMethods.listQuarantineItems) { _, _ in
        ListQuarantineItemsResponse()
      }
      router.unary(ExhibitionsMessages.QuarantineServiceMethods.getQuarantineItem) { _, _ in
        throw RPCError(.notFound, "no such item")
      }
      router.unary(TalentMessages.QuarantineServiceMethods.listQuarantineItems) { _, _ in
        ListQuarantineItemsResponse()
      }
      router.unary(TalentMessages.QuarantineServiceMethods.getQuarantineItem) { _, _ in
        throw RPCError(.notFound, "no such item")
      }
      router.unary(StatisticsServiceMethods.resolveQuarantineItem) { request, _ in
        requests.continuation.yield(request)
        var item = Self.item
        item.state = request.decision
        item.resolvedQuantity = Quantity(text: "2.3亿", unit: "元")
        return ResolveQuarantineItemResponse(item: item, recordId: "r1")
      }
    }
    try await body(stage)
    await stage.end()
    requests.continuation.finish()
    return await requests.stream.reduce(into: []) { $0.append($1) }
  }

  @Test func openItemsAreListedWithTheirCandidates() async throws {
    try await withStage { stage in
      try await QuarantineListCommand.parse([]).run(stage.session)
      #expect(stage.screen.output.contains("2 3亿  1. 23亿元  2. 2.3亿元"))
      try await QuarantineListCommand.parse(["--json"]).run(stage.session)
      #expect(stage.screen.output.contains(#""id":"q1""#))
      try await QuarantineListCommand.parse(["--all"]).run(stage.session)
      #expect(stage.screen.notes.contains("没有待核的数值"))
    }
  }

  @Test func oneItemIsShownWithTheCommandsThatDecide() {
    let text = QuarantineText.lines(Self.item, of: .statistics, .zh).joined(separator: "\n")
    for part in [
      "2 3亿", "中间有空格 [unreadable]", "候选 2：2.3亿元  小数点没有印出",
      "lianshe quarantine resolve q1 --accept 1",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func decisionsCarryTheEtagTheReasonAndTheirOwnValue() async throws {
    let requests = try await withStage { stage in
      for choice in [["--accept", "1"], ["--correct", "2.3亿元"], ["--reject"]] {
        try await QuarantineResolveCommand.parse(["q1"] + choice + ["--reason", "查原件"])
          .run(stage.session)
      }
      #expect(stage.screen.output.contains("2 3亿 已采用 2.3亿元"))
      #expect(stage.screen.notes.contains("r1"))
      let gone = try await failure {
        try await QuarantineResolveCommand.parse(["q9", "--reject", "--reason", "x"])
          .run(stage.session)
      }
      #expect(gone?.exitCode == .notFound)
    }
    #expect(requests.map(\.decision) == [.accepted, .corrected, .rejected])
    #expect(requests.map(\.etag) == ["e7", "e7", "e7"])
    #expect(requests.map(\.reason) == ["查原件", "查原件", "查原件"])
    #expect(requests[0].candidateNumber == 1)
    #expect(requests[1].correctedText == "2.3亿元")
    #expect(Set(requests.map(\.requestId)).count == 3)
  }

  @Test(arguments: [
    ["q1", "--reason", "x"], ["q1", "--accept", "0", "--reject", "--reason", "x"],
    ["q1", "--reject", "--reason", "  "], ["q1", "--reject"],
    ["q1", "--accept", "-1", "--reason", "x"], ["q1", "--accept", "0", "--reason", "x"],
  ])
  func aDecisionIsOneChoiceWithAReason(arguments: [String]) {
    #expect(throws: (any Error).self) { try QuarantineResolveCommand.parse(arguments) }
  }

  @Test(arguments: [
    (
      UInt32(1), "2亿元 [计算] (14个下级地区中1个的合计，不是全部)",
      "2亿元 [computed] (1 of 14 places below, not the whole)"
    ),
    (
      14, "2亿元 [计算] (有的下级地区记录不全，不是全部)",
      "2亿元 [computed] (some places below are incomplete: not the whole)"
    ),
  ])
  func aSumThatIsNotTheWholeSaysSo(_ recorded: UInt32, _ zh: String, _ en: String) {
    let figure = Figure(
      key: "total/x", mark: .computed, printed: "2", printedUnit: "亿元",
      partialSum: PartialSum(recordedPlaces: recorded, places: 14))
    #expect(FigureText.figure(figure, .zh) == zh)
    #expect(FigureText.figure(figure, .en) == en)
  }
}
