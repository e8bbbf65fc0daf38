// The operator's tool. It knows no table and no rule of the services: everything goes over the
// channel, as it would from any other client.

internal import ArgumentParser
private import Foundation
private import Glibc

@main
struct Lianshe: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "lianshe",
      abstract: ambient(
        "联社：导入、报告、追问、隔离核对、令牌", "Lianshe: import, report, explain, quarantine, tokens"),
      discussion: Guide.text,
      subcommands: [
        ImportCommand.self, TemplateCommand.self, ReportCommand.self, ExplainCommand.self,
        EntriesCommand.self, QuarantineCommand.self, CallCommand.self, TokenCommand.self,
        DemoCommand.self,
        ServicesCommand.self,
      ])
  }

  static func main() async {
    // A closed pipe is an error of a write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    do {
      let arguments = ImportCommand.naming(
        Language.withoutLeadingOption(Array(CommandLine.arguments.dropFirst())))
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      Glibc.exit(ExitReason.success.rawValue)
    } catch let ended as Ended {
      Glibc.exit(ended.exitCode.rawValue)
    } catch let failure as Failure {
      _ = Running.end(failure, Console.standard(.ambient))
      Glibc.exit(failure.exitCode.rawValue)
    } catch {
      Glibc.exit(usage(error))
    }
  }

  /// Help, or what is wrong with the arguments.
  private static func usage(_ error: any Error) -> Int32 {
    let console = Console.standard(.ambient)
    let text = Guide.translated(fullMessage(for: error), to: .ambient)
    if exitCode(for: error).isSuccess {
      try? console.print(text)
      return ExitReason.success.rawValue
    }
    console.note(text)
    return ExitReason.invalid.rawValue
  }
}
