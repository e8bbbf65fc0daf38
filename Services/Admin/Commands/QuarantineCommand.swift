internal import CommonMessages
internal import ArgumentParser
internal import StatisticsMessages

struct QuarantineCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "quarantine",
      abstract: ambient("可疑数值的核定", "Doubtful values that wait for a decision"),
      discussion: ambient(
        """
        隔离的数值照原样保存，核定以前不进任何数字。每次核定都要写理由。

        例：
          lianshe quarantine list
          lianshe quarantine list --place 450000 --period 2006 --all
          lianshe quarantine list --service exhibitions
          lianshe quarantine show 编号
          lianshe quarantine resolve 编号 --accept 1 --reason '查2006年报表原件，为2.3亿'
          lianshe quarantine resolve 编号 --correct 2.3亿元 --reason '企业来函更正'
          lianshe quarantine resolve 编号 --reject --reason '无法核实'
        """,
        """
        Values in quarantine are kept as printed and enter no figure until somebody decides. Every
        decision needs a reason.

        Examples:
          lianshe quarantine list
          lianshe quarantine list --place 450000 --period 2006 --all
          lianshe quarantine list --service exhibitions
          lianshe quarantine show ID
          lianshe quarantine resolve ID --accept 1 --reason 'the original form says 2.3亿'
          lianshe quarantine resolve ID --correct 2.3亿元 --reason 'corrected by the firm'
          lianshe quarantine resolve ID --reject --reason 'cannot be verified'
        """),
      subcommands: [
        QuarantineListCommand.self, QuarantineShowCommand.self, QuarantineResolveCommand.self,
      ], defaultSubcommand: QuarantineListCommand.self)
  }
}

struct QuarantineListCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "list", abstract: ambient("列出待核的数值", "List values that wait"))
  }

  @OptionGroup var owner: DoubtServiceOption

  @Option(help: help("地区代码", "place code"))
  var place: String = ""

  @Option(help: help("期别", "period"))
  var period: String = ""

  @Flag(help: help("连已核定的一起列出", "those already decided too"))
  var all = false

  @Flag(help: help("每项一行 JSON", "a line of JSON per item"))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    var items: [QuarantineItem] = []
    for service in owner.services { items += try await self.items(of: service, session) }
    if json {
      for item in items { try session.console.printJSON(item) }
      return
    }
    guard !items.isEmpty else {
      session.console.note(Phrase("没有待核的数值", "nothing waits"))
      return
    }
    for line in QuarantineText.table(items, session.language) { try session.console.print(line) }
  }

  private func items(of service: ServiceName, _ session: Session) async throws -> [QuarantineItem] {
    let client = try session.quarantine(of: service)
    var request = ListQuarantineItemsRequest(
      pageSize: 1000, placeCode: place, period: period, state: all ? .unspecified : .open)
    var items: [QuarantineItem] = []
    try await session.calling(service) {
      repeat {
        let page = try await client.listQuarantineItems(request, options: try session.options())
        items += page.items
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
    }
    return items
  }
}

struct QuarantineShowCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show", abstract: ambient("一项的全部内容", "Everything about one item"))
  }

  @Argument(help: help("编号", "id of the item", name: "id"))
  var id: String

  @OptionGroup var owner: DoubtServiceOption

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let (item, service) = try await QuarantineResolveCommand.item(id, owner.services, session)
    for line in QuarantineText.lines(item, of: service, session.language) {
      try session.console.print(line)
    }
  }
}

struct QuarantineResolveCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "resolve", abstract: ambient("核定一项", "Decide about one item"))
  }

  @Argument(help: help("编号", "id of the item", name: "id"))
  var id: String

  @OptionGroup var owner: DoubtServiceOption

  @Option(help: help("采用第几个候选，从 1 数", "take this candidate, from 1", name: "n"))
  var accept: UInt32?

  @Option(help: help("更正为此数值，带单位：2.3亿元", "the right value with its unit: 2.3亿元"))
  var correct: String?

  @Flag(help: help("剔除，不作记录", "leave the value out"))
  var reject = false

  @Option(help: help("理由 (必填)", "reason (required)"))
  var reason: String

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    let choices = [accept != nil, correct != nil, reject].filter { $0 }.count
    guard choices == 1 else {
      throw ValidationError(
        ambient(
          "--accept、--correct、--reject 须选一个", "choose one of --accept, --correct, --reject"))
    }
    guard accept != 0 else {
      throw ValidationError(ambient("候选从 1 数", "candidates are counted from 1"))
    }
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError(ambient("--reason 不能空", "--reason is empty"))
    }
  }

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let (item, service) = try await Self.item(id, owner.services, session)
    var request = ResolveQuarantineItemRequest(
      requestId: Session.newRequestID(), id: item.id, etag: item.etag, reason: reason)
    if let accept {
      request.decision = .accepted
      request.candidateNumber = accept
    } else if let correct {
      request.decision = .corrected
      request.correctedText = correct
    } else {
      request.decision = .rejected
    }
    let client = try session.quarantine(of: service)
    let answer = try await session.calling(service) {
      try await client.resolveQuarantineItem(request, options: try session.options())
    }
    let state = QuarantineText.state(answer.item?.state ?? request.decision)
    let value = FigureText.quantity(answer.item?.resolvedQuantity)
    try session.console.print(
      Phrase(
        "\(item.printedText) \(state.zh) \(value)", "\(item.printedText) \(state.en) \(value)"))
    if !answer.recordId.isEmpty {
      session.console.note(
        Phrase("  记入 \(answer.recordId)", "  now in the record \(answer.recordId)"))
    }
    for warning in answer.warnings {
      session.console.note(Phrase("  请核对：\(warning)", "  please check: \(warning)"))
    }
  }

  /// The item, and the service that has it.
  static func item(
    _ id: String, _ services: [ServiceName], _ session: Session
  ) async throws -> (QuarantineItem, ServiceName) {
    for service in services {
      let client = try session.quarantine(of: service)
      do {
        let answer = try await session.calling(service) {
          try await client.getQuarantineItem(
            GetQuarantineItemRequest(id: id), options: try session.options())
        }
        if let item = answer.item { return (item, service) }
      } catch let failure as Failure where failure.exitCode == .notFound && services.count > 1 {
        continue
      }
    }
    throw Failure(.notFound, "没有隔离项 \(id)", "there is no quarantine item \(id)")
  }
}
