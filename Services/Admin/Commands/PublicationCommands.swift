internal import ArgumentParser
internal import GatewayMessages

struct ReportPublishCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "publish",
      abstract: ambient("发布报告：现在的内容原样保存", "Publish a report: it is kept as it is now"),
      discussion: ambient(
        """
        发布的报告不再改变；记录以后变了，lianshe report changes 列出哪些数字不同。
        有服务没有应答时不发布，除非 --allow-partial。

        例：
          lianshe report publish --federation 450000 --year 2016 --note 定稿
        """,
        """
        A published report never changes; when records do, lianshe report changes lists the figures
        that differ. It is refused while a service does not answer, unless --allow-partial.

        Examples:
          lianshe report publish --federation 450000 --year 2016 --note final
        """))
  }

  @OptionGroup var report: ReportNameOptions

  @Option(help: help("附注", "note"))
  var note: String = ""

  @Flag(help: help("有服务没有应答也发布", "publish although services did not answer"))
  var allowPartial = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let client = try session.publications()
    let answer = try await session.calling(.gateway) {
      try await client.publishAnnualReport(
        PublishAnnualReportRequest(
          requestId: Session.newRequestID(), federationCode: report.federation,
          year: report.year, note: note, allowPartial: allowPartial),
        options: try session.options())
    }
    let number = answer.publication?.number ?? 0
    try session.console.print(
      Phrase(
        "已发布：\(report.federation) \(report.year)年 第\(number)号",
        "published: \(report.federation) \(report.year), number \(number)"))
    let missing = answer.publication?.missingServices ?? []
    if !missing.isEmpty {
      let names = missing.joined(separator: ", ")
      session.console.note(Phrase("  缺 \(names) 的数字", "  without the figures of \(names)"))
    }
  }
}

struct ReportPublicationsCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "publications", abstract: ambient("发布过的报告", "The published reports"),
      discussion: ambient(
        """
        例：
          lianshe report publications --federation 450000
          lianshe report publications --federation 450000 --year 2016
        """,
        """
        Examples:
          lianshe report publications --federation 450000
          lianshe report publications --federation 450000 --year 2016
        """))
  }

  @Option(help: help("联社代码，如 450000", "code of the federation: 450000", name: "code"))
  var federation: String

  @Option(help: help("年份，不填为各年", "year; all without it"))
  var year: String = ""

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let client = try session.publications()
    let found = try await session.calling(.gateway) {
      try await client.listPublications(
        ListPublicationsRequest(federationCode: federation, year: year),
        options: try session.options()
      ).publications
    }
    guard !found.isEmpty else {
      session.console.note(Phrase("还没有发布过", "nothing was published"))
      return
    }
    let rows = found.map { item in
      [
        item.year, "\(item.number)", BeijingTime.phrase(item.publishTime)[session.language],
        item.publisher, item.title, item.note, item.missingServices.joined(separator: ","),
      ]
    }
    for line in Table.lines(rows) { try session.console.print(line) }
  }
}

struct ReportChangesCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "changes",
      abstract: ambient("发布以后哪些数字变了", "What has changed since a report was published"),
      discussion: ambient(
        """
        例：
          lianshe report changes --federation 450000 --year 2016
          lianshe report changes --federation 450000 --year 2016 --number 1 --json
        """,
        """
        Examples:
          lianshe report changes --federation 450000 --year 2016
          lianshe report changes --federation 450000 --year 2016 --number 1 --json
        """))
  }

  @OptionGroup var report: ReportNameOptions

  @Option(help: help("第几号发布，默认最近一次", "number of the publication; the latest without it"))
  var number: UInt32 = 0

  @Flag(help: help("印出 JSON", "print JSON"))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let client = try session.publications()
    let answer = try await session.calling(.gateway) {
      try await client.compareWithPublication(
        CompareWithPublicationRequest(
          federationCode: report.federation, year: report.year, number: number),
        options: try session.options())
    }
    if json {
      try session.console.printJSON(answer)
      return
    }
    for line in Self.lines(answer) { try session.console.print(line) }
    for service in answer.missingServices {
      session.console.note(
        Phrase(
          "服务 \(service.service) 没有答复，它的数字没有比较",
          "the service \(service.service) did not answer; its figures are not compared"))
    }
  }

  private static func lines(_ answer: CompareWithPublicationResponse) -> [Phrase] {
    var lines = answer.changedFigures.map { change in
      Phrase(
        "变了  \(change.key)  \(change.oldPrinted) → \(change.newPrinted)",
        "changed  \(change.key)  \(change.oldPrinted) → \(change.newPrinted)")
    }
    lines += answer.goneFigures.map { change in
      Phrase("没了  \(change.key)  \(change.oldPrinted)", "gone  \(change.key)  \(change.oldPrinted)")
    }
    lines += answer.newFigures.map { change in
      Phrase("新有  \(change.key)  \(change.newPrinted)", "new  \(change.key)  \(change.newPrinted)")
    }
    lines += answer.changedClaims.map { change in
      let (old, new) = (words(change.oldAnswer), words(change.newAnswer))
      return Phrase(
        "说法  \(change.text)  \(old.zh) → \(new.zh)", "claim  \(change.text)  \(old.en) → \(new.en)")
    }
    let count = answer.unchangedCount
    return lines + [Phrase("\(count) 个数字没有变", "\(count) figures are the same")]
  }

  private static func words(_ answer: ClaimAnswer) -> Phrase {
    switch answer {
    case .holds: Phrase("成立", "holds")
    case .contradicted: Phrase("与记录不符", "contradicted")
    case .notTestable: Phrase("无法验证", "not testable")
    case .unspecified, .unrecognized: Phrase("?", "?")
    }
  }
}
