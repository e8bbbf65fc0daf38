internal import ArgumentParser
internal import CommonMessages

struct ImportShowCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show",
      abstract: ambient("一次导入的状态和结果", "State and outcome of an import"),
      discussion: ambient(
        """
        编号在写入后印出，或见 --json 的 id。

        例：
          lianshe import show 编号
        """,
        """
        The id is printed after an import, or is the id of --json.

        Examples:
          lianshe import show ID
        """))
  }

  @Argument(help: help("编号", "id of the import", name: "id"))
  var id: String

  @Flag(help: help("印出 JSON", "print JSON"))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let found = try await StoredImport.find(id, session)
    guard !json else {
      try session.console.printJSON(found.import)
      return
    }
    for line in found.lines { try session.console.print(line) }
  }
}

struct ImportRevertCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "revert",
      abstract: ambient("撤回一次导入", "Take an import back"),
      discussion: ambient(
        """
        撤回一次导入写入的全部记录，要么全部，要么一条也不撤。后来的数据已依赖于它时不能撤回 (退出码 5)。

        例：
          lianshe import revert 编号 --reason '误导入了旧版文件'
        """,
        """
        Takes back all records that an import stored, or none. What later data depend on cannot be
        taken back (exit code 5).

        Examples:
          lianshe import revert ID --reason 'the file was an old one'
        """))
  }

  @Argument(help: help("编号", "id of the import", name: "id"))
  var id: String

  @Option(help: help("理由 (必填)", "reason (required)"))
  var reason: String

  @Flag(help: help("印出 JSON", "print JSON"))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError(ambient("--reason 不能空", "--reason is empty"))
    }
  }

  func run() async throws {
    let session = try connection.session(defaultTimeout: ImportFilesCommand.defaultTimeout)
    try await Running.command(session) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let found = try await StoredImport.find(id, session)
    let port = try session.imports(of: found.service)
    // Made once: a call that is sent again happens once.
    let requestID = Session.newRequestID()
    let result = try await session.calling(found.service) {
      try await port.revert(id, reason: reason, requestID: requestID)
    }
    guard !json else {
      try session.console.printJSON(result)
      return
    }
    try session.console.print(
      Phrase("\(result.fileName)：已撤回", "\(result.fileName): taken back"))
  }
}
