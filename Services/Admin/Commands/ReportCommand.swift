internal import ArgumentParser
internal import GatewayMessages

struct ReportCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "report",
      abstract: ambient("工作报告", "Work reports"),
      subcommands: [
        ReportAnnualCommand.self, ReportPublishCommand.self, ReportPublicationsCommand.self,
        ReportChangesCommand.self, ReportTemplateCommand.self, ReportNarrativeCommand.self,
      ])
  }
}

struct ReportAnnualCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "annual",
      abstract: ambient("年度工作报告", "The annual work report"),
      discussion: ambient(
        """
        报告由当前的记录算出，正文总是中文。每个数字标明〔原文〕或〔计算〕，没有记录的印“未统计”；某个数字怎么来的：
        lianshe explain 键。

        例：
          lianshe report annual --federation 450000 --year 2013
          lianshe report annual --federation 450000 --year 2013 --format html --output 2013.html
          lianshe report annual --federation 450900 --year 2014 --format json | jq .sections
        """,
        """
        The report is computed from the records of now and always in Chinese. Every figure is marked stated (原文) or
        computed (计算); what nobody recorded prints 未统计. Where a figure comes from:
        lianshe explain KEY.

        Examples:
          lianshe report annual --federation 450000 --year 2013
          lianshe report annual --federation 450000 --year 2013 --format html --output 2013.html
          lianshe report annual --federation 450900 --year 2014 --format json | jq .sections
        """))
  }

  @Option(help: help("联社代码，如 450000", "code of the federation: 450000", name: "code"))
  var federation: String

  @Option(help: help("年份，如 2013", "year: 2013"))
  var year: String

  @Option(help: help("格式：markdown, json, html", "format: markdown, json, html"))
  var format: ReportFormat = .markdown

  @Option(
    name: .shortAndLong,
    help: help("写入文件 (默认标准输出)", "write to a file (default: standard output)", name: "file"))
  var output: String?

  @Option(
    help: help(
      "数字链接到这个网址的出处 (如 http://127.0.0.1:8080)；不给就列出数字的键",
      "link the numbers to their explanations there (http://127.0.0.1:8080); otherwise their keys "
        + "are listed", name: "url"))
  var linkBase: String = ""

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try await Running.command(try connection.session()) { session in
      try await run(session)
    }
  }

  func run(_ session: Session) async throws {
    let report = try await format.ask(federation, year, linkBase: linkBase, session)
    try OutputFile.write(report.content, to: output, session.console)
    for service in report.missingServices {
      session.console.note(
        Phrase(
          "服务 \(service.service) 没有答复 (\(service.code))：\(service.reason)；本报告缺它的数字",
          "the service \(service.service) did not answer (\(service.code)): \(service.reason); "
            + "its figures are missing here"))
    }
  }
}
