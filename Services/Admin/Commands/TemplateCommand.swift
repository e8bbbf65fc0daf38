internal import ArgumentParser
internal import CommonMessages
private import Foundation

struct TemplateCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "template",
      abstract: ambient("导入文件的空表和各列说明", "Empty import files with their columns explained"),
      discussion: ambient(
        """
        例：
          lianshe template                           列出全部种类
          lianshe template reports                   印出空表 (CSV, UTF-8 带 BOM)
          lianshe template reports --output 报表.csv
          lianshe template reports --columns         各列：是否必填、含义、例子
        """,
        """
        Examples:
          lianshe template                           every kind
          lianshe template reports                   an empty file (CSV, UTF-8 with BOM)
          lianshe template reports --output reports.csv
          lianshe template reports --columns         the columns: required, meaning, example
        """))
  }

  @Argument(help: help("种类，如 reports 或 registry/places", "kind: reports, registry/places"))
  var kind: String?

  @Option(
    name: .shortAndLong,
    help: help("写入文件 (默认标准输出)", "write to a file (default: standard output)", name: "file"))
  var output: String?

  @Flag(help: help("列出各列的说明", "explain the columns"))
  var columns = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let catalogue = try await KindCatalogue.load(session)
    guard let kind else {
      let rows = catalogue.kinds.map { [$0.qualifiedName, $0.kind.title] }
      for line in Table.lines(rows) { try session.console.print(line) }
      for gap in catalogue.gaps { session.console.note(gap.line) }
      return
    }
    let found = try catalogue.kind(named: kind)
    if columns {
      let heading = [
        Phrase("列", "column"), Phrase("标题", "title"), Phrase("必填", "required"),
        Phrase("例", "example"), Phrase("说明", "explanation"),
      ].map { $0[session.language] }
      let yes = Phrase("是", "yes")[session.language]
      let rows = found.kind.columns.map {
        [$0.key, $0.title, $0.required ? yes : "", $0.example, $0.explanation]
      }
      for line in Table.lines([heading] + rows) { try session.console.print(line) }
      return
    }
    let port = try session.imports(of: found.service)
    let template = try await session.calling(found.service) {
      try await port.template(kind: found.kind.name)
    }
    try OutputFile.write(template.content, to: output, session.console)
  }
}

/// Where a result goes: a file that the user names, or standard output.
enum OutputFile {
  static func write(_ bytes: [UInt8], to path: String?, _ console: Console) throws {
    guard let path, path != "-" else {
      try console.write(bytes)
      return
    }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure(.failure, "无法写入 \(path)", "cannot write \(path)")
    }
    console.note(Phrase("已写入 \(path)", "written to \(path)"))
  }
}
