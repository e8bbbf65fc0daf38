internal import ArgumentParser
internal import RPC
internal import Wire

struct CallCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "call",
      abstract: ambient("用 JSON 调用任何方法", "Call any method with JSON"),
      discussion: ambient(
        """
        每个回答是一行 JSON；流式方法来一个印一个。名字可简写，只要不含糊。

        例：
          lianshe call RegistryService/GetPlace -d '{"code":"450900"}'
          lianshe call StatisticsService/ListReports -d '{"placeCode":"450000","period":"2013"}'
          lianshe call registry.v1.ImportService/ListImportKinds
          lianshe call RegistryService/WatchChanges --timeout 10
          lianshe call RegistryService/CreateEnterprise -d @enterprise.json
          lianshe call Health/Check --to statistics
          lianshe call --list
          lianshe call RegistryService/ListPlaces --fields
        """,
        """
        Every answer is one line of JSON; a streaming method prints each as it comes. Names may be
        shortened as long as they stay clear.

        Examples:
          lianshe call RegistryService/GetPlace -d '{"code":"450900"}'
          lianshe call StatisticsService/ListReports -d '{"placeCode":"450000","period":"2013"}'
          lianshe call registry.v1.ImportService/ListImportKinds
          lianshe call RegistryService/WatchChanges --timeout 10
          lianshe call RegistryService/CreateEnterprise -d @enterprise.json
          lianshe call Health/Check --to statistics
          lianshe call --list
          lianshe call RegistryService/ListPlaces --fields
        """))
  }

  @Argument(help: help("服务/方法", "SERVICE/METHOD", name: "service/method"))
  var method: String?

  @Option(
    name: .shortAndLong,
    help: help("请求：JSON、@文件 或 - (标准输入)", "request: JSON, @FILE or - (standard input)"))
  var data: String = "{}"

  @Option(help: help("由哪个服务回答 (默认按方法)", "which process answers (default: by method)"))
  var to: ServiceName?

  @Flag(help: help("列出全部方法", "list every method"))
  var list = false

  @Flag(help: help("列出请求的字段", "list the fields of the request"))
  var fields = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if method == nil, !list {
      throw ValidationError(
        ambient("请写 服务/方法，或用 --list 查看", "name SERVICE/METHOD, or look with --list"))
    }
  }

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    guard let method else {
      for method in Method.all {
        let kind = method.info.kind == .serverStreaming ? " (stream)" : ""
        try session.console.print(method.name + kind)
      }
      return
    }
    let found = try MethodName.find(method)
    if fields {
      for field in found.method.requestFields { try session.console.print(field) }
      return
    }
    let json = try RequestJSON.read(data)
    let unknown = RequestJSON.unknownFields(json, of: found.method)
    guard unknown.isEmpty else { throw Self.unknownFields(unknown, found.method) }
    let target = to ?? found.service
    try await session.calling(target) {
      do {
        try await found.method.call(
          try session.channels.channel(to: target), json: json, options: try session.options()
        ) { answer in
          try session.console.write(answer + [UInt8(ascii: "\n")])
        }
      } catch let error as WireError {
        throw Failure(
          .invalid, "请求的 JSON 不对：\(error)", "the JSON of the request is wrong: \(error)")
      }
    }
  }

  private static func unknownFields(_ names: [String], _ method: Method) -> Failure {
    let known = method.requestFields.joined(separator: ", ")
    return Failure(
      .invalid,
      [
        Phrase(
          "请求没有字段 \(names.joined(separator: "、"))",
          "the request has no field \(names.joined(separator: ", "))"),
        Phrase("  \(method.name) 的字段：\(known)", "  fields of \(method.name): \(known)"),
      ])
  }
}
