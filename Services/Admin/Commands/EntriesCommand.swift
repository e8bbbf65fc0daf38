internal import ArgumentParser
internal import CommonMessages

struct EntriesCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "entries",
      abstract: ambient("事项：名录、展会、人才各服务所记的事", "Entries of the register, exhibitions and talent"),
      discussion: ambient(
        """
        例：
          lianshe entries kinds --service exhibitions
          lianshe entries kinds award_tally --service exhibitions
          lianshe entries list award_tally --service exhibitions --place 450000 --period 2016
          lianshe entries list award_tally --service exhibitions --filter 'grade=gold&level=national'
          lianshe entries show 编号 --service exhibitions
        """,
        """
        Examples:
          lianshe entries kinds --service exhibitions
          lianshe entries kinds award_tally --service exhibitions
          lianshe entries list award_tally --service exhibitions --place 450000 --period 2016
          lianshe entries list award_tally --service exhibitions --filter 'grade=gold&level=national'
          lianshe entries show ID --service exhibitions
        """),
      subcommands: [EntryKindsCommand.self, EntryListCommand.self, EntryShowCommand.self])
  }
}

/// `--service` of commands about entries.
struct EntryServiceOption: ParsableArguments {
  @Option(
    help: help("哪个服务：registry, exhibitions, talent", "which service: registry, exhibitions, talent")
  )
  var service: ServiceName
}

struct EntryKindsCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "kinds", abstract: ambient("有哪些种类；一个种类的各字段", "The kinds; the fields of one"))
  }

  @Argument(help: help("种类，列出它的字段", "a kind, to list its fields"))
  var kind: String?

  @OptionGroup var owner: EntryServiceOption
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let kinds = try await EntryCalls(of: owner.service, session).kinds()
    guard let kind else {
      let rows = kinds.map { [$0.name, Phrase($0.titleZh, $0.titleEn)[session.language]] }
      for line in Table.lines(rows) { try session.console.print(line) }
      return
    }
    let found = try EntryKindsCommand.kind(kind, in: kinds)
    let yes = Phrase("是", "yes")[session.language]
    let heading = [
      Phrase("字段", "field"), Phrase("标题", "title"), Phrase("必填", "required"),
      Phrase("查找键", "key"), Phrase("可取", "choices"), Phrase("说明", "explanation"),
    ].map { $0[session.language] }
    let rows = found.fields.map { field in
      [
        field.name, field.titleZh, field.required ? yes : "", field.key ? yes : "",
        field.referenceKind + field.unit + field.choices.map(\.code).joined(separator: "|"),
        field.explanationZh,
      ]
    }
    for line in Table.lines([heading] + rows) { try session.console.print(line) }
  }

  static func kind(_ name: String, in kinds: [EntryKind]) throws -> EntryKind {
    if let found = kinds.first(where: { $0.name == name || $0.titleZh == name }) { return found }
    let names = kinds.map(\.name)
    throw Failure(
      .notFound,
      [
        Phrase("没有种类“\(name)”", "there is no kind \"\(name)\""),
        Phrase(
          "  有：\(names.joined(separator: "、"))", "  known: \(names.joined(separator: ", "))"),
      ])
  }
}

struct EntryListCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "list", abstract: ambient("列出一个种类的事项", "List the entries of a kind"))
  }

  @Argument(help: help("种类", "kind"))
  var kind: String

  @OptionGroup var owner: EntryServiceOption

  @Option(help: help("地区代码，含其以下", "place code, with all below"))
  var place: String = ""

  @Option(help: help("期别", "period"))
  var period: String = ""

  @Option(help: help("字段=值，多个用 & 连接", "FIELD=VALUE, joined by &"))
  var filter: String = ""

  @Option(help: help("文字字段所含的文字", "part of any text"))
  var text: String = ""

  @Flag(help: help("每页一行 JSON", "a line of JSON per page"))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let calls = try EntryCalls(of: owner.service, session)
    let kinds = try await calls.kinds()
    let found = try EntryKindsCommand.kind(kind, in: kinds)
    var request = ListEntriesRequest(
      pageSize: 1000, kind: found.name, placeCode: place, period: period, filter: filter,
      textContains: text)
    var rows: [[String]] = []
    repeat {
      let bytes = try await calls.list(request)
      let page = EntryText.page(bytes, kinds: kinds)
      if json { try session.console.write(bytes + [UInt8(ascii: "\n")]) }
      rows += page.entries.map { entry in
        entry.row(found.fields) + [entry.hasDoubts ? Phrase("存疑", "doubt")[session.language] : ""]
      }
      request.pageToken = page.nextPageToken
    } while !request.pageToken.isEmpty
    guard !json else { return }
    guard !rows.isEmpty else {
      session.console.note(Phrase("没有", "none"))
      return
    }
    let heading = [Phrase("编号", "id")[session.language]] + found.fields.map(\.titleZh) + [""]
    for line in Table.lines([heading] + rows) { try session.console.print(line) }
  }
}

struct EntryShowCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "show", abstract: ambient("一个事项的全部内容", "All of one entry"))
  }

  @Argument(help: help("编号", "id of the entry", name: "id"))
  var id: String

  @OptionGroup var owner: EntryServiceOption

  @Option(help: help("当时所知 (RFC 3339 时间)", "as it was known then (RFC 3339)", name: "time"))
  var asOf: String = ""

  @Flag(help: help("印出 JSON", "print JSON"))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let calls = try EntryCalls(of: owner.service, session)
    let bytes = try await calls.get(GetEntryRequest(id: id, asOf: asOf))
    if json {
      try session.console.write(bytes + [UInt8(ascii: "\n")])
      return
    }
    let kinds = try await calls.kinds()
    guard let entry = EntryText.one(bytes, kinds: kinds) else {
      throw Failure(.notFound, "没有事项 \(id)", "there is no entry \(id)")
    }
    for line in entry.lines(session.language) { try session.console.print(line) }
  }
}
