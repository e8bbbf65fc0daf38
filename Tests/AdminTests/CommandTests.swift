internal import ArgumentParser
internal import HealthMessages
internal import RPC
internal import Testing

@testable internal import Admin

@Suite struct ServicesTests {
  @Test func everyServiceIsAskedWithoutAToken() async throws {
    let stage = try await Stage(token: "expired") { router in
      router.unary(HealthMethods.check) { _, context in
        #expect(context.requestMetadata["authorization"] == nil)
        return HealthCheckResponse(status: .serving)
      }
    }
    try await ServicesCommand.run(stage.session)
    let lines = stage.screen.output.split(separator: "\n")
    #expect(lines.count == 5 && lines.allSatisfy { $0.contains("正常") })
    await stage.end()
  }

  @Test func oneThatIsNotWellMakesTheCommandFail() async throws {
    let stage = try await Stage(language: .en) { router in
      router.unary(HealthMethods.check) { _, _ in HealthCheckResponse(status: .notServing) }
    }
    let failure = try await failure { try await ServicesCommand.run(stage.session) }
    #expect(failure?.exitCode == .failure)
    #expect(stage.screen.output.contains("not serving"))
    await stage.end()
  }

  @Test func oneThatIsAwayIsToldWithItsReason() async throws {
    let stage = try await Stage { _ in }
    await stage.end()
    let screen = Screen()
    let session = Session(
      console: screen.console(),
      channels: NetworkChannels(addresses: [.registry: "http://127.0.0.1:1"]), token: nil,
      timeout: .seconds(5))
    let failure = try await failure { try await ServicesCommand.run(session) }
    #expect(failure?.exitCode == .failure)
    #expect(screen.output.contains("http://127.0.0.1:1"))
    session.channels.close()
  }

  @Test(arguments: ["nowhere", "http://", "http://host", "https://host:1:2", "host:99999"])
  func anAddressThatCannotBeReadNamesItsOptionAndVariable(address: String) async throws {
    let channels = NetworkChannels(addresses: [.registry: address])
    let failure = try await failure { _ = try channels.channel(to: .registry) }
    #expect(failure?.exitCode == .invalid)
    #expect(failure?.chinese.contains("--registry") == true)
    #expect(failure?.chinese.contains("LIANSHE_REGISTRY_URL") == true)
  }
}

@Suite struct HelpTests {
  @Test func everyCommandHasHelpWithAnExample() {
    let teaching: [any ParsableCommand.Type] = [
      ImportCommand.self, ImportFilesCommand.self, ImportShowCommand.self,
      ImportRevertCommand.self, TemplateCommand.self, ReportAnnualCommand.self, ExplainCommand.self,
      QuarantineCommand.self, CallCommand.self, TokenCommand.self, TokenIssueCommand.self,
      DemoLoadCommand.self, ServicesCommand.self, Lianshe.self,
    ]
    for command in teaching {
      let text = command.helpMessage()
      #expect(text.contains("  lianshe "), "\(command)")
      #expect(text.contains("--help"), "\(command)")
    }
  }

  @Test func helpListsEveryExitCode() {
    let text = Lianshe.helpMessage()
    for code in ExitReason.allCases { #expect(text.contains("\(code.rawValue)\t")) }
  }

  @Test func theLibrarysWordsAreTranslated() {
    let text =
      "Error: Unknown option '--x'\nUsage: lianshe call\n  See 'lianshe call --help' for more information."
    #expect(
      Guide.translated(text, to: .zh)
        == "错误：没有这个选项 '--x'\n用法：lianshe call\n  详见：lianshe call --help")
    #expect(Guide.translated(text, to: .en) == text)
    for (command, told) in [
      ("lianshe help", "lianshe help"), ("lianshe help token", "lianshe help token"),
    ] {
      #expect(
        Guide.translated("  See '\(command) <subcommand>' for detailed help.", to: .zh)
          == "  各子命令的帮助：\(told) <子命令>")
    }
  }

  @Test(arguments: [["--timeout", "0"], ["--timeout", "86401"], ["--timeout", "x"]])
  func aTimeoutIsAPositiveNumberOfSeconds(arguments: [String]) {
    #expect(throws: (any Error).self) { try ServicesCommand.parse(arguments) }
  }
}
