internal import RPC
internal import Testing

@testable internal import Admin

@Suite struct LanguageTests {
  @Test(
    arguments: [
      (["lianshe", "--lang", "en"], [:], Language.en),
      (["lianshe", "--lang=en"], ["LANG": "zh_CN.UTF-8"], .en),
      (["lianshe", "--lang", "fr"], ["LANG": "en_US.UTF-8"], .en),
      (["lianshe", "--lang"], [:], .zh),
      (["lianshe"], ["LIANSHE_LANG": "zh", "LANG": "en_US.UTF-8"], .zh),
      (["lianshe"], ["LIANSHE_LANG": "en"], .en),
      (["lianshe"], ["LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"], .en),
      (["lianshe"], ["LC_ALL": "", "LANG": "en_US.UTF-8"], .en),
      (["lianshe"], ["LANG": "C.UTF-8"], .zh),
      (["lianshe"], [:], .zh),
    ] as [([String], [String: String], Language)])
  func theLanguageIsChosen(
    arguments: [String], environment: [String: String], expected: Language
  ) {
    #expect(Language.choose(arguments: arguments, environment: environment) == expected)
  }

  @Test(arguments: [
    (["--lang", "en", "import", "--lang", "zh"], ["import", "--lang", "zh"]),
    (["--lang=en", "services"], ["services"]), (["--lang"], ["--lang"]), ([], []),
    (["services", "--lang", "en"], ["services", "--lang", "en"]),
  ])
  func theLanguageMayStandBeforeTheSubcommand(arguments: [String], rest: [String]) {
    #expect(Language.withoutLeadingOption(arguments) == rest)
  }
}

@Suite struct ConsoleTests {
  @Test func resultsAndNotesGoToDifferentStreams() throws {
    let screen = Screen()
    let console = screen.console(.en)
    try console.print(Phrase("结果", "result"))
    console.note(Phrase("说明", "note"))
    #expect(screen.output == "result\n")
    #expect(screen.notes == "note\n")
  }

  @Test func aPipeSeesNoProgress() {
    let screen = Screen()
    screen.console().showProgress("half")
    #expect(screen.notes.isEmpty)
  }

  @Test func aTerminalSeesProgressThatIsClearedBeforeTheResult() throws {
    let screen = Screen()
    let console = screen.console(showsProgress: true)
    console.showProgress("half")
    try console.print("done")
    #expect(screen.notes == "\r\u{1B}[2Khalf\r\u{1B}[2K")
    #expect(screen.output == "done\n")
    console.clearProgress()
    #expect(screen.notes.hasSuffix("half\r\u{1B}[2K"))
  }

  @Test func progressIsDrawnTenTimesASecondAtMost() {
    let screen = Screen()
    let console = screen.console(showsProgress: true)
    let start = ContinuousClock.now
    for step in 0..<100 {
      console.showProgress("\(step)", now: start.advanced(by: .milliseconds(step * 10)))
    }
    #expect(screen.notes.split(separator: "\r").count == 10)
  }

  @Test func aClosedOutputEndsTheCommand() {
    let console = Console(language: .zh, showsProgress: false) { _, _ in false }
    #expect(throws: OutputClosed.self) { try console.print("line") }
  }

  @Test(
    arguments: [
      (0, 0, "x 0"), (7, 0, "x 7"),
      (0, 10, "x [------------------------] 0 % 0/10"),
      (5, 10, "x [############------------] 50 % 5/10"),
      (11, 10, "x [########################] 100 % 10/10"),
    ] as [(UInt64, UInt64, String)])
  func aBarShowsHowFarItIs(done: UInt64, total: UInt64, expected: String) {
    #expect(ProgressBar.line("x", done: done, total: total) == expected)
  }

  @Test func columnsLineUpWithChineseInThem() {
    let lines = Table.lines([["名录", "a", "x"], ["b", "统计", "y"], ["c"]])
    #expect(lines == ["名录  a     x", "b     统计  y", "c"])
    #expect(Table.width("玉林市ab") == 8)
    #expect(Table.lines([]) == [])
  }
}

@Suite struct FailureTests {
  private let target = Target(service: .statistics, address: "http://10.0.0.7:7402")

  @Test(arguments: RPCError.Code.allCases)
  func everyCodeEndsWithADocumentedExitCodeAndAChineseName(code: RPCError.Code) {
    let failure = Failure(RPCError(code, "words"), target: target)
    #expect(failure.exitCode != .success && failure.exitCode != .interrupted)
    #expect(failure.chinese.contains("(\(code.rawValue))"))
    #expect(failure.chinese.contains("words"))
    #expect(failure.english.hasPrefix("\(code.rawValue): words"))
  }

  @Test(arguments: [
    (RPCError.Code.invalidArgument, ExitReason.invalid), (.outOfRange, .invalid),
    (.notFound, .notFound), (.unauthenticated, .permission), (.permissionDenied, .permission),
    (.aborted, .conflict), (.alreadyExists, .conflict), (.failedPrecondition, .conflict),
    (.unavailable, .failure), (.deadlineExceeded, .failure), (.internal, .failure),
  ])
  func codesAreToldApart(code: RPCError.Code, exitCode: ExitReason) {
    #expect(code.exitCode == exitCode)
  }

  @Test func aServiceThatIsAwayIsNamedWithItsAddressAndItsOption() {
    let failure = Failure(RPCError(.unavailable, "no answer"), target: target)
    for part in ["lianshe-statistics", "10.0.0.7:7402", "--statistics", "LIANSHE_STATISTICS_URL"] {
      #expect(failure.chinese.contains(part))
      #expect(failure.english.contains(part))
    }
  }

  @Test func exitCodesAreThoseOfTheManual() {
    #expect(ExitReason.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 130])
  }
}
