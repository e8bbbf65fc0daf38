// The command line of a service: its own few options, and a flag for every key.

internal import ArgumentParser
internal import FoundationEssentials
internal import Logging

struct ServiceCommand<Program: ServiceProgram>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Program.name,
      abstract: Program.summary.description,
      usage: "\(Program.name) [--config <path>] [--check-config\(verbs)] [--<key> <value> …]",
      discussion: [VerbHelp.text(Program.verbs), KeyHelp.text(Program.allKeys)]
        .filter { !$0.isEmpty }.joined(separator: "\n\n"),
      version: "\(Program.name) \(ProductVersion.current)")
  }

  private static var verbs: String {
    Program.verbs.map { " | --\($0.name)" }.joined()
  }

  @Option(help: "配置文件，每行 键=值；也可用 LIANSHE_CONFIG / File of KEY=VALUE lines")
  var config: String?

  @Flag(help: "检查配置并打印生效的值（隐藏密码），不启动 / Check, print the effective values, do not start")
  var checkConfig = false

  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    let status = await start()
    LogWriter.standardError.flush()
    if status != .success { throw ExitCode(status.rawValue) }
  }

  private func start() async -> ExitStatus {
    do {
      let environment = ProcessInfo.processInfo.environment
      var flags = settings
      let request = try OperatorRequest.take(from: &flags, Program.verbs)
      let sources = ConfigurationSources(
        flags: flags, environment: environment, file: config ?? environment["LIANSHE_CONFIG"])
      let configuration = try Configuration(keys: Program.allKeys, sources: sources)
      if checkConfig {
        for name in configuration.unknownVariables {
          StartFailure.say(Program.name, "\(name): \(Configuration.unknownVariable)")
        }
        _ = try TransportSecurity(configuration, logger: Logger(label: Program.name))
        for line in configuration.report { print(line) }
        return .success
      }
      if let request { return await request.run(Program.name, configuration) }
      return await ServiceRunner<Program>(configuration).run()
    } catch {
      for problem in error.problems { StartFailure.say(Program.name, "\(problem)") }
      let isUsage = error.problems.allSatisfy { $0.origin == .flag && $0.shownValue == nil }
      return isUsage ? .usage : .configuration
    }
  }
}

/// What help says of the verbs.
enum VerbHelp {
  static func text(_ verbs: [OperatorVerb]) -> String {
    guard !verbs.isEmpty else { return "" }
    let head = BilingualText(
      "不启动，只做一件事后退出（0 好，1 不好，69 未能完成）：",
      "Do one thing instead of starting (exit 0 good, 1 bad, 69 could not be done):")
    let entries = verbs.map { "\($0.usage)\n  \($0.summary)" }
    return ([head.description] + entries).joined(separator: "\n\n")
  }
}

/// What help says of the keys.
enum KeyHelp {
  static func text(_ keys: [KeyDeclaration]) -> String {
    let head = BilingualText(
      "每个键可由命令行、环境变量或配置文件给出，前者优先。",
      "Each key may be given on the command line, in the environment or in the file; the former wins."
    )
    let entries = keys.map { key in
      var lines = ["\(key.name)  \(key.flag) <value>"]
      lines.append("  \(key.summary)")
      lines.append("  值 value: \(key.rule)")
      if let standard = key.defaultText {
        lines.append("  默认 default: \(standard)")
      } else if key.isRequired {
        lines.append("  必须给出 required")
      }
      if key.mayComeFromFile {
        lines.append(
          "  或由文件给出 or from a file: \(key.name)\(KeyDeclaration.fileSuffix)=<path>")
      }
      return lines.joined(separator: "\n")
    }
    return ([head.description] + entries).joined(separator: "\n\n")
  }
}

/// What an operator reads when a service does not start: plain lines, not JSON.
enum StartFailure {
  static func say(_ program: String, _ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    LogWriter.standardError.flush()
    writeToStandardError(Array("\(program): \(line)\n".utf8))
  }
}
