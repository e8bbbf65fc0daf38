internal import ArgumentParser
internal import CommonMessages
internal import ExhibitionsMessages
internal import RPC
internal import RegistryMessages
internal import StatisticsMessages
internal import Synchronization
internal import TalentMessages
internal import Testing

@testable internal import Admin

/// Services that take one kind of file each.
enum ScriptedKinds {
  static func register(in router: inout Router) {
    @Sendable func kinds(_ name: String) -> ListImportKindsResponse {
      ListImportKindsResponse(kinds: [ImportKind(name: name, title: name)])
    }
    router.unary(RegistryMessages.ImportServiceMethods.listImportKinds) { _, _ in kinds("places") }
    router.unary(StatisticsMessages.ImportServiceMethods.listImportKinds) { _, _ in
      kinds("reports")
    }
    router.unary(ExhibitionsMessages.ImportServiceMethods.listImportKinds) { _, _ in
      kinds("award_tally")
    }
    router.unary(TalentMessages.ImportServiceMethods.listImportKinds) { _, _ in kinds("grant") }
  }
}

@Suite struct EntryCommandTests {
  private static let kind = EntryKind(
    name: "award_tally", titleZh: "获奖统计", titleEn: "Award tallies",
    fields: [
      EntryField(name: "place", titleZh: "地区", type: .place, required: true, key: true),
      EntryField(
        name: "grade", titleZh: "等级", type: .choice,
        choices: [EntryChoice(code: "gold", titleZh: "金奖")]),
      EntryField(name: "awards", titleZh: "件数", type: .quantity, unit: "件"),
    ])

  private static let entry = ExhibitionsMessages.Entry(
    header: EntryHeader(
      id: "e-1", revision: 2, provenance: Provenance(document: "2016年总结", sentence: "金奖25件"),
      quarantineIds: ["q9"], recordedBy: "li.si"),
    content: .awardTally(
      AwardTally(
        place: "450000", grade: .gold,
        awards: Quantity(text: "25", unit: "件"))))

  private func stage(_ seen: @escaping @Sendable (ListEntriesRequest) -> Void = { _ in })
    async throws -> Stage
  {
    try await Stage { router in
      router.unary(ExhibitionsMessages.EntryServiceMethods.listEntryKinds) { _, _ in
        ListEntryKindsResponse(kinds: [Self.kind])
      }
      router.unary(ExhibitionsMessages.EntryServiceMethods.listEntries) { request, _ in
        seen(request)
        return ExhibitionsMessages.ListEntriesResponse(
          entries: [Self.entry], nextPageToken: request.pageToken.isEmpty ? "more" : "")
      }
      router.unary(ExhibitionsMessages.EntryServiceMethods.getEntry) { request, _ in
        guard request.id == "e-1" else { throw RPCError(.notFound, "no") }
        return ExhibitionsMessages.GetEntryResponse(entry: Self.entry)
      }
    }
  }

  @Test func kindsAndTheirFieldsAreListed() async throws {
    let stage = try await stage()
    try await EntryKindsCommand.parse(["--service", "exhibitions"]).run(stage.session)
    #expect(stage.screen.output == "award_tally  获奖统计\n")
    try await EntryKindsCommand.parse(["获奖统计", "--service", "exhibitions"]).run(stage.session)
    #expect(stage.screen.output.contains("grade") && stage.screen.output.contains("gold"))
    let unknown = try await failure {
      try await EntryKindsCommand.parse(["what", "--service", "exhibitions"]).run(stage.session)
    }
    #expect(unknown?.exitCode == .notFound && unknown?.english.contains("award_tally") == true)
    let none = try await failure {
      try await EntryKindsCommand.parse(["--service", "statistics"]).run(stage.session)
    }
    #expect(none?.exitCode == .invalid)
    await stage.end()
  }

  @Test func entriesAreATableWithTheTitlesOfTheirFields() async throws {
    let requests = Mutex<[ListEntriesRequest]>([])
    let stage = try await stage { request in requests.withLock { $0.append(request) } }
    try await EntryListCommand.parse([
      "award_tally", "--service", "exhibitions", "--place", "450000", "--period", "2016",
      "--filter", "grade=gold", "--text", "陶",
    ]).run(stage.session)
    let lines = stage.screen.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("编号  地区") && lines[1].contains("450000"))
    #expect(lines[1].contains("金奖") && lines[1].contains("25件") && lines[1].contains("存疑"))
    let sent = requests.withLock { $0 }
    #expect(sent.map(\.pageToken) == ["", "more"])
    #expect(sent[0].filter == "grade=gold" && sent[0].placeCode == "450000")
    #expect(sent[0].kind == "award_tally" && sent[0].textContains == "陶")
    await stage.end()
  }

  @Test func anEntryIsShownWithItsSource() async throws {
    let stage = try await stage()
    try await EntryShowCommand.parse(["e-1", "--service", "exhibitions"]).run(stage.session)
    for part in ["e-1  获奖统计", "等级：金奖", "件数：25件", "出处：2016年总结", "q9"] {
      #expect(stage.screen.output.contains(part), "\(part)")
    }
    let missing = try await failure {
      try await EntryShowCommand.parse(["e-2", "--service", "exhibitions"]).run(stage.session)
    }
    #expect(missing?.exitCode == .notFound)
    await stage.end()
  }

  @Test func doubtsOfEveryServiceAreDecidedAtThatService() async throws {
    let item = QuarantineItem(
      id: "q9", printedText: "2l件", rule: "unreadable", reasonZh: "像是字母", state: .open,
      etag: "e1", recordType: "award_tally", field: "awards")
    let stage = try await Stage { router in
      router.unary(TalentMessages.QuarantineServiceMethods.listQuarantineItems) { _, _ in
        ListQuarantineItemsResponse(items: [item])
      }
      router.unary(TalentMessages.QuarantineServiceMethods.getQuarantineItem) { _, _ in
        GetQuarantineItemResponse(item: item)
      }
      router.unary(TalentMessages.QuarantineServiceMethods.resolveQuarantineItem) { request, _ in
        ResolveQuarantineItemResponse(recordId: "e-1")
      }
    }
    let service = ["--service", "talent"]
    try await QuarantineListCommand.parse(service).run(stage.session)
    #expect(stage.screen.output.contains("award_tally") && stage.screen.output.contains("awards"))
    try await QuarantineShowCommand.parse(["q9"] + service).run(stage.session)
    #expect(stage.screen.output.contains("quarantine resolve q9 --service talent --correct"))
    try await QuarantineResolveCommand.parse(
      ["q9", "--correct", "21件", "--reason", "查原件"] + service
    ).run(stage.session)
    #expect(stage.screen.notes.contains("e-1"))
    #expect(throws: (any Error).self) {
      try QuarantineListCommand.parse(["--service", "gateway"])
    }
    await stage.end()
  }

  @Test func everyServiceSaysWhichFilesItTakes() async throws {
    let stage = try await Stage { ScriptedKinds.register(in: &$0) }
    let catalogue = try await KindCatalogue.load(stage.session)
    #expect(
      catalogue.kinds.map(\.qualifiedName) == [
        "registry/places", "statistics/reports", "exhibitions/award_tally", "talent/grant",
      ])
    #expect(
      try catalogue.kind(ofFileNamed: "exhibitions-award_tally-2016.csv").service == .exhibitions)
    await stage.end()
  }
}
