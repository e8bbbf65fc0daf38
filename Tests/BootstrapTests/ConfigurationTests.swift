@testable internal import Bootstrap
internal import Testing
internal import Transport

@Suite("Configuration")
struct ConfigurationTests {
  private let listen = StandardKeys.listen(default: "127.0.0.1:7401")
  private let database = StandardKeys.databaseURL()
  private let secret = ConfigurationKey<String>.text(
    "LIANSHE_SIGNING_KEY", default: "none", secrecy: .secret, summary: BilingualText("密钥", "key"))
  private var keys: [KeyDeclaration] {
    [listen.declaration, database.declaration, secret.declaration]
  }

  private func sources(
    flags: [String] = [], environment: [String: String] = [:], file: String? = nil,
    secrets: [String: String] = [:]
  ) -> ConfigurationSources {
    ConfigurationSources(
      flags: flags, environment: environment, file: file.map { _ in "/etc/a.env" }
    ) {
      path in
      path == "/etc/a.env" ? file.map { Array($0.utf8) } : secrets[path].map { Array($0.utf8) }
    }
  }

  private func load(_ sources: ConfigurationSources) throws -> Configuration {
    try Configuration(keys: keys, sources: sources)
  }

  private func problems(_ sources: ConfigurationSources) -> [String] {
    do {
      _ = try Configuration(keys: keys, sources: sources)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test("flags win over the environment, that over the file, that over the default")
  func precedence() throws {
    let base = ["LIANSHE_DATABASE_URL": "sqlite:a.sqlite"]
    let file = "LIANSHE_LISTEN=127.0.0.1:3"
    let environment = base.merging(["LIANSHE_LISTEN": "127.0.0.1:2"]) { $1 }
    let steps: [(ConfigurationSources, Int)] = [
      (sources(environment: base), 7_401),
      (sources(environment: base, file: file), 3),
      (sources(environment: environment, file: file), 2),
      (sources(flags: ["--listen", "127.0.0.1:1"], environment: environment, file: file), 1),
      (sources(flags: ["--listen=127.0.0.1:1"], environment: environment, file: file), 1),
    ]
    for (sources, port) in steps {
      #expect(try load(sources).value(listen).port == port)
    }
  }

  @Test("a variable that looks like a key and is none is told, not refused")
  func unknownVariables() throws {
    let environment = [
      "LIANSHE_DATABASE_URL": "sqlite:a.sqlite", "LIANSHE_NOPE": "1", "LIANSHE_LISTN": "",
      "LIANSHE_STATISTICS_URL": "http://127.0.0.1:1", "LIANSHE_TOKEN": "t", "LIANSHE_CONFIG": "f",
      "LIANSHE_TEST_POSTGRES_URL": "p", "HOME": "/",
    ]
    let unknown = try load(sources(environment: environment)).unknownVariables
    #expect(unknown == ["LIANSHE_LISTN", "LIANSHE_NOPE"])
  }

  @Test("the bounds of a time are told as they are typed")
  func boundsOfATime() {
    let rule = StandardKeys.drainTimeout.declaration.rule
    #expect(rule.chinese.hasSuffix("从 100ms 到 600s"))
    #expect(rule.english.hasSuffix("from 100ms to 600s"))
  }

  @Test("an empty variable counts as unset")
  func emptyVariable() throws {
    let configuration = try load(
      sources(environment: ["LIANSHE_LISTEN": "", "LIANSHE_DATABASE_URL": "sqlite:a"]))
    #expect(try configuration.value(listen).port == 7_401)
  }

  @Test("a bad value is one line with key, value, origin and rule, in two languages")
  func badValue() {
    let lines = problems(
      sources(environment: [
        "LIANSHE_LISTEN": "127.0.0.1:notaport", "LIANSHE_DATABASE_URL": "sqlite:a",
      ]))
    #expect(
      lines == [
        "LIANSHE_LISTEN = \"127.0.0.1:notaport\" (环境变量 environment): "
          + "应为主机:端口，如 127.0.0.1:7401 / must be host:port, such as 127.0.0.1:7401"
      ])
  }

  @Test("all mistakes are told at once, with the line of the file")
  func allMistakes() {
    let lines = problems(
      sources(
        flags: ["--lisen", "x"],
        file: """
          # a comment
          LIANSHE_LISTEN = here
          LIANSHE_STATISTICS_URL=http://127.0.0.1:7402
          LIANSHE_TYPO=1
          nonsense
          LIANSHE_LISTEN=again
          """))
    #expect(lines.count == 6)
    #expect(lines.contains { $0.hasPrefix("--lisen (命令行 command line)") })
    #expect(lines.contains { $0.hasPrefix("LIANSHE_LISTEN = \"here\" (/etc/a.env:2)") })
    #expect(lines.contains { $0.hasPrefix("LIANSHE_TYPO (/etc/a.env:4)") })
    #expect(lines.contains { $0.hasPrefix("nonsense (/etc/a.env:5)") })
    #expect(lines.contains { $0.hasPrefix("LIANSHE_LISTEN (/etc/a.env:6)") })
    #expect(lines.contains { $0.hasPrefix("LIANSHE_DATABASE_URL: 必须给出") })
    #expect(lines.allSatisfy { !$0.contains("\n") })
  }

  @Test("a value cannot break the line it is shown in")
  func controlCharacters() {
    let lines = problems(
      sources(environment: [
        "LIANSHE_LISTEN": "a\nb\u{1B}[31m", "LIANSHE_DATABASE_URL": "sqlite:a",
      ]))
    #expect(lines.count == 1)
    #expect(lines.first?.contains("\"a?b?[31m\"") == true)
  }

  @Test("quotes around a value of the file are not part of it")
  func quotes() throws {
    let configuration = try load(
      sources(file: "LIANSHE_DATABASE_URL=\"sqlite:/var/lib/a b.sqlite\"\r\n"))
    #expect(try configuration.value(database) == "sqlite:/var/lib/a b.sqlite")
  }

  @Test("a file that is missing, too large or not text is one line")
  func badFiles() {
    var missing = sources(environment: ["LIANSHE_DATABASE_URL": "sqlite:a"])
    missing.file = "/nowhere"
    #expect(problems(missing) == ["/nowhere: 读不到配置文件 / the configuration file cannot be read"])
    for bytes in [
      [UInt8](repeating: 0x23, count: ConfigurationFile.maximumBytes + 1), [0xFF, 0xFE],
    ] {
      let file = ConfigurationFile(path: "f", bytes: bytes)
      #expect(file.problems.count == 1)
      #expect(file.entries.isEmpty)
    }
    let largest = ConfigurationFile(
      path: "f", bytes: [UInt8](repeating: 0x23, count: ConfigurationFile.maximumBytes))
    #expect(largest.problems.isEmpty)
  }

  @Test("a secret may stand in a file of its own, and a stronger source beats it")
  func secretFiles() throws {
    let secrets = ["/run/db": "postgres://a:geheim@h/d\n"]
    let environment = ["LIANSHE_DATABASE_URL_FILE": "/run/db"]
    let fromFile = try load(sources(environment: environment, secrets: secrets))
    #expect(try fromFile.value(database) == "postgres://a:geheim@h/d")
    let overridden = try load(
      sources(flags: ["--database-url", "sqlite:b"], environment: environment, secrets: secrets))
    #expect(try overridden.value(database) == "sqlite:b")
    let byFlag = try load(
      sources(
        flags: ["--database-url-file=/run/db"],
        environment: ["LIANSHE_DATABASE_URL": "sqlite:c"], secrets: secrets))
    #expect(try byFlag.value(database) == "postgres://a:geheim@h/d")
    let both = problems(
      sources(
        environment: environment.merging(["LIANSHE_DATABASE_URL": "sqlite:a"]) { $1 },
        secrets: secrets))
    #expect(both.count == 1 && both[0].contains("not both"))
    let unreadable = problems(sources(environment: ["LIANSHE_DATABASE_URL_FILE": "/gone"]))
    #expect(unreadable.count == 1)
    #expect(unreadable[0].hasPrefix("LIANSHE_DATABASE_URL_FILE = \"/gone\""))
  }

  @Test(
    "passwords are hidden wherever a value is shown",
    arguments: [
      ("postgres://clerk:geheim@db:5432/x", "postgres://clerk:***@db:5432/x"),
      ("postgres://clerk:ge/h?e@im@db/x", "postgres://clerk:***@db/x"),
      (
        "postgres://clerk@db/x?password=geheim&sslmode=require",
        "postgres://clerk@db/x?password=***&sslmode=require"
      ),
      ("postgres://db/x?sslpassword=geheim", "postgres://db/x?sslpassword=***"),
      ("postgres://clerk@db/x", "postgres://clerk@db/x"),
      ("sqlite:/var/lib/a.sqlite", "sqlite:/var/lib/a.sqlite"),
    ])
  func hidden(url: String, shown: String) throws {
    let configuration = try load(
      sources(
        flags: ["--signing-key", "geheim"], environment: ["LIANSHE_DATABASE_URL": url]))
    #expect(
      configuration.report == [
        "LIANSHE_LISTEN=127.0.0.1:7401    # 默认 default",
        "LIANSHE_DATABASE_URL=\(shown)    # 环境变量 environment",
        "LIANSHE_SIGNING_KEY=***    # 命令行 command line",
      ])
    #expect(try configuration.value(secret) == "geheim")
  }

  @Test("a bad secret is not printed either")
  func badSecret() {
    let lines = problems(sources(environment: ["LIANSHE_DATABASE_URL": "mysql://u:geheim@h/d"]))
    #expect(lines.count == 1)
    #expect(!lines[0].contains("geheim"))
    #expect(lines[0].contains("mysql://u:***@h/d"))
  }

  @Test("each kind of value takes what its rule says and nothing else")
  func kinds() {
    func accepts(_ key: KeyDeclaration, _ good: [String], _ bad: [String]) {
      for text in good { #expect(key.accepts(text), "\(key.name): \(text)") }
      for text in bad { #expect(!key.accepts(text), "\(key.name): \(text)") }
    }
    let summary = BilingualText("", "")
    accepts(
      ConfigurationKey<Int>.integer("A", in: 1...9, summary: summary).declaration,
      ["1", "9"], ["0", "10", "x", "", "1.5", "99999999999999999999"])
    accepts(
      ConfigurationKey<Bool>.toggle("A", summary: summary).declaration,
      ["true", "false"], ["yes", "TRUE", ""])
    accepts(
      ConfigurationKey<Duration>.duration(
        "A", in: .milliseconds(100)...Duration.seconds(60), summary: summary
      ).declaration,
      ["100ms", "60s", "1m"], ["99ms", "61s", "2m", "5", "s", "-1s", "1d", "999999999s", "1.5s"])
    accepts(StandardKeys.logLevel.declaration, ["trace", "info"], ["INFO", "loud", ""])
    accepts(
      StandardKeys.registryURL().declaration,
      ["http://127.0.0.1:1", "https://a:1", "a:1, b:2", "dns:a:1", "[::1]:7"],
      ["", ",", "a", "a:1,,b", "ftp://a:1"])
    accepts(StandardKeys.jwks.declaration, ["/a/b"], ["", "a\0b"])
  }

  @Test("an optional key is nil when unset, a required one must be given")
  func optional() throws {
    let required = ConfigurationKey<String>.path("LIANSHE_X", summary: BilingualText("", ""))
    let key = required.optional()
    let unset = try Configuration(keys: [key.declaration], sources: ConfigurationSources())
    #expect(try unset.value(key) == nil)
    #expect(unset.report == ["LIANSHE_X=    # 未设置 unset"])
    let set = try Configuration(
      keys: [key.declaration], sources: ConfigurationSources(environment: ["LIANSHE_X": "/k"]))
    #expect(try set.value(key) == "/k")
    #expect(throws: ConfigurationError.self) {
      try Configuration(keys: [required.declaration], sources: ConfigurationSources())
    }
  }

  @Test("a key that the program does not declare is refused, not invented")
  func undeclared() throws {
    let configuration = try Configuration(keys: [], sources: ConfigurationSources())
    #expect(throws: ConfigurationError.self) { try configuration.value(listen) }
  }

  @Test("flags: a missing value, a repetition and an unknown flag are told")
  func flagMistakes() {
    let environment = ["LIANSHE_DATABASE_URL": "sqlite:a"]
    for flags in [["--listen"], ["--listen", "a:1", "--listen", "a:2"], ["--x", "1"], ["word"]] {
      #expect(problems(sources(flags: flags, environment: environment)).count == 1, "\(flags)")
    }
  }

  @Test("every standard key accepts its own default, and its flag is its name")
  func standardDefaults() {
    let all =
      StandardKeys.common(adminListen: "127.0.0.1:7501") + [
        StandardKeys.registryURL().declaration, StandardKeys.statisticsURL().declaration,
        StandardKeys.exhibitionsURL().declaration, StandardKeys.talentURL().declaration,
        StandardKeys.gatewayURL().declaration, StandardKeys.jwks.declaration,
      ]
    for key in all {
      #expect(key.defaultText.map(key.accepts) ?? !key.isRequired, "\(key.name)")
    }
    #expect(StandardKeys.databaseURL().declaration.flag == "--database-url")
  }
}
