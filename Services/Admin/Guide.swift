// The first page of help, and the few words of the argument library in Chinese.

enum Guide {
  static var text: String {
    let codes = ExitReason.allCases.map { "  \($0.rawValue)\t\($0.meaning[.ambient])" }
    return ambient(chinese, english) + codes.joined(separator: "\n")
  }

  private static let chinese = """
    常用：
      lianshe services                                     各服务是否正常
      lianshe demo load                                    装入广西演示数据
      lianshe report annual --federation 450000 --year 2013
      lianshe explain total/450000/bureau/gross_output/2013
      lianshe template reports > reports.csv               空表，各列有说明
      lianshe import reports.csv --dry-run                 只检查，不写入
      lianshe import places.csv federations.csv reports.csv
      lianshe quarantine list                              待核的可疑数值
      lianshe entries list award_tally --service exhibitions
      lianshe report publish --federation 450000 --year 2016
      lianshe call RegistryService/GetPlace -d '{"code":"450900"}'
    每个子命令都有例子：lianshe import --help

    环境变量：LIANSHE_GATEWAY_URL、LIANSHE_REGISTRY_URL、LIANSHE_STATISTICS_URL、
    LIANSHE_EXHIBITIONS_URL、LIANSHE_TALENT_URL、LIANSHE_TOKEN、LIANSHE_TOKEN_FILE、LIANSHE_LANG (zh 或 en)

    退出码：

    """

  private static let english = """
    Often needed:
      lianshe services                               is every service well?
      lianshe demo load                              the demonstration data of Guangxi
      lianshe report annual --federation 450000 --year 2013
      lianshe explain total/450000/bureau/gross_output/2013
      lianshe template reports > reports.csv         an empty file, explained
      lianshe import reports.csv --dry-run           check only, store nothing
      lianshe import places.csv federations.csv reports.csv
      lianshe quarantine list                        values that wait for a decision
      lianshe entries list award_tally --service exhibitions
      lianshe report publish --federation 450000 --year 2016
      lianshe call RegistryService/GetPlace -d '{"code":"450900"}'
    Every subcommand has examples: lianshe import --help

    Variables: LIANSHE_GATEWAY_URL, LIANSHE_REGISTRY_URL,
    LIANSHE_STATISTICS_URL, LIANSHE_EXHIBITIONS_URL, LIANSHE_TALENT_URL, LIANSHE_TOKEN, LIANSHE_TOKEN_FILE,
    LIANSHE_LANG (zh or en)

    Exit codes:

    """

  private static let headings = [
    ("OVERVIEW: ", "说明："), ("USAGE: ", "用法："), ("ARGUMENTS:", "参数："),
    ("OPTIONS:", "选项："), ("SUBCOMMANDS:", "子命令："), ("Error: ", "错误："),
    ("Usage: ", "用法："), ("Help:  ", "帮助：  "),
    ("Show help information.", "显示帮助"), ("Missing expected argument", "缺少参数"),
    ("Unknown option", "没有这个选项"), ("Unexpected argument", "多余的参数"),
    ("Missing value for", "缺少取值"), ("(values: ", "(可取 "), ("; default: ", "；默认 "),
    ("(default: ", "(默认 "), ("is invalid for", "不能用于"), ("The value ", "取值 "),
  ]

  /// Help and usage errors with the library's own words in Chinese; the rest is ours already.
  static func translated(_ text: String, to language: Language) -> String {
    guard language == .zh else { return text }
    let more = /See '(lianshe help[^']*) <subcommand>' for detailed help\./
    let pointer = /See '(lianshe[^']*)' for more information\./
    return headings.reduce(text) { $0.replacing($1.0, with: $1.1) }
      .replacing(more) { "各子命令的帮助：\($0.1) <子命令>" }
      .replacing(pointer) { "详见：\($0.1)" }
  }
}
