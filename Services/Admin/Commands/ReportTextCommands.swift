internal import ArgumentParser
internal import CommonMessages
internal import GatewayMessages

/// `--federation` and `--year`.
struct ReportNameOptions: ParsableArguments {
  @Option(help: help("联社代码，如 450000", "code of the federation: 450000", name: "code"))
  var federation: String

  @Option(help: help("年份，如 2016", "year: 2016"))
  var year: String

  var name: ReportName { ReportName(federation: federation, year: year) }
}

struct ReportTemplateCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "template",
      abstract: ambient("报告的模板：章节、句子、数字的键、说法", "The template of a report"),
      discussion: ambient(
        """
        模板是文本，一行一段。没有模板的报告按内置模板写成。

          # 标题                       报告的标题
          ## 代码 标题                  一节
          全年获奖{{键}}。               一句话，{{键}} 印出数字和标记
          - 条目    > 说明
          @economy                      计算出的段落：economy, places, targets, history,
                                        quarantine, differences, network, narrative/代码
          ?? record 键 | 再创新高        说法，按记录检验：record, first, streak, rank,
                                        equal, ratio, at-most
        {year}、{year-1}、{year+1}、{place}、{federation}、{below} 处处可用。

        例：
          lianshe report template put 2016.txt --federation 450000 --year 2016 --dry-run
          lianshe report template put 2016.txt --federation 450000 --year 2016
          lianshe report template show --federation 450000 --year 2016 > 2016.txt
          lianshe report template list
        """,
        """
        A template is a text, one paragraph a line. A report without one is written by the built-in
        template.

          # TITLE                       title of the report
          ## ID TITLE                   a section
          words {{KEY}} words           a sentence; {{KEY}} prints the figure and its mark
          - ITEM    > NOTE
          @economy                      a computed block: economy, places, targets, history,
                                        quarantine, differences, network, narrative/ID
          ?? record KEY | WORDS         a claim, tested: record, first, streak, rank, equal,
                                        ratio, at-most
        {year}, {year-1}, {year+1}, {place}, {federation}, {below} work everywhere.

        Examples:
          lianshe report template put 2016.txt --federation 450000 --year 2016 --dry-run
          lianshe report template put 2016.txt --federation 450000 --year 2016
          lianshe report template show --federation 450000 --year 2016 > 2016.txt
          lianshe report template list
        """),
      subcommands: [
        TemplateShowCommand.self, TemplatePutCommand.self, TemplateListCommand.self,
        TemplateDeleteCommand.self,
      ])
  }
}

struct TemplateShowCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "show", abstract: ambient("印出模板", "Print a template"))
  }

  @OptionGroup var report: ReportNameOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    guard let template = try await session.template(of: report.name) else {
      throw Failure(
        .notFound, "这份报告没有模板，按内置模板写成", "this report has no template; the built-in one is used")
    }
    try session.console.write(Array(template.content.utf8))
    let words = Phrase(
      "修订 \(template.revision)，\(template.recordedBy)",
      "revision \(template.revision), \(template.recordedBy)")
    session.console.note(words)
  }
}

struct TemplatePutCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "put", abstract: ambient("写入模板，或改写", "Store a template, new or over the old one")
    )
  }

  @Argument(help: help("文件，- 为标准输入", "file; - is standard input", name: "file"))
  var file: String

  @OptionGroup var report: ReportNameOptions

  @Flag(help: help("只检查，不写入", "check only, store nothing"))
  var dryRun = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let put = try await session.putTemplate(
      TextFile.read(file), of: report.name, isDryRun: dryRun)
    try session.console.print(put.words(file, isDryRun: dryRun))
  }
}

struct TemplateListCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "list", abstract: ambient("写过模板的报告", "The reports that have a template"))
  }

  @Option(help: help("联社代码，不填为全部", "code of the federation; all without it", name: "code"))
  var federation: String = ""

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let client = try session.texts()
    var request = ListReportTemplatesRequest(pageSize: 1000, federationCode: federation)
    var rows: [[String]] = []
    try await session.calling(.gateway) {
      repeat {
        let page = try await client.listReportTemplates(
          request, options: try session.options())
        rows += page.templates.map { template in
          [
            template.federationCode, template.year, "\(template.revision)",
            template.recordedBy, BeijingTime.phrase(template.recordTime)[session.language],
          ]
        }
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
    }
    for line in Table.lines(rows) { try session.console.print(line) }
  }
}

struct TemplateDeleteCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "delete",
      abstract: ambient("删去模板，报告改按内置模板写成", "Delete a template; the built-in one is used then"))
  }

  @OptionGroup var report: ReportNameOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    guard let template = try await session.template(of: report.name) else {
      throw Failure(.notFound, "这份报告没有模板", "this report has no template")
    }
    let client = try session.texts()
    _ = try await session.calling(.gateway) {
      try await client.deleteReportTemplate(
        DeleteReportTemplateRequest(
          requestId: Session.newRequestID(), federationCode: report.federation,
          year: report.year, etag: template.etag), options: try session.options())
    }
    try session.console.print(Phrase("已删去", "deleted"))
  }
}

struct ReportNarrativeCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "narrative",
      abstract: ambient("报告里的文字叙述，模板以 @narrative/代码 引用", "Running text; @narrative/ID shows it"),
      discussion: ambient(
        """
        例：
          lianshe report narrative put work.txt --federation 450000 --year 2016 --id work --title 主要工作
          lianshe report narrative list --federation 450000 --year 2016
        """,
        """
        Examples:
          lianshe report narrative put work.txt --federation 450000 --year 2016 --id work --title Work
          lianshe report narrative list --federation 450000 --year 2016
        """),
      subcommands: [NarrativePutCommand.self, NarrativeListCommand.self])
  }
}

struct NarrativePutCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "put", abstract: ambient("写入一段叙述，或改写", "Store a narrative, new or over the old"))
  }

  @Argument(
    help: help("文件，一行一段；- 为标准输入", "file, a paragraph a line; - is standard input", name: "file"))
  var file: String

  @OptionGroup var report: ReportNameOptions

  @Option(help: help("代码：小写字母、数字、连字符", "id: small letters, digits, hyphens"))
  var id: String

  @Option(help: help("标题", "title"))
  var title: String = ""

  @Option(help: help("出处文件", "the document it is from"))
  var document: String = ""

  @Flag(help: help("只检查，不写入", "check only, store nothing"))
  var dryRun = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let narrative = Narrative(
      federationCode: report.federation, year: report.year, id: id, title: title,
      content: try TextFile.read(file), provenance: Provenance(document: document))
    let put = try await session.putNarrative(narrative, isDryRun: dryRun)
    try session.console.print(put.words(file, isDryRun: dryRun))
  }
}

struct NarrativeListCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "list", abstract: ambient("一份报告的各段叙述", "The narratives of a report"))
  }

  @OptionGroup var report: ReportNameOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let client = try session.texts()
    let found = try await session.calling(.gateway) {
      try await client.listNarratives(
        ListNarrativesRequest(federationCode: report.federation, year: report.year),
        options: try session.options()
      ).narratives
    }
    let rows = found.map { [$0.id, $0.title, "\($0.revision)", $0.provenance?.document ?? ""] }
    for line in Table.lines(rows) { try session.console.print(line) }
  }
}
