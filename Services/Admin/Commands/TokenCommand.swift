internal import Access
internal import ArgumentParser

struct TokenCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "token",
      abstract: ambient("密钥和访问令牌", "Keys and access tokens"),
      discussion: ambient(
        """
        服务只有公钥文件 (jwks.json)，用它检查令牌；私钥 (signing-key.pem) 只在签发的机器上。

        例：
          lianshe token keygen                               第一次：生成密钥
          lianshe token issue --subject zhang.san --organisation 450900 --roles clerk
          lianshe token show                                 看自己的令牌
          lianshe token keygen --rotate                      换新私钥，旧令牌仍有效
          lianshe token retire KID                           停用旧公钥，旧令牌随即失效
        """,
        """
        Services hold only public keys (jwks.json) to check tokens with; the private key
        (signing-key.pem) stays on the machine that issues them.

        Examples:
          lianshe token keygen                               once: make a key
          lianshe token issue --subject zhang.san --organisation 450900 --roles clerk
          lianshe token show                                 look at your token
          lianshe token keygen --rotate                      a new private key; old tokens go on
          lianshe token retire KID                           old public key out; its tokens end
        """),
      subcommands: [
        TokenKeygenCommand.self, TokenIssueCommand.self, TokenShowCommand.self,
        TokenRetireCommand.self,
      ])
  }
}

/// The folder of the keys.
struct KeyFolderOptions: ParsableArguments {
  @Option(help: help("密钥文件夹", "folder of the keys", name: "folder"))
  var directory: String = "var/keys"

  @OptionGroup var language: LanguageOptions

  var folder: KeyFolder { KeyFolder(path: directory) }
  var console: Console { Console.standard(language.language) }
}

struct TokenKeygenCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "keygen", abstract: ambient("生成签名密钥", "Make a signing key"))
  }

  @Flag(
    help: help("已有密钥时换成新的，旧公钥保留", "replace the key that exists; keep its public half"))
  var rotate = false

  @OptionGroup var keys: KeyFolderOptions

  func run() async throws {
    try await Running.interruptible(keys.console) {
      let keyID = try keys.folder.generate(replacing: rotate)
      try keys.console.print(
        Phrase("密钥 \(keyID) 已生成", "made the key \(keyID)"))
      keys.console.note(
        Phrase(
          "  私钥 \(keys.folder.privateKey) (只有本人可读)\n  公钥 \(keys.folder.publicKeys) (给各服务：LIANSHE_JWKS)",
          "  private: \(keys.folder.privateKey) (yours only)\n  public: \(keys.folder.publicKeys) (for the services: LIANSHE_JWKS)"
        ))
    }
  }
}

struct TokenIssueCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "issue",
      abstract: ambient("签发令牌", "Issue a token"),
      discussion: ambient(
        """
        角色：reader 查阅员，clerk 录入员，statistician 统计员，administrator 管理员，service 服务。
        后一个包含前面的权限 (service 只含 reader)。令牌只在其机构的下辖范围内有效。

        例：
          lianshe token issue --subject operator --organisation 450000 --roles administrator \\
            --output var/operator.token
          LIANSHE_TOKEN=$(lianshe token issue --subject li.si --organisation 450900 --roles clerk)
        """,
        """
        Roles: reader, clerk, statistician, administrator, service. Each has the rights of those
        before it (service only those of reader). A token counts inside its organisation's subtree.

        Examples:
          lianshe token issue --subject operator --organisation 450000 --roles administrator \\
            --output var/operator.token
          LIANSHE_TOKEN=$(lianshe token issue --subject li.si --organisation 450900 --roles clerk)
        """))
  }

  @Option(help: help("持有人的固定名称，如 zhang.san", "stable name of the holder: zhang.san"))
  var subject: String

  @Option(help: help("联社代码，六位数字，如 450900", "code of the federation, six digits: 450900"))
  var organisation: String

  @Option(help: help("角色，多个用逗号分隔", "roles, separated by commas"))
  var roles: String

  @Option(help: help("姓名 (可不写)", "name for people (optional)"))
  var name: String = ""

  @Option(help: help("有效小时数，至多 8784", "hours of validity, at most 8784", name: "hours"))
  var lifetimeHours: Int = 720

  @Option(
    name: .shortAndLong,
    help: help(
      "写入文件，只有本人可读 (默认标准输出)", "write to a file for its owner only (default: standard output)",
      name: "file"))
  var output: String?

  @OptionGroup var keys: KeyFolderOptions

  static let maximumHours = 8784

  func run() async throws {
    try await Running.interruptible(keys.console) {
      guard (1...Self.maximumHours).contains(lifetimeHours) else {
        throw Failure(
          .invalid, "--lifetime-hours 应为 1 到 8784", "--lifetime-hours is between 1 and 8784")
      }
      let principal = Principal(
        subject: subject, name: name, organisation: organisation,
        roles: try RoleNames.read(roles))
      let token = try await keys.folder.issue(principal, lifetime: .seconds(lifetimeHours * 3600))
      guard let output, output != "-" else {
        try keys.console.print(token)
        return
      }
      try KeyFolder.naming { () throws(AccessError) in
        try PrivateFile.replace(output, with: Array("\(token)\n".utf8))
      }
      keys.console.note(Phrase("令牌已写入 \(output)", "token written to \(output)"))
    }
  }
}

struct TokenShowCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "show",
      abstract: ambient("令牌的内容和有效期", "What a token says, and whether it counts"))
  }

  @Argument(
    help: help(
      "令牌 (默认 LIANSHE_TOKEN 或 var/operator.token)",
      "token (default: LIANSHE_TOKEN or var/operator.token)"))
  var token: String?

  @OptionGroup var keys: KeyFolderOptions

  func run() async throws {
    try await Running.interruptible(keys.console) {
      let token = try TokenReading.find(token)
      for line in try await keys.folder.describe(token, language: keys.language.language) {
        try keys.console.print(line)
      }
    }
  }
}

struct TokenRetireCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "retire",
      abstract: ambient("停用公钥，用它签的令牌随即失效", "Take a public key out; its tokens end"))
  }

  @Argument(help: help("密钥编号", "id of the key", name: "kid"))
  var keyID: String

  @OptionGroup var keys: KeyFolderOptions

  func run() async throws {
    try await Running.interruptible(keys.console) {
      try keys.folder.retire(keyID)
      try keys.console.print(
        Phrase("密钥 \(keyID) 已停用", "the key \(keyID) is retired"))
    }
  }
}
