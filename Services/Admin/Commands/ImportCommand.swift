internal import ArgumentParser
internal import CommonMessages

struct ImportCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "import",
      abstract: ambient("导入表格文件；查看、撤回一次导入", "Import tabular files; show, take back an import"),
      discussion: ambient(
        """
        例：
          lianshe import reports-2013.csv --dry-run
          lianshe import show 编号
          lianshe import revert 编号 --reason '误导入了旧版文件'
        """,
        """
        Examples:
          lianshe import reports-2013.csv --dry-run
          lianshe import show ID
          lianshe import revert ID --reason 'the file was an old one'
        """),
      subcommands: [ImportFilesCommand.self, ImportShowCommand.self, ImportRevertCommand.self])
  }

  /// `import FILE…` is what everybody types; the library knows no group with arguments of its own
  /// whose help shows them, so the name of the subcommand is put in here.
  static func naming(_ arguments: [String]) -> [String] {
    guard arguments.first == configuration.commandName else { return arguments }
    let names = configuration.subcommands.map { $0.configuration.commandName ?? "" }
    if arguments.count > 1, names.contains(arguments[1]) { return arguments }
    return [arguments[0], ImportFilesCommand.name] + arguments.dropFirst()
  }
}

struct ImportFilesCommand: AsyncParsableCommand {
  static let name = "files"

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: name,
      abstract: ambient("导入表格文件", "Import tabular files"),
      usage: "lianshe import <file> ... [--kind <kind>] [--dry-run] [--json] [--timeout <seconds>]",
      discussion: ambient(
        """
        一个文件要么全部写入，要么一行也不写：有一处错误就全部列出 (行、列、值、原因)，退出码 2。
        可疑的数值照原样存入隔离区，不进任何数字，由人核定 (lianshe quarantine)。
        相同的文件再导一次是“没有新内容”，退出码 0。写入后印出编号，凭编号可以撤回。文件种类看文件名，或用 --kind 指明。
        编码 UTF-8 (有无 BOM 均可) 或 GB18030；首行是列名。

        例：
          lianshe import reports-2013.csv --dry-run
          lianshe import places.csv federations.csv enterprises.csv
          lianshe import 名册.csv --kind enterprises
          lianshe import figures.csv --kind statistics/stated_figures
          lianshe import show 编号
          lianshe import revert 编号 --reason '误导入了旧版文件'
        """,
        """
        A file is stored whole or not at all: if anything is wrong, every error is listed (row,
        column, value, reason) and the exit code is 2. Doubtful values are kept in quarantine as
        printed and enter no figure until a person decides (lianshe quarantine). The same file again
        is "nothing new", exit code 0. What was stored has an id, by which it can be taken back. The name of a file tells its kind, or --kind does.
        Encoding: UTF-8 (with or without BOM) or GB18030; the first line names the columns.

        Examples:
          lianshe import reports-2013.csv --dry-run
          lianshe import places.csv federations.csv enterprises.csv
          lianshe import register.csv --kind enterprises
          lianshe import figures.csv --kind statistics/stated_figures
          lianshe import show ID
          lianshe import revert ID --reason 'the file was an old one'
        """))
  }

  @Argument(help: help("文件，按顺序导入", "files, imported in this order", name: "file"))
  var files: [String]

  @Option(
    help: help(
      "文件种类 (lianshe template 列出全部)", "kind of the files (lianshe template lists them)"))
  var kind: String?

  @Flag(help: help("只检查，不写入；结论与真正导入相同", "check only, store nothing; same answer"))
  var dryRun = false

  @Flag(help: help("每个文件印一行 JSON", "print one line of JSON per file"))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  /// Checking and storing a large file takes longer than a read.
  static let defaultTimeout: Duration = .seconds(600)

  func run() async throws {
    try await Running.command(try connection.session(defaultTimeout: Self.defaultTimeout)) {
      session in
      let files = try files.map { try ImportFile(path: $0) }
      let catalogue = try await KindCatalogue.load(session)
      let jobs = try files.map { file in
        ImportJob(
          file: file,
          kind: try kind.map { try catalogue.kind(named: $0) }
            ?? catalogue.kind(ofFileNamed: file.name))
      }
      try await ImportQueue(session: session, isDryRun: dryRun, printsJSON: json).run(jobs)
    }
  }
}

/// A file and what it holds.
struct ImportJob: Sendable {
  let file: ImportFile
  let kind: QualifiedKind
}

/// Imports files one after another and stops at the first that fails.
struct ImportQueue: Sendable {
  let session: Session
  let isDryRun: Bool
  let printsJSON: Bool

  func run(_ jobs: [ImportJob]) async throws {
    for (index, job) in jobs.enumerated() {
      do {
        guard !Task.isCancelled else { throw Failure(.interrupted, "已中断", "interrupted") }
        try await run(job)
      } catch let failure as Failure {
        throw Self.naming(jobs[index...], in: failure)
      }
    }
  }

  func run(_ job: ImportJob) async throws {
    let console = session.console
    let result = try await ImportRun(
      session: session, port: try session.imports(of: job.kind.service), file: job.file,
      kind: job.kind.kind.name, isDryRun: isDryRun
    ).run()
    console.clearProgress()
    if printsJSON {
      try console.printJSON(result)
      return
    }
    let report = ImportReport(file: job.file, result: result)
    try console.print(report.summary(isDryRun: isDryRun))
    for note in report.notes { console.note(note) }
    if let receipt = report.receipt { console.note(receipt) }
  }

  /// Adds which files were not imported: the one that failed, and those after it.
  private static func naming(_ rest: ArraySlice<ImportJob>, in failure: Failure) -> Failure {
    guard rest.count > 1 else { return failure }
    let names = rest.map(\.file.name)
    return Failure(
      failure.exitCode,
      failure.lines + [
        Phrase(
          "  没有导入：\(names.joined(separator: "、"))",
          "  not imported: \(names.joined(separator: ", "))")
      ])
  }
}
