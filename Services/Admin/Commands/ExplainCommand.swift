internal import ArgumentParser
internal import CommonMessages

struct ExplainCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "explain",
      abstract: ambient("一个数字是怎么来的", "Where a figure comes from"),
      discussion: ambient(
        """
        报告里的每个数字都有键。印出数值、算法、依据的每条记录及其文件和原句。

        例：
          lianshe explain total/450000/bureau/gross_output/2013
          lianshe explain growth/450000/bureau/gross_output/2013
          lianshe explain target/450000/region/gross_output/2014
          lianshe explain 'total/450900/industry/gross_output/2014?sector=工艺美术&nature=expected'
          lianshe explain stated/gx-2013-bureau-output-growth
          lianshe explain registry/stated/gx-2006-federations
          lianshe explain registry/federations/450000/city/2013
        """,
        """
        Every figure of a report has a key. Prints the value, how it is computed, and every record
        behind it with its document and sentence.

        Examples:
          lianshe explain total/450000/bureau/gross_output/2013
          lianshe explain growth/450000/bureau/gross_output/2013
          lianshe explain target/450000/region/gross_output/2014
          lianshe explain 'total/450900/industry/gross_output/2014?sector=工艺美术&nature=expected'
          lianshe explain stated/gx-2013-bureau-output-growth
          lianshe explain registry/stated/gx-2006-federations
          lianshe explain registry/federations/450000/city/2013
        """))
  }

  @Argument(help: help("数字的键", "key of the figure", name: "figure"))
  var figure: String

  @Option(
    help: help(
      "当时所知 (RFC 3339 时间)", "as it was known then (RFC 3339)", name: "time"))
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
    let explanation = try await Explanation.ask(figure, asOf: asOf, session)
    guard !json else {
      let answer = FigureExplanation(
        figure: explanation.figure, formulaZh: explanation.formula.zh,
        formulaEn: explanation.formula.en, inputs: explanation.inputs,
        records: explanation.records, totalSize: UInt64(explanation.records.count))
      try session.console.printJSON(answer)
      return
    }
    for line in explanation.lines(session.language) { try session.console.print(line) }
  }
}
